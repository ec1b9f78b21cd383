"""What the kernels take; posting columns laid out so that the sums of a block stay in cache."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.compiling import compiled

TILE: Final = 64  # events that are compared together
WORD, NAME = 1, 2  # roles of terms


class Columns(NamedTuple):
    """Postings by term, then by block of 2**shift events; those of count 1 first. ``longest``: no
    event's weights are longer than this, in Euclid's sense.

    ``bounds`` [2 · terms · blocks + 1]: where the postings of a term in a block begin, and those of
    its other counts; then those in the next block. ``places`` are within the block; those of other
    counts have the count behind them, as another array would be another line of the cache to wait
    for.
    """

    shift: int
    longest: float
    bounds: NDArray[np.uint32]
    places: NDArray[np.uint16]


class Rows(NamedTuple):
    """What each event is compared by, as ``Vectors`` has it. All by ordinal unless said."""

    starts: NDArray[np.int64]  # [events + 1], into terms and counts
    terms: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    term_weights: NDArray[np.float64]  # by term
    count_weights: NDArray[np.float64]  # [256]
    roles: NDArray[np.uint8]  # by term: WORD, NAME or neither
    norms: NDArray[np.float64]
    hubs: NDArray[np.float64]
    days: NDArray[np.int64]  # UNDATED: no time is compared
    vectors: NDArray[np.int8]  # [events, dimensions]
    sizes: NDArray[np.float64]
    alive: NDArray[np.bool_]  # others may not be listed
    time_decay: NDArray[np.float64]  # by days; empty if time is switched off
    no_time: float  # the factor instead of it then, and where an event has no date
    names_factors: NDArray[np.float64]  # by the number of shared words of names
    words_factors: NDArray[np.float64]  # by step
    vector_weight: float
    background: float


class Sketches(NamedTuple):
    """What is looked at first of each vector. A cosine is at most the product of two sketches over
    both sizes, and the product of both rests: by Cauchy and Schwarz, of the other dimensions."""

    vectors: NDArray[np.int8]  # [events, some of the dimensions]
    rests: NDArray[np.float32]  # the length of the other dimensions, of a whole of 1
    per_sizes: NDArray[np.float32]  # 1 / the length of the whole vector


class Tiles(NamedTuple):
    """Bounds of ``TILE`` events each, and of every event what approximate sums of products are
    multiplied by: ``shares``, (1 − vector_weight) / norm. 0 behind the last event."""

    first_days: NDArray[np.int64]
    last_days: NDArray[np.int64]
    inverse_decay: NDArray[np.float64]  # 1 / time_decay, by days
    shares: NDArray[np.float32]  # [tiles · TILE]
    per_share: NDArray[np.float32]  # 1 / the largest of each tile, or a little less
    # [tiles · TILE], of 2**16 for the largest share of a tile, rounded up; 0 of what is not alive.
    parts: NDArray[np.uint16]
    most_hub: np.float32  # the largest of all
    hub_parts: NDArray[np.uint16]  # [tiles · TILE], of 2**16 for the largest hub, rounded down


class Cut(NamedTuple):
    """Which pairs are wanted: of each event the ``limit`` best, and those tied, from ``least`` on.

    ``floors`` ascend: raw similarities between which scores may be tied. No event is wanted that is
    more than ``before`` days older than the one that is asked about, or more than ``after`` newer.
    """

    limit: int
    least: float
    floors: NDArray[np.float64]
    before: int
    after: int


@compiled
def lay_out(
    starts: NDArray[np.int64],
    terms: NDArray[np.uint32],
    counts: NDArray[np.uint8],
    known: int,
    shift: int,
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """The last parts of ``Columns`` made of the terms of each event; there are ``known`` terms."""
    size = len(starts) - 1
    blocks = np.uint64(((size - 1) >> shift) + 1)
    bounds = np.zeros(2 * known * np.int64(blocks) + 1, np.uint32)
    for event in range(size):
        block = np.uint64(event >> shift)
        for at in range(np.uint64(starts[event]), np.uint64(starts[event + 1])):
            group = np.uint64(2) * (np.uint64(terms[at]) * blocks + block)
            is_other = np.uint64(counts[at] != 1)
            bounds[group + is_other + np.uint64(1)] += np.uint32(np.uint64(1) + is_other)
    for at in range(np.uint64(len(bounds) - 1)):
        bounds[at + np.uint64(1)] += bounds[at]
    places = np.empty(np.int64(bounds[-1]), np.uint16)
    filled = bounds.copy()
    for event in range(size):
        block = np.uint64(event >> shift)
        for at in range(np.uint64(starts[event]), np.uint64(starts[event + 1])):
            group = np.uint64(2) * (np.uint64(terms[at]) * blocks + block)
            group += np.uint64(counts[at] != 1)
            to = np.uint64(filled[group])
            places[to] = event & ((1 << shift) - 1)
            filled[group] += np.uint32(1)
            if counts[at] != 1:
                places[to + np.uint64(1)] = counts[at]
                filled[group] += np.uint32(1)
    return bounds, places
