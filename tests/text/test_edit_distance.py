"""How far two spellings are apart."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.edit_distance import Spellings, edits_allowed, within_edits

LETTERS = "abé中"
short = st.text(LETTERS, max_size=7)


def one_slip_away(word: str) -> set[str]:
    """All words that one slip makes of a word."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return (
        {a + b[1:] for a, b in cuts if b}
        | {a + x + b for a, b in cuts for x in LETTERS}
        | {a + x + b[1:] for a, b in cuts if b for x in LETTERS}
        | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    )


@given(short)
def test_one_slip_is_a_letter_more_less_other_or_two_swapped(word: str) -> None:
    near = one_slip_away(word) | {word}
    assert all(within_edits(word, other, 1) for other in near)
    assert all(within_edits(word, other, 1) == (other in near) for other in one_slip_away("ab"))


@given(short, short, st.integers(0, 2))
def test_the_distance_is_the_same_both_ways_and_only_grows_with_the_limit(
    one: str, two: str, limit: int
) -> None:
    assert within_edits(one, two, limit) == within_edits(two, one, limit)
    assert not within_edits(one, two, limit) or within_edits(one, two, limit + 1)
    assert within_edits(one, two, 0) == (one == two)


def test_words_that_share_nothing_are_told_apart_early() -> None:
    assert not within_edits("abcdefgh", "stuvwxyz", 2)


@pytest.mark.parametrize(
    ("one", "two", "edits"),
    [("ca", "abc", 3), ("abcd", "badc", 2), ("kitten", "sitting", 3), ("aab", "aba", 1)],
)
def test_no_letter_takes_part_in_two_slips(one: str, two: str, edits: int) -> None:
    assert within_edits(one, two, edits)
    assert not within_edits(one, two, edits - 1)


@given(short.filter(bool), st.lists(short.filter(bool), unique=True), st.integers(1, 2))
def test_many_words_at_once_are_judged_as_one_by_one(
    word: str, others: list[str], limit: int
) -> None:
    expected = [other for other in others if within_edits(word, other, limit)]
    assert Spellings(others).within(word, limit) == expected


@pytest.mark.parametrize(
    ("word", "typed", "allowed"),
    [
        ("war", None, 0),
        ("war", 2, 0),
        ("flood", None, 1),
        ("flood", 2, 1),
        ("london", None, 1),
        ("london", 2, 2),
        ("pakistan", None, 2),
        ("pakistan", 1, 1),
    ],
)
def test_short_words_forgive_less(word: str, typed: int | None, allowed: int) -> None:
    assert edits_allowed(word, typed) == allowed


def test_comparing_leaves_nothing_to_the_collector_of_cycles() -> None:
    spellings = Spellings(["storm", "story", "stone"])
    gc.disable()
    try:
        spellings.within("storn", 1)  # which imports what compares
        gc.collect()
        for _ in range(100):
            spellings.within("storn", 1)
        assert gc.collect() < 100
    finally:
        gc.enable()
