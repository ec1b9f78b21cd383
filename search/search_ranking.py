"""The order of a search: every weight and constant of it, and the receipt of each hit.

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

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from search import ranking
from search.asking import Sort
from search.ranking import Receipt, Share
from search.vectors import Vectors
from search.weighing import LONG_NAME, NAME

FEEDBACK: Final = 3.0
FEEDBACK_ON_ALL_WORDS: Final = 0.5
ALL_WORDS: Final = 0.8

K1: Final = 0.6
B: Final = 0.45

# The first hits that stand for the question, and how many events are compared with them.
SEEDS: Final = 3
SEED_POWER: Final = 3
COMPARED: Final = 500

PERIOD_WEIGHT: Final = 5.0
PERIOD_FADES_DAYS: Final = 30.0

_UNIT: Final = 10**ranking.DECIMALS
# An event's place in an order as one number: score, day and place take so many bits.
_PLACE_BITS: Final = 27
_DAY_BITS: Final = 22
_DAYS_BEFORE_1970: Final = 719_163
# Of a wish for very many events, few of which match, these are looked up one by one.
_FEW: Final = 16
# Larger products are shared out among threads, which cost more than they save.
_AT_ONCE: Final = 250
_CLOSENESS_DAYS: Final = 1 << 14

_Floats = NDArray[np.float64]
_Ordinals = NDArray[np.int64]
_Places = NDArray[np.intp]
_Number = TypeVar("_Number", float, _Floats)


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that a question asks for: the events that have it, ascending, and how often.

    ``by_other_name`` are those of the events that have only another name of it. ``weight`` 1 is a
    word; a name of several words, which stands beside its words, counts less.
    """

    term: str
    surface: str
    kind: str
    weight: float
    events: _Ordinals
    counts: _Floats
    by_other_name: _Ordinals = field(default_factory=lambda: np.zeros(0, np.int64))


def wish_for(vectors: Vectors, term: str, surface: str, kind: int) -> Wish:
    """What the archive has of a term of the question. ``kind`` as in ``weighing.term_counts``."""
    events, counts = vectors.column(term)
    weight = ranking.PHRASE_COUNT if kind == LONG_NAME else 1.0
    name = "name" if kind in (NAME, LONG_NAME) else "term"
    return Wish(term, surface, name, weight, events, np.maximum(counts, 1).astype(np.float64))


class Ranking:
    """The events that match, in total order; receipts are made when they are asked for.

    By relevance: rounded score, then newest, then id. By day: day, then rounded score, then id.
    Immutable, and safe to share by threads.
    """

    def __init__(
        self,
        wishes: Sequence[Wish],
        vectors: Vectors,
        candidates: _Ordinals,
        outside: _Floats | None = None,
        sort: Sort = "relevance",
    ) -> None:
        """``candidates`` are the ordinals that match, ascending; ``outside`` [candidates] is how
        many days each lies outside of the time that the question names, if any."""
        self._candidates = candidates
        self._places = vectors.places(candidates)
        self._days = vectors.dates[candidates].astype(np.int64)
        self._sort = sort
        self._words = _Words(wishes, vectors, candidates)
        self._period = None if outside is None else _period(outside)
        self._feedback = np.zeros(len(candidates))
        self._units = self._scored(slice(None))
        # Feedback takes nothing from a score, and what is compared has the best scores without
        # it: whatever is compared comes before the rest.
        keys = self._keys()
        compared = _largest(keys, COMPARED)
        self._compare(vectors, compared, keys[compared])
        self._head = compared[_descending(self._keys(compared))]

    def __len__(self) -> int:
        return len(self._candidates)

    def first(self, count: int) -> list[int]:
        """The ordinals of the first ``count`` events, or of all if there are fewer."""
        ordinals: list[int] = self._candidates[self._order(count)[:count]].tolist()
        return ordinals

    def ordinal(self, place: int) -> int:
        """The event of a place in the order, from 0."""
        return int(self._candidates[self._order(place + 1)[place]])

    def score(self, place: int) -> float:
        """The rounded score of the event of a place in the order."""
        return float(self._units[self._order(place + 1)[place]]) / _UNIT

    def receipt(self, place: int) -> Receipt:
        """Why the event of a place in the order has its score."""
        at = self._order(place + 1)[place]
        shares = self._words.shares(int(self._candidates[at]))
        words, feedback = float(self._words.scores[at]), float(self._feedback[at])
        whole = bool(self._words.all[at])
        of_words, all_told = _score(words, 0.0, whole), _score(words, feedback, whole)
        reasons = [
            Share(wish.term, part * of_words / words, wish.surface, wish.kind)
            for wish, part in shares
            if part
        ]
        if not shares:
            reasons = [Share("*", of_words, "every event", "keywords")]
        reasons.append(Share("", all_told - of_words, "like the first hits", "association"))
        if self._period is not None:
            lost = all_told * (float(self._period[at]) - 1.0)
            reasons.append(Share("", lost, "outside the time asked for", "time"))
        return ranking.receipt_of([share for share in reasons if share.share], self.score(place))

    def _compare(self, vectors: Vectors, compared: _Places, keys: _Ordinals) -> None:
        """Give what is compared with the first hits its feedback. ``keys`` [compared]."""
        best = _largest(keys, SEEDS)
        best = best[_descending(keys[best])]
        seeds = compared[best]
        words = self._words.scores[seeds]
        weights = (words if self._period is None else words * self._period[seeds]) ** SEED_POWER
        total = float(weights.sum())
        if not total or not vectors.dimensions:
            return
        ordinals = self._candidates[compared]
        rows = vectors.event_vectors(ordinals).astype(np.float32)
        sizes = vectors.event_sizes(ordinals).astype(np.float64)
        days = self._days[compared]
        alike = _products(rows[best], rows) / (sizes * sizes[best, None])
        alike *= weights[:, None]
        alike *= _closeness(np.abs(days - days[best, None]))
        near = sum(alike[1:], alike[0])  # one after the other: the same bits for any number
        strength = float((weights * words).sum()) / total
        x = np.maximum(FEEDBACK * strength / total * near, 0.0)
        self._feedback[compared] = x / np.sqrt(np.sqrt(1.0 + (x * x) * (x * x)))
        self._units[compared] = self._scored(compared)

    def _scored(self, at: _Places | slice) -> _Ordinals:
        """Rounded scores of events, by their places among the candidates, in units of the last
        decimal."""
        words, feedback = self._words.scores[at], self._feedback[at]
        scores = np.where(
            self._words.all[at], _score(words, feedback, True), _score(words, feedback, False)
        )
        if self._period is not None:
            scores *= self._period[at]
        units: _Ordinals = np.rint(scores * _UNIT).astype(np.int64)
        return units

    def _keys(self, at: _Places | slice = slice(None)) -> _Ordinals:
        """For events, by their places among the candidates, numbers that descend in the order of
        relevance: all different, however alike the events."""
        return _key(self._units[at], self._days[at], self._places[at])

    def _order(self, count: int) -> _Places:
        """The first ``count`` events, or more, by their places among the candidates."""
        if self._sort != "relevance" or count > len(self._head):
            return self._whole
        return self._head

    @cached_property
    def _whole(self) -> _Places:
        if self._sort == "relevance":
            return _descending(self._keys())
        days = self._days if self._sort == "newest" else -self._days
        return np.asarray(np.lexsort((self._places, -self._units, -days)))


class _Words:
    """BM25 of the events that match."""

    def __init__(self, wishes: Sequence[Wish], vectors: Vectors, candidates: _Ordinals) -> None:
        self._lengths = vectors.word_counts
        self._least = K1 * (1.0 - B)
        self._slope = K1 * B / max(vectors.mean_words, 1.0)
        idfs = [_idf(len(wish.events), vectors.living) for wish in wishes]
        words = [idf for wish, idf in zip(wishes, idfs, strict=True) if wish.weight == 1.0]
        ideal = math.fsum(words) * (K1 + 1.0) / (1.0 + self._least)
        self._wishes = [
            (wish, wish.weight * idf * (K1 + 1.0) / max(ideal, 1e-9))
            for wish, idf in zip(wishes, idfs, strict=True)
        ]
        if not wishes:
            # There are only dates, or everything: what matches does so in full.
            self.scores, self.all = np.ones(len(candidates)), np.ones(len(candidates), np.bool_)
            return
        found = [_looked_up(wish, candidates) for wish in wishes]
        events = np.concatenate([events for events, _ in found])
        counts = np.concatenate([counts for _, counts in found])
        wish = np.repeat(np.arange(len(wishes)), [len(events) for events, _ in found])
        at, good = _slots(events, candidates, len(vectors))
        if good is not None:
            at, events, counts, wish = at[good], events[good], counts[good], wish[good]
        weights = np.array([weight for _, weight in self._wishes])
        # Of one event the sum is made in the order of the wishes.
        sums = np.bincount(at, self._parts(events, counts, weights[wish]), len(candidates))
        is_word = np.array([wish.weight == 1.0 for wish in wishes], np.float64)
        had = np.bincount(at, is_word[wish], len(candidates))
        self.scores = np.minimum(sums, 1.0)
        """The keyword score of each candidate: [candidates]."""
        self.all = (had == len(words)) & (sums > 0.0)
        """Whether each candidate has all words of the question: [candidates]."""

    def shares(self, ordinal: int) -> list[tuple[Wish, float]]:
        """What each wish adds to the keyword score of an event."""
        parts = []
        for wish, weight in self._wishes:
            at = int(np.searchsorted(wish.events, ordinal))
            which = slice(at, at + 1)
            has = wish.events[which] == ordinal
            found = self._parts(wish.events[which], wish.counts[which], weight)[has]
            parts.append((wish, float(found.sum())))
        total = math.fsum(part for _, part in parts)
        return [(wish, part / max(total, 1.0)) for wish, part in parts]

    def _parts(self, events: _Ordinals, counts: _Floats, weight: _Floats | float) -> _Floats:
        lengths = self._least + self._slope * self._lengths[events]
        return np.asarray(weight * counts / (counts + lengths))


def _looked_up(wish: Wish, candidates: _Ordinals) -> tuple[_Ordinals, _Floats]:
    """The events of a wish and their counts; of very many those that are among few candidates."""
    if not len(candidates) or len(candidates) * _FEW >= len(wish.events):
        return wish.events, wish.counts
    which = np.searchsorted(wish.events, candidates)
    which = which[wish.events.take(which, mode="clip") == candidates]
    return wish.events[which], wish.counts[which]


def _slots(
    events: _Ordinals, candidates: _Ordinals, archive: int
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


@lru_cache(maxsize=1 << 14)
def _idf(having: int, events: int) -> float:
    return float(ranking.idf(np.array([having]), events)[0])


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


def _key(units: _Ordinals, days: _Ordinals, places: _Ordinals) -> _Ordinals:
    day = days + _DAYS_BEFORE_1970
    last = (1 << _PLACE_BITS) - 1
    return np.asarray(((units << _DAY_BITS | day) << _PLACE_BITS) | (last - places))


def _largest(keys: _Ordinals, count: int) -> _Places:
    """Where the largest are, in no order."""
    if len(keys) <= count:
        return np.arange(len(keys))
    return np.argpartition(keys, len(keys) - count)[len(keys) - count :]


def _descending(keys: _Ordinals) -> _Places:
    return np.argsort(keys)[::-1]
