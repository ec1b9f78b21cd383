"""Writes the items of a related list as people read them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from search.model.hit import NOT_OF_A_TERM, Explanation, Hit
from search.model.options import RelatedOptions
from search.related.duplicates import Folded, versions_among
from search.related.reader import Reader
from search.related.shared_terms import as_written, context_terms, surfaces_of
from search.text.analysed_event import AnalysedEvent

_WIDESPREAD_EVENTS: Final = 30
_WIDESPREAD_SHARE: Final = 1 / 20  # of all events


def hits_of(
    reader: Reader,
    told: AnalysedEvent,
    items: Sequence[Folded],
    explanations: Sequence[Explanation],
    options: RelatedOptions,
) -> tuple[Hit, ...]:
    """The list of these items, given the explanation of each.

    What shares nothing that a reader would call a reason ("Korea" of two countries, "12,000") is
    in no list, unless a score was asked for. Nor is a version of the event itself, unless every
    event is to be listed singly.
    """
    surfaces = _surfaces(reader, told, explanations)
    hits = [
        hit_of(reader, told, item, explanation, surfaces)
        for item, explanation in zip(items, explanations, strict=True)
    ]
    if options.fold:
        versions = versions_among(told.event, [hit.event for hit in hits])
        hits = [hit for hit in hits if hit.event.id not in versions]
    return tuple(hit for hit in hits if hit.context or options.min_score is not None)


def hit_of(
    reader: Reader,
    told: AnalysedEvent,
    item: Folded,
    explanation: Explanation,
    surfaces: Mapping[str, str] | None = None,
) -> Hit:
    """An item as people read it.

    Args:
        told: the event or text that the list is for.
        surfaces: how its text writes the terms of the explanation; None: to be found out.
    """
    snapshot = reader.snapshot
    if surfaces is None:
        surfaces = _surfaces(reader, told, [explanation])
    other = snapshot.analysed(item.link.ordinal)
    contributions = {
        part.term: part.contribution
        for part in explanation.contributions
        if part.kind not in NOT_OF_A_TERM
    }
    commonplace = snapshot.names.commonplace
    context = context_terms(
        told, other, contributions, commonplace, partial(_is_widespread, reader)
    )
    parts = [as_written(snapshot, part, surfaces) for part in explanation.contributions]
    also = tuple([snapshot.events[ordinal].id for ordinal in item.also])
    return Hit(other.event, item.link.score, context, Explanation(tuple(parts)), also=also)


def _surfaces(
    reader: Reader, told: AnalysedEvent, explanations: Iterable[Explanation]
) -> dict[str, str]:
    """How the text of an event writes the terms of explanations that are one token."""
    terms = {
        part.term
        for explanation in explanations
        for part in explanation.contributions
        if part.kind not in NOT_OF_A_TERM and " " not in part.term
    }
    text = told.event.text
    return surfaces_of(text, reader.snapshot.terms.first_tokens(text, terms).values())


def _is_widespread(reader: Reader, term: str) -> bool:
    """Whether so many events have a term that it tells nothing by itself."""
    events = len(reader.vectors.column(term)[0])
    return events > max(_WIDESPREAD_EVENTS, _WIDESPREAD_SHARE * len(reader.vectors))
