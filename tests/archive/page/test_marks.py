"""Marks in a page."""

from search.archive.page.marks import moved


def test_the_fewest_values_have_moved() -> None:
    assert moved("abcd", "abcd") == set()
    assert moved("abcd", "dabc") == {"d"}
    assert moved("abcd", "acbd") in ({"b"}, {"c"})
    assert moved("abc", "xcy") == set()
