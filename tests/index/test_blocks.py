"""Postings by blocks of events."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.index.blocks import count_of, lay_out, shift_of

ROWS = st.lists(
    st.dictionaries(st.integers(0, 5), st.integers(0, 255), max_size=6), min_size=1, max_size=40
)


@given(ROWS, st.integers(1, 4))
def test_blocks_hold_every_posting_once_where_bounds_say(
    rows: list[dict[int, int]], shift: int
) -> None:
    postings = [
        (term, event, row[term])
        for term in range(6)
        for event, row in enumerate(rows)
        if term in row
    ]
    terms, events, counts = np.array(postings, np.int64).reshape(-1, 3).T
    bounds, places = lay_out(terms, events, counts.astype(np.uint8), 6, len(rows), shift)
    blocks = count_of(len(rows), shift)
    assert len(bounds) == 2 * 6 * blocks + 1 and bounds[-1] == len(places) - 1
    found = []
    for term in range(6):
        for block in range(blocks):
            group = 2 * (term * blocks + block)
            begin, middle, end = bounds[group : group + 3].tolist()
            first = block << shift
            found += [(term, first + int(place), 1) for place in places[begin:middle]]
            pairs = zip(places[middle:end:2], places[middle + 1 : end : 2], strict=True)
            others = [(term, first + int(place), int(count)) for place, count in pairs]
            assert all(count != 1 for _, _, count in others)
            found += others
    assert sorted(found) == postings


def test_an_archive_has_at_most_sixteen_blocks_as_long_as_places_have_16_bits() -> None:
    sizes = (1, 8_192, 8_193, 1 << 17, (1 << 17) + 1, 1 << 20, 10_000_000)
    found = [(shift_of(size), count_of(size, shift_of(size))) for size in sizes]
    assert found == [(13, 1), (13, 1), (13, 2), (13, 16), (14, 9), (16, 16), (16, 153)]
