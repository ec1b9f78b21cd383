"""Damaged and forged postings are refused, or give another answer, and never a crash."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.index.postings.reader import InvertedIndex
from search.index.segments import Segments
from search.model.errors import IndexDamaged, IndexFormatMismatch
from search.text.terms import Terms
from tests.index.postings.conftest import EVENTS, asked
from tests.sealed_files import sealed


@pytest.fixture
def copy(tmp_path: Path, directory: Path) -> Path:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in directory.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    return copy


QUERIES = ["flood", '"to be"', '"to be"~3', "e*", "presidnet~", "source:*", "中", "-flood"]


def ask_everything(directory: Path, terms: Terms) -> None:
    keywords = InvertedIndex.open(sealed(directory), Segments(len(EVENTS)))
    for query in QUERIES:
        asked(keywords, query, EVENTS, terms)


def test_terms_out_of_order_are_damage_or_another_answer(copy: Path, terms: Terms) -> None:
    path = copy / "title.txt"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(reversed(lines)))
    ask_everything(copy, terms)


def test_a_term_without_end_is_damage(copy: Path, terms: Terms) -> None:
    path = copy / "title.txt"
    path.write_bytes(path.read_bytes().replace(b"\npresid", b"\np" + b"r" * 1_000_000, 1))
    with pytest.raises(IndexDamaged, match="longer than any word"):
        ask_everything(copy, terms)


def test_extents_that_end_before_they_begin_are_damage(copy: Path, terms: Terms) -> None:
    path = copy / "title_starts.npy"
    np.save(path, np.load(path)[::-1].copy())
    with pytest.raises(IndexDamaged, match="outside"):
        ask_everything(copy, terms)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damage_is_an_error_or_another_answer_but_never_a_crash(
    directory: Path, terms: Terms, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(p.name for p in directory.iterdir())))
    original = (directory / name).read_bytes()
    kind = data.draw(st.sampled_from(["flip", "cut", "zero", "numbers"]))
    at = data.draw(st.integers(0, len(original) - 1))
    damaged = bytearray(original)
    if kind == "flip":
        damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    elif kind == "cut":
        del damaged[at:]
    elif kind == "zero":
        damaged[at : at + 64] = bytes(len(damaged[at : at + 64]))
    else:
        damaged[at : at + 8] = data.draw(st.binary(min_size=8, max_size=8))
    with TemporaryDirectory() as scratch:
        for path in directory.iterdir():
            (Path(scratch) / path.name).write_bytes(path.read_bytes())
        (Path(scratch) / name).write_bytes(bytes(damaged))
        try:
            ask_everything(Path(scratch), terms)
        except (IndexDamaged, IndexFormatMismatch) as error:
            assert "event-search index" in str(error)


def test_what_is_missing_or_of_another_format_is_named(
    tmp_path: Path, copy: Path, terms: Terms
) -> None:
    with pytest.raises(IndexDamaged, match=r"postings\.json: it is missing"):
        InvertedIndex.open(sealed(tmp_path / "nowhere"), Segments(0))
    facts = copy / "postings.json"
    facts.write_text(json.dumps({"format": 99, "documents": 3}))
    with pytest.raises(IndexFormatMismatch, match="format 99"):
        InvertedIndex.open(sealed(copy), Segments(len(EVENTS)))
    for broken in (
        "",
        "[]",
        "{}",
        '{"format": 2, "documents": -1}',
        '{"format": 2, "documents": "3"}',
    ):
        facts.write_text(broken)
        with pytest.raises(IndexDamaged, match=r"postings\.json"):
            InvertedIndex.open(sealed(copy), Segments(len(EVENTS)))
    facts.write_text(json.dumps({"format": 2, "documents": 10}))
    ask_everything(copy, terms)
    (copy / "positions.u4").unlink()
    with pytest.raises(IndexDamaged, match=r"positions\.u4"):
        InvertedIndex.open(sealed(copy), Segments(len(EVENTS)))
