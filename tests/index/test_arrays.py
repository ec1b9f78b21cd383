"""Different values of arrays."""

import numpy as np
import pytest

from search.index.arrays import are_among


@pytest.mark.parametrize(
    ("some", "found"), [([], [False] * 3), ([3, 1], [True, False, True]), ([9], [False] * 3)]
)
def test_values_are_among_others_or_not(some: list[int], found: list[bool]) -> None:
    values = np.array([1, 2, 3], np.uint64)
    assert are_among(values, np.array(some, np.uint64)).tolist() == found
