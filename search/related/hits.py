"""Turns the items of a related list into hits, with the terms that are printed."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial, reduce
from typing import Final

import numpy as np

from search.index.name_index import COMMONPLACE_EVENTS, are_commonplace
from search.index.snapshot import Snapshot
from search.model.hit import NOT_OF_A_TERM, Explanation, Hit
from search.model.options import RelatedOptions
from search.related.duplicates import Folded, versions_among
from search.related.mentions import TermUse
from search.related.reader import Reader
from search.related.shared_terms import as_written, context_terms, surfaces_of
from search.text.analysed_event import AnalysedEvent
from search.text.english import COUNTRIES

_WIDESPREAD_SHARE: Final = 1 / 20  # of all events
_ALONE_SHARE: Final = 1 / 2  # of the events with a word that have it as a name of its own
_UNTITLED_EVENTS: Final = 8  # with a name, of which some title would have it if it were a topic


def hits_of(
    reader: Reader,
    analysed: AnalysedEvent,
    items: Sequence[Folded],
    explanations: Sequence[Explanation],
    options: RelatedOptions,
) -> tuple[Hit, ...]:
    """The list of these items, given the explanation of each.

    What shares nothing that a reader would call a reason ("Korea" of two countries, "12,000") is
    in no list, unless a score was asked for. Nor is a version of the event itself, unless every
    event is to be listed singly.
    """
    hits = every_hit(reader, analysed, items, explanations)
    if options.fold:
        versions = versions_among(analysed.event, [hit.event for hit in hits])
        hits = [hit for hit in hits if hit.event.id not in versions]
    return tuple(hit for hit in hits if hit.context or options.min_score is not None)


def every_hit(
    reader: Reader,
    analysed: AnalysedEvent,
    items: Sequence[Folded],
    explanations: Sequence[Explanation],
) -> list[Hit]:
    """The items of the list of an event or text as hits, given the explanation of each."""
    surfaces = _surfaces(reader, analysed, explanations)
    use = TermUse(
        reader.snapshot.names.commonplace,
        is_widespread=partial(_is_widespread, reader),
        is_everywhere=partial(_is_everywhere, reader),
        is_incidental=partial(_is_incidental, reader),
    )
    return [
        _hit_of(reader.snapshot, analysed, use, surfaces, item, explanation)
        for item, explanation in zip(items, explanations, strict=True)
    ]


def _hit_of(
    snapshot: Snapshot,
    analysed: AnalysedEvent,
    use: TermUse,
    surfaces: Mapping[str, str],
    item: Folded,
    explanation: Explanation,
) -> Hit:
    """An item as a hit. ``surfaces``: how the query event writes the terms of the explanation."""
    other = snapshot.analysed(item.link.ordinal)
    contributions = {
        part.term: part.contribution
        for part in explanation.contributions
        if part.kind not in NOT_OF_A_TERM
    }
    context = context_terms(analysed, other, contributions, use)
    parts = [as_written(snapshot, part, surfaces) for part in explanation.contributions]
    also = tuple([snapshot.events[ordinal].id for ordinal in item.also])
    return Hit(other.event, item.link.score, context, Explanation(tuple(parts)), also=also)


def _surfaces(
    reader: Reader, analysed: AnalysedEvent, explanations: Iterable[Explanation]
) -> dict[str, str]:
    """How the text of an event writes the terms of explanations that are one token."""
    terms = {
        part.term
        for explanation in explanations
        for part in explanation.contributions
        if part.kind not in NOT_OF_A_TERM and " " not in part.term
    }
    text = analysed.event.text
    return surfaces_of(text, reader.snapshot.terms.first_tokens(text, terms).values())


def _is_widespread(reader: Reader, term: str) -> bool:
    """Whether a term is so frequent that it says nothing by itself."""
    return len(reader.similarity.column(term)[0]) > _widespread_from(reader)


def _widespread_from(reader: Reader) -> float:
    return max(COMMONPLACE_EVENTS, _WIDESPREAD_SHARE * len(reader.similarity))


def _is_everywhere(reader: Reader, term: str) -> bool:
    """Whether nearly every event of the archive has a word, as with a template."""
    return bool(are_commonplace(len(reader.similarity.column(term)[0]), len(reader.similarity)))


def _is_incidental(reader: Reader, name: str, forms: Iterable[str]) -> bool:
    """Whether very many events have a name, or many and no title all words of one of its forms; or
    whether it is mostly a part of longer names, such as a given name."""
    snapshot = reader.snapshot
    events = len(snapshot.names.events(name))
    if name not in COUNTRIES and events < _ALONE_SHARE * len(reader.similarity.column(name)[0]):
        return True
    if events < _UNTITLED_EVENTS:
        return False
    if events > _widespread_from(reader):
        return True
    titles = partial(snapshot.inverted_index.events_with, "title")
    for form in {name, *forms}:
        found = [titles(token.term) for token in snapshot.terms.tokens(form)]
        if found and len(reduce(np.intersect1d, found)):
            return False
    return True
