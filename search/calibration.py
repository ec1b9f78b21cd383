"""From raw similarities to scores with a meaning, learned from the archive without labels.

*Decoys* are texts about nothing: each of their words comes from another event of about the same
time. What is found related to a decoy is related by chance. Where lists for real events hold as
many links of some similarity as lists for decoys do, such links are mere chance; where they hold
ten times as many, nine in ten are not. So, with r and d the links of a similarity in the lists of
as many real events and decoys, a link is right with probability 1 − d / r.

The log of r / d is close to a straight line in the log of the similarity. The line is fitted to
both sets of links and turned into a ``ranking.Calibration``.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.ranking import DECIMALS, WRONG_LINKS, Calibration

# What to believe of an archive too small to tell: the line through these points, which counts as
# so many links over the number of events.
_PRIOR_RAW: Final = np.array([0.05, 0.065, 0.085, 0.12, 0.175])
_PRIOR_RATIO: Final = np.array([0.5, 1.0, 2.0, 5.0, 18.0])
_PRIOR_LINKS: Final = 20_000.0
# No archive is so strange that its curve lies outside of these.
_LEAST_SLOPE: Final = 2.0
_MIDDLES: Final = (0.05, 0.7)
_NEWTON_STEPS: Final = 30
_LEAST_SCORE: Final = 0.5


def calibrated(real: NDArray[np.float64], chance: NDArray[np.float64], events: int) -> Calibration:
    """The curve for the raw similarities in the lists of as many real events and decoys.

    ``events`` is the size of the archive.
    """
    real, chance = real[real > 0.0], chance[chance > 0.0]
    level, slope = _line(real, chance, _PRIOR_LINKS / max(events, 1))
    # The curve runs through the similarities at which one link in two and nine in ten are right.
    middle = math.exp(min(max((math.log(2.0) - level) / slope, -5.0), 5.0))
    middle = min(max(middle, _MIDDLES[0]), _MIDDLES[1])
    steepness = slope * math.log(9.0) / math.log(5.0)
    curve = Calibration(round(middle, 6), round(steepness, 6), _LEAST_SCORE)
    return Calibration(curve.middle, curve.steepness, _least_score(curve.score(real)))


def _line(
    real: NDArray[np.float64], chance: NDArray[np.float64], prior: float
) -> tuple[float, float]:
    """Level and slope of log(r / d) in the log of the similarity: a logistic regression."""
    # Below, what is listed is decided by the length of the lists.
    floor = float(np.median(chance)) if len(chance) else 0.0
    real, chance = real[real >= floor], chance[chance >= floor]
    x = np.log(np.concatenate([real, chance, _PRIOR_RAW]))
    right = np.concatenate(
        [np.ones(len(real)), np.zeros(len(chance)), _PRIOR_RATIO / (1.0 + _PRIOR_RATIO)]
    )
    weight = np.ones(len(x))
    weight[-len(_PRIOR_RAW) :] = prior / len(_PRIOR_RAW)
    features = np.stack([np.ones(len(x)), x], axis=1)
    line = np.polyfit(np.log(_PRIOR_RAW), np.log(_PRIOR_RATIO), 1)[::-1]
    for _ in range(_NEWTON_STEPS):
        expected = 1.0 / (1.0 + np.exp(-np.clip(features @ line, -30.0, 30.0)))
        gradient = features.T @ (weight * (right - expected))
        curvature = (features * (weight * expected * (1.0 - expected))[:, None]).T @ features
        step = np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
        line = line + np.clip(step, -2.0, 2.0)
    return float(line[0]), max(float(line[1]), _LEAST_SLOPE)


def _least_score(scores: NDArray[np.float64]) -> float:
    """The least score, from 0.5, at which links above it are wrong no more often than allowed."""
    ordered = -np.sort(-scores)
    if not len(ordered):
        return _LEAST_SCORE
    wrong = np.cumsum(1.0 - ordered) / np.arange(1, len(ordered) + 1)
    allowed = np.flatnonzero(wrong <= WRONG_LINKS)
    least = float(ordered[allowed[-1]]) if len(allowed) else 1.0 - WRONG_LINKS
    unit = 10**DECIMALS
    return max(_LEAST_SCORE, math.floor(least * unit) / unit)
