"""The values that similarities are computed from: query vectors, shared terms, sums, factors."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.term_counts import KINDS, NAME, PAIR, RARE_WORD, WORD
from search.model.event import UNDATED

# What each of ``term_counts.KINDS`` is called in an explanation.
CONTRIBUTION_KINDS: Final = [
    {"long name": "name", "pair": "term", "rare word": "term"}.get(kind, kind) for kind in KINDS
]
# What each of ``term_counts.KINDS`` counts as in ``names`` and ``words``.
IS_WORD: Final = np.isin(np.arange(len(KINDS)), (WORD, PAIR, RARE_WORD))
# How many words of names each of them counts as.
AS_NAMES: Final = np.array([{NAME: 1, RARE_WORD: 2}.get(kind, 0) for kind in range(len(KINDS))])


class Link(NamedTuple):
    """One event related to the query; ``raw`` is the similarity behind the score, ``names`` the
    number of words of names that both have, a rare word counted as two."""

    ordinal: int
    score: float
    raw: float
    names: int


class TermVector(NamedTuple):
    """The terms of an event, ascending by number, with their weights, the Euclidean length of
    these, and its day, in days since 1970-01-01; None if there is no date."""

    terms: NDArray[np.int64]
    weights: NDArray[np.float64]
    length: float
    day: int | None


class QueryVector(NamedTuple):
    """An event of the archive or a text, to compare others with. Terms ascend by number.

    ``length`` includes terms that the archive does not know. ``vector`` has integers. ``day`` is
    None if there is no date.
    """

    ordinal: int | None
    terms: NDArray[np.int64]
    weights: NDArray[np.float64]
    length: float
    vector: NDArray[np.float32]
    size: float
    hub: float
    day: int | None


class Shared(NamedTuple):
    """The terms that a query shares with each of some events, with the product of their weights:
    all [shared terms]. ``owners`` are places of the events, ascending; the terms of each ascend."""

    owners: NDArray[np.intp]
    terms: NDArray[np.int64]
    products: NDArray[np.float64]


class Sums(NamedTuple):
    """Over the shared terms with each of some events: products of weights of all and of common
    words, and the number of words of names. All [events]."""

    products: NDArray[np.float64]
    words: NDArray[np.float64]
    names: NDArray[np.int64]

    def at(self, ordinals: NDArray[np.int64]) -> "Sums":
        return Sums(self.products[ordinals], self.words[ordinals], self.names[ordinals])


class Parts(NamedTuple):
    """What the similarities of some events are made of: all [events]."""

    ordinals: NDArray[np.int64]
    lexical: NDArray[np.float64]
    vectors: NDArray[np.float64]
    names: NDArray[np.int64]
    names_factor: NDArray[np.float64]
    words_factor: NDArray[np.float64]
    time_decay: NDArray[np.float64]
    hub: NDArray[np.float64]
    distance: NDArray[np.int64]  # days; 0 if one has no date

    @property
    def raw(self) -> NDArray[np.float64]:
        text = (self.lexical + self.vectors) * self.names_factor * self.words_factor
        return text * self.time_decay / self.hub

    def at(self, places: NDArray[np.intp] | slice) -> "Parts":
        return Parts._make(values[places] for values in self)


def links_of(parts: Parts, scores: NDArray[np.float64]) -> list[Link]:
    """Events with their scores, in the given order."""
    each = zip(
        parts.ordinals.tolist(), scores.tolist(), parts.raw.tolist(), parts.names.tolist(),
        strict=True,
    )  # fmt: skip
    return [Link(*link) for link in each]


def days_apart(days: NDArray[Any], others: NDArray[Any] | int) -> NDArray[np.int64]:
    """How many days are between events; 0 if one of two has no date (`UNDATED`)."""
    distance = np.abs(days.astype(np.int64) - others)
    return np.where((days == UNDATED) | (np.asarray(others) == UNDATED), 0, distance)


def explained(
    terms: list[float],
    as_names: list[int],
    vectors: float,
    names_factor: float,
    time_decay: float,
) -> list[float]:
    """The additive parts of a similarity, up to a common factor.

    Each shared term adds its part of ``lexical``; what the factor ``names`` adds belongs to the
    shared names in equal parts, to a rare word in two; then come what the vectors add and what time
    takes away.
    """
    text = sum(terms) + vectors
    names = sum(as_names)
    bonus = text * (names_factor - 1.0) / names if names else 0.0
    parts = [part + bonus * count for part, count in zip(terms, as_names, strict=True)]
    whole = text * names_factor if names else text
    return [*parts, vectors, whole * (time_decay - 1.0)]
