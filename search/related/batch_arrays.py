"""The arrays of an archive in the form that the compiled loops need."""

import math
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.layout import NAME, TILE, WORD, Columns, Rows, Tiles
from search.model.hit import DECIMALS, Calibration
from search.related import scoring
from search.related.similarity import Similarity
from search.related.similarity_parts import AS_NAMES, IS_WORD

_ROUNDED_UP: Final = 1.0 + 1e-6  # the order of summation differs
_UNITS: Final = 10**DECIMALS
_AT_ONCE: Final = 4096  # vectors that are squared together


class Prepared(NamedTuple):
    """What ``kernels.related.links`` takes."""

    columns: Columns
    rows: Rows
    tiles: Tiles


def floors(calibration: Calibration) -> NDArray[np.float64]:
    """The lowest raw similarity of each rounded score, to sufficient precision: [scores]."""
    scores = np.clip((np.arange(_UNITS + 1) - 0.5) / _UNITS, 0.0, None)
    raws = calibration.middle * (scores / (1.0 - scores)) ** (1.0 / calibration.steepness)
    return np.asarray(raws * (1.0 - 1e-9))


@lru_cache(maxsize=1)
def prepared(similarity: Similarity, time: bool) -> Prepared:
    """The arrays of an archive as the kernels take them; ``time``: whether nearness in time
    counts."""
    matrix, learned = similarity.matrix, similarity.matrix.learned
    starts, terms, counts = matrix.rows()
    every_term = np.arange(matrix.known_terms)
    # Days become indices. They are copied: a mapped file may be written to while a kernel runs.
    days = np.array(matrix.dates)
    weights = matrix.weights(every_term).astype(np.float64)
    count_weights = scoring.count_weights().astype(np.float64)
    longest = _longest(starts, terms, counts, weights, count_weights)
    shift, bounds, places = matrix.blocks()
    columns = Columns(shift, longest, bounds, places)
    kinds = matrix.kinds(every_term)
    roles = IS_WORD[kinds] * WORD + AS_NAMES[kinds] * NAME
    rows = Rows(
        starts,
        terms,
        counts,
        weights,
        count_weights,
        roles.astype(np.uint8),
        similarity.norms,
        matrix.hubs,
        days,
        *matrix.all_vectors(),
        matrix.vector_sizes,
        matrix.alive(),
        similarity.time_decay if time else np.zeros(0),
        similarity.no_time,
        similarity.names_factors,
        similarity.words_factors,
        learned.vector_weight,
        learned.background,
    )
    return Prepared(columns, rows, tiles_of(rows))


def _longest(
    starts: NDArray[np.int64],
    terms: NDArray[np.uint32],
    counts: NDArray[np.uint8],
    weights: NDArray[np.float64],
    count_weights: NDArray[np.float64],
) -> float:
    """The Euclidean length of the weights of the longest event, or a little more.

    Computed from the weights: with a forged length, sums would overflow 16 bits.
    """
    longest = 0.0
    for begin in range(0, len(starts) - 1, _AT_ONCE):
        edges = starts[begin : begin + _AT_ONCE + 1]
        part = slice(edges[0], edges[-1])
        squares = (count_weights[counts[part]] * weights[terms[part]]) ** 2
        sums = np.diff(np.append(0.0, np.cumsum(squares))[edges - edges[0]])
        longest = max(longest, float(sums.max(initial=0.0)))
    return math.sqrt(longest) * _ROUNDED_UP


def tiles_of(rows: Rows) -> Tiles:
    """The bounds of an archive's rows, by tile."""
    events, tile, most_hub = len(rows.days), TILE, rows.hubs.max()
    size = -(-events // tile) * tile
    first_days, last_days = np.empty((2, size // tile), np.int32)
    shares, per_share = np.zeros(size, np.float32), np.empty(size // tile, np.float32)
    parts, hub_parts = np.zeros((2, size), np.uint16)
    rests = np.zeros(size, np.float32)
    for begin in range(0, events, _AT_ONCE):  # a multiple of a tile
        block, end = slice(begin, begin + _AT_ONCE), min(begin + _AT_ONCE, size)
        its, tiles = slice(begin, min(end, events)), slice(begin // tile, end // tile)
        days = np.append(rows.days[its], np.full(end - its.stop, rows.days[-1])).reshape(-1, tile)
        first_days[tiles], last_days[tiles] = days.min(axis=1), days.max(axis=1)
        shares[its] = (1.0 - rows.vector_weight) / rows.norms[its].astype(np.float64)
        per_share[tiles] = np.float32(1.0 - 1e-6) / shares[block].reshape(-1, tile).max(axis=1)
        part = shares[block] * np.repeat(per_share[tiles], tile).astype(np.float64) * (1 << 16)
        parts[block] = np.minimum(np.ceil(part), (1 << 16) - 1)
        parts[its][~rows.alive[its]] = 0
        hub_part = rows.hubs[its].astype(np.float64) / float(most_hub) * (1.0 - 1e-6) * (1 << 16)
        hub_parts[its] = np.minimum(hub_part, (1 << 16) - 1)
        squares = np.square(rows.heads[its], dtype=np.float64).sum(axis=1)
        squares /= rows.sizes[its].astype(np.float64) ** 2
        rests[its] = np.sqrt(np.maximum(1.0 - squares, 0.0))
    inverse = 1.0 / rows.time_decay
    return Tiles(
        first_days, last_days, inverse, shares, per_share, parts, most_hub, hub_parts, rests
    )
