"""Pages of a ranking: each hit is on exactly one page, whatever the length of a page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.fulltext.paging import WINDOW, Item, items_of
from search.model.options import SearchOptions
from search.related.similarity import Similarity
from tests.related.test_duplicates import REPORTS
from tests.related.test_similarity import DAYS, MANY, TEXTS, vectors_of

FIRST_REPORT, SECOND_REPORT = 0, 1  # ordinals of two reports of one event
OTHERS = range(len(REPORTS), len(REPORTS) + 100)


@pytest.fixture(scope="module")
def similarity() -> Similarity:
    texts = [text for _, text in REPORTS] + TEXTS + MANY
    days = [day for day, _ in REPORTS] + DAYS + list(range(16000, 16400))
    return vectors_of(texts, days)[1]


def items(similarity: Similarity, order: list[int], options: SearchOptions) -> list[Item]:
    return items_of(similarity, lambda count: order[:count], options)


def test_reports_of_one_event_are_one_item(similarity: Similarity) -> None:
    order = [FIRST_REPORT, OTHERS[0], SECOND_REPORT, OTHERS[1]]
    assert items(similarity, order, SearchOptions()) == [Item(0, (2,)), Item(1), Item(3)]


def test_reports_stand_singly_where_that_is_wanted(similarity: Similarity) -> None:
    order = [FIRST_REPORT, OTHERS[0], SECOND_REPORT]
    assert items(similarity, order, SearchOptions(fold=False)) == [Item(0), Item(1), Item(2)]


def test_a_report_on_a_later_page_is_folded_into_an_earlier_one(similarity: Similarity) -> None:
    order = [FIRST_REPORT, *OTHERS[:5], SECOND_REPORT, *OTHERS[5:10]]
    assert items(similarity, order, SearchOptions(limit=1)) == [Item(0, (6,))]
    assert items(similarity, order, SearchOptions(limit=5, page=2))[0].rank == 5
    assert items(similarity, order, SearchOptions(limit=5, page=2))[1].rank == 7


def test_a_report_far_behind_stands_for_itself(similarity: Similarity) -> None:
    near = [FIRST_REPORT, *OTHERS[: WINDOW - 1], SECOND_REPORT]
    far = [FIRST_REPORT, *OTHERS[:WINDOW], SECOND_REPORT]
    everything = SearchOptions(limit=200)
    assert items(similarity, near, everything)[0].also == (WINDOW,)
    assert items(similarity, far, everything)[0].also == ()


@settings(max_examples=30, deadline=None)
@given(data=st.data(), limit=st.integers(1, 40), fold=st.booleans())
def test_pages_hold_every_hit_once_and_in_order(
    similarity: Similarity, data: st.DataObject, limit: int, fold: bool
) -> None:
    order = data.draw(st.permutations([*range(len(REPORTS)), *OTHERS[:60]]))
    whole = items(similarity, order, SearchOptions(limit=1000, fold=fold))
    pages: list[Item] = []
    for page in range(1, len(order) // limit + 3):
        pages += items(similarity, order, SearchOptions(limit=limit, page=page, fold=fold))
    assert pages == whole
    assert [item.rank for item in whole] == sorted(item.rank for item in whole)
    places = [place for item in whole for place in (item.rank, *item.also)]
    assert sorted(places) == list(range(len(order)))


def test_a_page_behind_the_last_is_empty(similarity: Similarity) -> None:
    assert items(similarity, [*OTHERS[:5]], SearchOptions(limit=5, page=2)) == []
    assert items(similarity, [], SearchOptions()) == []
