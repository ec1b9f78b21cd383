"""Ranks the events of an archive by how related they are to one event or text."""

from collections.abc import Set
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.model.hit import DECIMALS, rounded
from search.related import scoring
from search.related.similarity import Similarity
from search.related.similarity_parts import Link, Parts, QueryVector, links_of
from search.related.term_sums import sums_of

_FIRST_COMPARED: Final = 4  # times as many as are wanted; they say what else is worth comparing
_CAREFUL: Final = 1.0 + 1e-9  # sums in different orders differ by less


class Ranking:
    """The live events that share a term with an event or a text, never the event itself.

    Postings are read once, whatever is asked. Vectors are compared only where the sums over shared
    terms, with the most that a vector can add, reach the score that is asked for.

    Every order here is total: score to four decimals, nearness in time, then date and id.
    """

    def __init__(
        self,
        similarity: Similarity,
        query: int | QueryVector,
        *,
        time: bool = True,
        mask: NDArray[np.bool_] | None = None,
    ) -> None:
        """
        Args:
            similarity: of the archive's events.
            query: an event, by its ordinal, or the query vector of a text.
            time: whether nearness in time counts.
            mask: which events may be ranked: [events]; None: all.
        """
        self._similarity = similarity
        self.query = similarity.prepare(query)
        sums = sums_of(similarity.matrix, self.query)
        may_be = (sums.products > 0.0) & similarity.matrix.alive()
        ordinals = np.flatnonzero(may_be if mask is None else may_be & mask)
        self._parts = similarity.compare_terms(self.query, ordinals, sums.at(ordinals), time)

    def best(
        self,
        limit: int = 10,
        min_score: float = scoring.LEAST_SCORE,
        excluded: Set[int] = frozenset(),
    ) -> list[Link]:
        """The ``limit`` best events that score at least ``min_score``, best first, without the
        ``excluded`` ordinals."""
        bounds = self._bounds_without(excluded)
        first = limit * _FIRST_COMPARED
        least = min_score
        if 0 < first < len(bounds) - len(excluded) and self._most_by_vectors:
            floor = np.partition(bounds, len(bounds) - first)[len(bounds) - first]
            exact = self._compared(bounds >= floor).raw
            worst = np.partition(exact, len(exact) - limit)[[len(exact) - limit]]
            least = max(least, float(self._similarity.calibration.score(worst)[0]))
        ranked, scores = self._ranked(self._reaching(bounds, least), min_score)
        best = np.arange(min(limit, len(scores)))
        return links_of(ranked.at(best), scores[best])

    def fillers(self, limit: int, below: float, excluded: Set[int] = frozenset()) -> list[Link]:
        """The events that may fill up a short list, in the order of ``best``.

        Of those that score less than ``below`` and as much as ``scoring.FILL_SCORES`` asks, these
        are the ``limit`` with the most shared names; of as many names, the best.
        """
        bounds = self._bounds_without(excluded)
        floors = scoring.FILL_SCORES
        classes = np.minimum(self._parts.names, len(floors) - 1)
        chosen = [np.zeros(0, np.int64)]
        for level in range(len(floors) - 1, -1, -1):
            own = np.where(classes == level, bounds, -1.0)
            some, scores = self._ranked(self._reaching(own, floors[level]), floors[level])
            some = some.at(np.flatnonzero(scores < below))
            by_names = np.argsort(-some.names, kind="stable")
            chosen.append(some.ordinals[by_names])
            if sum(map(len, chosen)) >= limit:
                break
        ordinals = np.sort(np.concatenate(chosen)[:limit])
        best = self._compared(np.isin(self._parts.ordinals, ordinals, assume_unique=True))
        return links_of(*self._ranked(best, 0.0))

    def rank(self, ordinal: int) -> int | None:
        """The rank of an event among all by score, from 1; None if it has none."""
        its = self._compared(self._parts.ordinals == ordinal)
        if not (its.raw > 0.0).any():
            return None
        score = float(self._scores(its)[0])
        ranked, _ = self._ranked(self._reaching(self._bounds, score), score)
        return 1 + int(np.flatnonzero(ranked.ordinals == ordinal)[0])

    @cached_property
    def _bounds(self) -> NDArray[np.float64]:
        """Upper bounds of similarities: vectors add at least 0 and at most a known bound."""
        most = np.full(len(self._parts.ordinals), self._most_by_vectors)
        return self._parts._replace(vectors=most).raw

    def _bounds_without(self, excluded: Set[int]) -> NDArray[np.float64]:
        """The upper bounds; those of ``excluded`` events are below all others."""
        if not excluded:
            return self._bounds
        out = np.fromiter(excluded, np.int64, len(excluded))
        return np.where(np.isin(self._parts.ordinals, out), -1.0, self._bounds)

    def _scores(self, parts: Parts) -> NDArray[np.float64]:
        return rounded(self._similarity.calibration.score(parts.raw))

    def _ranked(self, parts: Parts, min_score: float) -> tuple[Parts, NDArray[np.float64]]:
        """Those of some events that score at least so much, best first, with their scores."""
        scores = self._scores(parts)
        fit = np.flatnonzero((parts.raw > 0.0) & (scores >= min_score))
        by_date = self._similarity.matrix.ranks(parts.ordinals[fit])
        order = fit[scoring.in_order(scores[fit], parts.distance[fit], by_date)]
        return parts.at(order), scores[order]

    def _least(self, min_score: float) -> float:
        """A similarity that is not above those of a score. Scores are rounded, so a slightly lower
        similarity may tie."""
        return self._similarity.calibration.raw(min_score - 1.0 / 10**DECIMALS)

    def _reaching(self, bounds: NDArray[np.float64], score: float) -> Parts:
        """The events that may reach a score, given the upper bounds of all, compared by vectors,
        too."""
        least = self._least(score)
        near = self._parts.at(np.flatnonzero(bounds >= least))
        return self._similarity.compare_vectors(self.query, near, least)

    def _compared(self, chosen: NDArray[np.bool_]) -> Parts:
        """The chosen events, compared by vectors, too."""
        return self._similarity.compare_vectors(self.query, self._parts.at(np.flatnonzero(chosen)))

    @property
    def _most_by_vectors(self) -> float:
        learned = self._similarity.matrix.learned
        if not self.query.vector.any():
            return 0.0
        return learned.vector_weight * (1.0 - learned.background) * _CAREFUL
