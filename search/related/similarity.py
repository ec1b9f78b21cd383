"""Computes the similarity of events by the formula in ``scoring``, for a list or for a pair."""

import math
from collections.abc import Sequence
from functools import cached_property, lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index.term_counts import NO_ALIASES, term_counts
from search.index.term_matrix import HEAD, TermMatrix
from search.model.event import UNDATED
from search.model.hit import DECIMALS, rounded
from search.related import scoring
from search.related.similarity_parts import (
    AS_NAMES,
    IS_WORD,
    Link,
    Parts,
    QueryVector,
    Shared,
    Sums,
    TermVector,
    days_apart,
    links_of,
)
from search.related.term_sums import sums_of, vector_of
from search.related.time_decay import TIME, learned_decay
from search.text.names.aliases import Aliases
from search.text.terms import Analysis

# Columns that are kept: of a base they are parts of its files, under a delta they may be copies.
_COLUMNS, _COLUMNS_OVER = 4_096, 128
_NO_COLUMN: Final = (np.zeros(0, np.uint32), np.zeros(0, np.uint8))
_AT_ONCE: Final = 1 << 14  # vectors that are compared at a time
_CAREFUL: Final = 1.0 + 1e-6  # squares of rounded sizes are too low by less


def _column_of(matrix: TermMatrix, term: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    number = matrix.number_of(term)
    return _NO_COLUMN if number is None else matrix.column(number)


class Similarity:
    """The term and word vectors of one generation, for queries. Safe to share by threads."""

    def __init__(self, matrix: TermMatrix) -> None:
        self.matrix = matrix
        learned = matrix.learned
        self.calibration = scoring.calibration(learned)
        self.dates = self.matrix.dates  # days since 1970-01-01: [n]
        self.dimensions = self.matrix.dimensions  # 0 in an archive too small for vectors
        # The events that have a term, ascending, and how often (0: a name beside its words). The
        # cache holds the matrix, not this object: a reference cycle would outlive a closed index.
        most = _COLUMNS_OVER if matrix.is_updated else _COLUMNS
        self.column = lru_cache(most)(partial(_column_of, matrix))
        self.names_factors = scoring.names_factors(learned.tail)
        self.words_factors = scoring.words_factors(learned.tail)
        curve = np.array(learned.time)
        # If a date is unknown, or time is switched off, the mean is used.
        self.no_time = float(np.exp(TIME / learned.tail * (learned.no_time - curve[0])))
        self._count_weights = scoring.count_weights().astype(np.float64)

    def __len__(self) -> int:
        """The number of ordinals, deleted events included."""
        return len(self.matrix)

    def weight_of_new(self, counts: NDArray[np.int64]) -> NDArray[np.float32]:
        """The idf of terms that are not in the base, by their document frequency elsewhere."""
        return scoring.idf(counts, self.matrix.learned.events, None, self.matrix.learned.english)

    @cached_property
    def norms(self) -> NDArray[np.float32]:
        """The length of each event's weights; 1 where it is zero: [n]."""
        lengths = self.matrix.lengths
        return np.where(lengths > 0.0, lengths, np.float32(1.0))

    @cached_property
    def time_decay(self) -> NDArray[np.float64]:
        """The time decay by distance in days, for all distances in the archive."""
        learned = self.matrix.learned
        dated = self.dates[self.dates != UNDATED]
        most = int(np.ptp(dated)) if len(dated) else 0
        return learned_decay(np.array(learned.time), learned.tail, most)

    def linked(self, ordinal: int, *, time: bool, min_score: float) -> NDArray[np.int64]:
        """The events, deleted or not, whose lists may have this event: a superset."""
        known = self.prepare(ordinal)
        sums = sums_of(self.matrix, known)
        ordinals = np.flatnonzero(sums.products)
        parts = self.compare_vectors(
            known, self.compare_terms(known, ordinals, sums.at(ordinals), time)
        )
        # The pair compared the other way round is the same but for the last bits.
        near = self.calibration.score(parts.raw) >= min_score - 1.0 / 10**DECIMALS
        return np.asarray(ordinals[near])

    def pair(
        self,
        query: int | QueryVector,
        other: int,
        *,
        time: bool = True,
    ) -> Link:
        """The link from an event or a text to one event, listed or not; it may score 0."""
        known, others = self.prepare(query), np.array([other])
        parts = self.compared(known, others, self.shared(known, others), time)
        return links_of(parts, rounded(self.calibration.score(parts.raw)))[0]

    def compared(
        self, known: QueryVector, others: NDArray[np.int64], shared: Shared, time: bool
    ) -> Parts:
        """The parts of the similarity to some events, given what ``shared`` says of them."""
        kinds, count = self.matrix.kinds(shared.terms), len(others)
        words = IS_WORD[kinds]
        sums = Sums(
            _sums(shared.owners, shared.products, count),
            _sums(shared.owners[words], shared.products[words], count),
            np.bincount(shared.owners, AS_NAMES[kinds], count).astype(np.int64),
        )
        return self.compare_vectors(known, self.compare_terms(known, others, sums, time))

    def term_vector(self, ordinal: int) -> TermVector:
        """The terms of an event of the archive, with their weights."""
        terms, counts = self.matrix.row(ordinal)
        day = int(self.dates[ordinal])
        return TermVector(
            terms,
            self._weights(terms, counts),
            float(self.matrix.lengths[ordinal]),
            day if day != UNDATED else None,
        )

    def prepare(self, query: int | QueryVector) -> QueryVector:
        """The query vector of an event, given by ordinal; one that is prepared already is
        returned."""
        if isinstance(query, QueryVector):
            return query
        terms, weights, length, day = self.term_vector(query)
        vector = self.matrix.vectors(np.array([query]))[0].astype(np.float32)
        size, hub = float(self.matrix.vector_sizes[query]), float(self.matrix.hubs[query])
        return QueryVector(query, terms, weights, length, vector, size, hub, day)

    def _weights(self, terms: NDArray[np.int64], counts: NDArray[np.uint8]) -> NDArray[np.float64]:
        return np.asarray(self._count_weights[counts] * self.matrix.weights(terms))

    def prepare_text(self, analysis: Analysis, aliases: Aliases = NO_ALIASES) -> QueryVector:
        """The query vector of a text, which has no date; ``aliases`` are those of the archive."""
        known: dict[int, int] = {}
        strangers: list[tuple[int, int]] = []
        for term, (count, kind) in term_counts(analysis, aliases).items():
            number = self.matrix.number_of(term)
            if number is not None:
                known[number] = count
            else:
                strangers.append((count, kind))
        terms = np.array(sorted(known), dtype=np.int64)
        counts = np.array([known[int(term)] for term in terms], dtype=np.uint8)
        return self.placed(terms, counts, strangers)

    def placed(
        self,
        terms: NDArray[np.int64],
        counts: NDArray[np.uint8],
        strangers: Sequence[tuple[int, int]],
        without: int | None = None,
    ) -> QueryVector:
        """The query vector of a text with these terms, with the vector and the hubness of an event.

        ``terms`` are those that the archive knows, ascending; ``strangers`` are the counts of the
        others, with the number of the kind of each. ``without`` is an event that is not compared
        with.
        """
        weights = self._weights(terms, counts)
        squares = float((weights**2).sum())
        if strangers:
            idf = self.weight_of_new(np.ones(len(strangers), np.int64))
            its = scoring.term_weights(idf, np.array([kind for _, kind in strangers]))
            squares += float(
                ((self._count_weights[[count for count, _ in strangers]] * its) ** 2).sum()
            )
        length = float(np.sqrt(squares))
        vector, size = vector_of(self.matrix, terms, weights)
        text = QueryVector(None, terms, weights, length, vector, size, 1.0, None)
        sample = self.matrix.sample
        parts = self.compare_terms(text, sample, sums_of(self.matrix, text).at(sample), False)
        parts = self.compare_vectors(text, parts)
        found = np.where(sample == without, 0.0, parts.lexical + parts.vectors)
        best = scoring.best_of_sample(found[None].astype(np.float32))
        hub = scoring.hub(best, self.matrix.learned.hub_mean, len(sample))
        return text._replace(hub=float(hub[0]))

    def compare_terms(
        self, query: QueryVector, ordinals: NDArray[np.int64], sums: Sums, time: bool
    ) -> Parts:
        """The similarity to some events by shared terms alone, given the sums over these."""
        length = query.length or 1.0
        norms = length * self.norms[ordinals].astype(np.float64)
        lexical = self.words_weight(query) * sums.products / norms
        distance = np.zeros(len(ordinals), dtype=np.int64)
        near = np.full(len(ordinals), self.no_time)
        if query.day is not None:
            dates = self.dates[ordinals]
            distance = days_apart(dates, query.day)
            if time:
                near = np.where(dates == UNDATED, near, self.time_decay[distance])
        hub = query.hub * self.matrix.hubs[ordinals].astype(np.float64)
        names = np.minimum(sums.names, scoring.MOST_NAMES)
        words = self.words_factors[scoring.word_step(sums.words / norms)]
        nothing = np.zeros(len(ordinals))
        return Parts(
            ordinals, lexical, nothing, names, self.names_factors[names], words, near, hub, distance
        )

    def words_weight(self, query: QueryVector) -> float:
        """The weight of shared terms: all of it for a text without a vector, in an archive whose
        vectors came from outside."""
        if query.ordinal is None and self.dimensions and not len(self.matrix.word_numbers):
            return 1.0
        return 1.0 - self.matrix.learned.vector_weight

    def compare_vectors(self, query: QueryVector, parts: Parts, least: float = 0.0) -> Parts:
        """The similarity to some events with what their vectors add. Events that cannot reach the
        similarity ``least`` may be left out."""
        if not self.matrix.learned.vector_weight or not query.vector.any() or not len(parts.names):
            return parts
        each = [
            self._with_vectors(query, parts.at(slice(begin, begin + _AT_ONCE)), least)
            for begin in range(0, len(parts.names), _AT_ONCE)
        ]
        return Parts._make(map(np.concatenate, zip(*each, strict=True)))

    def _with_vectors(self, query: QueryVector, parts: Parts, least: float) -> Parts:
        head, tail = query.vector[:HEAD], query.vector[HEAD:]
        sizes = self.matrix.vector_sizes[parts.ordinals].astype(np.float64)
        rows = self.matrix.heads(parts.ordinals).astype(np.float32)
        products = _products(rows, head)
        if least > 0.0:
            # By Cauchy and Schwarz, tails add at most the product of their lengths.
            squares = sizes**2 * _CAREFUL - np.einsum("ij,ij->i", rows, rows)
            most = products + math.sqrt(float(tail @ tail)) * np.sqrt(np.maximum(squares, 0.0))
            bounds = self._with_cosines(parts, most / (sizes * query.size)).raw
            near = np.flatnonzero(bounds >= least)
            parts, products, sizes = parts.at(near), products[near], sizes[near]
        products += _products(self.matrix.tails(parts.ordinals).astype(np.float32), tail)
        return self._with_cosines(parts, products / (sizes * query.size))

    def _with_cosines(self, parts: Parts, cosines: NDArray[np.float64]) -> Parts:
        learned = self.matrix.learned
        above = np.maximum(cosines - learned.background, 0.0)
        return parts._replace(vectors=learned.vector_weight * above)

    def shared(self, query: QueryVector, others: NDArray[np.int64]) -> Shared:
        """The terms that are shared with each of some events."""
        rows = [self.matrix.row(other) for other in others.tolist()]
        owners = np.repeat(np.arange(len(rows)), [len(terms) for terms, _ in rows])
        terms, counts = map(np.concatenate, zip(*rows, strict=True))
        at = query.terms.searchsorted(terms)
        mutual = np.append(query.terms, -1)[at] == terms
        owners, terms, counts, at = owners[mutual], terms[mutual], counts[mutual], at[mutual]
        products = self._weights(terms, counts) * query.weights[at]
        counted = products != 0.0
        return Shared(owners[counted], terms[counted], products[counted])


def _products(rows: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float64]:
    """The product of each row with a vector, all of small integers: exact, in any order they are
    added. BLAS would start threads for this, which then wait for more work at full speed."""
    return np.asarray(np.einsum("ij,j->i", rows, vector), np.float64)


def _sums(
    owners: NDArray[np.intp], products: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """The sums of the products of each owner, added in their order: [count]."""
    return np.bincount(owners, products, count).astype(np.float64, copy=False)
