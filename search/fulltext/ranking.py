"""The order of a search: every weight and constant of it, and the explanation of each hit.

Whoosh has decided which events match; arrays decide their order. The score of event e:

    score    = (0.8 + 0.2 · (keywords + (1 − keywords) · feedback / 2)) · period
               if e has all words of the question, or else
               0.8 · (keywords + (1 − keywords) · feedback) · period
    keywords Σ over the question's words of idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b · |e|)),
             BM25, over what a very short event with each word once would get; at most 1
    feedback how much e is like the first hits: x / (1 + x⁴)^¼, where x is three times the mean over
             the best three of the cosine of word vectors times closeness in time, weighted by the
             cubes of their keyword scores, times their mean keyword score
    period   (1 + 5 · 2.7183^(−days/30)) / 6, days outside of the time that the question names

So what lacks a word of the question comes after what has them all, a named time apart, and likeness
to the first hits counts less where all words are there. The first hits, and the events that are
compared with them, are the best without feedback. The figures behind the constants are in
benchmarks/search/README.md.
"""

from collections.abc import Sequence
from functools import cache, cached_property
from types import ModuleType
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.fulltext.bm25 import Bm25, QueryTerm, lengths_of
from search.kernels.loader import read_only
from search.model.event import LAST_DAY
from search.model.hit import DECIMALS, Contribution, Explanation, explanation_of
from search.model.options import Sort
from search.related import scoring as ranking
from search.related.similarity import Vectors

FEEDBACK: Final = 3.0
FEEDBACK_ON_ALL_WORDS: Final = 0.5
ALL_WORDS: Final = 0.8

# The first hits that stand for the question, and how many events are compared with them.
SEEDS: Final = 3
SEED_POWER: Final = 3
COMPARED: Final = 500

PERIOD_WEIGHT: Final = 5.0
PERIOD_FADES_DAYS: Final = 30.0

_UNIT: Final = 10**DECIMALS
# An event's place in an order as one number: score, day and place take so many bits.
_PLACE_BITS: Final = 27
_DAY_BITS: Final = 22
_DAYS_BEFORE_1970: Final = 719_163
# Larger products are shared out among threads, which cost more than they save.
_AT_ONCE: Final = 250
_CLOSENESS_DAYS: Final = 1 << 14
_FEW: Final = 32
_NO_PERIOD: Final = np.zeros(0)
_NONE: Final = read_only(np.zeros(0, np.int64))

_Floats = NDArray[np.float64]
_Ordinals = NDArray[np.int64]
_Places = NDArray[np.intp]
_Number = TypeVar("_Number", float, _Floats)


class Compiled:
    """The compiled loops of searches (see ``kernels.loader``) and an archive as they take it."""

    def __init__(self, kernels: ModuleType, vectors: Vectors) -> None:
        days = vectors.dates
        if days.min(initial=0) < -_DAYS_BEFORE_1970 or days.max(initial=0) > LAST_DAY:
            raise IndexError("days that no calendar has")
        span = int(np.ptp(days)) if len(days) else 0
        base, delta = vectors.matrix.all_vectors()
        everyone = np.arange(len(vectors))
        arrays: tuple[NDArray[Any], ...] = (
            vectors.word_counts,
            _standing(days.astype(np.int64), vectors.places(everyone).astype(np.int64)),
            base,
            delta,
            vectors.event_sizes(everyone),
            ranking.closeness(np.arange(span + 1)),
        )
        *by_event, _, _, sizes, _ = arrays
        if {*map(len, by_event), len(sizes), len(base) + len(delta)} != {len(vectors)}:
            raise IndexError("arrays of different archives")
        self.kernels = kernels
        self.archive = kernels.Archive(*map(read_only, arrays))
        self.formula = kernels.Formula(
            *lengths_of(vectors),
            FEEDBACK,
            FEEDBACK_ON_ALL_WORDS,
            ALL_WORDS,
            float(_UNIT),
            SEEDS,
            SEED_POWER,
            COMPARED,
            _FEW,
            _DAY_BITS,
            _PLACE_BITS,
        )


class Ranking:
    """The events that match, in total order; explanations are made when they are asked for.

    By relevance: rounded score, then newest, then id. By day: day, then rounded score, then id.
    Immutable, and safe to share by threads.
    """

    def __init__(
        self,
        query_terms: Sequence[QueryTerm],
        vectors: Vectors,
        candidates: _Ordinals | None,
        outside: _Floats | None = None,
        sort: Sort = "relevance",
        compiled: Compiled | None = None,
    ) -> None:
        """``candidates`` are the ordinals that match, ascending; ``outside`` [candidates] is how
        many days each lies outside of the time that the question names, if any. With ``compiled``
        loops the same sooner, to the last bit; they also find the candidates where these are None:
        the events of the words among the query term, which come first."""
        self._vectors = vectors
        self._sort = sort
        self._bm25 = Bm25(query_terms, vectors)
        self._period = None if outside is None else _period(outside)
        # Feedback takes nothing from a score, and what is compared has the best scores without
        # it: whatever is compared comes before the rest.
        if candidates is not None and (compiled is None or not query_terms or not len(candidates)):
            self.candidates = candidates
            self._words, self._all = self._bm25.scores(candidates)
            self._feedback = np.zeros(len(candidates))
            self._units = self._scored(slice(None))
            self._compared, self._compared_keys = self._told()
            self._few = self._compared[_first(self._compared_keys)]
        else:
            assert compiled is not None
            postings = self._bm25.postings(candidates)
            (
                self.candidates, self._words, self._all, self._feedback, self._units,
                self._compared, self._compared_keys, self._few,
            ) = compiled.kernels.ranked(
                compiled.archive, compiled.formula,
                _NONE if candidates is None else read_only(candidates),
                *postings,
                _NO_PERIOD if self._period is None else self._period,
                candidates is None,
            )  # fmt: skip

    def __len__(self) -> int:
        return len(self.candidates)

    def first(self, count: int) -> list[int]:
        """The ordinals of the first ``count`` events, or of all if there are fewer."""
        ordinals: list[int] = self.candidates[self._order(count)[:count]].tolist()
        return ordinals

    def ordinal(self, place: int) -> int:
        """The event of a place in the order, from 0."""
        return int(self.candidates[self._order(place + 1)[place]])

    def score(self, place: int) -> float:
        """The rounded score of the event of a place in the order."""
        return self.scores([place])[0]

    def scores(self, places: Sequence[int]) -> list[float]:
        """The rounded scores of the events of places in the order."""
        if not places:
            return []
        units: list[int] = self._units[self._order(max(places) + 1)[places]].tolist()
        return [unit / _UNIT for unit in units]

    def explanation(self, place: int) -> Explanation:
        """Why the event of a place in the order has its score."""
        at = self._order(place + 1)[place]
        contributions = self._bm25.contributions(int(self.candidates[at]))
        words, feedback = float(self._words[at]), float(self._feedback[at])
        whole = bool(self._all[at])
        of_words, all_told = _score(words, 0.0, whole), _score(words, feedback, whole)
        reasons = [
            Contribution(
                query_term.term, part * of_words / words, query_term.surface, query_term.kind
            )
            for query_term, part in contributions
            if part
        ]
        if not contributions:
            reasons = [Contribution("*", of_words, "every match alike", "keywords")]
        reasons.append(Contribution("", all_told - of_words, "like the first hits", "association"))
        if self._period is not None:
            lost = all_told * (float(self._period[at]) - 1.0)
            reasons.append(Contribution("", lost, "outside the time asked for", "time"))
        return explanation_of([part for part in reasons if part.contribution], self.score(place))

    def _told(self) -> tuple[_Places, _Ordinals]:
        """What is compared with the first hits, and keys of it, with the feedback that it gets."""
        keys = self._keys()
        compared = _largest(keys, COMPARED)
        keys = keys[compared]
        seeds = _largest(keys, SEEDS)
        seeds = seeds[_descending(keys[seeds])]
        words = self._words[compared[seeds]]
        weights = words if self._period is None else words * self._period[compared[seeds]]
        weights = np.prod([weights] * SEED_POWER, axis=0)
        total = float(weights.sum())
        if not total or not self._vectors.dimensions:
            return compared, keys
        ordinals = self.candidates[compared]
        rows = self._vectors.event_vectors(ordinals).astype(np.float32)
        sizes = self._vectors.event_sizes(ordinals).astype(np.float64)
        days = self._days[compared]
        alike = _products(rows[seeds], rows) / (sizes * sizes[seeds, None])
        alike *= weights[:, None]
        alike *= _closeness(np.abs(days - days[seeds, None]))
        near = sum(alike[1:], alike[0])  # one after the other: the same bits for any number
        strength = float((weights * words).sum()) / total
        x = np.maximum(FEEDBACK * strength / total * near, 0.0)
        self._feedback[compared] = x / np.sqrt(np.sqrt(1.0 + (x * x) * (x * x)))
        self._units[compared] = self._scored(compared)
        return compared, self._keys(compared)

    @cached_property
    def _days(self) -> _Ordinals:
        return self._vectors.dates[self.candidates].astype(np.int64)

    @cached_property
    def _places(self) -> _Ordinals:
        return self._vectors.places(self.candidates)

    def _scored(self, at: _Places | slice) -> _Ordinals:
        """Rounded scores of events, by their places among the candidates, in units of the last
        decimal."""
        words, feedback = self._words[at], self._feedback[at]
        scores = np.where(
            self._all[at], _score(words, feedback, True), _score(words, feedback, False)
        )
        if self._period is not None:
            scores *= self._period[at]
        units: _Ordinals = np.rint(scores * _UNIT).astype(np.int64)
        return units

    def _keys(self, at: _Places | slice = slice(None)) -> _Ordinals:
        """For events, by their places among the candidates, numbers that descend in the order of
        relevance: all different, however alike the events."""
        standing = _standing(self._days[at], self._places[at])
        return np.asarray(self._units[at] << (_DAY_BITS + _PLACE_BITS) | standing)

    def _order(self, count: int) -> _Places:
        """The first ``count`` events, or more, by their places among the candidates."""
        if self._sort != "relevance" or count > len(self._compared):
            return self._whole
        # Less is sorted for a page of ten, which most ask for.
        return self._few if count <= _FEW else self._head

    @cached_property
    def _head(self) -> _Places:
        return self._compared[_descending(self._compared_keys)]

    @cached_property
    def _whole(self) -> _Places:
        if self._sort == "relevance":
            return _descending(self._keys())
        days = self._days if self._sort == "newest" else -self._days
        return np.asarray(np.lexsort((self._places, -self._units, -days)))


def _score(words: _Number, feedback: _Number, whole: bool) -> _Number:
    """The score before it is known how far from the time asked for an event is."""
    if whole:
        told = words + FEEDBACK_ON_ALL_WORDS * feedback * (1.0 - words)
        return ALL_WORDS + (1.0 - ALL_WORDS) * told
    return ALL_WORDS * (words + feedback * (1.0 - words))


def _period(outside: _Floats) -> _Floats:
    near = np.exp(-outside / PERIOD_FADES_DAYS)
    return np.asarray((1.0 + PERIOD_WEIGHT * near) / (1.0 + PERIOD_WEIGHT))


def _products(some: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The product of each of ``some`` with each of the rows. They are sums of products of small
    integers: exact, in whatever order they are added."""
    parts = [some @ rows[at : at + _AT_ONCE].T for at in range(0, len(rows), _AT_ONCE)]
    return np.concatenate(parts, axis=1)


def _closeness(days: _Ordinals) -> _Floats:
    table = _closeness_table()
    if days.max(initial=0) < len(table):
        return table[days]
    return ranking.closeness(days)


@cache
def _closeness_table() -> _Floats:
    return ranking.closeness(np.arange(_CLOSENESS_DAYS))


def _standing(days: _Ordinals, places: _Ordinals) -> _Ordinals:
    """Numbers that descend in the order of events of equal score."""
    last = (1 << _PLACE_BITS) - 1
    return np.asarray((days + _DAYS_BEFORE_1970) << _PLACE_BITS | (last - places))


def _largest(keys: _Ordinals, count: int) -> _Places:
    """Where the largest are, in no order."""
    if len(keys) <= count:
        return np.arange(len(keys))
    return np.argpartition(keys, len(keys) - count)[len(keys) - count :]


def _first(keys: _Ordinals) -> _Places:
    """Where the few largest are, in their order."""
    best = _largest(keys, _FEW)
    return best[_descending(keys[best])]


def _descending(keys: _Ordinals) -> _Places:
    return np.argsort(keys)[::-1]
