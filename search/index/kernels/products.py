"""The product of a sparse matrix and a dense one of many columns, compiled.

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
    the work. Sums are of float64, so the product is exact if ``dense`` and ``values`` are short.
    """
    rows, width = len(starts) - 1, dense.shape[1]
    found = np.zeros((rows, width))
    for row in range(rows):
        sums = found[row]
        for at in range(starts[row], starts[row + 1]):
            value = np.float64(values[at])
            its = dense[columns[at]]
            for place in range(width):
                sums[place] += value * its[place]
    return found
