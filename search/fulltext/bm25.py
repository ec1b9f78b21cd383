"""What a question asks for, and how much of it each event has: BM25.

The sum over the question's words of idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b · |e|)), over what
a very short event with each word once would get; at most 1. The figures behind the constants are in
benchmarks/search/README.md.
"""

import math
from collections.abc import Callable, Sequence
from itertools import accumulate, compress
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.arrays import distinct
from search.index.term_counts import LONG_NAME, NAME
from search.related import scoring as ranking
from search.related.similarity import Vectors

K1: Final = 0.6
B: Final = 0.45
NAMED_WORDS: Final = 32  # of a query are looked through for names

# Of a query term for very many events, few of which match, these are looked up one by one.
_FEW: Final = 16
_NOTHING: Final = np.zeros(0, np.int64)

# The events, ascending, that have a name by any of its aliases; none for terms without aliases.
EventsNamed = Callable[[str], NDArray[np.int64]]
_Floats = NDArray[np.float64]
_Ordinals = NDArray[np.int64]
_Places = NDArray[np.intp]


class QueryTerm(NamedTuple):
    """One thing that a question asks for: the events that have it, ascending, and how often.

    A count of 0, that of a name beside its words, counts as 1. ``by_other_name`` are those of the
    events that have only another name of it. ``weight`` 1 is a word; a name of several words, which
    stands beside its words, counts less.
    """

    term: str
    surface: str
    kind: str
    weight: float
    events: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    by_other_name: _Ordinals = _NOTHING


def query_term_for(vectors: Vectors, term: str, surface: str, kind: int) -> QueryTerm:
    """A query term and where it occurs. ``kind``: see ``term_counts.term_counts``."""
    events, counts = vectors.column(term)
    weight = ranking.PHRASE_COUNT if kind == LONG_NAME else 1.0
    name = "name" if kind in (NAME, LONG_NAME) else "term"
    return QueryTerm(term, surface, name, weight, events, counts)


def with_synonyms(
    query_term: QueryTerm, named: NDArray[np.int64] | NDArray[np.uint32]
) -> QueryTerm:
    """The query term, met as well by the events that have another name of it."""
    if not len(named):
        return query_term
    others = np.setdiff1d(named, query_term.events, assume_unique=True)
    if not len(others):
        return query_term
    events = np.concatenate([query_term.events, others.astype(np.uint32)])
    counts = np.concatenate([query_term.counts, np.ones(len(others), np.uint8)])
    order = np.argsort(events, kind="stable")
    by_other_name = distinct(query_term.by_other_name, others)
    return query_term._replace(
        events=events[order], counts=counts[order], by_other_name=by_other_name
    )


class Postings(NamedTuple):
    """The events and counts of all query terms, one term behind the other; where each
    query term's end, its weight in the sum, and whether it is a word."""

    events: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    ends: NDArray[np.int64]
    weights: _Floats
    is_word: NDArray[np.bool_]


class Bm25:
    """The keyword scores of events for a query. ``least`` and ``slope``: see ``lengths_of``."""

    def __init__(self, query_terms: Sequence[QueryTerm], vectors: Vectors) -> None:
        self._vectors = vectors
        self._least, self._slope = lengths_of(vectors)
        events = vectors.living
        idfs = [
            query_term.weight * ranking.idf_of(len(query_term.events), events)
            for query_term in query_terms
        ]
        self._is_word = [query_term.weight == 1.0 for query_term in query_terms]
        words = math.fsum(compress(idfs, self._is_word))
        ideal = max(words * (K1 + 1.0) / (1.0 + self._least), 1e-9)
        self._query_terms = query_terms
        self._weights = [idf * (K1 + 1.0) / ideal for idf in idfs]

    def postings(self, candidates: _Ordinals | None = None) -> Postings:
        """The postings of these events, perhaps with others; of all events by default."""
        if candidates is None:
            events = [query_term.events for query_term in self._query_terms]
            counts = [query_term.counts for query_term in self._query_terms]
        else:
            found = [_looked_up(query_term, candidates) for query_term in self._query_terms]
            events, counts = map(list, zip(*found, strict=True))
        return Postings(
            np.concatenate(events),
            np.concatenate(counts),
            np.array(list(accumulate(map(len, events)))),
            np.array(self._weights),
            np.array(self._is_word),
        )

    def scores(self, candidates: _Ordinals) -> tuple[_Floats, NDArray[np.bool_]]:
        """The score of each event, and whether it has all words: [candidates], which ascend."""
        if not self._query_terms:
            # There are only dates, or everything: what matches does so in full.
            return np.ones(len(candidates)), np.ones(len(candidates), np.bool_)
        events, counts, ends, weights, is_word = self.postings(candidates)
        query_term = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        at, good = _slots(events, candidates, len(self._vectors))
        if good is not None:
            at, events, counts, query_term = at[good], events[good], counts[good], query_term[good]
        # Of one event the sum is made in the order of the query term.
        sums = np.bincount(at, self._parts(events, counts, weights[query_term]), len(candidates))
        had = np.bincount(at, is_word[query_term], len(candidates))
        return np.minimum(sums, 1.0), (had == sum(self._is_word)) & (sums > 0.0)

    def contributions(self, ordinal: int) -> list[tuple[QueryTerm, float]]:
        """What each query term adds to the keyword score of an event."""
        parts = []
        for query_term, weight in zip(self._query_terms, self._weights, strict=True):
            at = int(np.searchsorted(query_term.events, ordinal))
            which = slice(at, at + 1)
            has = query_term.events[which] == ordinal
            found = self._parts(query_term.events[which], query_term.counts[which], weight)[has]
            parts.append((query_term, float(found.sum())))
        total = math.fsum(part for _, part in parts)
        return [(query_term, part / max(total, 1.0)) for query_term, part in parts]

    def _parts(
        self, events: NDArray[np.uint32], counts: NDArray[np.uint8], weight: _Floats | float
    ) -> _Floats:
        lengths = self._least + self._slope * self._vectors.word_counts[events]
        counts = np.maximum(counts, 1)
        return np.asarray(weight * counts / (counts + lengths))


def lengths_of(vectors: Vectors) -> tuple[float, float]:
    """k1 · (1 − b + b · |e|) as a line over how many words e has: where it begins, its slope."""
    return K1 * (1.0 - B), K1 * B / max(vectors.mean_words, 1.0)


def _looked_up(
    query_term: QueryTerm, candidates: _Ordinals
) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """The events of a query term with their counts; of very many, those among few candidates."""
    if not len(candidates) or len(candidates) * _FEW >= len(query_term.events):
        return query_term.events, query_term.counts
    which = np.searchsorted(query_term.events, candidates)
    which = which[query_term.events.take(which, mode="clip") == candidates]
    return query_term.events[which], query_term.counts[which]


def _slots(
    events: NDArray[np.uint32], candidates: _Ordinals, archive: int
) -> tuple[_Places, _Places | None]:
    """Where each of the events stands among the candidates, and which of them do, if not all."""
    if len(events) == len(candidates) and (events == candidates).all():
        return np.arange(len(events)), None
    if not len(candidates):
        return np.zeros(len(events), np.intp), np.zeros(0, np.intp)
    # Not filled: what it says of other events than candidates is not believed.
    slot_of = np.empty(archive, np.uint32)
    slot_of[candidates] = np.arange(len(candidates), dtype=np.uint32)
    at = slot_of[events].astype(np.intp)
    good = candidates.take(at, mode="clip") == events
    return at, None if good.all() else np.flatnonzero(good)
