"""How alike two events are. A list and a single pair are scored by the same arithmetic."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index.term_counts import KINDS, LONG_NAME, NAME, term_counts
from search.index.term_matrix import Matrix
from search.model.hit import DECIMALS, Contribution, Explanation, explanation_of, rounded
from search.related import scoring as ranking
from search.related.scoring import directions, sizes, units
from search.related.top_k import contenders, largest
from search.text.terms import Analysis

# Of the base's events that share a term, gone or not, so many of the best are compared by their
# vectors too, and all of the delta's. The others are never listed: the list of ten is the beginning
# of the list of a thousand, and no event makes room for another by coming or going.
CANDIDATES: Final = 1500
# Columns that are kept: of a base they are parts of its files, under a delta they may be copies.
_COLUMNS, _COLUMNS_OVER = 4_096, 128
_NO_COLUMN: Final = (np.zeros(0, np.uint32), np.zeros(0, np.uint8))
_Mask = NDArray[np.bool_] | None  # [events]: which may be looked at; None: all
_DAYS_KNOWN: Final = 40_000  # of which closeness in time is looked up, not computed
# What each of ``term_counts.KINDS`` is called in an explanation.
SHARE_KINDS: Final = [{"long name": "name", "pair": "term"}.get(kind, kind) for kind in KINDS]


@dataclass(frozen=True, slots=True)
class Link:
    """One event related to what was asked; ``raw`` is the similarity that the score stands for."""

    ordinal: int
    score: float
    raw: float
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Asked:
    """An event of the archive, or a text, ready to be compared: terms ascend by number.

    ``length`` counts the terms that the archive does not know, too. ``vector`` holds integers.
    """

    ordinal: int | None
    terms: NDArray[np.int64]
    weights: NDArray[np.float64]
    length: float
    vector: NDArray[np.float32]
    size: float
    chance: float
    day: int | None


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the similarities of some events are made of: all [events]."""

    ordinals: NDArray[np.int64]
    lexical: NDArray[np.float64]
    association: NDArray[np.float64]
    closeness: NDArray[np.float64]
    chance: NDArray[np.float64]
    distance: NDArray[np.int64]  # days; 0 if a date is unknown

    @property
    def raw(self) -> NDArray[np.float64]:
        return (self.lexical + self.association) * self.closeness / self.chance

    def at(self, places: NDArray[np.intp]) -> "_Parts":
        return _Parts(*(getattr(self, name)[places] for name in self.__slots__))


def _column_of(matrix: Matrix, term: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    number = matrix.number_of(term)
    return _NO_COLUMN if number is None else matrix.column(number)


class Vectors:
    """The vectors of one generation, opened for asking. Safe to share by threads."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.calibration = self.matrix.calibration
        self.dates = self.matrix.dates  # days since 1970-01-01: [n]
        self.dimensions = self.matrix.dimensions  # 0 in an archive too small for vectors
        # The events that have a term, ascending, and how often (0: a name beside its words).
        # The cache holds the matrix and not this object: a circle would outlive a closed index.
        most = _COLUMNS_OVER if matrix.is_updated else _COLUMNS
        self.column = lru_cache(most)(partial(_column_of, matrix))
        self._association = ranking.association_weight(self.dimensions)
        self._count_weights = ranking.count_weights().astype(np.float64)

    def __len__(self) -> int:
        """The number of ordinals: of events, and of those that are gone."""
        return len(self.matrix)

    def weight_of_new(self, counts: NDArray[np.int64]) -> NDArray[np.float32]:
        """The idf of terms that the base does not have and so many other events do."""
        return ranking.idf(counts, self.matrix.trained_on, None, self.matrix.english)

    @property
    def living(self) -> int:
        """The number of events."""
        return self.matrix.living

    @property
    def terms(self) -> list[str]:
        """The terms by number."""
        return self.matrix.terms

    @property
    def word_counts(self) -> NDArray[np.uint32]:
        """How many words each event has, without stop words: [n]."""
        return self.matrix.tokens

    @cached_property
    def mean_words(self) -> float:
        """The mean of ``word_counts`` over the events that are not gone."""
        living = self.matrix.living_events(np.arange(len(self)))
        return float(self.word_counts[living].mean()) if len(living) else 0.0

    def places(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where events stand in the order of date and id."""
        return self.matrix.places(ordinals)

    @cached_property
    def _norms(self) -> NDArray[np.float64]:
        lengths = self.matrix.lengths.astype(np.float64)
        return ranking.norm(lengths, self.matrix.typical_length)

    def _norm(self, asked: Asked) -> float:
        return float(ranking.norm(np.array([asked.length]), self.matrix.typical_length)[0])

    @cached_property
    def _most(self) -> NDArray[np.float64]:
        """What each event of the base makes of a sum at most, that is on its own day."""
        base = self.matrix.base
        return 1.0 / (self._norms[:base] * self.matrix.chance[:base])

    @cached_property
    def _closeness(self) -> NDArray[np.float64]:
        days = int(np.ptp(self.dates)) if len(self) else 0
        return ranking.closeness(np.arange(min(days, _DAYS_KNOWN) + 1))

    def number_of(self, term: str) -> int | None:
        """The number of a term, if the archive has it."""
        return self.matrix.number_of(term)

    def event_vectors(self, ordinals: NDArray[np.int64]) -> NDArray[np.int8]:
        """The vectors of these events, of many lengths: [events, dimensions]."""
        return self.matrix.vectors(ordinals)

    def event_sizes(self, ordinals: NDArray[np.int64]) -> NDArray[np.float32]:
        """The Euclidean lengths of their vectors; 1 where one is zero: [events]."""
        return np.asarray(self.matrix.vector_sizes[ordinals])

    def event_counts(self, terms: NDArray[np.int64]) -> NDArray[np.int64]:
        """In how many events each of these terms stands."""
        return self.matrix.event_counts(terms)

    def kinds(self, terms: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The kind of each of these terms: a place in ``term_counts.KINDS``."""
        return self.matrix.kinds(terms)

    def related(
        self,
        asked: int | Analysis | Asked,
        *,
        day: int | None = None,
        time: bool = True,
        limit: int = 10,
        min_score: float | None = None,
        mask: _Mask = None,
    ) -> list[Link]:
        """The events most related to an event (by its ordinal) or a text, best first; never itself.

        ``day`` is the date of a text, in days since 1970-01-01, if it has one. ``mask`` [events]
        says which may be listed. By default none is listed below the archive's own least score;
        with ``min_score`` 0 any of the ``CANDIDATES`` may be.

        The order is total: score to four decimals, nearness in time, then date and id.
        """
        known = self.prepare(asked, day=day)
        parts = self._best(known, self._products(known), time, mask)
        raw = parts.raw
        scores = rounded(self.calibration.score(raw))
        least = self.calibration.min_score if min_score is None else min_score
        places = np.flatnonzero((raw > 0.0) & (scores >= least))
        by_date = self.matrix.places(parts.ordinals[places])
        order = ranking.in_order(scores[places], parts.distance[places], by_date)
        return [
            self._link(known, parts, int(place), float(raw[place]), float(scores[place]))
            for place in places[order[:limit]]
        ]

    def linked(self, ordinal: int, *, time: bool, min_score: float) -> NDArray[np.int64]:
        """The events, gone or not, whose lists an event may be in; a few more than are."""
        known = self.prepare(ordinal)
        products = self._products(known)
        ordinals = np.flatnonzero(products)
        parts = self._with_vectors(known, self._parts(known, ordinals, products[ordinals], time))
        # What is asked from the other side is the same but for the last bits.
        near = self.calibration.score(parts.raw) >= min_score - 1.0 / 10**DECIMALS
        return np.asarray(ordinals[near])

    def pair(
        self,
        asked: int | Analysis | Asked,
        other: int,
        *,
        day: int | None = None,
        time: bool = True,
    ) -> Link:
        """The link from an event or a text to one event, listed or not; it may score 0."""
        known = self.prepare(asked, day=day)
        products = [product for _, product in self._shared(known, other)]
        ordinals = np.array([other], dtype=np.int64)
        # One by one in the order of the terms, as the sums of a list are made.
        product = np.bincount(np.zeros(len(products), np.intp), products, minlength=1).astype(float)
        parts = self._with_vectors(known, self._parts(known, ordinals, product, time))
        raw = parts.raw
        score = rounded(self.calibration.score(raw))
        return self._link(known, parts, 0, float(raw[0]), float(score[0]))

    def prepare(
        self,
        asked: int | Analysis | Asked,
        *,
        day: int | None = None,
        mask: _Mask = None,
    ) -> Asked:
        """An event or a text, taken apart once, to be asked about several times.

        ``mask`` [events] says towards which events a text may be drawn.
        """
        if isinstance(asked, Asked):
            return asked
        if isinstance(asked, Analysis):
            return self._text(asked, day, mask)
        terms, counts = self.matrix.row(asked)
        return Asked(
            asked,
            terms,
            self._weights(terms, counts),
            float(self.matrix.lengths[asked]),
            self.matrix.vectors(np.array([asked]))[0].astype(np.float32),
            float(self.matrix.vector_sizes[asked]),
            float(self.matrix.chance[asked]),
            int(self.dates[asked]),
        )

    def _weights(self, terms: NDArray[np.int64], counts: NDArray[np.uint8]) -> NDArray[np.float64]:
        return np.asarray(self._count_weights[counts] * self.matrix.weights(terms))

    def _text(self, analysis: Analysis, day: int | None, mask: _Mask) -> Asked:
        stranger = float(self.weight_of_new(np.ones(1, np.int64))[0])
        known: dict[int, int] = {}
        strangers = 0.0
        for term, (count, kind) in term_counts(analysis).items():
            number = self.number_of(term)
            if number is not None:
                known[number] = count
            else:
                boost = ranking.NAME_BOOST if kind in (NAME, LONG_NAME) else 1.0
                strangers += (float(self._count_weights[count]) * stranger * boost) ** 2
        terms = np.array(sorted(known), dtype=np.int64)
        counts = np.array([known[int(term)] for term in terms], dtype=np.uint8)
        weights = self._weights(terms, counts)
        length = float(np.sqrt((weights**2).sum() + strangers))
        vector, size = self._turned(self._sum_of_words(terms, weights)[None])
        text = Asked(None, terms, weights, length, vector, size, 1.0, day)
        return self._settled(text, mask)

    def _sum_of_words(
        self, terms: NDArray[np.int64], weights: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        numbers = self.matrix.word_numbers
        places = np.minimum(np.searchsorted(numbers, terms), max(len(numbers) - 1, 0))
        if not len(numbers) or not len(terms):
            return np.zeros(self.matrix.dimensions, dtype=np.float32)
        has_vector = numbers[places] == terms
        vectors = units(self.matrix.word_vectors(places[has_vector]))
        return np.asarray(weights[has_vector].astype(np.float32) @ vectors, dtype=np.float32)

    def _turned(self, vector: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
        whole = directions(vector)
        return whole[0].astype(np.float32), float(sizes(whole)[0])

    def _settled(self, text: Asked, mask: _Mask) -> Asked:
        """A text drawn towards its nearest events, as they were to theirs, and its chance."""
        products = self._products(text)
        if text.vector.any() and len(self):
            parts = self._best(text, products, True, mask)
            similar = (parts.lexical + parts.association) * parts.closeness
            order = np.lexsort((parts.ordinals, -similar))[: ranking.NEIGHBOURS]
            nearness = np.maximum(similar[order], 0.0).astype(np.float32)[None]
            pull = ranking.pull(nearness)[0]
            moved = (1.0 - pull.sum()) * text.vector / text.size
            moved += pull @ units(self.matrix.vectors(parts.ordinals[order]))
            vector, size = self._turned(moved[None].astype(np.float32))
            text = replace(text, vector=vector, size=size)
        against = self._parts(text, self.matrix.sample, products[self.matrix.sample], False)
        against = self._with_vectors(text, against)
        best = ranking.best_of_chance((against.lexical + against.association)[None])
        chance = ranking.relative_chance(best, self.matrix.chance_mean, len(self.matrix.sample))
        return replace(text, chance=float(chance[0]))

    def _products(self, asked: Asked) -> NDArray[np.float64]:
        """Sums of products over shared terms with every other event: [n]."""
        events, values = [], []
        own = zip(asked.terms.tolist(), self.matrix.weights(asked.terms).tolist(), strict=True)
        for (term, its), weight in zip(own, asked.weights.tolist(), strict=True):
            found, counts = self.matrix.column(term, gone=True)
            events.append(found)
            values.append((self._count_weights * its * weight)[counts])
        if not events:
            return np.zeros(len(self))
        found = np.concatenate(events)
        if int(found.max(initial=0)) >= len(self):
            raise IndexError("a term stands in an event that is not there")
        sums = np.bincount(found, np.concatenate(values), len(self)).astype(np.float64, copy=False)
        if asked.ordinal is not None:
            sums[asked.ordinal] = 0.0
        return sums

    def _best(self, asked: Asked, products: NDArray[np.float64], time: bool, mask: _Mask) -> _Parts:
        """The events most related by their words, compared by vectors too; in no order."""
        if mask is not None:
            products = products * mask
        base = self.matrix.base
        scale = (1.0 - self._association) / (self._norm(asked) * asked.chance)
        shared = contenders(
            products[:base],
            self._most,
            CANDIDATES,
            lambda some: self._parts(asked, some, products[some], time).raw / scale,
        )
        ordinals = np.concatenate([shared, np.flatnonzero(products[base:] > 0.0) + base])
        parts = self._parts(asked, ordinals, products[ordinals], time)
        pool = largest(parts.raw[: len(shared)], CANDIDATES)
        pool = pool[self.matrix.lives(shared[pool])]
        if len(pool) < len(ordinals):
            parts = parts.at(np.concatenate([pool, np.arange(len(shared), len(ordinals))]))
        return self._with_vectors(asked, parts)

    def _parts(
        self,
        asked: Asked,
        ordinals: NDArray[np.int64],
        products: NDArray[np.float64],
        time: bool,
    ) -> _Parts:
        norms = self._norm(asked) * self._norms[ordinals]
        lexical = (1.0 - self._association) * products / norms
        distance = np.zeros(len(ordinals), dtype=np.int64)
        near = np.ones(len(ordinals))
        if asked.day is not None:
            distance = np.abs(self.dates[ordinals].astype(np.int64) - asked.day)
            if time:
                near = self._near(distance)
        chance = asked.chance * self.matrix.chance[ordinals].astype(np.float64)
        return _Parts(ordinals, lexical, np.zeros(len(ordinals)), near, chance, distance)

    def _near(self, distance: NDArray[np.int64]) -> NDArray[np.float64]:
        if distance.max(initial=0) < len(self._closeness):
            return self._closeness[distance]
        return ranking.closeness(distance)

    def _with_vectors(self, asked: Asked, parts: _Parts) -> _Parts:
        if not asked.vector.any():
            return parts
        # Sums of products of small integers: exact, in whatever order they are added.
        products = self.matrix.vectors(parts.ordinals).astype(np.float32) @ asked.vector
        lengths = self.matrix.vector_sizes[parts.ordinals].astype(np.float64) * asked.size
        return replace(parts, association=self._association * products / lengths)

    def _shared(self, asked: Asked, other: int) -> Iterator[tuple[int, float]]:
        """The terms shared with an event, ascending, with the product of their weights."""
        terms, counts = self.matrix.row(other)
        _, own, others = np.intersect1d(asked.terms, terms, assume_unique=True, return_indices=True)
        weights = self._weights(terms[others], counts[others]).tolist()
        for mine, weight in zip(own.tolist(), weights, strict=True):
            yield int(asked.terms[mine]), weight * float(asked.weights[mine])

    def _link(self, asked: Asked, parts: _Parts, place: int, raw: float, score: float) -> Link:
        ordinal = int(parts.ordinals[place])
        norm = self._norm(asked) * self._norms[ordinal]
        reasons = []
        for term, product in self._shared(asked, ordinal):
            name, kind = self.terms[term], SHARE_KINDS[int(self.kinds(np.array([term]))[0])]
            part = float((1.0 - self._association) * product / norm)
            reasons.append(Contribution(name, part, name, kind))
        text = float(parts.lexical[place] + parts.association[place])
        time = text * (float(parts.closeness[place]) - 1.0)
        for kind, part in (("association", float(parts.association[place])), ("time", time)):
            reasons.append(Contribution(kind, part, kind, kind))
        return Link(ordinal, score, raw, explanation_of(reasons, score))
