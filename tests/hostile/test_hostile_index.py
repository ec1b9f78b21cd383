"""An index directory built to attack whoever opens it: refused with one clear error, at no cost.

Its checksums are right, since whoever builds it can compute them: what is refused is refused for
what it is. Nothing in it may run code, lead out of the directory, hang, or take much memory.
"""

import json
import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from search import (
    EventSearchError,
    Index,
    IndexDamaged,
    IndexUnusable,
    RelatedOptions,
    SearchOptions,
)
from search.index.checked_file import sums_of
from search.model.digests import hex_digest as _digest
from tests.hostile import forged
from tests.updated_index import updated_index

RAN = "this file is made by code that ran"


class Attack:
    """Unpickled, it writes a file."""

    def __init__(self, where: Path) -> None:
        self.where = where

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.write_text, (self.where, RAN)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with a delta over its base; nobody may write to it."""
    return updated_index(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def index(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "index"))


def sealed(index: Path, alter: Callable[[dict[str, Any]], object] = lambda manifest: None) -> None:
    """Publish what lies in the generation as if it were ours; ``alter`` changes the manifest."""
    (generation,) = index.glob("0*")
    sums = {}
    for path in sorted(generation.rglob("*")):
        name = path.relative_to(generation).as_posix()
        if (
            path.is_file()
            and not path.is_symlink()
            and name not in ("manifest.json", "checksums", "EVENT-SEARCH")
        ):
            sums[name] = sums_of(path)
    every = b"".join(each.blocks.tobytes() for each in sums.values())
    (generation / "checksums").write_bytes(every)
    manifest = json.loads((generation / "manifest.json").read_bytes())
    manifest["files"] = {name: each.size for name, each in sums.items()}
    manifest["checksums"] = _digest(every)
    alter(manifest)
    data = json.dumps(manifest).encode()
    (generation / "manifest.json").write_bytes(data)
    (index / "CURRENT").write_text(f"{generation.name} {_digest(data)}\n")


def asked(index: Path) -> None:
    """Everything that reads files."""
    with Index.open(index) as opened:
        for event_id in list(opened.ids())[:5]:
            opened.related(event_id)
            opened.event(event_id)
        for query in ('"Port Selva" 2014', "earthquake~", "vaccin* source:post", "title:norland"):
            opened.search(query)
        opened.search("*", SearchOptions(sources=True))
        opened.related_to_each(list(opened.ids()), RelatedOptions())
        opened.related_text("an earthquake at Port Selva in Norland")
        opened.info()


def refused(index: Path) -> str:
    with pytest.raises(IndexUnusable) as caught:
        asked(index)
    told = str(caught.value)
    assert str(index) in told and "event-search index" in told
    assert "\n" not in told and len(told) < 2_000
    return told


def test_the_forger_can_forge(index: Path) -> None:
    sealed(index)
    asked(index)


def arrays(index: Path) -> list[Path]:
    """All that are read: the blocks of a base are not, once there is a delta."""
    return sorted(set(index.rglob("*.npy")) - set(index.rglob("block_*.npy")))


def header(shape: str, dtype: str = "<u4", order: str = "False") -> bytes:
    text = f"{{'descr': '{dtype}', 'fortran_order': {order}, 'shape': {shape}, }}"
    text = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def with_pickle(where: Path) -> bytes:
    array = np.empty(1, dtype=object)
    array[0] = Attack(where)
    path = where.with_suffix(".npy")
    np.save(path, array, allow_pickle=True)
    return path.read_bytes()


ARRAYS: dict[str, bytes] = {
    "a huge shape": header("(4611686018427387904,)") + bytes(64),
    "a shape whose product overflows": header("(4294967296, 4294967296, 1)") + bytes(64),
    "a negative shape": header("(-1,)") + bytes(64),
    "a shape of words": header("('x',)") + bytes(64),
    "a shape of truth": header("(True,)") + bytes(4),
    "no shape": header("()") + bytes(4),
    "columns first": header("(2, 2)", order="True") + bytes(16),
    "text as numbers": header("(4,)", "<U1") + bytes(16),
    "records": header("(1,)", "[('a', '<u4')]") + bytes(4),
    "a header that is code": header("__import__('os').abort()"),
    "nested brackets": b"\x93NUMPY\x01\x00" + struct.pack("<H", 60_000) + b"(" * 60_000,
    "another version": b"\x93NUMPY\x09\x09" + bytes(64),
    "a header longer than the file": b"\x93NUMPY\x01\x00\xff\xff" + bytes(10),
    "nothing": b"",
    "no array": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_no_array_is_taken_for_what_it_is_not(index: Path, name: str) -> None:
    originals = {path: path.read_bytes() for path in arrays(index)}
    assert len(originals) > 20
    for path, original in originals.items():
        path.write_bytes(ARRAYS[name])
        sealed(index)
        told = refused(index)
        assert path.name in told
        path.write_bytes(original)


def test_an_array_of_objects_runs_nothing(index: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    data = with_pickle(ran)
    for path in arrays(index):
        original = path.read_bytes()
        path.write_bytes(data)
        sealed(index)
        refused(index)
        path.write_bytes(original)
    assert not ran.exists()


@pytest.mark.parametrize("extreme", [0xFFFFFFFF, 0x7FFFFFFF, 0x80000000])
def test_numbers_that_point_outside_lead_nowhere(index: Path, extreme: int) -> None:
    """Every array in turn holds nothing but an extreme number."""
    for path in arrays(index):
        original = path.read_bytes()
        array = np.load(path, allow_pickle=False)
        with np.errstate(all="ignore"):
            np.save(path, np.full_like(array, np.array(extreme).astype(array.dtype)))
        sealed(index)
        try:
            asked(index)
        except EventSearchError as error:
            assert "\n" not in str(error)
        path.write_bytes(original)


NAMES = ["../../x", "/etc/passwd", "base/../../../x", "a\x00b", "a\nb", "", ".", "base//x", "A"]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_in_a_manifest_leads_out(index: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "x").write_bytes(b"secret")
    sealed(index, lambda manifest: manifest["files"].update({name: 6}))
    assert "secret" not in refused(index)


MANIFESTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "files that are no table": lambda m: m.update(files=[["a", 1]]),
    "a size that is text": lambda m: m["files"].update({"base/aliases.tsv": "1"}),
    "a size below nothing": lambda m: m["files"].update({"base/aliases.tsv": -5}),
    "a size beyond all": lambda m: m["files"].update({"base/aliases.tsv": 1 << 80}),
    "a size that is no whole number": lambda m: m["files"].update({"base/aliases.tsv": 1e300}),
    "a missing file": lambda m: m["files"].update({"base/none": 1}),
    "no facts": lambda m: m.pop("facts"),
    "facts that are a list": lambda m: m.update(facts=[1]),
    "facts without a ranking": lambda m: m["facts"].pop("ranking"),
    "a format that is a list": lambda m: m.update(format=[2]),
    "no checksums": lambda m: m.pop("checksums"),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_no_manifest_is_believed(index: Path, name: str) -> None:
    sealed(index, MANIFESTS[name])
    refused(index)


def as_link(path: Path, secret: Path) -> None:
    path.symlink_to(secret)


def as_fifo(path: Path, secret: Path) -> None:
    os.mkfifo(path)


def as_directory(path: Path, secret: Path) -> None:
    path.mkdir()


OPENED = (
    "CURRENT", "*/manifest.json", "*/checksums", "*/base/aliases.tsv", "*/base/postings/title.txt",
    "*/base/events/events.jsonl", "*/delta/deleted.npy",
)  # fmt: skip


@pytest.mark.parametrize("become", [as_link, as_fifo, as_directory])
@pytest.mark.parametrize("name", OPENED)
def test_what_is_no_plain_file_is_not_opened(
    index: Path, tmp_path: Path, name: str, become: Callable[[Path, Path], None]
) -> None:
    (path,) = index.glob(name)
    secret = tmp_path / "secret"
    secret.write_bytes(path.read_bytes())
    path.unlink()
    become(path, secret)
    told = refused(index)
    assert path.name in told


@pytest.mark.parametrize("data", [b"[" * 100_000, b"{}", b"null", b'{"a":' * 50_000, b"1" * 10_000,
                                  b"\xff", b'"\\ud800"', b"NaN"])  # fmt: skip
@pytest.mark.parametrize("name", ["lexicon/foreign.txt", "names/names.txt", "vectors/training.json",
                                  "postings/postings.json", "events/events.jsonl",
                                  "events/sources.json"])  # fmt: skip
def test_no_text_of_the_index_is_believed(index: Path, name: str, data: bytes) -> None:
    (path,) = index.glob(f"0*/base/{name}")
    path.write_bytes(data)
    sealed(index)
    refused(index)


def test_a_file_without_end_is_refused_in_bounded_memory(index: Path) -> None:
    for name in ("CURRENT", "000002/manifest.json", "000002/checksums"):
        path = index / name
        original = path.read_bytes()
        with path.open("wb") as file:
            file.truncate(1 << 40)
        with pytest.raises(IndexDamaged, match="far too large"):
            Index.open(index)
        path.write_bytes(original)


def test_forged_indexes_are_asked_or_refused_and_nothing_else(full: bool, whole: Path) -> None:
    """A sample of ``forged.py``: no crash, no traceback, no memory beyond its bound."""
    numbers = range(10_000 if full else 80)
    assert list(forged.faults_of(whole, 1, numbers, 2 if full else 1)) == []


def altered(index: Path) -> None:
    """Write to all arrays in place."""
    for path in arrays(index):
        with path.open("r+b") as file:
            file.seek(128)
            file.write(b"\xff" * (path.stat().st_size - 128))


@pytest.mark.parametrize("shared", [0, 1 << 20])
def test_what_is_altered_after_it_was_checked_is_in_no_answer(
    index: Path, shared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file is read from a copy, so nothing alters. A large one is read where it is, by all
    processes: there every answer is refused from then on."""
    monkeypatch.setattr("search.index.checked_file.SHARED", shared)
    monkeypatch.setattr("search.index.files.SHARED", shared)
    with Index.open(index) as opened:
        ids = list(opened.ids())

        def answers() -> Any:
            return opened.related_to_each(ids, RelatedOptions()), opened.search("earthquake").hits

        before = answers()
        altered(index)
        if shared:
            assert answers() == before
        else:
            for ask in (answers, lambda: opened.event(ids[0]), lambda: list(opened.ids())):
                with pytest.raises(IndexDamaged, match="were altered"):
                    ask()
    with pytest.raises(IndexDamaged):
        asked(index)


def test_a_shared_file_may_be_touched_linked_replaced_or_removed(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.index.checked_file.SHARED", 0)
    monkeypatch.setattr("search.index.files.SHARED", 0)
    with Index.open(index) as opened:
        before = opened.search("earthquake").hits
        for number, path in enumerate(arrays(index)):
            if number % 4 == 0:
                path.touch()
            elif number % 4 == 1:
                (path.parent / "copy").hardlink_to(path)
                (path.parent / "copy").unlink()
            elif number % 4 == 2:
                path.unlink()
            else:
                (path.parent / "other").write_bytes(b"other")
                (path.parent / "other").replace(path)
        assert opened.search("earthquake").hits == before


def test_what_is_altered_after_opening_is_found_when_it_is_first_read(index: Path) -> None:
    with Index.open(index) as opened:
        altered(index)
        with pytest.raises(IndexDamaged, match="were altered"):
            opened.related_to_each(list(opened.ids()), RelatedOptions())


@pytest.mark.parametrize("value", [10**30, -(10**30), 1e308, True, "8", None, [8], -1, 1 << 40])
def test_no_number_of_events_is_believed(index: Path, value: Any) -> None:
    sealed(index, lambda manifest: manifest["facts"].update(events=value))
    assert "manifest" in refused(index) or "other events" in refused(index)


@pytest.mark.parametrize("value", [10**30, float("nan"), float("inf"), "0.5", None, [], True])
@pytest.mark.parametrize("name", ["tail", "level", "hub_mean", "no_time", "vector_weight", "terms"])
def test_nothing_impossible_is_believed_to_be_learned(index: Path, name: str, value: Any) -> None:
    (path,) = index.glob("0*/base/vectors/training.json")
    plain = json.loads(path.read_bytes())
    plain[name] = value
    path.write_text(json.dumps(plain))
    sealed(index)
    if value is not True:
        assert "training.json" in refused(index)


@pytest.mark.parametrize("data", [b"cut", b"a\ncut"])
@pytest.mark.parametrize(
    "name", ["lexicon/names.txt", "printed_names.txt", "vectors/terms.txt", "names/names.txt",
             "postings/title.txt"],
)  # fmt: skip
def test_lines_that_are_cut_are_refused(index: Path, name: str, data: bytes) -> None:
    (path,) = index.glob(f"0*/base/{name}")
    path.write_bytes(data)
    sealed(index)
    assert path.name in refused(index) or path.parent.name in refused(index)
