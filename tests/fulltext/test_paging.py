"""Pages of an order: each hit stands in exactly one place, whatever the length of a page."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.fulltext.paging import WINDOW, Compiled, Item, Page
from search.kernels import loader as loading
from search.model.options import SearchOptions
from search.related.duplicates import same_event
from search.related.similarity import Vectors
from tests.related.test_duplicates import REPORTS
from tests.related.test_similarity import DAYS, MANY, TEXTS, vectors_of

FIRST_REPORT, SECOND_REPORT = 0, 1  # ordinals of two reports of one event
OTHERS = range(len(REPORTS), len(REPORTS) + 100)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    texts = [text for _, text in REPORTS] + TEXTS + MANY
    days = [day for day, _ in REPORTS] + DAYS + list(range(16000, 16400))
    return vectors_of(texts, days)[1]


def items(vectors: Vectors, order: list[int], options: SearchOptions) -> list[Item]:
    kernels = loading.load()
    assert kernels is not None
    found = []
    for compiled in (None, Compiled(kernels, vectors)):
        page = Page(vectors, lambda count: order[:count], options, compiled)
        assert [item.place for item in page.items] == page.places
        found.append(page.items)
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    ("starts", "terms", "counts", "lengths"),
    [([0, 9], 2, 9, 1), ([0, 9], 9, 2, 1), ([1, 2], 2, 2, 1), ([0, 2, 1], 2, 2, 2),
     ([0, 1, 2], 2, 2, 1), ([0, 2], 2, 2, 2)],
)  # fmt: skip
def test_rows_that_are_none_are_refused(
    starts: list[int], terms: int, counts: int, lengths: int
) -> None:
    rows = np.array(starts), np.zeros(terms, np.uint32), np.zeros(counts, np.uint8)
    matrix = SimpleNamespace(rows=lambda: rows, lengths=np.ones(lengths, np.float32))
    forged = SimpleNamespace(matrix=matrix, dates=np.zeros(len(starts) - 1, np.int32))
    kernels = loading.load()
    assert kernels is not None
    with pytest.raises(IndexError, match="no rows"):
        Compiled(kernels, cast(Vectors, forged))


@settings(max_examples=50)
@given(st.lists(st.integers(0, len(REPORTS) + 30), min_size=2, max_size=20, unique=True))
def test_the_compiled_loop_passes_over_no_reports_of_one_event(
    vectors: Vectors, ordinals: list[int]
) -> None:
    kernels = loading.load()
    assert kernels is not None
    told = [vectors.prepare(ordinal) for ordinal in ordinals]
    same = [
        (one, other)
        for other in range(len(told))
        for one in range(other)
        if same_event(vectors, told[one], told[other])
    ]
    found = list(Compiled(kernels, vectors).near(ordinals))
    assert set(same) <= set(found) and found == sorted(found, key=lambda pair: pair[::-1])
    for one, other in found:
        shared, mine, its = np.intersect1d(
            told[one].terms, told[other].terms, assume_unique=True, return_indices=True
        )
        product = float((told[one].weights[mine] * told[other].weights[its]).sum())
        assert product > 0.69 * told[one].length * told[other].length and len(shared) >= 3


def test_reports_of_one_event_are_one_item(vectors: Vectors) -> None:
    order = [FIRST_REPORT, OTHERS[0], SECOND_REPORT, OTHERS[1]]
    assert items(vectors, order, SearchOptions()) == [Item(0, (2,)), Item(1), Item(3)]


def test_reports_stand_singly_where_that_is_wanted(vectors: Vectors) -> None:
    order = [FIRST_REPORT, OTHERS[0], SECOND_REPORT]
    assert items(vectors, order, SearchOptions(fold=False)) == [Item(0), Item(1), Item(2)]


def test_a_report_on_a_later_page_is_folded_into_an_earlier_one(vectors: Vectors) -> None:
    order = [FIRST_REPORT, *OTHERS[:5], SECOND_REPORT, *OTHERS[5:10]]
    assert items(vectors, order, SearchOptions(limit=1)) == [Item(0, (6,))]
    assert items(vectors, order, SearchOptions(limit=5, page=2))[0].place == 5
    assert items(vectors, order, SearchOptions(limit=5, page=2))[1].place == 7


def test_a_report_far_behind_stands_for_itself(vectors: Vectors) -> None:
    near = [FIRST_REPORT, *OTHERS[: WINDOW - 1], SECOND_REPORT]
    far = [FIRST_REPORT, *OTHERS[:WINDOW], SECOND_REPORT]
    everything = SearchOptions(limit=200)
    assert items(vectors, near, everything)[0].also == (WINDOW,)
    assert items(vectors, far, everything)[0].also == ()


@settings(max_examples=30, deadline=None)
@given(data=st.data(), limit=st.integers(1, 40), fold=st.booleans())
def test_pages_hold_every_hit_once_and_in_order(
    vectors: Vectors, data: st.DataObject, limit: int, fold: bool
) -> None:
    order = data.draw(st.permutations([*range(len(REPORTS)), *OTHERS[:60]]))
    whole = items(vectors, order, SearchOptions(limit=1000, fold=fold))
    pages: list[Item] = []
    for page in range(1, len(order) // limit + 3):
        pages += items(vectors, order, SearchOptions(limit=limit, page=page, fold=fold))
    assert pages == whole
    assert [item.place for item in whole] == sorted(item.place for item in whole)
    places = [place for item in whole for place in (item.place, *item.also)]
    assert sorted(places) == list(range(len(order)))


def test_a_page_behind_the_last_is_empty(vectors: Vectors) -> None:
    assert items(vectors, [*OTHERS[:5]], SearchOptions(limit=5, page=2)) == []
    assert items(vectors, [], SearchOptions()) == []
