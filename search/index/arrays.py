"""Array functions that numpy has too, but slower for what is needed here.

Loading ``numpy.unique`` takes as long as a whole query from the shell, and ``numpy.partition``
reads every value several times.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_GROUPS: Final = 4  # of columns, for each value that is wanted


def begins(ordered: NDArray[Any]) -> NDArray[np.int64]:
    """The offset of the first of each distinct value of an ascending array."""
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


def ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of consecutive ranges, given the start and the size of each."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))


def largest_of_rows(values: NDArray[Any], count: int) -> NDArray[Any]:
    """The ``count`` largest values of each row, ascending: [rows, count].

    Columns are grouped, and the maximum of each group is taken. At least ``count`` values of a row
    reach the ``count``-th largest maximum, and hardly more do. Only those are sorted. A group has
    columns far apart: so the maxima of neighbouring groups are taken by one vector instruction.
    """
    rows, columns = values.shape
    size = columns // (_GROUPS * count) if count else 0
    if size < 2:
        ordered = np.partition(values, columns - count, axis=1) if 0 < count < columns else values
        return np.sort(ordered[:, columns - count :], axis=1)
    grouped = columns - columns % size
    maxima = values[:, :grouped].reshape(rows, size, grouped // size).max(axis=1)
    maxima = np.concatenate([maxima, values[:, grouped:]], axis=1)
    column = maxima.shape[1] - count
    least = np.partition(maxima, column, axis=1)[:, column]
    owners, at = np.nonzero(values > least[:, None])
    counts = np.bincount(owners, minlength=rows)
    firsts = np.cumsum(counts) - counts
    found = np.repeat(least[:, None], max(count, int(counts.max(initial=0))), axis=1)
    found[owners, np.arange(len(owners)) - firsts[owners]] = values[owners, at]
    found.sort(axis=1)
    return found[:, -count:]
