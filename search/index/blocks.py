"""The postings of terms by blocks of events, so that loops over a block stay in the CPU cache.

block_bounds.npy  uint32 [2 · terms · blocks + 1]: where the postings with count 1 of a term in a
                  block begin, then those with other counts; then those of the next block
block_places.npy  uint16: the postings: the offset of an event in its block, followed by its count
                  unless that is 1; at the end a 0, so that no pair is cut

Counts are those for relatedness. ``related.training`` writes both files.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

# 2^13 events: the sums of two threads stay in the nearest cache, which two often share. Blocks are
# larger where there would be more than sixteen.
_SHIFTS: Final = (13, 14, 15, 16)
_MOST_BLOCKS: Final = 16


def shift_of(events: int) -> int:
    """A block has 2**shift events: the shift for an archive of so many."""
    return next((shift for shift in _SHIFTS if events <= _MOST_BLOCKS << shift), _SHIFTS[-1])


def count_of(events: int, shift: int) -> int:
    """The number of blocks."""
    return ((events - 1) >> shift) + 1


def lay_out(
    terms: NDArray[np.integer[Any]],
    events: NDArray[np.integer[Any]],
    counts: NDArray[np.uint8],
    known: int,
    size: int,
    shift: int,
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """The content of both files.

    Args:
        terms: the term of each posting, ascending.
        events: the event of each posting, ascending for each term.
        counts: of each posting, for relatedness.
        known: the number of terms.
        size: the number of events.
        shift: a block has 2**shift events.
    """
    groups = terms.astype(np.int64) * count_of(size, shift) + (events >> shift)
    others = counts != 1
    sizes = np.bincount(2 * groups + others, minlength=2 * known * count_of(size, shift))
    sizes[1::2] *= 2
    bounds = np.zeros(len(sizes) + 1, np.uint32)
    np.cumsum(sizes, out=bounds[1:])
    del sizes
    postings = np.zeros(int(bounds[-1]) + 1, np.uint16)
    for first, width, some in ((0, 1, ~others), (1, 2, others)):
        its, own = groups[some], (events[some] & ((1 << shift) - 1)).astype(np.uint16)
        # Postings of one group follow one another, in both.
        begins = np.flatnonzero(np.diff(its, prepend=-1))
        within = np.arange(len(its)) - np.repeat(begins, np.diff(begins, append=len(its)))
        at = bounds[2 * its + first] + width * within
        postings[at] = own
        if width == 2:
            postings[at + 1] = counts[some]
    return bounds, postings
