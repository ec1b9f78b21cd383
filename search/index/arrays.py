"""Different values of arrays. ``numpy.unique`` does more, and takes as long to load as a question
from the shell may take in all its searching."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def begins(ordered: NDArray[Any]) -> NDArray[np.int64]:
    """Where each different value of an ascending array begins."""
    is_new = np.ones(len(ordered), np.bool_)
    is_new[1:] = ordered[1:] != ordered[:-1]
    return np.flatnonzero(is_new)


def distinct(*arrays: NDArray[Any]) -> NDArray[Any]:
    """The values of arrays, ascending, each once."""
    ordered = np.concatenate(arrays)
    ordered.sort()
    return ordered[begins(ordered)]


def are_among(values: NDArray[Any], some: NDArray[Any]) -> NDArray[np.bool_]:
    """Which values are among ``some``."""
    if not len(some):
        return np.zeros(len(values), np.bool_)
    some = np.sort(some)
    at = np.searchsorted(some, values)
    return np.asarray(some[np.minimum(at, len(some) - 1)] == values)
