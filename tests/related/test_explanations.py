"""The explanations of many links at once are those of each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.model.hit import Explanation
from search.related import explanations as explaining
from search.related.batch import links_of_all
from search.related.explanations import Linked, explanation, explanations_of_all
from search.related.ranking import Ranking
from search.related.similarity import Vectors
from tests.related.test_similarity import MANY, WORDS, vectors_of


@pytest.fixture(scope="module")
def many() -> Vectors:
    return vectors_of(MANY, [16000 + (i * 37) % 4000 for i in range(400)])[1]


def one_by_one(of: Vectors, linked: list[Linked], time: bool) -> list[Explanation]:
    return [explanation(of, one, other, score, time=time) for one, other, score in linked]


@pytest.mark.parametrize("time", [True, False])
def test_explanations_are_those_of_each_link_and_add_up(many: Vectors, time: bool) -> None:
    lists = links_of_all(many, range(400), time=time, limit=5, min_score=0.0)
    linked = [
        (ordinal, link.ordinal, link.score) for ordinal, links in enumerate(lists) for link in links
    ]
    explanations = explanations_of_all(many, linked, time=time)
    assert explanations == one_by_one(many, linked, time)
    assert len(explanations) > 1000
    assert [each.total for each in explanations] == [score for _, _, score in linked]


@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=2, max_size=14),
    st.data(),
    st.booleans(),
)
@settings(max_examples=20, deadline=None)
def test_the_same_in_any_archive(texts: list[str], data: st.DataObject, time: bool) -> None:
    size = len(texts)
    days = data.draw(st.lists(st.integers(-700_000, 2_900_000), min_size=size, max_size=size))
    _, of = vectors_of(texts, days)
    pairs = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
    linked = [
        (one, other, of.pair(one, other, time=time).score)
        for one, other in data.draw(st.lists(pairs))
    ]
    assert explanations_of_all(of, linked, time=time) == one_by_one(of, linked, time)


def test_without_kernels_explanations_are_the_same(
    many: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = [
        (at, link.ordinal, link.score) for at in range(9) for link in Ranking(many, at).best()
    ]
    found = explanations_of_all(many, linked)
    monkeypatch.setattr(explaining, "compiled", lambda: None)
    assert explanations_of_all(many, linked) == found != []
