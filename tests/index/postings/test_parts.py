"""Parts of an archive give, when they are merged, what one part of all its events holds."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.index.postings import parts as parts_module
from search.index.postings.collector import Occurrences, Postings
from search.index.postings.parts import (
    StoredPart,
    lists,
    merged_rows,
    packed,
    part_of,
    unpacked,
)
from search.index.postings.writer import build
from search.model.event import Event
from search.text.terms import Terms
from tests.index.postings.conftest import EVENTS


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.mark.parametrize("at_once", [1, 7, 1 << 22])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_parts_of_any_size_give_the_same_postings_and_rows(
    directory: Path,
    terms: Terms,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    at_once: int,
) -> None:
    monkeypatch.setattr(parts_module, "_AT_ONCE", at_once)
    parts = [
        StoredPart(part_of(Occurrences.of(terms, EVENTS[at : at + size])), tmp_path / str(at))
        for at in range(0, len(EVENTS), size)
    ]
    build(tmp_path / "index", parts)
    assert files(tmp_path / "index") == files(directory)
    expected, found = Occurrences.of(terms, EVENTS).term_rows(), merged_rows(parts)
    assert found.terms == expected.terms
    for name in expected._fields[1:]:
        one, other = getattr(found, name), getattr(expected, name)
        assert one.dtype == other.dtype and np.array_equal(one, other), name


@settings(max_examples=20)
@given(st.lists(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_division_into_parts_gives_the_same_lists(
    terms: Terms, groups: list[list[Event]]
) -> None:
    whole = part_of(Occurrences.of(terms, [event for group in groups for event in group]))
    parts = [part_of(Occurrences.of(terms, group)) for group in groups]
    for (name, one), (also, other) in zip(lists([whole]), lists(parts), strict=True):
        assert name == also
        for postings, merged in zip(one, other, strict=True):
            assert postings.terms == merged.terms
            for key in Postings._fields[1:]:
                assert np.array_equal(getattr(postings, key), getattr(merged, key)), (name, key)


def test_strings_of_any_characters_come_back() -> None:
    strings = ["", "a\nb", "Zoë", "中国", "\x00", "'\""]
    assert unpacked(packed(strings)) == strings
