"""Neighbours of events in text and time, and the vectors that are drawn towards them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.related import scoring as ranking
from search.related.scoring import directions
from search.related.training.rows import (
    BLOCK,
    Side,
    TrainingRows,
    best_columns,
    drawn,
    similarity,
    text_vectors,
    weigh_by_closeness,
)

# Neighbours are looked for among so many events before and after.
_WINDOW: Final = 2000
_MOVED: Final = 1 << 16  # events whose vectors are drawn at a time


def event_vectors(
    rows: TrainingRows, numbers: NDArray[np.int64], words: NDArray[np.int8]
) -> NDArray[np.int8]:
    """The direction of each event: its words', drawn towards its nearest neighbours': [n, d]."""
    vectors = text_vectors(rows.weights, numbers, words)
    if not vectors.shape[1]:
        return directions(vectors)
    near, nearness = neighbours(rows, vectors, ranking.NEIGHBOURS)
    moved = np.empty(vectors.shape, dtype=np.int8)
    for begin in range(0, len(rows), _MOVED):
        some = slice(begin, begin + _MOVED)
        moved[some] = directions(drawn(vectors[some], vectors, near[some], nearness[some]))
    return moved


def neighbours(
    rows: TrainingRows, vectors: NDArray[np.float32], wanted: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The nearest events of each event, and how near: [n, wanted] both, or fewer.

    Vectors of no dimension leave it to the words. Events are found among those next in time.
    """
    count = len(rows)
    wanted = max(0, min(wanted, count - 1))
    near = np.zeros((count, wanted), dtype=np.int64)
    nearness = np.zeros((count, wanted), dtype=np.float32)
    order = np.argsort(rows.dates, kind="stable")
    dates = rows.dates[order]
    lengths = rows.lengths[order].astype(np.float64)
    weights, turned = rows.weights, vectors
    if (np.diff(order) != 1).any():  # else they are in the order of their dates, as they are
        weights, turned = weights[order], vectors[order]
    for begin in range(0, count if wanted else 0, BLOCK):
        block = slice(begin, min(count, begin + BLOCK))
        around = slice(max(0, begin - _WINDOW), min(count, block.stop + _WINDOW))
        found = similarity(
            Side(weights[block], lengths[block], turned[block]),
            Side(weights[around], lengths[around], turned[around]),
            rows.typical,
            rows.compiled,
        )
        weigh_by_closeness(found, dates[block], dates[around])
        own = np.arange(block.stop - begin)
        found[own, own + begin - around.start] = -1.0
        columns = best_columns(found, wanted)
        near[order[block]] = order[columns + around.start]
        nearness[order[block]] = np.take_along_axis(found, columns, axis=1)
    return near, np.maximum(nearness, 0.0)
