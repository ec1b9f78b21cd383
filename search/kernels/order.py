"""The total order of links."""

import numpy as np
from numpy.typing import NDArray

from search.kernels.compiling import compiled


@compiled
def in_order(
    starts: NDArray[np.int64],
    scores: NDArray[np.float64],
    distances: NDArray[np.int64],
    places: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Where the links of each event are, in ``ranking.in_order``: [links]."""
    order = np.arange(len(scores))
    for row in range(len(starts) - 1):
        for last in range(starts[row] + 1, starts[row + 1]):
            this, at = order[last], last
            while at > starts[row]:
                before = order[at - 1]
                if scores[before] != scores[this]:
                    ahead = scores[before] > scores[this]
                elif distances[before] != distances[this]:
                    ahead = distances[before] < distances[this]
                else:
                    ahead = places[before] < places[this]
                if ahead:
                    break
                order[at] = before
                at -= 1
            order[at] = this
    return order
