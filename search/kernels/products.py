"""Products of sparse matrices with dense ones, and of sparse ones made dense.

Each sum is taken over the stored numbers of a row in their order, each product rounded before it is
added: what scipy computes, to the last bit, where its compiler does not fuse the two either.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.kernels.compiling import compiled

_IN_CACHE: Final = 1_500_000  # bytes of the dense matrix that products are taken with at a time


@compiled
def by_dense(
    starts: NDArray[np.uint32],
    columns: NDArray[np.uint32],
    values: NDArray[np.float32],
    dense: NDArray[np.float32],
    found: NDArray[np.float32],
) -> None:
    """A sparse matrix [n, v] times a dense one [v, w], into ``found`` [n, w]."""
    one, two, three, four = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    width = np.uint64(found.shape[1])
    block = max(1, _IN_CACHE // max(1, 4 * found.shape[1]))
    places = starts[:-1].copy()  # how far each row has come: its sums go on where they ended
    found[:] = 0
    for limit in range(block, len(dense) + block, block):
        most = np.uint32(limit)
        for row in range(np.uint64(len(places))):
            sums = found[row]
            at, end = np.uint64(places[row]), np.uint64(starts[row + one])
            # Four at a time, so that sums are loaded once for them.
            while at + three < end and columns[at + three] < most:
                a, b, c, d = values[at], values[at + one], values[at + two], values[at + three]
                first = dense[np.uint64(columns[at])]
                second = dense[np.uint64(columns[at + one])]
                third = dense[np.uint64(columns[at + two])]
                fourth = dense[np.uint64(columns[at + three])]
                for i in range(width):
                    sums[i] = (((sums[i] + a * first[i]) + b * second[i]) + c * third[i]) + (
                        d * fourth[i]
                    )
                at += four
            while at < end and columns[at] < most:
                a, first = values[at], dense[np.uint64(columns[at])]
                for i in range(width):
                    sums[i] += a * first[i]
                at += one
            places[row] = at


@compiled
def made_dense(
    starts: NDArray[np.int64],
    terms: NDArray[np.uint32],
    values: NDArray[np.float32],
    begins: NDArray[np.int64],
    others: NDArray[np.uint32],
    of_others: NDArray[np.float32],
    found: NDArray[np.float32],
) -> None:
    """Rows of terms times columns by term, added to ``found``: [rows, others]."""
    one = np.uint64(1)
    for row in range(np.uint64(len(starts) - 1)):
        sums = found[row]
        for at in range(np.uint64(starts[row]), np.uint64(starts[row + one])):
            value, term = values[at], np.uint64(terms[at])
            for posting in range(np.uint64(begins[term]), np.uint64(begins[term + one])):
                sums[np.uint64(others[posting])] += value * of_others[posting]
