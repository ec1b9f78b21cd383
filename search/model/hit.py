"""An item of an answer, its score, and the explanation of the score."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.model.event import Event

# Raise this with every change of a constant or formula, because the change alters users' pages.
RANKING_VERSION: Final = 9

DECIMALS: Final = 4
UNIT: Final = 10**DECIMALS  # the contributions of explanations are whole numbers of 1 / UNIT


# Kinds of contributions that do not belong to a term.
NOT_OF_A_TERM: Final = ("vectors", "time", "exact")


class Contribution(NamedTuple):
    """What one term, or another part of the ranking, adds to a score.

    ``kind`` is "name", "term", "number", "vectors" or "time"; in a search also "keywords", a
    part of the query that is not one term, and "exact", a query that is the id, link or title of
    the event. ``surface`` is the term as it is printed.
    """

    term: str
    contribution: float
    surface: str
    kind: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a score is what it is: contributions, strongest first, that add up to it exactly."""

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
    """One item of a search or of a related list.

    ``score`` is from 0 to 1, to four decimals. ``context`` are the terms that the event shares with
    the query or with the other event, as they are printed. ``snippet`` is an excerpt of the text of
    a search hit, with ``**`` around what matches. ``also`` are the ids of further reports of the
    same event, folded into this item.
    """

    event: Event
    score: float
    context: tuple[str, ...]
    explanation: Explanation
    snippet: str = ""
    also: tuple[str, ...] = ()


class HitList(tuple[Hit, ...]):
    """A related list: hits, best first, that notebooks show as a table."""

    __slots__ = ()

    def to_dicts(self) -> list[dict[str, Any]]:
        """The items as plain data, as ``related --json`` prints them: for a data frame, say."""
        from search.model import json_answers  # noqa: PLC0415 - it needs this module

        return list(map(json_answers.item, self))

    def _repr_html_(self) -> str:
        from search.model import html_views  # noqa: PLC0415 - only notebooks need it

        return html_views.list_html(self)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns a raw similarity into the probability that an editor would print the link.

    The curve is logistic in the logarithm of the similarity. ``middle`` is the raw similarity with
    a score of 0.5; ``min_score`` is the default cutoff.
    """

    middle: float
    steepness: float
    min_score: float

    def score(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores from 0 to 1, unrounded; raw similarities of 0 and less score 0."""
        positive = np.maximum(raw, 1e-9)
        scores = 1.0 / (1.0 + (self.middle / positive) ** self.steepness)
        return np.where(raw > 0.0, scores, 0.0)

    def raw(self, score: float) -> float:
        """The raw similarity of a score, or a little less; 0 for a score of 0 or less."""
        if score <= 0.0:
            return 0.0
        odds = score / max(1.0 - score, 1e-12)
        return float(self.middle * odds ** (1.0 / self.steepness) * (1.0 - 1e-9))


def rounded(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores rounded to ``DECIMALS``, as they are shown, compared and ordered."""
    return np.asarray(np.rint(scores * UNIT) / UNIT)


def explanation_of(reasons: Iterable[Contribution], score: float) -> Explanation:
    """An explanation whose contributions are proportional to ``reasons`` and add up to the score.

    Contributions are rounded by the largest-remainder method; those that round to 0 are left out.
    Without reasons, or with reasons that cancel out, the explanation is empty, and ``score`` must
    be 0.
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
