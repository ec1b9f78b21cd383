"""The product of a sparse matrix with a dense one of many columns, compiled.

Raises:
    ImportError: numba is missing.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.compiling import compiled


@compiled
def product(
    starts: NDArray[Any], columns: NDArray[Any], values: NDArray[Any], dense: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Rows ``starts`` of ``columns`` and ``values`` times ``dense``: [rows, columns of dense].

    Half as wide as float64, a row of ``dense`` takes half as long to fetch, and fetching is most of
    the work. Four rows are added at a time. Sums are of float64, so the product is exact if
    ``dense`` and ``values`` are short.
    """
    rows, width = len(starts) - 1, dense.shape[1]
    found = np.zeros((rows, width))
    for row in range(rows):
        sums, at, end = found[row], starts[row], starts[row + 1]
        while at + 4 <= end:
            v0, v1 = np.float64(values[at]), np.float64(values[at + 1])
            v2, v3 = np.float64(values[at + 2]), np.float64(values[at + 3])
            d0, d1 = dense[columns[at]], dense[columns[at + 1]]
            d2, d3 = dense[columns[at + 2]], dense[columns[at + 3]]
            for place in range(width):
                sums[place] += (v0 * d0[place] + v1 * d1[place]) + (v2 * d2[place] + v3 * d3[place])
            at += 4
        for last in range(at, end):
            value, its = np.float64(values[last]), dense[columns[last]]
            for place in range(width):
                sums[place] += value * its[place]
    return found
