"""Products of sparse matrices with dense ones, and of sparse ones made dense.

Each sum is taken over the stored numbers of a row in their order, each product rounded before it is
added: what scipy computes, to the last bit, where its compiler does not fuse the two either.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.kernels.compiling import compiled

STRIP: Final = 32  # columns of a dense matrix that are done at a time, and stay in cache


@compiled
def by_dense(
    starts: NDArray[np.uint32],
    columns: NDArray[np.uint32],
    values: NDArray[np.float32],
    dense: NDArray[np.float32],
    found: NDArray[np.float32],
) -> None:
    """A sparse matrix [n, v] times strips of a dense one, [strips, v, STRIP], into ``found``:
    [strips, n, STRIP]."""
    one, four = np.uint64(1), np.uint64(4)
    for strip in range(np.uint64(len(dense))):
        others, strips = dense[strip], found[strip]
        for row in range(np.uint64(len(starts) - 1)):
            sums = strips[row]
            sums[:] = 0
            at, end = np.uint64(starts[row]), np.uint64(starts[row + one])
            while at + four <= end:  # four at a time, so that sums are loaded once for them
                a, b = values[at], values[at + one]
                c, d = values[at + np.uint64(2)], values[at + np.uint64(3)]
                first = others[np.uint64(columns[at])]
                second = others[np.uint64(columns[at + one])]
                third = others[np.uint64(columns[at + np.uint64(2)])]
                fourth = others[np.uint64(columns[at + np.uint64(3)])]
                for i in range(np.uint64(STRIP)):
                    sums[i] = (((sums[i] + a * first[i]) + b * second[i]) + c * third[i]) + (
                        d * fourth[i]
                    )
                at += four
            while at < end:
                a, first = values[at], others[np.uint64(columns[at])]
                for i in range(np.uint64(STRIP)):
                    sums[i] += a * first[i]
                at += one


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
