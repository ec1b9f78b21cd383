"""The related list of an event or a text in a snapshot, and why a pair is listed or not."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search import diversity, ranking
from search.asking import Options, Why, verdict
from search.context import Told, canonical_names, context_terms, surfaces_of
from search.events import Event
from search.explaining import receipts_of_all
from search.filtering import Mask, beside, kept_out
from search.known_names import with_known_names
from search.linking import compiled, links_of_all
from search.ranking import Hit, Receipt, Share
from search.reports import Folded, alike_of_all, fold
from search.snapshot import Snapshot, surface_in
from search.terms import Analysis
from search.vectors import Link

# A list is folded from so many times its length, so that it stays full.
_FOLDED_FROM: Final = 3
_EXPLAINED_AT_ONCE: Final = 256  # lists of a batch


def related(
    snapshot: Snapshot, ordinal: int, options: Options, mask: Mask | None = None
) -> tuple[Hit, ...]:
    """The list of an event; see ``Index.related``. ``mask`` [events]: what any list may hold."""
    told = snapshot.told(ordinal)
    mask = beside(snapshot, mask, int(snapshot.events.days[ordinal]), options)
    if options.order == "context":
        return _by_context(snapshot, told, snapshot.names.of(ordinal), ordinal, options, mask)
    return _by_relevance(snapshot, told, ordinal, options, mask)


def related_to_each(
    snapshot: Snapshot, ordinals: Sequence[int], options: Options, mask: Mask | None = None
) -> Iterator[tuple[Hit, ...]]:
    """The lists of many events, as ``related`` makes them one by one."""
    if options.filtered or compiled() is None:
        return (related(snapshot, ordinal, options, mask) for ordinal in ordinals)
    if options.order == "context":
        return _each_by_context(snapshot, ordinals, options)
    return _each_by_relevance(snapshot, ordinals, options)


def _each_by_context(
    snapshot: Snapshot, ordinals: Sequence[int], options: Options
) -> Iterator[tuple[Hit, ...]]:
    shared_by_each = snapshot.shared_names.most(ordinals, options.limit)
    least = options.min_score or 0.0
    for ordinal, shared in zip(ordinals, shared_by_each, strict=True):
        told, names = snapshot.told(ordinal), snapshot.names.of(ordinal)
        hits = (_named_hit(snapshot, told, names, other) for other, _ in shared)
        yield tuple(hit for hit in hits if hit.score >= least)


def _each_by_relevance(
    snapshot: Snapshot, ordinals: Sequence[int], options: Options
) -> Iterator[tuple[Hit, ...]]:
    vectors = snapshot.vectors
    links_of_each = links_of_all(
        vectors,
        ordinals,
        time=options.time,
        limit=links_wanted(options),
        min_score=options.min_score,
    )
    each = zip(ordinals, links_of_each, strict=True)
    while some := list(islice(each, _EXPLAINED_AT_ONCE)):
        items_of_each = _items_of_all(snapshot, [links for _, links in some], options)
        linked = [
            (ordinal, item.link.ordinal, item.link.score)
            for (ordinal, _), items in zip(some, items_of_each, strict=True)
            for item in items
        ]
        receipts = iter(receipts_of_all(vectors, linked, time=options.time))
        for (ordinal, _), items in zip(some, items_of_each, strict=True):
            yield _hits(snapshot, snapshot.told(ordinal), items, receipts)


def related_text(
    snapshot: Snapshot, text: str, options: Options, mask: Mask | None = None
) -> tuple[Hit, ...]:
    """The list of a text; see ``Index.related_text``."""
    mask = beside(snapshot, mask, None, options)

    def is_known(name: str) -> bool:
        return snapshot.vectors.number_of(name) is not None or snapshot.has_aliases(name)

    analysis = with_known_names(text, snapshot.terms.analyse(text), is_known)
    told = Told(Event("", datetime.date.min, text), analysis, snapshot.aliases)
    if options.order == "context":
        names = snapshot.names.numbers(canonical_names(told.analysis, (), snapshot.aliases))
        return _by_context(snapshot, told, names, None, options, mask)
    return _by_relevance(snapshot, told, told.analysis, options, mask)


def why(
    snapshot: Snapshot, one: int, other: int, options: Options, mask: Mask | None = None
) -> Why:
    """What one event is to another; see ``Index.why``."""
    vectors = snapshot.vectors
    told = snapshot.told(one)
    link = vectors.pair(one, other, time=options.time)
    hit = _hit(snapshot, told, surfaces_of(told), Folded(link, 0, ()), link.receipt)
    mask = beside(snapshot, mask, int(snapshot.events.days[one]), options)
    everything = vectors.related(
        one, time=options.time, limit=len(snapshot), min_score=0.0, mask=mask
    )
    places = {link.ordinal: place for place, link in enumerate(everything, start=1)}
    rank = places.get(other)
    least = vectors.calibration.min_score if options.min_score is None else options.min_score
    listed = [link for link in everything[: links_wanted(options)] if link.score >= least]
    place, report_of = _place(snapshot, listed, other) if options.fold else (rank, "")
    said = verdict(one == other, hit.score, rank, least, options, place, report_of)
    if one != other and (reason := kept_out(snapshot, one, other, options, mask)):
        said = f"Not listed: {reason}."
    return Why(told.event, hit, rank, said)


def _place(snapshot: Snapshot, links: Sequence[Link], other: int) -> tuple[int | None, str]:
    """The place of an event in the list made of ``links``, from 1, and whose report it is there."""
    for place, item in enumerate(_items(snapshot, links), start=1):
        if item.link.ordinal == other:
            return place, ""
        if other in item.also:
            return place, snapshot.events[item.link.ordinal].id
    return None, ""


def _hit(
    snapshot: Snapshot, told: Told, surfaces: Mapping[str, str], item: Folded, receipt: Receipt
) -> Hit:
    """An item as people read it. ``surfaces`` are those of ``told``, the event that was asked."""
    other = snapshot.told(item.link.ordinal)
    shares = {
        share.term: share.share
        for share in receipt.shares
        if share.kind not in ranking.NOT_OF_A_TERM
    }
    context = context_terms(told, other, shares)
    receipt = Receipt(
        tuple(
            [
                Share(share.term, share.share, surface_in(snapshot, share, surfaces), share.kind)
                for share in receipt.shares
            ]
        )
    )
    also = tuple(snapshot.events[ordinal].id for ordinal in item.also)
    return Hit(other.event, item.link.score, context, receipt, also=also)


def links_wanted(options: Options) -> int:
    """How many links a list is made from."""
    return max(options.limit * _FOLDED_FROM, diversity.POOL) if options.fold else options.limit


def hits_of(
    snapshot: Snapshot, told: Told, links: Sequence[Link], options: Options
) -> tuple[Hit, ...]:
    """The list made from the best ``links_wanted`` links of ``told``, best first."""
    items = _items(snapshot, links)[: options.limit] if options.fold else _unfolded(links)
    return _hits(snapshot, told, items, (item.link.receipt for item in items))


def _hits(
    snapshot: Snapshot, told: Told, items: Iterable[Folded], receipts: Iterable[Receipt]
) -> tuple[Hit, ...]:
    """The list of these items; takes as many ``receipts``."""
    surfaces = surfaces_of(told)
    return tuple(
        _hit(snapshot, told, surfaces, item, receipt)
        for item, receipt in zip(items, receipts, strict=False)
    )


def _unfolded(links: Sequence[Link]) -> list[Folded]:
    return [Folded(link, place, ()) for place, link in enumerate(links)]


def _items(snapshot: Snapshot, links: Sequence[Link]) -> list[Folded]:
    """Links as the items of a list: an event once, and its sides not one after the other."""
    items = fold(snapshot.vectors, links)
    pool = [item for item in items if item.place < diversity.POOL]
    reports = [snapshot.vectors.prepare(item.link.ordinal) for item in pool]
    order = diversity.spread(reports, [item.link.raw for item in pool])
    return [*(pool[at] for at in order), *items[len(pool) :]]


def _items_of_all(
    snapshot: Snapshot, lists: Sequence[Sequence[Link]], options: Options
) -> list[list[Folded]]:
    """The items of many lists, at once where that is faster."""
    vectors = snapshot.vectors
    if not options.fold:
        return [_unfolded(links) for links in lists]
    folded = [
        fold(vectors, links, alike)
        for links, alike in zip(lists, alike_of_all(vectors, lists), strict=True)
    ]
    pools = [[item for item in items if item.place < diversity.POOL] for items in folded]
    orders = diversity.spread_all(vectors, [[item.link for item in pool] for pool in pools])
    return [
        [*(pool[at] for at in order), *items[len(pool) :]][: options.limit]
        for items, pool, order in zip(folded, pools, orders, strict=True)
    ]


def _by_relevance(
    snapshot: Snapshot, told: Told, asked: int | Analysis, options: Options, mask: Mask | None
) -> tuple[Hit, ...]:
    links = snapshot.vectors.related(
        asked,
        time=options.time,
        limit=links_wanted(options),
        min_score=options.min_score,
        mask=mask,
    )
    return hits_of(snapshot, told, links, options)


def _by_context(
    snapshot: Snapshot,
    told: Told,
    names: NDArray[np.uint32],
    ordinal: int | None,
    options: Options,
    mask: Mask | None,
) -> tuple[Hit, ...]:
    shared = snapshot.names.shared(names)
    if ordinal is not None:
        shared[ordinal] = 0
    if mask is not None:
        shared[~mask] = 0
    scores = ranking.rounded(shared / max(len(names), 1))
    found = np.flatnonzero((shared > 0) & (scores >= (options.min_score or 0.0)))
    days = snapshot.events.days[found].astype(np.int64)
    places = snapshot.vectors.matrix.places(found)
    order = np.lexsort((places, -days, -shared[found]))
    return tuple(_named_hit(snapshot, told, names, int(found[at])) for at in order[: options.limit])


def _named_hit(snapshot: Snapshot, told: Told, names: NDArray[np.uint32], ordinal: int) -> Hit:
    """An item in the context order: every shared name has the same share of the score."""
    aliases = snapshot.aliases
    other = snapshot.told(ordinal)
    its = set(snapshot.names.of(ordinal).tolist())
    shared = snapshot.names.names([name for name in names.tolist() if name in its])
    score = float(ranking.rounded(np.array(len(shared) / len(names))))
    reasons = [Share(name, 1.0, aliases.surface(name), "name") for name in shared]
    context = context_terms(told, other, {})
    return Hit(other.event, score, context, ranking.receipt_of(reasons, score))
