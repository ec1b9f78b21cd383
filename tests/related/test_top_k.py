"""What is ruled out is never among the largest."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from search.related import top_k as contenders
from search.related.similarity import Vectors
from search.related.top_k import largest
from tests.related.test_similarity import DAYS, MANY, TEXTS, vectors_of

PARTS = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])


@given(st.lists(PARTS, max_size=30), st.integers(1, 12))
def test_of_equal_values_the_first_are_the_largest(values: list[float], count: int) -> None:
    expected = sorted(range(len(values)), key=lambda at: (-values[at], at))[:count]
    assert largest(np.array(values), count).tolist() == sorted(expected)


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.0, 1.0, 2.0, 3.0, 7.0]), PARTS, PARTS), max_size=80),
    st.integers(1, 12),
    st.integers(1, 5),
)
@settings(max_examples=500)
def test_all_of_the_largest_are_contenders(
    made_of: list[tuple[float, float, float]], count: int, sampled: int
) -> None:
    sums, factors, contributions = np.array(made_of).reshape(-1, 3).T
    values = sums * factors * contributions
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contenders, "_MANY", 5)
        patch.setattr(contenders, "_SAMPLED", sampled)
        found = contenders.contenders(sums, factors, count, lambda places: values[places])
    some = np.flatnonzero(sums)
    best = some[largest(values[some], count)]
    kept = found[largest(values[found], count)]
    assert kept.tolist() == best.tolist()
    assert set(found.tolist()) <= set(some.tolist())


def test_most_are_ruled_out() -> None:
    generator = np.random.default_rng(5)
    sums = np.where(generator.random(400_000) < 0.5, generator.exponential(1.0, 400_000), 0.0)
    factors = 0.5 + generator.random(400_000)
    values = sums * factors * (0.3 + 0.7 * generator.random(400_000))
    looked_at: list[int] = []

    def value_of(places: NDArray[np.intp]) -> NDArray[np.float64]:
        looked_at.append(len(places))
        return values[places]

    found = contenders.contenders(sums, factors, 1500, value_of)
    assert sum(looked_at) + len(found) < 30_000
    assert set(largest(values, 1500).tolist()) <= set(found.tolist())


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return vectors_of(TEXTS + MANY, DAYS + list(range(16000, 16000 + len(MANY))))[1]


@pytest.mark.parametrize("count", [3, 40, 1500])
def test_lists_are_the_same_whatever_is_ruled_out(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr("search.related.similarity.CANDIDATES", count)
    mask = np.arange(len(vectors)) % 3 > 0
    asked = [
        partial(vectors.related, ordinal, time=time, mask=of, min_score=0.0, limit=50)
        for ordinal in range(0, len(vectors), 7)
        for time in (True, False)
        for of in (None, mask)
    ]
    before = [ask() for ask in asked]
    monkeypatch.setattr(contenders, "_MANY", 0)
    monkeypatch.setattr(contenders, "_SAMPLED", 2)
    assert [ask() for ask in asked] == before
