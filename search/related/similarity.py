"""Computes the similarity of events by the formula in ``scoring``, for a list or for a pair."""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index.term_counts import NAMES, NO_ALIASES, term_counts
from search.index.term_matrix import TermMatrix
from search.model.event import UNDATED
from search.model.hit import DECIMALS, rounded
from search.related import scoring
from search.related.similarity_parts import (
    AS_NAMES,
    IS_WORD,
    Link,
    Parts,
    QueryVector,
    Sums,
    days_apart,
    sum_in_order,
)
from search.related.term_sums import sums_of, vector_of
from search.related.time_decay import TIME, learned_decay
from search.text.names.aliases import Aliases
from search.text.terms import Analysis

# Columns that are kept: of a base they are parts of its files, under a delta they may be copies.
_COLUMNS, _COLUMNS_OVER = 4_096, 128
_NO_COLUMN: Final = (np.zeros(0, np.uint32), np.zeros(0, np.uint8))
_FIRST_COMPARED: Final = 4  # times as many as are wanted; they say what else is worth comparing
_AT_ONCE: Final = 1 << 14  # vectors that are compared at a time
_CAREFUL: Final = 1.0 + 1e-9  # sums in different orders differ by less
_Mask = NDArray[np.bool_] | None  # [events]: which may be compared; None: all


def _column_of(matrix: TermMatrix, term: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    number = matrix.number_of(term)
    return _NO_COLUMN if number is None else matrix.column(number)


class Vectors:
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

    def related(
        self,
        query: int | QueryVector,
        *,
        time: bool = True,
        limit: int = 10,
        min_score: float = scoring.LEAST_SCORE,
        mask: _Mask = None,
    ) -> list[Link]:
        """The events most related to an event (by its ordinal) or a text, best first; never itself.

        ``mask`` [events] says which may be listed. Only events that share a term are candidates.

        The order is total: score to four decimals, nearness in time, then date and id.
        """
        known = self.prepare(query)
        parts, scores = self._ranked(known, time, limit, min_score, mask)
        return _links(parts, scores)

    def fillers(
        self,
        query: int | QueryVector,
        *,
        time: bool = True,
        limit: int,
        below: float,
        mask: _Mask = None,
    ) -> list[Link]:
        """The events that may fill up a short list: of those that score less than ``below`` and as
        much as ``scoring.FILL_SCORES`` asks, the ``limit`` with the most shared names; of as many
        names the first in the order of ``related``, which they are given in."""
        known = self.prepare(query)
        parts = self._sharing(known, sums_of(self.matrix, known), time, mask)
        floors = np.array(scoring.FILL_SCORES)
        classes = np.minimum(parts.names, len(floors) - 1)
        chosen = [np.zeros(0, np.int64)]
        for level in range(len(floors) - 1, -1, -1):
            some = self._compared(known, parts.at(np.flatnonzero(classes == level)), floors[level])
            scores = rounded(self.calibration.score(some.raw))
            fit = np.flatnonzero((some.raw > 0.0) & (scores >= floors[level]) & (scores < below))
            order = fit[self._order(some.at(fit), scores[fit])]
            by_names = np.argsort(-some.names[order], kind="stable")
            chosen.append(some.ordinals[order[by_names]])
            if sum(map(len, chosen)) >= limit:
                break
        ordinals = np.sort(np.concatenate(chosen)[:limit])
        best = self._with_vectors(known, parts.at(np.searchsorted(parts.ordinals, ordinals)))
        scores = rounded(self.calibration.score(best.raw))
        order = self._order(best, scores)
        return _links(best.at(order), scores[order])

    def rank(self, one: int, other: int, *, time: bool, mask: _Mask) -> int | None:
        """The rank of an event in the full list of another by score, from 1; None if it has
        none."""
        parts, _ = self._ranked(self.prepare(one), time, len(self), 0.0, mask)
        places = np.flatnonzero(parts.ordinals == other)
        return int(places[0]) + 1 if len(places) else None

    def _ranked(
        self, query: QueryVector, time: bool, limit: int, min_score: float, mask: _Mask
    ) -> tuple[Parts, NDArray[np.float64]]:
        """The best events in order, with their scores."""
        parts = self._best(query, sums_of(self.matrix, query), time, limit, min_score, mask)
        raw = parts.raw
        scores = rounded(self.calibration.score(raw))
        places = np.flatnonzero((raw > 0.0) & (scores >= min_score))
        best = places[self._order(parts.at(places), scores[places])[:limit]]
        return parts.at(best), scores[best]

    def _order(self, parts: Parts, scores: NDArray[np.float64]) -> NDArray[np.intp]:
        by_date = self.matrix.ranks(parts.ordinals)
        return scoring.in_order(scores, parts.distance, by_date)

    def linked(self, ordinal: int, *, time: bool, min_score: float) -> NDArray[np.int64]:
        """The events, deleted or not, whose lists may have this event: a superset."""
        known = self.prepare(ordinal)
        sums = sums_of(self.matrix, known)
        ordinals = np.flatnonzero(sums.products)
        parts = self._with_vectors(known, self._parts(known, ordinals, sums.at(ordinals), time))
        # The pair compared the other way round is the same but for the last bits.
        near = self.calibration.score(parts.raw) >= min_score - 1.0 / 10**DECIMALS
        return np.asarray(ordinals[near])

    def pair(
        self,
        query: int | QueryVector,
        other: int,
        *,
        day: int | None = None,
        time: bool = True,
    ) -> Link:
        """The link from an event or a text to one event, listed or not; it may score 0."""
        parts = self.compared_pair(self.prepare(query), other, time)
        return _links(parts, rounded(self.calibration.score(parts.raw)))[0]

    def compared_pair(self, known: QueryVector, other: int, time: bool) -> Parts:
        """The parts of the similarity to one event."""
        ordinals = np.array([other], dtype=np.int64)
        shared = list(self.shared(known, other))
        kinds = self.matrix.kinds(np.array([term for term, _ in shared], dtype=np.int64))
        products = np.array([product for _, product in shared])
        sums = Sums(
            sum_in_order(products),
            sum_in_order(products[IS_WORD[kinds]]),
            np.array([AS_NAMES[kinds].sum()]),
        )
        return self._with_vectors(known, self._parts(known, ordinals, sums, time))

    def prepare(self, query: int | QueryVector) -> QueryVector:
        """The query vector of an event, given by ordinal; one that is prepared already is
        returned."""
        if isinstance(query, QueryVector):
            return query
        terms, counts = self.matrix.row(query)
        return QueryVector(
            query,
            terms,
            self._weights(terms, counts),
            float(self.matrix.lengths[query]),
            self.matrix.vectors(np.array([query]))[0].astype(np.float32),
            float(self.matrix.vector_sizes[query]),
            float(self.matrix.hubs[query]),
            int(day) if (day := self.dates[query]) != UNDATED else None,
        )

    def _weights(self, terms: NDArray[np.int64], counts: NDArray[np.uint8]) -> NDArray[np.float64]:
        return np.asarray(self._count_weights[counts] * self.matrix.weights(terms))

    def prepare_text(
        self, analysis: Analysis, aliases: Aliases = NO_ALIASES, *, day: int | None = None
    ) -> QueryVector:
        """The query vector of a text. ``aliases`` are those of the archive; ``day`` is the date of
        the text, in days since 1970-01-01, if it has one."""
        known: dict[int, int] = {}
        strangers: list[tuple[int, bool]] = []
        for term, (count, kind) in term_counts(analysis, aliases).items():
            number = self.matrix.number_of(term)
            if number is not None:
                known[number] = count
            else:
                strangers.append((count, kind in NAMES))
        terms = np.array(sorted(known), dtype=np.int64)
        counts = np.array([known[int(term)] for term in terms], dtype=np.uint8)
        return self.placed(terms, counts, strangers)._replace(day=day)

    def placed(
        self,
        terms: NDArray[np.int64],
        counts: NDArray[np.uint8],
        strangers: Sequence[tuple[int, bool]],
        without: int | None = None,
    ) -> QueryVector:
        """The query vector of a text with these terms, with the vector and the hubness of an event.

        ``terms`` are those that the archive knows, ascending; ``strangers`` are the counts of the
        others, and whether each is a name. ``without`` is an event that is not compared with.
        """
        weights = self._weights(terms, counts)
        squares = float((weights**2).sum())
        if strangers:
            idf = self.weight_of_new(np.ones(len(strangers), np.int64))
            its = scoring.term_weights(idf, np.array([is_name for _, is_name in strangers]))
            squares += float(
                ((self._count_weights[[count for count, _ in strangers]] * its) ** 2).sum()
            )
        length = float(np.sqrt(squares))
        vector, size = vector_of(self.matrix, terms, weights)
        text = QueryVector(None, terms, weights, length, vector, size, 1.0, None)
        sample = self.matrix.sample
        parts = self._parts(text, sample, sums_of(self.matrix, text).at(sample), False)
        parts = self._with_vectors(text, parts)
        found = np.where(sample == without, 0.0, parts.lexical + parts.vectors)
        best = scoring.best_of_sample(found[None].astype(np.float32))
        hub = scoring.hub(best, self.matrix.learned.hub_mean, len(sample))
        return text._replace(hub=float(hub[0]))

    def _best(
        self,
        query: QueryVector,
        sums: Sums,
        time: bool,
        limit: int,
        min_score: float,
        mask: _Mask,
    ) -> Parts:
        """A superset of the best events, compared by vectors, too; unordered."""
        parts = self._sharing(query, sums, time, mask)
        first = limit * _FIRST_COMPARED
        if 0 < first < len(parts.ordinals) and self._most_by_vectors(query):
            some = np.argpartition(-self._bounds(query, parts), first)[:first]
            exact = self._with_vectors(query, parts.at(some)).raw
            worst = np.partition(exact, first - limit)[first - limit : first - limit + 1]
            min_score = max(min_score, float(self.calibration.score(worst)[0]))
        return self._compared(query, parts, min_score)

    def _sharing(self, query: QueryVector, sums: Sums, time: bool, mask: _Mask) -> Parts:
        """All events that share a term and may be listed, with similarities by words alone."""
        may_be = sums.products > 0.0 if mask is None else (sums.products > 0.0) & mask
        ordinals = np.flatnonzero(may_be)
        ordinals = ordinals[self.matrix.are_live(ordinals)]
        return self._parts(query, ordinals, sums.at(ordinals), time)

    def _compared(self, query: QueryVector, parts: Parts, min_score: float) -> Parts:
        """The events that may reach a score, compared by vectors, too; all if there are no
        vectors."""
        if not self._most_by_vectors(query):
            return parts
        # Scores are rounded, so a slightly lower similarity may tie.
        least = self.calibration.raw(min_score - 1.0 / 10**DECIMALS)
        return self._with_vectors(
            query, parts.at(np.flatnonzero(self._bounds(query, parts) >= least))
        )

    def _most_by_vectors(self, query: QueryVector) -> float:
        learned = self.matrix.learned
        if not query.vector.any():
            return 0.0
        return learned.vector_weight * (1.0 - learned.background) * _CAREFUL

    def _bounds(self, query: QueryVector, parts: Parts) -> NDArray[np.float64]:
        """Upper bounds of similarities: vectors add at least 0 and at most a known bound."""
        most = np.full(len(parts.ordinals), self._most_by_vectors(query))
        return parts._replace(vectors=most).raw

    def _parts(
        self, query: QueryVector, ordinals: NDArray[np.int64], sums: Sums, time: bool
    ) -> Parts:
        length = query.length or 1.0
        norms = length * self.norms[ordinals].astype(np.float64)
        lexical = self.words_weight(query) * sums.products / norms
        distance = np.zeros(len(ordinals), dtype=np.int64)
        near = np.full(len(ordinals), self.no_time)
        if query.day is not None:
            dates = self.dates[ordinals]
            distance = days_apart(dates, query.day)
            if time:
                near = np.where(dates == UNDATED, near, self._near(distance))
        hub = query.hub * self.matrix.hubs[ordinals].astype(np.float64)
        names = np.minimum(sums.names, scoring.MOST_NAMES)
        words = self.words_factors[scoring.word_step(sums.words / norms)]
        nothing = np.zeros(len(ordinals))
        return Parts(
            ordinals, lexical, nothing, names, self.names_factors[names], words, near, hub, distance
        )

    def words_weight(self, query: QueryVector) -> float:
        """What words count for an event or a text: all, for a text that no vector can be made of,
        in an archive whose vectors came from outside."""
        if query.ordinal is None and self.dimensions and not len(self.matrix.word_numbers):
            return 1.0
        return 1.0 - self.matrix.learned.vector_weight

    def _near(self, distance: NDArray[np.int64]) -> NDArray[np.float64]:
        if distance.max(initial=0) < len(self.time_decay):
            return self.time_decay[distance]
        learned = self.matrix.learned
        most = int(distance.max())
        return learned_decay(np.array(learned.time), learned.tail, most)[distance]

    def _with_vectors(self, query: QueryVector, parts: Parts) -> Parts:
        learned = self.matrix.learned
        if not learned.vector_weight or not query.vector.any():
            return parts
        found = np.empty(len(parts.ordinals))
        for begin in range(0, len(found), _AT_ONCE):
            some = parts.ordinals[begin : begin + _AT_ONCE]
            # Sums of products of small integers: exact, in any order they are added. BLAS would
            # start threads for this, which then wait for more work at full speed.
            rows = self.matrix.vectors(some).astype(np.float32)
            products = np.einsum("ij,j->i", rows, query.vector)
            lengths = self.matrix.vector_sizes[some].astype(np.float64) * query.size
            found[begin : begin + _AT_ONCE] = products.astype(np.float64) / lengths
        above = np.maximum(found - learned.background, 0.0)
        return parts._replace(vectors=learned.vector_weight * above)

    def shared(self, query: QueryVector, other: int) -> Iterator[tuple[int, float]]:
        """The terms shared with an event, ascending, with the product of their weights."""
        terms, counts = self.matrix.row(other)
        _, own, others = np.intersect1d(query.terms, terms, assume_unique=True, return_indices=True)
        weights = self._weights(terms[others], counts[others]).tolist()
        for mine, weight in zip(own.tolist(), weights, strict=True):
            product = weight * float(query.weights[mine])
            if product:
                yield int(query.terms[mine]), product


def _links(parts: Parts, scores: NDArray[np.float64]) -> list[Link]:
    each = zip(
        parts.ordinals.tolist(), scores.tolist(), parts.raw.tolist(), parts.names.tolist(),
        strict=True,
    )  # fmt: skip
    return [Link(*link) for link in each]
