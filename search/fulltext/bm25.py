"""BM25F: how well each event matches the terms of a query, from 0 to below 1.

    score = Σ over query terms of weight · idf · tf / (k1 + tf)  /  Σ of weight · idf
    tf    = tf of the title · coverage² + tf of the other fields
    k1    = 5 / n for a query of n words, at most 2.5

The frequencies are those of ``frequencies``, weighted by field. ``coverage`` is the share of
Σ of weight · idf that the title has: a title with the whole query counts in full, one with a single
word of it hardly more than the text. Each term approaches its full weight and never reaches it, so
no score saturates. The more words a query has, the less repetition of one counts. The figures
behind the constants are in benchmarks/search/README.md.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.fulltext.frequencies import Part, events_of

K1: Final = 5.0  # over the number of words of the query, two at least
# Events without the term that are added in the idf: in an archive of ten events about one story the
# words of the story still have weight.
_BACKGROUND_EVENTS: Final = 100
_FEW: Final = 100  # events that are looked up in the parts, not the other way round

_Floats = NDArray[np.float64]
_Ordinals = NDArray[np.int64]


class QueryTerm(NamedTuple):
    """A scoring term of a query, with its weighted frequencies, part by part.

    ``kind`` is "term", "name" or, for a part of the query that is not one term, "keywords".
    ``weight`` is 1, or less for extra terms: a name of several words, a part of a compound, the
    typed form of a word.
    """

    term: str
    surface: str
    kind: str
    weight: float
    parts: tuple[Part, ...]

    @property
    def is_word(self) -> bool:
        """Whether this is one of the words that a full match must have."""
        return self.weight == 1.0

    @property
    def events(self) -> NDArray[np.uint32]:
        """The events that have it, ascending, each once."""
        return events_of(self.parts)


def idf(document_frequency: int, events: int) -> float:
    """The idf of a term by its document frequency, as in BM25; never negative."""
    others = _BACKGROUND_EVENTS + events - document_frequency
    return math.log1p((others + 0.5) / (document_frequency + 0.5))


def k1(words: int) -> float:
    """The weighted frequency at which a term of a query of so many words has half its weight."""
    return K1 / max(words, 2)


def contributions(
    query_terms: Sequence[QueryTerm], candidates: _Ordinals, events: int, ordinals: int
) -> list[_Floats]:
    """What each query term, in order, adds to the score of each candidate: [terms][candidates].

    ``events`` is the number of live events, ``ordinals`` the number of ordinals.
    """
    weights = [
        term.weight * idf(_document_frequency(term, ordinals), events) for term in query_terms
    ]
    total = max(math.fsum(weights), 1e-9)
    weights = [weight / total for weight in weights]
    half = k1(sum(term.is_word for term in query_terms))
    count = len(candidates)
    slotted = _slotted(candidates, ordinals)
    parts = [[(part.titles, *slotted(part)) for part in term.parts] for term in query_terms]
    coverage = np.zeros(count + 1)
    for its_parts, weight in zip(parts, weights, strict=True):
        for titles, slots, _ in its_parts:
            if titles:
                coverage[slots] += weight
    coverage **= 2
    added = []
    for its_parts, weight in zip(parts, weights, strict=True):
        frequencies = np.zeros(count + 1)
        for titles, slots, its in its_parts:
            frequencies[slots] += its * coverage[slots] if titles else its
        added.append((weight * frequencies / (half + frequencies))[:count])
    return added


def scores(
    query_terms: Sequence[QueryTerm], added: Sequence[_Floats], count: int
) -> tuple[_Floats, NDArray[np.bool_]]:
    """The score of each of ``count`` candidates by the ``contributions``, and whether it has all
    words: both [candidates]. Without query terms all matches score the same."""
    if not query_terms:
        return np.ones(count), np.ones(count, np.bool_)
    found, has_all = np.zeros(count), np.ones(count, np.bool_)
    for term, its in zip(query_terms, added, strict=True):
        found += its
        if term.is_word:
            has_all &= its > 0.0
    return found, has_all & (found > 0.0)


def _document_frequency(term: QueryTerm, ordinals: int) -> int:
    """How many events have a term, of so many ordinals."""
    if len(term.parts) == 1:
        return len(term.parts[0].events)
    has_it = np.zeros(ordinals, np.bool_)
    for part in term.parts:
        has_it[part.events] = True
    return int(np.count_nonzero(has_it))


def _slotted(
    ordinals: _Ordinals, size: int
) -> Callable[[Part], tuple[NDArray[np.intp], NDArray[np.float32]]]:
    """Of a part, the index of each of its events in ``ordinals``, and its frequency.

    Events that are not among ``ordinals`` are left out, or have the index behind the last. ``size``
    is the number of all ordinals.
    """
    if len(ordinals) <= _FEW:

        def look_up(part: Part) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
            at = part.events.searchsorted(ordinals)
            has = part.events.take(at, mode="clip") == ordinals
            return has.nonzero()[0], part.frequencies[at[has]]

        return look_up
    slots = np.full(size, len(ordinals), np.intp)
    slots[ordinals] = np.arange(len(ordinals))
    return lambda part: (slots[part.events], part.frequencies)
