"""Learns, without labels, what similarities and gaps in time mean in an archive.

Everything is measured on a sample: the events whose ids have the lowest hashes. One event more or
less changes the sample by one event at most, and every number is a mean over the sample, so no
number jumps.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.arrays import largest_of_rows
from search.model.event import UNDATED
from search.related import scoring
from search.related.training.rows import Similarities

SAMPLE: Final = 1024
_COMPARED: Final = 1 << 24  # pairs at a time
_NEAREST: Final = 3
# The rank k at which the tail of similarities begins.
_LEAST_RANK: Final = 10
_RANK_SHARE: Final = 0.01
# Below this, events share a common word or two. In a small archive most of the ten nearest do.
_FLOOR: Final = 0.06
# Shrinkage, as if this many events had shown these values: some hundred events are too few to tell.
_PRIOR_EVENTS: Final = 200
_PRIOR_TAIL: Final = 3.0
_PRIOR_LEVEL: Final = -1.85
# As if this many pairs of nearest events were distributed as in the usual archive.
_PRIOR_PAIRS: Final = 50.0
_PRIOR_TIME: Final = np.linspace(2.0, -1.0, 16)  # at the nodes of the curve
_NODES: Final = 16  # of the curve of time: 0, 1, 3, 7 … 32,767 days
_DIGITS: Final = 5  # learned numbers are rounded, and so are the same on every processor


class TimeAndTail(NamedTuple):
    """The learned numbers of these names; see ``model.learned.Learned``."""

    tail: float
    level: float
    time: tuple[float, ...]
    no_time: float


def background_of(similarities: Similarities, sample: NDArray[np.int64]) -> float:
    """The cosine of vectors that few pairs of the archive exceed."""
    one, other = np.triu_indices(len(sample), 1)
    if not len(one):
        return 0.0
    cosines = similarities.cosines(sample, sample)[one, other]
    background = float(np.quantile(cosines.astype(np.float64), scoring.BACKGROUND_QUANTILE))
    return round(max(background, 0.0), _DIGITS)


def time_and_tail(
    similarities: Similarities,
    sample: NDArray[np.int64],
    hubs: NDArray[np.float64],
    dates: NDArray[np.int64],
) -> TimeAndTail:
    """The tail of the similarities of an archive, and what distances in time say in it."""
    events = len(dates)
    everyone = np.arange(events)
    rank = min(max(_LEAST_RANK, _RANK_SHARE * events), float(events - 1))
    spreads, levels, distances = [np.zeros(0)], [np.zeros(0)], [np.zeros(0, np.int64)]
    at_a_time = max(1, _COMPARED // max(events, 1))
    for begin in range(0, len(sample) if events > 1 else 0, at_a_time):
        some = sample[begin : begin + at_a_time]
        found = similarities.among(some, everyone)
        found /= hubs[some][:, None].astype(np.float32)
        found /= hubs.astype(np.float32)
        spread, at_rank = _tails(found, rank)
        spreads.append(spread)
        levels.append(at_rank)
        distances.append(_distances(found, some, dates))
    inverse = _shrunk(np.concatenate(spreads), 1.0 / _PRIOR_TAIL)
    level = _shrunk(np.concatenate(levels), _PRIOR_LEVEL)
    curve, no_time = _time(np.concatenate(distances), _of_any(dates[sample]))
    return TimeAndTail(round(1.0 / inverse, _DIGITS), round(level, _DIGITS), curve, no_time)


def _shrunk(values: NDArray[np.float64], prior: float) -> float:
    """The mean of values, shrunk towards ``prior`` as if that had ``_PRIOR_EVENTS`` events."""
    return float((values.sum() + _PRIOR_EVENTS * prior) / (len(values) + _PRIOR_EVENTS))


def _tails(
    found: NDArray[np.float32], rank: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each event Hill's mean excess above rank k, and ln of the value there: [events] both.

    A rank between two is interpolated, so that it does not jump when the archive grows.
    """
    below = int(rank)
    most = min(below + 1, found.shape[1])
    top = largest_of_rows(found, most)
    logs = np.log(np.maximum(top[:, ::-1].astype(np.float64), _FLOOR))
    part = rank - below
    level = (1.0 - part) * logs[:, below - 1] + part * logs[:, most - 1]
    excess = logs[:, :below].sum(axis=1) + part * logs[:, most - 1] - rank * level
    return np.maximum(excess / rank, 0.0), level


def _distances(
    found: NDArray[np.float32], some: NDArray[np.int64], dates: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The days between events and their nearest by text, where both have dates; the first of
    several that are equally near. ``found`` is overwritten."""
    distances, each = [np.zeros(0, np.int64)], np.arange(len(some))
    own = dates[some]
    for _ in range(min(_NEAREST, found.shape[1] - 1)):
        places = found.argmax(axis=1)
        others = dates[places]
        are_near = (found[each, places] > 0.0) & (own != UNDATED) & (others != UNDATED)
        distances.append(np.abs(others - own)[are_near])
        found[each, places] = -1.0
    return np.concatenate(distances)


def _of_any(dates: NDArray[np.int64]) -> NDArray[np.int64]:
    dates = dates[dates != UNDATED]
    one, other = np.triu_indices(len(dates), 1)
    return np.asarray(np.abs(dates[one] - dates[other]))


def _time(near: NDArray[np.int64], any_pair: NDArray[np.int64]) -> tuple[tuple[float, ...], float]:
    """The curve of evidence at the nodes, and its mean over near pairs."""
    of_near, of_any = _histogram(near), _histogram(any_pair)
    by_chance = (of_any + 0.5) / (of_any + 0.5).sum()
    usual = by_chance * np.exp(_PRIOR_TIME)
    share = (of_near + _PRIOR_PAIRS * usual / usual.sum()) / (of_near.sum() + _PRIOR_PAIRS)
    curve = _not_increasing(np.log(share / by_chance), share)
    no_time = float((share * curve).sum())
    return tuple(round(value, _DIGITS) for value in curve.tolist()), round(no_time, _DIGITS)


def _histogram(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """The number of distances at each node; a distance between two nodes is shared by both."""
    at = np.minimum(np.log2(1.0 + days), _NODES - 1)
    below = np.minimum(at.astype(np.int64), _NODES - 2)
    part = at - below
    found = np.bincount(below, 1.0 - part, _NODES) + np.bincount(below + 1, part, _NODES)
    return found.astype(np.float64)


def _not_increasing(
    values: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The closest non-increasing values (pool adjacent violators)."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        pools.append((value, weight, 1))
        while len(pools) > 1 and pools[-2][0] < pools[-1][0]:
            (one, its, count), (other, others, more) = pools[-2:]
            pools[-2:] = [
                ((one * its + other * others) / (its + others), its + others, count + more)
            ]
    return np.array([value for value, _, count in pools for _ in range(count)])
