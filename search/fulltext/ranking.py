"""The ranking of searches: its formula and weights, and the explanation of each hit.

Matching has decided which events match; this module decides their order. The score of event e:

    score     = 0.9 · shown, or 0.9 + 0.1 · shown / 2^earlier if the query is the id, the
                link or the title of e, and of so many earlier events
    shown     = 0.5 + 0.5 · f((likeness − 0.8) / 0.2) from a likeness of 0.8 on, and
                0.5 · f(likeness / 0.8) below, where f(x) = (x + 1 − (1 − x)^⅓) / 2
    likeness  = (0.8 + 0.2 · (words + (1 − words) · feedback / n)) · time   if e has all n words
                0.8 · (words + (1 − words) · feedback) · time               otherwise
    words     BM25F, see ``bm25``; below 1
    feedback  how much e is like the first hits and the query, by word vectors: x / (1 + x⁴)^¼,
              x = max(0, 3 · strength · hits + 8 · v · query)
              hits: the mean, over the ten best events without feedback, of the cosine with e
              times time decay, weighted by the cubes of their scores; strength: the mean of
              these scores, with the same weights (pseudo-relevance feedback)
              query: the cosine of e with the sum of the vectors of the query's terms, if it has two
              words or more; v: the weight that vectors have in the relatedness of this archive,
              which is learned from it
              If the query is a text (see ``Query.is_text``), 1 − (1 − feedback) · (1 − related),
              where related is the score of e as an event related to that text
    time      (1 + 5 · exp(−days / 30)) / 6, days outside of the time that the query names

So an event that lacks a word of the query comes after the events that have all of them, unless the
query names a time. Feedback is computed for the best candidates only, and takes nothing from a
score. Good hits all have a likeness of nearly 1, and the best lack a tenth of what others lack: the
cube root shows the difference, and ``shown`` keeps the order. The order is total: unrounded score,
then newest, then id. The figures behind the constants are in benchmarks/search/README.md.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.fulltext import bm25
from search.fulltext.bm25 import QueryTerm
from search.model.event import LAST_DAY, UNDATED
from search.model.hit import Contribution, Explanation, explanation_of, rounded
from search.model.options import Sort
from search.related.similarity import Similarity
from search.related.similarity_parts import days_apart
from search.related.term_sums import vector_of
from search.related.time_decay import feedback_decay

EXACT: Final = 0.1
ALL_WORDS: Final = 0.8
SHOWN_ALL_WORDS: Final = 0.5  # the score for a likeness of ``ALL_WORDS``
_SHOWN_POWER: Final = 1.0 / 3.0
FEEDBACK: Final = 3.0
QUERY_VECTOR: Final = 8.0
SEEDS: Final = 10  # the first hits, which represent the query
SEED_POWER: Final = 3
COMPARED: Final = 500  # events that feedback is computed for
PERIOD_WEIGHT: Final = 5.0
PERIOD_FADES_DAYS: Final = 30.0

# Multiplications of a product; larger ones are shared out among threads, which cost more than they
# save.
_MOST_AT_ONCE: Final = 400_000

_Floats = NDArray[np.float64]
_Ordinals = NDArray[np.int64]
_Slots = NDArray[np.intp]  # indexes into the candidates


class Ranking:
    """The candidates of a search in total order. Immutable, and safe to share by threads.

    By relevance: score, then newest, then id. By day: day, then score, then id.
    """

    def __init__(
        self,
        query_terms: Sequence[QueryTerm],
        similarity: Similarity,
        candidates: _Ordinals,
        *,
        outside: _Floats | None = None,
        exact: _Ordinals | None = None,
        like_text: Callable[[_Ordinals], _Floats] | None = None,
        sort: Sort = "relevance",
    ) -> None:
        """``candidates`` are ordinals, ascending. ``outside`` [candidates] is how many days each
        lies outside of the time that the query names, if it names one. ``exact`` are the ordinals
        of events whose id, address or title the query is. ``like_text``, of a query that is a
        text, gives how related events are to it, from 0 to 1."""
        self._similarity = similarity
        self._sort = sort
        self._word_count = sum(term.is_word for term in query_terms)
        self.candidates = candidates
        self._added = bm25.contributions(
            query_terms, candidates, similarity.matrix.live_count, len(similarity)
        )
        self._words, self.has_all_words = bm25.scores(query_terms, self._added, len(candidates))
        self._time = None if outside is None else _time_factor(outside)
        self._exact = np.zeros(len(candidates), np.bool_)
        self._scale = np.full(len(candidates), 1.0 - EXACT)  # of likeness in the score
        if exact is not None and len(exact):
            self._exact = np.isin(candidates, exact, assume_unique=True)
            slots = np.flatnonzero(self._exact)
            earlier = np.argsort(np.argsort(similarity.matrix.ranks(candidates[slots])))
            self._scale[slots] = EXACT * 0.5**earlier
        self._like_text = like_text
        self._query_terms = query_terms
        self._feedback = np.zeros(len(candidates))
        self._scores = self._score(slice(None))
        self._compared = self._with_feedback()

    def first(self, count: int) -> list[int]:
        """The ordinals of the first ``count`` events, or of all if there are fewer."""
        ordinals: list[int] = self.candidates[self._order(count)[:count]].tolist()
        return ordinals

    def scores(self, ranks: Sequence[int]) -> list[float]:
        """The rounded scores of the events of these ranks, from 0."""
        if not ranks:
            return []
        slots = self._order(max(ranks) + 1)[list(ranks)]
        scores: list[float] = rounded(self._scores[slots]).tolist()
        return scores

    @property
    def raw_scores(self) -> _Floats:
        """The unrounded score of each candidate, which decides the order: [candidates]."""
        return self._scores

    def explanations(self, ranks: Sequence[int]) -> list[Explanation]:
        """Why the events of these ranks, from 0, have their scores."""
        if not ranks:
            return []
        slots = self._order(max(ranks) + 1)[list(ranks)]
        columns = [
            [Contribution(term, part, surface, kind) for part in added.tolist()]
            for term, surface, kind, added in self._reasons(slots)
        ]
        rows = zip(*columns, strict=True)
        return list(map(explanation_of, rows, self.scores(ranks)))

    def _reasons(self, slots: _Slots) -> list[tuple[str, str, str, NDArray[Any]]]:
        """The term, surface and kind of each reason, and what it adds to the score of each of some
        candidates: [slots]."""
        words = self._words[slots]
        of_words = self._likeness(slots, 0.0)
        likeness = self._likeness(slots, self._feedback[slots])
        time = np.ones(len(slots)) if self._time is None else self._time[slots]
        scores = likeness * time
        scale = self._scale[slots] * shown(scores) / np.where(scores > 0.0, scores, 1.0)
        parts: dict[str, tuple[QueryTerm, _Floats]] = {}  # of a term and of its typed form as one
        for term, part in zip(self._query_terms, self._added, strict=True):
            first, before = parts.get(term.term, (term, 0.0))
            parts[term.term] = first, before + part[slots]
        divisor = np.where(words > 0.0, words, 1.0)
        reasons: list[tuple[str, str, str, NDArray[Any]]] = [
            (term.term, term.surface, term.kind, scale * part * of_words / divisor)
            for term, part in parts.values()
        ]
        if not reasons:
            reasons = [("*", "every match alike", "keywords", scale * of_words)]
        like = "like the query and the first hits"
        if self._like_text is not None:
            like = "like the first hits, and related to the query as a text"
        reasons.append(("", like, "vectors", scale * (likeness - of_words)))
        if self._time is not None:
            lost = scale * likeness * (time - 1.0)
            reasons.append(("", "outside the time asked for", "time", lost))
        if self._exact.any():
            named = "the query is its id, link or title"
            reasons.append(("", named, "exact", (1.0 - EXACT) * self._exact[slots]))
        return reasons

    def _likeness(self, at: _Slots | slice, feedback: _Floats | float) -> _Floats:
        """The likeness of some candidates before time is applied. The more words a query has, the
        more an event that has them all says by its words."""
        words = self._words[at]
        lacking = 1.0 - words
        full = words + feedback / max(self._word_count, 1) * lacking
        return np.where(
            self.has_all_words[at],
            ALL_WORDS + (1.0 - ALL_WORDS) * full,
            ALL_WORDS * (words + feedback * lacking),
        )

    def _score(self, at: _Slots | slice) -> _Floats:
        scores = self._likeness(at, self._feedback[at])
        if self._time is not None:
            scores *= self._time[at]
        return np.asarray(self._scale[at] * shown(scores) + (1.0 - EXACT) * self._exact[at])

    def _with_feedback(self) -> _Slots:
        """The best candidates, in order, once feedback has been added to their scores."""
        best = self._best(slice(None), COMPARED)
        feedback = self._by_vectors(best)
        if self._like_text is not None and len(best):
            related = self._like_text(self.candidates[best])
            feedback = 1.0 - (1.0 - feedback) * (1.0 - related)
        if not feedback.any():
            return best
        self._feedback[best] = feedback
        self._scores[best] = self._score(best)
        return best[self._best(best, len(best))]

    def _by_vectors(self, best: _Slots) -> _Floats:
        """How much each of the best candidates, in order, is like the first of them and like the
        query: [best]."""
        seeds = best[:SEEDS]
        words = self._words[seeds]
        weights = words if self._time is None else words * self._time[seeds]
        weights = weights**SEED_POWER
        total = float(weights.sum())
        if not total or not self._similarity.dimensions:
            return np.zeros(len(best))
        ordinals = self.candidates[best]
        rows = self._similarity.matrix.vectors(ordinals).astype(np.float32)
        sizes = self._similarity.matrix.vector_sizes[ordinals].astype(np.float64)
        days = self._similarity.dates[ordinals]
        few = slice(len(seeds))  # the seeds are the first of the best
        query, its_size = self._query_vector()
        alike = _products(np.concatenate([rows[few], query[None]]), rows) / sizes
        near = alike[few] * feedback_decay(days_apart(days, days[few, None]))
        strength = float((weights * words).sum()) / total
        x = FEEDBACK * strength / total * (near * (weights / sizes[few])[:, None]).sum(axis=0)
        x += QUERY_VECTOR * self._similarity.matrix.learned.vector_weight / its_size * alike[-1]
        x = np.maximum(x, 0.0)
        return np.asarray(x / np.sqrt(np.sqrt(1.0 + (x * x) * (x * x))))

    def _query_vector(self) -> tuple[NDArray[np.float32], float]:
        """The direction of the sum of the vectors of the query's terms, and its length; that of a
        name or a compound includes its words. A query of one word has none: there the first hits
        say more."""
        matrix = self._similarity.matrix
        if self._word_count < 2:
            return np.zeros(matrix.dimensions, np.float32), 1.0
        weights: dict[int, float] = {}
        for term in self._query_terms:
            for part in {term.term, *term.term.split(" ")}:
                number = matrix.number_of(part)
                if number is not None:
                    weights[number] = max(weights.get(number, 0.0), term.weight)
        terms = np.array(sorted(weights), np.int64)
        each = matrix.weights(terms) * np.array([weights[term] for term in terms.tolist()])
        vector, size = vector_of(matrix, terms, each)
        return vector, size or 1.0

    def _best(self, at: _Slots | slice, count: int) -> _Slots:
        """Where the best of some candidates are among these, in order: the one top-k selection.

        Scores below the ``count``-th best are dropped before anything is sorted.
        """
        scores = self._scores[at]
        if count < len(scores):
            threshold = np.partition(scores, len(scores) - count)[len(scores) - count]
            kept = np.flatnonzero(scores >= threshold)
        else:
            kept = np.arange(len(scores))
        ordinals = self.candidates[at][kept]
        newest = -self._similarity.dates[ordinals].astype(np.int64)
        order = np.lexsort((self._similarity.matrix.ranks(ordinals), newest, -scores[kept]))
        return np.asarray(kept[order[:count]])

    def _order(self, count: int) -> _Slots:
        """The first ``count`` candidates, or more, in order."""
        if self._sort == "relevance" and count <= len(self._compared):
            return self._compared
        return self._whole

    @cached_property
    def _whole(self) -> _Slots:
        if self._sort == "relevance":
            return self._best(slice(None), len(self.candidates))
        days = self._similarity.dates[self.candidates].astype(np.int64)
        # What has no date comes last either way.
        days = np.where(days == UNDATED, LAST_DAY, days) if self._sort == "oldest" else -days
        return np.lexsort((self._similarity.matrix.ranks(self.candidates), -self._scores, days))


def shown(likeness: _Floats | float) -> _Floats:
    """The likeness, increasing with it, in which what a good hit lacks of 1 can be seen."""
    has_all = np.greater_equal(likeness, ALL_WORDS)
    lacking = np.where(has_all, (1.0 - likeness) / (1.0 - ALL_WORDS), 1.0 - likeness / ALL_WORDS)
    lacking = np.maximum(lacking, 0.0)
    found = 1.0 - (lacking + lacking**_SHOWN_POWER) / 2.0
    low, high = SHOWN_ALL_WORDS, 1.0 - SHOWN_ALL_WORDS
    return np.asarray(np.where(has_all, low + high * found, low * found))


def _time_factor(outside: _Floats) -> _Floats:
    near = np.exp(-outside / PERIOD_FADES_DAYS)
    return np.asarray((1.0 + PERIOD_WEIGHT * near) / (1.0 + PERIOD_WEIGHT))


def _products(some: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The product of each of ``some`` with each row. They are sums of products of small integers:
    exact, in any order they are added."""
    step = max(1, _MOST_AT_ONCE // max(some.size, 1))
    parts = [rows[at : at + step] @ some.T for at in range(0, len(rows), step)]
    return np.ascontiguousarray(np.concatenate(parts).T)
