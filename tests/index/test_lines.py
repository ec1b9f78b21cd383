"""Sorted lines are looked up as a list of strings is, whether or not a table was built."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index import lines
from search.index.lines import LineMap, Lines

some_text = st.text(st.characters(blacklist_characters="\n\t", blacklist_categories=["Cs"]))
some_lines = st.sets(some_text).map(sorted)


def opened(wanted: list[str]) -> Lines:
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "lines.txt"
        lines.write(wanted, path)
        return Lines(path.read_bytes())


@given(some_lines, st.lists(some_text))
def test_lines_are_the_strings_that_were_written(wanted: list[str], others: list[str]) -> None:
    found = opened(wanted)
    assert list(found) == wanted == [found[at] for at in range(len(found))] == found[:]
    for line in [*wanted, *others] * 2:
        expected = wanted.index(line) if line in wanted else None
        assert found.index_of(line) == expected
        assert (line in found) == (line in wanted)


@given(some_lines, some_text)
def test_the_lines_that_begin_alike_stand_together(wanted: list[str], start: str) -> None:
    found = opened(wanted)
    those = [line for line in wanted if line.startswith(start)]
    for _ in range(20):  # before and after the ends of lines are known
        assert [found[at] for at in found.beginning(start)] == those
    assert found.first_beginning(start) == (those[0] if those else None)


@given(st.dictionaries(some_text, some_text), st.lists(some_text))
def test_a_map_is_the_mapping_with_its_blanks_made_spaces(
    wanted: dict[str, str], others: list[str]
) -> None:
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "map.txt"
        lines.write_map(wanted, path)
        found = LineMap(Lines(path.read_bytes()))
    assert len(found) == len(wanted)
    assert set(found) == set(wanted)
    for key in [*wanted, *others] * 2:
        assert found.get(key) == (" ".join(wanted[key].split()) if key in wanted else None)


def test_what_is_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="no end"):
        Lines(b"a\nb")


@given(st.binary(max_size=40), some_text)
def test_any_bytes_are_lines_that_can_be_looked_up(data: bytes, line: str) -> None:
    found = Lines(data + b"\n")
    assert len(list(found)) == len(found) == data.count(b"\n") + 1
    for text in [*found, line]:
        assert found.index_of(text) in (None, *range(len(found)))
        assert len(found.beginning(text)) <= len(found)


def test_no_number_is_counted_from_behind_the_last_line() -> None:
    with pytest.raises(IndexError):
        Lines(b"a\n")[1]


@given(st.lists(st.text("abc", min_size=1, max_size=3)))
def test_each_key_of_lines_that_are_not_sorted_has_a_value(keys: list[str]) -> None:
    found = LineMap(Lines("".join(f"{key}\tof {key}\n" for key in keys).encode()))
    assert sorted(found.values()) == sorted(f"of {key}" for key in set(keys))
