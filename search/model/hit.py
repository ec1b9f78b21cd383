"""A hit, and why it scores what it scores."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.model.event import Event

# A changed ranking changes people's pages: raise this with every change of a constant or formula.
RANKING_VERSION: Final = 1

DECIMALS: Final = 4
UNIT: Final = 10**DECIMALS  # the contributions of explanations are whole numbers of 1 / UNIT


# Kinds of contributions that no shared term can be given.
NOT_OF_A_TERM: Final = ("association", "time")


class Contribution(NamedTuple):
    """What one reason adds to a score. ``kind`` is "name", "term", "number", "association", "time"
    or, in a search, "keywords"; ``surface`` is the term as people read it."""

    term: str
    contribution: float
    surface: str
    kind: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a score is what it is: shares, strongest first, that add up to it exactly."""

    contributions: tuple[Contribution, ...] = ()

    @property
    def total(self) -> float:
        """The score that the contributions add up to, rounded like every score."""
        return round(math.fsum(part.contribution for part in self.contributions), DECIMALS)

    def _repr_html_(self) -> str:
        from search.model import html_views  # noqa: PLC0415 - only notebooks need it

        return html_views.explanation_html(self)


@dataclass(frozen=True, slots=True)
class Hit:
    """One item of a search or of a related list. ``score`` is from 0 to 1, to four decimals."""

    event: Event
    score: float
    context: tuple[str, ...]
    explanation: Explanation
    snippet: str = ""
    also: tuple[str, ...] = ()
    _told_by: object = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def told_later(cls, score: float, tell: "partial[Any]") -> "Hit":
        """A hit whose other fields are those of what ``tell`` makes, which is called for the first
        of them that is looked at; each is read when it is first looked at.

        Two threads may both call it, or read one: it has to be the same each time.
        """
        hit = object.__new__(cls)
        object.__setattr__(hit, "score", score)
        object.__setattr__(hit, "_told_by", tell)
        return hit

    def __reduce__(self) -> tuple[type["Hit"], tuple[Any, ...]]:
        told = (self.event, self.score, self.context, self.explanation, self.snippet, self.also)
        return Hit, told

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Fill a field that was not looked at before."""
            if name not in _TOLD_LATER:
                raise AttributeError(f"a hit has no {name!r}")
            told_by = self._told_by
            if isinstance(told_by, partial):
                told_by = told_by()
                object.__setattr__(self, "_told_by", told_by)
            object.__setattr__(self, name, getattr(told_by, name))
            return object.__getattribute__(self, name)


class HitList(tuple[Hit, ...]):
    """A related list: hits, best first, that notebooks show as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from search.model import html_views  # noqa: PLC0415 - only notebooks need it

        return html_views.list_html(self)


_TOLD_LATER: Final = frozenset(("event", "context", "explanation", "snippet", "also"))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A raw similarity as the probability that a pair is related: a logistic curve of its log.

    ``middle`` is the raw similarity at which a link is as likely wrong as right. ``min_score`` is
    the least score at which links are listed by default: at least 0.5, and such that of all links
    at or above it no more than ``WRONG_LINKS`` are expected to be wrong.
    """

    middle: float
    steepness: float
    min_score: float

    def score(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores from 0 to 1, unrounded; raw similarities of 0 and less score 0."""
        positive = np.maximum(raw, 1e-9)
        scores = 1.0 / (1.0 + (self.middle / positive) ** self.steepness)
        return np.where(raw > 0.0, scores, 0.0)


def rounded(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores to the decimals that they are shown, compared and ordered by."""
    return np.asarray(np.rint(scores * UNIT) / UNIT)


def explanation_of(reasons: Iterable[Contribution], score: float) -> Explanation:
    """An explanation whose shares, in the proportions of ``reasons``, add up to a rounded score.

    Shares are rounded by largest remainder; those that round to nothing are left out. Without a
    reason, or with reasons that cancel out, the explanation is empty and the score has to be 0.
    """
    parts = list(reasons)
    units = units_of([part.contribution for part in parts], score)
    contributions = [
        Contribution(part.term, count / UNIT, part.surface, part.kind)
        for part, count in zip(parts, units, strict=False)
        if count
    ]
    return Explanation(strongest_first(contributions))


def units_of(contributions: Sequence[float], score: float) -> list[int]:
    """Contributions in units of the last decimal; none if the explanation is empty."""
    whole = math.fsum(contributions)
    units = round(score * UNIT)
    if whole <= 0.0 or not units:
        return []
    exact = [part / whole * units for part in contributions]
    floors = list(map(math.floor, exact))
    # Of equal remainders the first comes first: sorting is stable.
    below = [floor - value for floor, value in zip(floors, exact, strict=True)]
    by_remainder = sorted(range(len(below)), key=below.__getitem__)
    for index in by_remainder[: units - sum(floors)]:
        floors[index] += 1
    return floors


def strongest_first(contributions: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """The contributions of an explanation in their order."""
    return tuple(sorted(contributions, key=_strongest_first))


def _strongest_first(part: Contribution) -> tuple[bool, float, str, str]:
    return part.kind in NOT_OF_A_TERM, -part.contribution, part.term, part.kind
