"""The explanations of many links at once are those of each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.model.hit import Explanation
from search.related.candidates import Linked
from search.related.explanations import explanations
from search.related.similarity import Similarity
from tests.related.test_batch import batch
from tests.related.test_similarity import MANY, WORDS, vectors_of


@pytest.fixture(scope="module")
def many() -> Similarity:
    return vectors_of(MANY, [16000 + (i * 37) % 4000 for i in range(400)])[1]


def one_by_one(of: Similarity, linked: list[Linked], time: bool) -> list[Explanation]:
    return [explanations(of, one, [(other, score)], time=time)[0] for one, other, score in linked]


@pytest.mark.parametrize("time", [True, False])
def test_explanations_are_those_of_each_link_and_add_up(many: Similarity, time: bool) -> None:
    of_all = batch(many, time=time)
    lists = of_all.best(range(400), 5, 0.0)
    linked = [
        (ordinal, link.ordinal, link.score) for ordinal, links in enumerate(lists) for link in links
    ]
    found = of_all.explanations(linked)
    assert found == one_by_one(many, linked, time)
    assert len(found) > 1000
    assert [each.total for each in found] == [score for _, _, score in linked]


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
    assert batch(of, time=time).explanations(linked) == one_by_one(of, linked, time)
