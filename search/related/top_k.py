"""The largest of many values of which most can be ruled out before they are worked out.

A value is at most a bound that is cheap to have for all at once. The values of those with much
of what mostly makes a value large say how large the last of the largest is at least; what has a
lower bound than that is none of them. So nothing is lost: of a million events some ten thousand
are looked at.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MANY: Final = 200_000  # values; of fewer all are worked out
_SAMPLED: Final = 64  # one in so many tells where the upper ones begin
_UPPER: Final = 4  # times as many as are wanted are worked out first
_CAREFUL: Final = 1.0 - 1e-9  # a bound is made in another order than the value

_NONE: Final = np.zeros(0, np.intp)

_Floats = NDArray[np.float64]
_Places = NDArray[np.intp]


def largest(values: _Floats, count: int) -> _Places:
    """Where the largest values are, ascending; of those that equal the last, the first."""
    if len(values) <= count:
        return np.arange(len(values))
    least = np.partition(values, len(values) - count)[len(values) - count]
    above = np.flatnonzero(values > least)
    equal = np.flatnonzero(values == least)[: count - len(above)]
    return np.sort(np.concatenate([above, equal]))


def contenders(
    sums: _Floats, factors: _Floats, count: int, value_of: Callable[[_Places], _Floats]
) -> _Places:
    """Where all that may be among the largest values are, and perhaps others, ascending.

    None of the ``sums`` is negative, and where one is 0 there is no value. A value is at most
    sum times factor; ``value_of`` gives those of places.
    """
    upper = _upper(sums, count) if len(sums) > _MANY else _NONE
    if len(upper) >= count:
        values = value_of(upper)
        least = float(np.partition(values, len(values) - count)[len(values) - count])
        if least > 0.0:
            return np.flatnonzero(sums * factors >= least * _CAREFUL)
    return np.flatnonzero(sums > 0.0)


def _upper(sums: _Floats, count: int) -> _Places:
    """Where some times as many of the upper sums as are wanted are, as a sample has it."""
    sample = sums[::_SAMPLED]
    rank = len(sample) - 1 - min(_UPPER * count // _SAMPLED, len(sample) - 1)
    return np.flatnonzero(sums > np.partition(sample, rank)[rank])
