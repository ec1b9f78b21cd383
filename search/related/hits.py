"""Writes the items of a related list as people read them."""

from collections.abc import Iterable, Mapping

from search.model.hit import NOT_OF_A_TERM, Explanation, Hit
from search.model.options import RelatedOptions
from search.related.duplicates import Folded, versions_among
from search.related.reader import Reader
from search.related.shared_terms import as_written, context_terms, surfaces_of
from search.text.analysed_event import AnalysedEvent


def surfaces(reader: Reader, told: AnalysedEvent) -> dict[str, str]:
    """How the text of an event writes its terms."""
    return surfaces_of(told.event.text, reader.snapshot.terms.tokens(told.event.text))


def hit_of(
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


def hits_of(
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
    spelled = surfaces(reader, told)
    hits = [
        hit_of(reader, told, spelled, item, explanation)
        for item, explanation in zip(items, explanations, strict=False)
    ]
    if options.fold:
        versions = versions_among(told.event, (hit.event for hit in hits))
        hits = [hit for hit in hits if hit.event.id not in versions]
    return tuple(hit for hit in hits if hit.context or options.min_score is not None)
