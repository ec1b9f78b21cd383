"""Lists that show several sides of an event, and the laws of their order."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.related.diversity import spread
from search.related.ranking import Ranking
from search.related.similarity import Similarity
from search.related.similarity_parts import TermVector
from tests.related.test_batch import batch
from tests.related.test_similarity import MANY, vectors_of


def report(terms: Sequence[int], weights: Sequence[float] | None = None) -> TermVector:
    each = np.array(weights or [1.0] * len(terms))
    return TermVector(np.array(sorted(terms), dtype=np.int64), each, 1.0, None)


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[TermVector], list[float]]:
    """Reports of few terms, so that many are alike, and their similarities, best first."""
    told = draw(st.lists(st.sets(st.integers(0, 12), max_size=6), max_size=30))
    raw = draw(st.lists(st.floats(0.01, 1.0), min_size=len(told), max_size=len(told)))
    weights = st.floats(0.1, 9.0)
    reports = [
        report(list(terms), draw(st.lists(weights, min_size=len(terms), max_size=len(terms))))
        for terms in told
    ]
    return reports, sorted(raw, reverse=True)


@given(lists())
def test_every_item_stands_in_the_new_order_once_and_the_best_is_first(
    given_list: tuple[list[TermVector], list[float]],
) -> None:
    reports, raw = given_list
    order = spread(reports, raw)
    assert sorted(order) == list(range(len(reports)))
    assert order[:1] == [0] * bool(reports)


@given(lists())
def test_an_item_passes_none_that_is_much_more_related(
    given_list: tuple[list[TermVector], list[float]],
) -> None:
    order = spread(*given_list)
    raw = given_list[1]
    for later, one in enumerate(order):
        assert all(raw[one] >= 0.7 * raw[other] - 1e-12 for other in order[later:])


@given(st.lists(st.floats(0.01, 1.0), max_size=30))
def test_items_that_share_nothing_keep_their_order(raw: list[float]) -> None:
    reports = [report([number]) for number in range(len(raw))]
    assert spread(reports, sorted(raw, reverse=True)) == list(range(len(raw)))


def test_what_repeats_an_item_above_comes_behind_another_side() -> None:
    siege = [1, 2, 3, 4, 5]
    reports = [report(siege), report(siege), report([1, 7, 8, 9, 10]), report([*siege, 6])]
    assert spread(reports, [0.5, 0.49, 0.45, 0.4]) == [0, 2, 1, 3]


def test_a_side_that_is_hardly_related_does_not_come_first() -> None:
    siege = [1, 2, 3, 4, 5]
    reports = [report(siege), report(siege), report([1, 7, 8, 9, 10])]
    assert spread(reports, [0.5, 0.49, 0.34]) == [0, 1, 2]


def test_one_story_told_in_other_words_keeps_its_order() -> None:
    # Half of what each says is shared with each of the others.
    reports = [report([1, 2, 3, 10 * n, 10 * n + 1, 10 * n + 2]) for n in range(2, 6)]
    assert spread(reports, [0.5, 0.45, 0.4, 0.35]) == [0, 1, 2, 3]


@pytest.fixture(scope="module")
def many() -> Similarity:
    return vectors_of(MANY, [16000 + (i * 37) % 4000 for i in range(400)])[1]


def test_many_lists_are_spread_as_each_is(many: Similarity) -> None:
    lists = [
        # Nearly as good as each other, so that what repeats comes later.
        [link._replace(raw=1.0 - place / 100) for place, link in enumerate(links)]
        for links in (
            Ranking(many, event).best(limit=event % 31, min_score=0.0) for event in range(400)
        )
    ]
    found = batch(many).spread(lists)
    assert found == [
        spread([many.term_vector(link.ordinal) for link in links], [link.raw for link in links])
        for links in lists
    ]
    assert any(order != sorted(order) for order in found)
