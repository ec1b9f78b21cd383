"""The related list of an event or a text, and why a pair is listed or not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.loader import compiled
from search.model.answers import Why
from search.model.hit import NOT_OF_A_TERM, Contribution, Explanation, Hit, explanation_of, rounded
from search.model.options import RelatedOptions
from search.related.batch import Beside, fillers_of_all, links_of_all
from search.related.duplicates import Folded, alike_of_all, versions_among
from search.related.explanations import explanation as explanation_of_pair
from search.related.explanations import explanations_of_all
from search.related.filters import Mask, Reach, beside, kept_out
from search.related.reader import Reader
from search.related.scoring import ONLY_SCORES
from search.related.selection import (
    FILLERS,
    Candidates,
    Places,
    is_cut_short,
    items_of,
    items_of_all,
    least_score,
    place_of,
)
from search.related.shared_terms import as_written, context_terms, surfaces_of
from search.related.similarity_parts import Link, QueryVector
from search.related.texts import analysed_text
from search.text.analysed_event import AnalysedEvent, canonical_names

_NEAREST: Final = 3  # events that are named if the list is empty
_EXPLAINED_AT_ONCE: Final = 256  # lists of a batch
_REFILLS: Final = 4  # of a short list, without the items that were not printed


def related(
    reader: Reader, ordinal: int, options: RelatedOptions, mask: Mask | None = None
) -> tuple[Hit, ...]:
    """The list of an event; see ``Index.related``. ``mask`` [events]: the events that any list may
    have."""
    told = reader.snapshot.analysed(ordinal)
    mask = beside(reader.snapshot, mask, int(reader.snapshot.events.days[ordinal]), options)
    if options.order == "context":
        return _by_context(reader, told, reader.snapshot.names.of(ordinal), ordinal, options, mask)
    return _by_relevance(reader, told, ordinal, options, mask)[0]


def related_to_each(
    reader: Reader, ordinals: Sequence[int], options: RelatedOptions, mask: Mask | None = None
) -> Iterator[tuple[Hit, ...]]:
    """The lists of many events, as ``related`` makes them one by one."""
    if compiled() is None:
        return (related(reader, ordinal, options, mask) for ordinal in ordinals)
    if options.order == "context":
        if options.filtered:
            return (related(reader, ordinal, options, mask) for ordinal in ordinals)
        return _each_by_context(reader, ordinals, options)
    return _each_by_relevance(reader, ordinals, options, mask)


def _each_by_context(
    reader: Reader, ordinals: Sequence[int], options: RelatedOptions
) -> Iterator[tuple[Hit, ...]]:
    shared_by_each = reader.snapshot.shared_names.most(ordinals, options.limit)
    for ordinal, shared in zip(ordinals, shared_by_each, strict=True):
        told, names = reader.snapshot.analysed(ordinal), reader.snapshot.names.of(ordinal)
        hits = (_named_hit(reader, told, names, other) for other, _ in shared)
        yield tuple(hit for hit in hits if hit.score >= (options.min_score or 0.0))


def _each_by_relevance(
    reader: Reader, ordinals: Sequence[int], options: RelatedOptions, mask: Mask | None
) -> Iterator[tuple[Hit, ...]]:
    allowed = Beside(mask, Reach.of(options))
    for begin in range(0, len(ordinals), _EXPLAINED_AT_ONCE):
        some = ordinals[begin : begin + _EXPLAINED_AT_ONCE]
        items_of_each = _items_of_each(reader, some, options, allowed)
        linked = [
            (ordinal, item.link.ordinal, item.link.score)
            for ordinal, items in zip(some, items_of_each, strict=True)
            for item in items
        ]
        explanations = iter(explanations_of_all(reader.vectors, linked, time=options.time))
        for ordinal, items in zip(some, items_of_each, strict=True):
            told = reader.snapshot.analysed(ordinal)
            hits = _hits(reader, told, items, explanations, options)
            if is_cut_short(hits, items, options):
                beside_it = allowed.mask_of(reader.vectors, ordinal)
                left = _without_unprinted(reader, items, hits, beside_it)
                hits, _ = _by_relevance(reader, told, ordinal, options, left, _REFILLS - 1)
            yield hits


def _items_of_each(
    reader: Reader, ordinals: Sequence[int], options: RelatedOptions, allowed: Beside
) -> list[list[Folded]]:
    vectors, least = reader.vectors, least_score(options)

    def links(places: Places, limit: int, min_score: float) -> list[list[Link]]:
        some = [ordinals[place] for place in places]
        found = links_of_all(
            vectors, some, time=options.time, limit=limit, min_score=min_score, beside=allowed
        )
        return list(found)

    def fillers(places: Places, limit: int, enough: int) -> list[list[Link]]:
        return fillers_of_all(
            vectors,
            [ordinals[place] for place in places],
            time=options.time,
            limit=limit,
            below=least,
            beside=allowed,
            enough=enough,
        )

    candidates = Candidates(
        lambda places, count: links(places, count, least),
        fillers,
        lambda places: links(places, FILLERS, ONLY_SCORES[-1]),
        lambda lists: alike_of_all(vectors, lists),
    )
    return items_of_all(vectors, options, candidates, len(ordinals))


def related_text(
    reader: Reader, text: str, options: RelatedOptions, mask: Mask | None = None
) -> tuple[Hit, ...]:
    """The list of a text; see ``Index.related_text``."""
    mask = beside(reader.snapshot, mask, None, options)
    told = analysed_text(reader, text)
    if options.order == "context":
        names = reader.snapshot.names.numbers(canonical_names(told.named))
        return _by_context(reader, told, names, None, options, mask)
    query = reader.vectors.prepare_text(told.analysis, reader.snapshot.aliases)
    return _by_relevance(reader, told, query, options, mask)[0]


def pair(
    reader: Reader, one: int, other: int, options: RelatedOptions, mask: Mask | None = None
) -> Hit | None:
    """An event as an item of another's list by relevance, whatever its score; None if both are the
    same event, or if a filter excludes it."""
    mask = beside(reader.snapshot, mask, int(reader.snapshot.events.days[one]), options)
    if one == other or kept_out(reader.snapshot, one, other, options, mask):
        return None
    told = reader.snapshot.analysed(one)
    return _pair_hit(reader, told, one, other, options)


def why(
    reader: Reader, one: int, other: int, options: RelatedOptions, mask: Mask | None = None
) -> Why:
    """The explanation of a pair; see ``Index.why``."""
    vectors = reader.vectors
    told = reader.snapshot.analysed(one)
    hit = _pair_hit(reader, told, one, other, options)
    mask = beside(reader.snapshot, mask, int(reader.snapshot.events.days[one]), options)
    rank = vectors.rank(one, other, time=options.time, mask=mask)
    if options.order == "context":
        listed, left = related(reader, one, options, mask), mask
    else:
        listed, left = _by_relevance(reader, told, one, options, mask)
    candidates = _candidates(reader, one, options, left)
    place, report_of = place_of(vectors, options, candidates, other)
    report = "" if report_of is None else reader.snapshot.events[report_of].id
    said = verdict(one == other, hit.score, rank, options, place, report)
    is_passed_over = left is not None and not left[other]
    if (place is not None or is_passed_over) and not hit.context and options.min_score is None:
        said = "Not listed: the two share no name and no word that would be printed as a reason."
    beside_it = {item.event.id: item.event for item in listed}
    may_be_version = one != other and options.fold and hit.event.id not in beside_it
    others = [hit.event, *beside_it.values()]
    if may_be_version and hit.event.id in versions_among(told.event, others):
        said = "Not listed: it is a version of the same event, with its title and text."
    if one != other and (reason := kept_out(reader.snapshot, one, other, options, mask)):
        said = f"Not listed: {reason}."
    nearest = () if listed or options.order == "context" else _nearest(reader, one, options, mask)
    return Why(told.event, hit, rank, said, nearest=nearest, least_score=least_score(options))


def _nearest(
    reader: Reader, ordinal: int, options: RelatedOptions, mask: Mask | None
) -> tuple[tuple[str, float], ...]:
    """The ids and scores of the events that came closest to being listed."""
    links = reader.vectors.related(
        ordinal, time=options.time, limit=_NEAREST, min_score=0.0, mask=mask
    )
    return tuple((reader.snapshot.events[link.ordinal].id, link.score) for link in links)


def _pair_hit(
    reader: Reader, told: AnalysedEvent, one: int, other: int, options: RelatedOptions
) -> Hit:
    """An event as an item of another's list, whatever its score."""
    link = reader.vectors.pair(one, other, time=options.time)
    explanation = explanation_of_pair(reader.vectors, one, other, link.score, time=options.time)
    return _hit(reader, told, _surfaces_of(reader, told), Folded(link, 0, ()), explanation)


def _surfaces_of(reader: Reader, told: AnalysedEvent) -> dict[str, str]:
    return surfaces_of(told.event.text, reader.snapshot.terms.tokens(told.event.text))


def _hit(
    reader: Reader,
    told: AnalysedEvent,
    surfaces: Mapping[str, str],
    item: Folded,
    explanation: Explanation,
) -> Hit:
    """An item as people read it. ``surfaces`` are those of ``told``, the query event."""
    other = reader.snapshot.analysed(item.link.ordinal)
    contributions = {
        part.term: part.contribution
        for part in explanation.contributions
        if part.kind not in NOT_OF_A_TERM
    }
    snapshot = reader.snapshot
    context = context_terms(told, other, contributions, snapshot.names.commonplace)
    parts = [as_written(snapshot, part, surfaces) for part in explanation.contributions]
    also = tuple([snapshot.events[ordinal].id for ordinal in item.also])
    return Hit(other.event, item.link.score, context, Explanation(tuple(parts)), also=also)


def _hits(
    reader: Reader,
    told: AnalysedEvent,
    items: Iterable[Folded],
    explanations: Iterable[Explanation],
    options: RelatedOptions,
) -> tuple[Hit, ...]:
    """The list of these items; takes as many ``explanations``.

    What shares nothing that a reader would call a reason ("Korea" of two countries, "12,000") is
    in no list, unless a score was asked for. Nor is a version of the event itself, unless every
    event is to be listed singly.
    """
    surfaces = _surfaces_of(reader, told)
    hits = [
        _hit(reader, told, surfaces, item, explanation)
        for item, explanation in zip(items, explanations, strict=False)
    ]
    if options.fold:
        versions = versions_among(told.event, (hit.event for hit in hits))
        hits = [hit for hit in hits if hit.event.id not in versions]
    return tuple(hit for hit in hits if hit.context or options.min_score is not None)


def _by_relevance(
    reader: Reader,
    told: AnalysedEvent,
    query: int | QueryVector,
    options: RelatedOptions,
    mask: Mask | None,
    refills: int = _REFILLS,
) -> tuple[tuple[Hit, ...], Mask | None]:
    """The list, and the events that it could choose from. If items that are not printed leave a
    short list, it is made again without them, ``refills`` times at most."""
    vectors = reader.vectors
    known = vectors.prepare(query)
    for left in reversed(range(refills + 1)):
        items = items_of(vectors, options, _candidates(reader, known, options, mask))
        explanations = (
            explanation_of_pair(
                vectors, known, item.link.ordinal, item.link.score, time=options.time
            )
            for item in items
        )
        hits = _hits(reader, told, items, explanations, options)
        if not left or not is_cut_short(hits, items, options):
            break
        mask = _without_unprinted(reader, items, hits, mask)
    return hits, mask


def _without_unprinted(
    reader: Reader, items: Iterable[Folded], hits: Iterable[Hit], mask: Mask | None
) -> Mask:
    """The events that a list can choose from when it is made again."""
    printed = {hit.event.id for hit in hits}
    left = np.ones(len(reader.vectors), np.bool_) if mask is None else mask.copy()
    for item in items:
        if reader.snapshot.events[item.link.ordinal].id not in printed:
            left[[item.link.ordinal, *item.also]] = False
    return left


def _candidates(
    reader: Reader, query: int | QueryVector, options: RelatedOptions, mask: Mask | None
) -> Candidates:
    """What one list is made from."""
    vectors, least = reader.vectors, least_score(options)

    def links(limit: int, min_score: float) -> list[list[Link]]:
        found = vectors.related(
            query, time=options.time, limit=limit, min_score=min_score, mask=mask
        )
        return [found]

    def fillers(limit: int) -> list[list[Link]]:
        found = vectors.fillers(query, time=options.time, limit=limit, below=least, mask=mask)
        return [found]

    return Candidates(
        lambda _, count: links(count, least),
        lambda _, count, enough: fillers(count),
        lambda _: links(FILLERS, ONLY_SCORES[-1]),
        lambda lists: [None] * len(lists),
    )


def _by_context(
    reader: Reader,
    told: AnalysedEvent,
    names: NDArray[np.uint32],
    ordinal: int | None,
    options: RelatedOptions,
    mask: Mask | None,
) -> tuple[Hit, ...]:
    shared = reader.snapshot.names.shared_weights(names)
    if ordinal is not None:
        shared[ordinal] = 0
    if mask is not None:
        shared[~mask] = 0
    whole = int(reader.snapshot.names.weights[names].sum())
    scores = rounded(shared / max(whole, 1))
    found = np.flatnonzero((shared > 0) & (scores >= (options.min_score or 0.0)))
    days = reader.snapshot.events.days[found].astype(np.int64)
    places = reader.vectors.matrix.ranks(found)
    order = np.lexsort((places, -days, -shared[found]))
    return tuple(_named_hit(reader, told, names, int(found[at])) for at in order[: options.limit])


def _named_hit(reader: Reader, told: AnalysedEvent, names: NDArray[np.uint32], ordinal: int) -> Hit:
    """An item in the context order: a shared name adds its weight to the score, the rarer the
    more."""
    aliases, postings = reader.snapshot.aliases, reader.snapshot.names
    other = reader.snapshot.analysed(ordinal)
    its = set(postings.of(ordinal).tolist())
    shared = [name for name in names.tolist() if name in its]
    weights = postings.weights[shared].tolist()
    whole = int(postings.weights[names].sum())
    score = float(rounded(np.array(sum(weights) / whole)))
    reasons = [
        Contribution(name, float(weight), aliases.surface(name), "name")
        for name, weight in zip(postings.names(shared), weights, strict=True)
    ]
    context = context_terms(told, other, {})
    return Hit(other.event, score, context, explanation_of(reasons, score))


def verdict(
    same: bool,
    score: float,
    rank: int | None,
    options: RelatedOptions,
    place: int | None,
    report_of: str,
) -> str:
    """A sentence: why an event is listed, or why not.

    ``rank`` is its place by score, ``place`` the one that it has in the list, ``report_of`` the id
    of the item whose further report it is there.
    """
    if same:
        return "It is the same event; no event is related to itself."
    if rank is None:
        return "Not listed: it shares no term that counts."
    by_score = f"number {rank:,} by score"
    least = least_score(options)
    if place is None and score < least:
        return (
            f"Not listed: it is {by_score}, and {score:.4f} is below the least score of {least:g}."
        )
    if place is None or place > options.limit:
        if rank > options.limit:
            return f"Not among the first {options.limit}: it is {by_score}."
        return (
            f"Not among the first {options.limit}: it is {by_score}, but says much the same as "
            "items above it."
        )
    if report_of:
        return f"Listed under number {place:,}, {report_of}, as a report of the same event."
    if score < least:
        return f"Listed: it is number {place:,}, in a short list; its score is below {least:g}."
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
