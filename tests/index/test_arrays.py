"""Functions over arrays give what numpy gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.arrays import are_among, largest_of_rows


@pytest.mark.parametrize(
    ("some", "found"), [([], [False] * 3), ([3, 1], [True, False, True]), ([9], [False] * 3)]
)
def test_values_are_among_others_or_not(some: list[int], found: list[bool]) -> None:
    values = np.array([1, 2, 3], np.uint64)
    assert are_among(values, np.array(some, np.uint64)).tolist() == found


@given(
    st.integers(0, 5), st.integers(1, 200), st.integers(0, 40), st.integers(1, 9),
    st.integers(0, 1 << 32),
)  # fmt: skip
def test_the_largest_of_rows_are_those_of_sorted_rows(
    rows: int, columns: int, count: int, different: int, seed: int
) -> None:
    count = min(count, columns)
    values = np.random.default_rng(seed).integers(0, different, (rows, columns)).astype(np.float32)
    expected = np.sort(values, axis=1)[:, columns - count :]
    assert np.array_equal(largest_of_rows(values, count), expected)
