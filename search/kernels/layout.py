"""Posting columns laid out so that the sums of a block of events stay in cache."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.kernels.compiling import compiled


class Columns(NamedTuple):
    """Postings by block of 2**shift events, then by term; those of count 1 first.

    ``bounds`` [2 · blocks · terms + 1]: where the postings of a term in a block begin, and those of
    its other counts; then the next term's. ``places`` are within the block.
    """

    shift: int
    bounds: NDArray[np.uint32]
    places: NDArray[np.uint16]
    counts: NDArray[np.uint8]


@compiled
def lay_out(
    starts: NDArray[np.int64],
    terms: NDArray[np.uint32],
    counts: NDArray[np.uint8],
    known: int,
    shift: int,
) -> tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint8]]:
    """The parts of ``Columns`` made of the terms of each event; there are ``known`` terms."""
    size = len(starts) - 1
    blocks = ((size - 1) >> shift) + 1
    bounds = np.zeros(2 * blocks * known + 1, np.uint32)
    for event in range(size):
        first = np.uint64(2 * (event >> shift) * known)
        for at in range(np.uint64(starts[event]), np.uint64(starts[event + 1])):
            group = first + np.uint64(2) * np.uint64(terms[at]) + np.uint64(counts[at] != 1)
            bounds[group + np.uint64(1)] += np.uint32(1)
    for at in range(np.uint64(len(bounds) - 1)):
        bounds[at + np.uint64(1)] += bounds[at]
    places = np.empty(len(terms), np.uint16)
    kept = np.empty(len(terms), np.uint8)
    filled = bounds.copy()
    for event in range(size):
        first = np.uint64(2 * (event >> shift) * known)
        for at in range(np.uint64(starts[event]), np.uint64(starts[event + 1])):
            group = first + np.uint64(2) * np.uint64(terms[at]) + np.uint64(counts[at] != 1)
            to = np.uint64(filled[group])
            places[to] = event & ((1 << shift) - 1)
            kept[to] = counts[at]
            filled[group] += np.uint32(1)
    return bounds, places, kept
