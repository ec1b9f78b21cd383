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

from search.model.hit import DECIMALS, Calibration
from search.related.scoring import WRONG_LINKS

# An archive too small for decoys lists what two names or several words in common amount to.
UNTAUGHT: Final = Calibration(middle=0.07, steepness=4.0, min_score=0.5)
_LEAST_LINKS: Final = 100
# No archive is so strange that its curve lies outside of these.
_MIDDLES: Final = (0.05, 0.7)
_SLOPES: Final = (2.0, 7.0)
_NEWTON_STEPS: Final = 30
_LEAST_SCORE: Final = 0.5


def calibrated(real: NDArray[np.float64], chance: NDArray[np.float64]) -> Calibration:
    """The curve for the raw similarities in the lists of as many real events and decoys."""
    real, chance = real[real > 0.0], chance[chance > 0.0]
    if min(len(real), len(chance)) < _LEAST_LINKS:
        return UNTAUGHT
    level, slope = _line(real, chance)
    # The curve runs through the similarities at which one link in two and nine in ten are right.
    middle = math.exp(min(max((math.log(2.0) - level) / slope, -5.0), 5.0))
    middle = min(max(middle, _MIDDLES[0]), _MIDDLES[1])
    steepness = slope * math.log(9.0) / math.log(5.0)
    curve = Calibration(round(middle, 6), round(steepness, 6), _LEAST_SCORE)
    return Calibration(curve.middle, curve.steepness, _least_score(curve.score(real)))


def _line(real: NDArray[np.float64], chance: NDArray[np.float64]) -> tuple[float, float]:
    """Level and slope of log(r / d) in the log of the similarity: a logistic regression."""
    # Below, what is listed is decided by the length of the lists.
    floor = float(np.median(chance))
    real, chance = real[real >= floor], chance[chance >= floor]
    x = np.log(np.concatenate([real, chance]))
    right = np.concatenate([np.ones(len(real)), np.zeros(len(chance))])
    centre = float(x.mean())
    features = np.stack([np.ones(len(x)), x - centre], axis=1)

    def loss(line: NDArray[np.float64]) -> float:
        odds = features @ line
        return float((np.logaddexp(0.0, odds) - right * odds).sum())

    line = np.zeros(2)
    for _ in range(_NEWTON_STEPS):
        expected = 1.0 / (1.0 + np.exp(-features @ line))
        curvature = (features * (expected * (1.0 - expected))[:, None]).T @ features
        step = np.linalg.solve(curvature + 1e-3 * np.eye(2), features.T @ (right - expected))
        while loss(line + step) > loss(line) and np.abs(step).max() > 1e-9:
            step /= 2.0
        line = line + step
    slope = min(max(float(line[1]), _SLOPES[0]), _SLOPES[1])
    return float(line[0]) - slope * centre, slope


def _least_score(scores: NDArray[np.float64]) -> float:
    """The least score, from 0.5, at which links above it are wrong no more often than allowed."""
    ordered = -np.sort(-scores)
    wrong = np.cumsum(1.0 - ordered) / np.arange(1, len(ordered) + 1)
    allowed = np.flatnonzero(wrong <= WRONG_LINKS)
    least = float(ordered[allowed[-1]]) if len(allowed) else 1.0 - WRONG_LINKS
    unit = 10**DECIMALS
    return max(_LEAST_SCORE, math.floor(least * unit) / unit)
