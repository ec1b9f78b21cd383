"""The related list of an event or a text in a reader, and why a pair is listed or not."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.kernels.loader import compiled
from search.model.answers import Why
from search.model.event import Event
from search.model.hit import NOT_OF_A_TERM, Contribution, Explanation, Hit, explanation_of, rounded
from search.model.options import RelatedOptions
from search.related import diversity
from search.related.batch import explanations_of_all, links_of_all
from search.related.duplicates import Folded, alike_of_all, fold
from search.related.filters import Mask, beside, kept_out
from search.related.reader import Reader
from search.related.shared_terms import context_terms, surface_in, surfaces_of
from search.related.similarity import Link
from search.text.analysed_event import AnalysedEvent, canonical_names
from search.text.names.lower_case_names import with_known_names
from search.text.terms import Analysis

# A list is folded from so many times its length, so that it stays full.
_FOLDED_FROM: Final = 3
_EXPLAINED_AT_ONCE: Final = 256  # lists of a batch


def related(
    reader: Reader, ordinal: int, options: RelatedOptions, mask: Mask | None = None
) -> tuple[Hit, ...]:
    """The list of an event; see ``Index.related``. ``mask`` [events]: what any list may hold."""
    told = reader.snapshot.analysed(ordinal)
    mask = beside(reader.snapshot, mask, int(reader.snapshot.events.days[ordinal]), options)
    if options.order == "context":
        return _by_context(reader, told, reader.snapshot.names.of(ordinal), ordinal, options, mask)
    return _by_relevance(reader, told, ordinal, options, mask)


def related_to_each(
    reader: Reader, ordinals: Sequence[int], options: RelatedOptions, mask: Mask | None = None
) -> Iterator[tuple[Hit, ...]]:
    """The lists of many events, as ``related`` makes them one by one."""
    if options.filtered or compiled() is None:
        return (related(reader, ordinal, options, mask) for ordinal in ordinals)
    if options.order == "context":
        return _each_by_context(reader, ordinals, options)
    return _each_by_relevance(reader, ordinals, options)


def _each_by_context(
    reader: Reader, ordinals: Sequence[int], options: RelatedOptions
) -> Iterator[tuple[Hit, ...]]:
    shared_by_each = reader.snapshot.shared_names.most(ordinals, options.limit)
    least = options.min_score or 0.0
    for ordinal, shared in zip(ordinals, shared_by_each, strict=True):
        told, names = reader.snapshot.analysed(ordinal), reader.snapshot.names.of(ordinal)
        hits = (_named_hit(reader, told, names, other) for other, _ in shared)
        yield tuple(hit for hit in hits if hit.score >= least)


def _each_by_relevance(
    reader: Reader, ordinals: Sequence[int], options: RelatedOptions
) -> Iterator[tuple[Hit, ...]]:
    vectors = reader.vectors
    links_of_each = links_of_all(
        vectors,
        ordinals,
        time=options.time,
        limit=links_wanted(options),
        min_score=options.min_score,
    )
    each = zip(ordinals, links_of_each, strict=True)
    while some := list(islice(each, _EXPLAINED_AT_ONCE)):
        items_of_each = _items_of_all(reader, [links for _, links in some], options)
        linked = [
            (ordinal, item.link.ordinal, item.link.score)
            for (ordinal, _), items in zip(some, items_of_each, strict=True)
            for item in items
        ]
        explanations = iter(explanations_of_all(vectors, linked, time=options.time))
        for (ordinal, _), items in zip(some, items_of_each, strict=True):
            yield _hits(reader, reader.snapshot.analysed(ordinal), items, explanations)


def related_text(
    reader: Reader, text: str, options: RelatedOptions, mask: Mask | None = None
) -> tuple[Hit, ...]:
    """The list of a text; see ``Index.related_text``."""
    mask = beside(reader.snapshot, mask, None, options)

    def is_known(name: str) -> bool:
        return reader.vectors.number_of(name) is not None or reader.snapshot.has_aliases(name)

    analysis = with_known_names(text, reader.snapshot.terms.analyse(text), is_known)
    told = AnalysedEvent(Event("", datetime.date.min, text), analysis, reader.snapshot.aliases)
    if options.order == "context":
        names = reader.snapshot.names.numbers(
            canonical_names(told.analysis, (), reader.snapshot.aliases)
        )
        return _by_context(reader, told, names, None, options, mask)
    return _by_relevance(reader, told, told.analysis, options, mask)


def pair(
    reader: Reader, one: int, other: int, options: RelatedOptions, mask: Mask | None = None
) -> Hit | None:
    """An event as an item of the list by relevance of another one, whatever it scores; None if it
    is the same event, or a filter keeps it out."""
    mask = beside(reader.snapshot, mask, int(reader.snapshot.events.days[one]), options)
    if one == other or kept_out(reader.snapshot, one, other, options, mask):
        return None
    told = reader.snapshot.analysed(one)
    link = reader.vectors.pair(one, other, time=options.time)
    return _hit(reader, told, surfaces_of(told), Folded(link, 0, ()), link.explanation)


def why(
    reader: Reader, one: int, other: int, options: RelatedOptions, mask: Mask | None = None
) -> Why:
    """What one event is to another; see ``Index.why``."""
    vectors = reader.vectors
    told = reader.snapshot.analysed(one)
    link = vectors.pair(one, other, time=options.time)
    hit = _hit(reader, told, surfaces_of(told), Folded(link, 0, ()), link.explanation)
    mask = beside(reader.snapshot, mask, int(reader.snapshot.events.days[one]), options)
    everything = vectors.related(
        one, time=options.time, limit=len(reader.snapshot), min_score=0.0, mask=mask
    )
    places = {link.ordinal: place for place, link in enumerate(everything, start=1)}
    rank = places.get(other)
    least = vectors.calibration.min_score if options.min_score is None else options.min_score
    listed = [link for link in everything[: links_wanted(options)] if link.score >= least]
    place, report_of = _place(reader, listed, other) if options.fold else (rank, "")
    said = verdict(one == other, hit.score, rank, least, options, place, report_of)
    if one != other and (reason := kept_out(reader.snapshot, one, other, options, mask)):
        said = f"Not listed: {reason}."
    return Why(told.event, hit, rank, said)


def _place(reader: Reader, links: Sequence[Link], other: int) -> tuple[int | None, str]:
    """The place of an event in the list made of ``links``, from 1, and whose report it is there."""
    for place, item in enumerate(_items(reader, links), start=1):
        if item.link.ordinal == other:
            return place, ""
        if other in item.also:
            return place, reader.snapshot.events[item.link.ordinal].id
    return None, ""


def _hit(
    reader: Reader,
    told: AnalysedEvent,
    surfaces: Mapping[str, str],
    item: Folded,
    explanation: Explanation,
) -> Hit:
    """An item as people read it. ``surfaces`` are those of ``told``, the event that was asked."""
    other = reader.snapshot.analysed(item.link.ordinal)
    contributions = {
        part.term: part.contribution
        for part in explanation.contributions
        if part.kind not in NOT_OF_A_TERM
    }
    context = context_terms(told, other, contributions)
    explanation = Explanation(
        tuple(
            [
                Contribution(
                    part.term,
                    part.contribution,
                    surface_in(reader.snapshot, part, surfaces),
                    part.kind,
                )
                for part in explanation.contributions
            ]
        )
    )
    also = tuple(reader.snapshot.events[ordinal].id for ordinal in item.also)
    return Hit(other.event, item.link.score, context, explanation, also=also)


def links_wanted(options: RelatedOptions) -> int:
    """How many links a list is made from."""
    return max(options.limit * _FOLDED_FROM, diversity.POOL) if options.fold else options.limit


def hits_of(
    reader: Reader, told: AnalysedEvent, links: Sequence[Link], options: RelatedOptions
) -> tuple[Hit, ...]:
    """The list made from the best ``links_wanted`` links of ``told``, best first."""
    items = _items(reader, links)[: options.limit] if options.fold else _unfolded(links)
    return _hits(reader, told, items, (item.link.explanation for item in items))


def _hits(
    reader: Reader,
    told: AnalysedEvent,
    items: Iterable[Folded],
    explanations: Iterable[Explanation],
) -> tuple[Hit, ...]:
    """The list of these items; takes as many ``explanations``."""
    surfaces = surfaces_of(told)
    return tuple(
        _hit(reader, told, surfaces, item, explanation)
        for item, explanation in zip(items, explanations, strict=False)
    )


def _unfolded(links: Sequence[Link]) -> list[Folded]:
    return [Folded(link, place, ()) for place, link in enumerate(links)]


def _items(reader: Reader, links: Sequence[Link]) -> list[Folded]:
    """Links as the items of a list: an event once, and its sides not one after the other."""
    items = fold(reader.vectors, links)
    pool = [item for item in items if item.place < diversity.POOL]
    reports = [reader.vectors.prepare(item.link.ordinal) for item in pool]
    order = diversity.spread(reports, [item.link.raw for item in pool])
    return [*(pool[at] for at in order), *items[len(pool) :]]


def _items_of_all(
    reader: Reader, lists: Sequence[Sequence[Link]], options: RelatedOptions
) -> list[list[Folded]]:
    """The items of many lists, at once where that is faster."""
    vectors = reader.vectors
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
    reader: Reader,
    told: AnalysedEvent,
    asked: int | Analysis,
    options: RelatedOptions,
    mask: Mask | None,
) -> tuple[Hit, ...]:
    links = reader.vectors.related(
        asked,
        time=options.time,
        limit=links_wanted(options),
        min_score=options.min_score,
        mask=mask,
    )
    return hits_of(reader, told, links, options)


def _by_context(
    reader: Reader,
    told: AnalysedEvent,
    names: NDArray[np.uint32],
    ordinal: int | None,
    options: RelatedOptions,
    mask: Mask | None,
) -> tuple[Hit, ...]:
    shared = reader.snapshot.names.shared(names)
    if ordinal is not None:
        shared[ordinal] = 0
    if mask is not None:
        shared[~mask] = 0
    scores = rounded(shared / max(len(names), 1))
    found = np.flatnonzero((shared > 0) & (scores >= (options.min_score or 0.0)))
    days = reader.snapshot.events.days[found].astype(np.int64)
    places = reader.vectors.matrix.places(found)
    order = np.lexsort((places, -days, -shared[found]))
    return tuple(_named_hit(reader, told, names, int(found[at])) for at in order[: options.limit])


def _named_hit(reader: Reader, told: AnalysedEvent, names: NDArray[np.uint32], ordinal: int) -> Hit:
    """An item in the context order: every shared name has the same share of the score."""
    aliases = reader.snapshot.aliases
    other = reader.snapshot.analysed(ordinal)
    its = set(reader.snapshot.names.of(ordinal).tolist())
    shared = reader.snapshot.names.names([name for name in names.tolist() if name in its])
    score = float(rounded(np.array(len(shared) / len(names))))
    reasons = [Contribution(name, 1.0, aliases.surface(name), "name") for name in shared]
    context = context_terms(told, other, {})
    return Hit(other.event, score, context, explanation_of(reasons, score))


def verdict(
    same: bool,
    score: float,
    rank: int | None,
    least: float,
    options: RelatedOptions,
    place: int | None,
    report_of: str,
) -> str:
    """What became of an event in a list, in a sentence.

    ``rank`` is its place by score, ``place`` the one that it has in the list, ``report_of`` the id
    of the item whose further report it is there; ``least`` is the least score listed.
    """
    if same:
        return "It is the same event; no event is related to itself."
    if rank is None:
        return "Not listed: too little is shared to be compared."
    if score < least:
        return (
            f"Not listed: it is number {rank:,}, but a score below {least:.4f} is more likely "
            "wrong than this archive's lists allow."
        )
    by_score = f"number {rank:,} by score"
    if place is None or place > options.limit:
        if rank > options.limit:
            return f"Not among the first {options.limit}: it is {by_score}."
        return (
            f"Not among the first {options.limit}: it is {by_score}, but says much the same as "
            "items above it."
        )
    if report_of:
        return f"Listed under number {place:,}, {report_of}, as a report of the same event."
    if place > rank:
        return (
            f"Listed: it is number {place:,}; it is {by_score}, but says much the same as items "
            "above it."
        )
    if place < rank:
        return (
            f"Listed: it is number {place:,}; it is {by_score}, but others repeat what is listed."
        )
    return f"Listed: it is number {place:,}."
