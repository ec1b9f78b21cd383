import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model import printing as plain

any_text = st.text(st.characters())


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  A title. ", "A title."),
        ("two\r\nlines", "two lines"),
        ("a\x00b\x1b[31mc", "a b [31mc"),
        ("tab\there", "tab here"),
        ("\u202eevil\u202c", "evil"),
        ("\u2067turned\u2069", "turned"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("line\u2028separator", "line separator"),
        ("two  blanks\u3000stay", "two  blanks\u3000stay"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀 flies", "👩\u200d🚀 flies"),
    ],
)
def test_a_line_loses_only_what_cannot_be_shown_safely(raw: str, expected: str) -> None:
    assert plain.line(raw) == expected


def test_several_lines_keep_their_line_feeds_only() -> None:
    assert plain.lines("one\r\ntwo\rthree\x0bfour\n") == "one\ntwo\nthree four"


@given(any_text)
def test_mending_twice_is_mending_once_and_can_be_written(raw: str) -> None:
    for mend in (plain.line, plain.lines):
        once = mend(raw)
        assert mend(once) == once
        once.encode()


@given(any_text)
def test_what_is_visible_is_on_one_printable_line(raw: str) -> None:
    assert plain.visible(raw).isprintable()


def test_identifiers_are_taken_as_they_are_or_not_at_all() -> None:
    assert plain.is_identifier("/news/2016/02/6/a page.md")
    for bad in ("", " a", "a\n", "a\x00", "\ud800", "a\u202eb"):
        assert not plain.is_identifier(bad)
