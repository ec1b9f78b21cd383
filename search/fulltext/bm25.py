"""BM25F: how well each event matches the terms of a query, from 0 to below 1.

    score = Σ over query terms of weight · idf · tf / (k1 + tf)  /  Σ of weight · idf
    tf    = tf of the title · (0.1 + 0.9 · coverage²) + tf of the other fields

The frequencies are those of ``frequencies``, weighted by field. ``coverage`` is the share of
Σ of weight · idf that the title has: a title that answers the whole query counts in full, one that
has a word of it hardly more than the text does. Each term approaches its full weight and never
reaches it, so no score saturates. The figures behind the constants are in
benchmarks/search/README.md.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.fulltext.frequencies import Part, events_of

K1: Final = 2.0
LEAST_TITLE: Final = 0.1  # the factor of a title that has almost nothing of the query
LONG_NAME_WEIGHT: Final = 0.5  # a name of several words, which counts beside its words
NAMED_WORDS: Final = 32  # of a query are looked through for names
# As if there were so many more events without the term: in an archive of ten events about one
# story the words of the story still carry weight.
_BACKGROUND_EVENTS: Final = 100

# The ordinals, ascending, of the events that have a name by any of its aliases.
EventsNamed = Callable[[str], NDArray[np.int64]]
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


class Bm25:
    """The BM25F scores of events for a query.

    ``events`` is the number of live events, ``ordinals`` the number of ordinals.
    """

    def __init__(self, query_terms: Sequence[QueryTerm], events: int, ordinals: int) -> None:
        self._ordinals = ordinals
        self._query_terms = query_terms
        seen = np.zeros(ordinals, np.bool_)
        weights = [
            term.weight * idf(_document_frequency(term.parts, seen), events) for term in query_terms
        ]
        total = max(math.fsum(weights), 1e-9)
        self._weights = [weight / total for weight in weights]

    def scores(self, candidates: _Ordinals) -> tuple[_Floats, NDArray[np.bool_]]:
        """The score of each candidate, and whether it has all words: both [candidates].

        ``candidates`` ascend. Without query terms all matches score the same.
        """
        count = len(candidates)
        if not self._query_terms:
            return np.ones(count), np.ones(count, np.bool_)
        slots = np.full(self._ordinals, count, np.int64)
        slots[candidates] = np.arange(count)
        titles = self._title_factors(slots, count)
        scores, has_all = np.zeros(count), np.ones(count, np.bool_)
        for term, weight in zip(self._query_terms, self._weights, strict=True):
            frequencies = np.zeros(count + 1)
            for part in term.parts:
                # Each event is in a part once; the last slot takes all that are no candidates.
                at = slots[part.events]
                frequencies[at] += (
                    part.frequencies * titles[at] if part.titles else part.frequencies
                )
            frequencies = frequencies[:count]
            scores += weight * frequencies / (K1 + frequencies)
            if term.is_word:
                has_all &= frequencies > 0.0
        return scores, has_all & (scores > 0.0)

    def _title_factors(self, slots: NDArray[np.int64], count: int) -> _Floats:
        """The factor of each candidate's title: [count + 1]; the last is for all other events."""
        coverage = np.zeros(count + 1)
        for term, weight in zip(self._query_terms, self._weights, strict=True):
            for part in term.parts:
                if part.titles:
                    coverage[slots[part.events]] += weight
        return _title_factor(coverage)

    def contributions(self, ordinal: int) -> list[tuple[QueryTerm, float]]:
        """What each query term adds to the score of an event."""
        weighted = list(zip(self._query_terms, self._weights, strict=True))
        coverage = sum(
            weight
            for term, weight in weighted
            for part in term.parts
            if part.titles and _frequency(part, ordinal)
        )
        title = float(_title_factor(np.float64(coverage)))
        found = []
        for term, weight in weighted:
            frequency = math.fsum(
                _frequency(part, ordinal) * (title if part.titles else 1.0) for part in term.parts
            )
            found.append((term, weight * frequency / (K1 + frequency)))
        return found


def _title_factor(coverage: _Floats | np.float64) -> _Floats:
    return np.asarray(LEAST_TITLE + (1.0 - LEAST_TITLE) * coverage**2)


def _frequency(part: Part, ordinal: int) -> float:
    # A number of the array's own type: for another, numpy would convert the whole array first.
    at = int(part.events.searchsorted(part.events.dtype.type(ordinal)))
    has = at < len(part.events) and part.events[at] == ordinal
    return float(part.frequencies[at]) if has else 0.0


def _document_frequency(parts: Iterable[Part], seen: NDArray[np.bool_]) -> int:
    """How many events have a term in any part; ``seen`` is scratch space, and clean again."""
    parts = tuple(parts)
    if len(parts) == 1:
        return len(parts[0].events)
    for part in parts:
        seen[part.events] = True
    count = 0
    for part in parts:
        count += int(np.count_nonzero(seen[part.events]))
        seen[part.events] = False
    return count
