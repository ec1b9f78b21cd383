"""The related list of an event or a text in a reader, and why a pair is listed or not."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.loader import compiled
from search.model.answers import Why
from search.model.event import Event
from search.model.hit import NOT_OF_A_TERM, Contribution, Explanation, Hit, explanation_of, rounded
from search.model.options import RelatedOptions
from search.related.batch import Beside, explanations_of_all, links_of_all
from search.related.duplicates import Folded
from search.related.filters import Mask, beside, kept_out
from search.related.reader import Reader
from search.related.selection import (
    items_of,
    items_of_all,
    least_looked_at,
    least_score,
    links_wanted,
    place_of,
)
from search.related.shared_terms import context_terms, surface_in, surfaces_of
from search.related.similarity_parts import Asked, Link
from search.text.analysed_event import AnalysedEvent, canonical_names
from search.text.names.lower_case_names import with_known_names
from search.text.terms import Analysis

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
    least = options.min_score or 0.0
    for ordinal, shared in zip(ordinals, shared_by_each, strict=True):
        told, names = reader.snapshot.analysed(ordinal), reader.snapshot.names.of(ordinal)
        hits = (_named_hit(reader, told, names, other) for other, _ in shared)
        yield tuple(hit for hit in hits if hit.score >= least)


def _each_by_relevance(
    reader: Reader, ordinals: Sequence[int], options: RelatedOptions, mask: Mask | None
) -> Iterator[tuple[Hit, ...]]:
    vectors = reader.vectors
    links_of_each = links_of_all(
        vectors,
        ordinals,
        time=options.time,
        limit=links_wanted(options),
        min_score=least_looked_at(options),
        beside=Beside(mask, options.older, options.newer),
    )
    each = zip(ordinals, links_of_each, strict=True)
    while some := list(islice(each, _EXPLAINED_AT_ONCE)):

        def more_of(
            place: int, count: int, some: list[tuple[int, list[Link]]] = some
        ) -> list[Link]:
            ordinal = some[place][0]
            allowed = beside(reader.snapshot, mask, _day(reader, ordinal), options)
            return _links_of(reader, ordinal, options, allowed)(count)

        items_of_each = items_of_all(vectors, options, [links for _, links in some], more_of)
        linked = [
            (ordinal, item.link.ordinal, item.link.score)
            for (ordinal, _), items in zip(some, items_of_each, strict=True)
            for item in items
        ]
        explanations = iter(explanations_of_all(vectors, linked, time=options.time))
        for (ordinal, _), items in zip(some, items_of_each, strict=True):
            told = reader.snapshot.analysed(ordinal)
            yield _hits(reader, told, items, explanations, options)


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
    rank = vectors.rank(one, other, time=options.time, mask=mask)
    links = _links_of(reader, one, options, mask)(links_wanted(options))
    place, report_of = place_of(vectors, options, links, other)
    report = "" if report_of is None else reader.snapshot.events[report_of].id
    said = verdict(one == other, hit.score, rank, options, place, report)
    if one != other and (reason := kept_out(reader.snapshot, one, other, options, mask)):
        said = f"Not listed: {reason}."
    return Why(told.event, hit, rank, said)


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


def _hits(
    reader: Reader,
    told: AnalysedEvent,
    items: Iterable[Folded],
    explanations: Iterable[Explanation],
    options: RelatedOptions,
) -> tuple[Hit, ...]:
    """The list of these items; takes as many ``explanations``.

    What shares nothing that a reader would call a reason ("Korea" of two countries, "12,000") is
    in no list, unless a score was asked for.
    """
    surfaces = surfaces_of(told)
    hits = [
        _hit(reader, told, surfaces, item, explanation)
        for item, explanation in zip(items, explanations, strict=False)
    ]
    return tuple(hit for hit in hits if hit.context or options.min_score is not None)


def _by_relevance(
    reader: Reader,
    told: AnalysedEvent,
    asked: int | Analysis,
    options: RelatedOptions,
    mask: Mask | None,
) -> tuple[Hit, ...]:
    known = reader.vectors.prepare(asked)
    items = items_of(reader.vectors, options, _links_of(reader, known, options, mask))
    explanations = (
        reader.vectors.pair(known, item.link.ordinal, time=options.time).explanation
        for item in items
    )
    return _hits(reader, told, items, explanations, options)


def _links_of(
    reader: Reader, asked: int | Asked, options: RelatedOptions, mask: Mask | None
) -> Callable[[int], list[Link]]:
    """What gives so many links that a list may be made of, best first."""
    return lambda count: reader.vectors.related(
        asked, time=options.time, limit=count, min_score=least_looked_at(options), mask=mask
    )


def _day(reader: Reader, ordinal: int) -> int:
    return int(reader.snapshot.events.days[ordinal])


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
    """What became of an event in a list, in a sentence.

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
