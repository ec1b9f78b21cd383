"""What lies beside the generations, made by somebody else: hints that lie, links, FIFOs, no end.

A hint is believed as far as it can be; without it the work is done anew. Nothing of it leads out of
the directory, is waited for or ends in a riddle.
"""

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from search import EventSearchError, Index, IndexDamaged, build
from search import regenerate_archive as regenerate
from search.archive import FileCache
from search.archive.file_cache import _digest
from search.engine.build import repair
from search.engine.indexed_archives import sources
from tests.small_archive import page_of, stories

Alter = Callable[[dict[str, Any], bytes], object]

HINTS = (
    "HOLDER",
    "SOURCES",
    "FILE_CACHE",
    "PAGES",
    "KEPT",
    "LISTS",
    "PLANNED_LISTS",
    "CURRENT.new",
    "FILE_CACHE.new",
)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hints are believed at once; and whoever waits for a FIFO is woken."""
    monkeypatch.setattr("search.archive.file_cache._MOMENT", -(10**15))

    def woken(*_: object) -> None:
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, woken)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A regenerated site and its index, in a directory of their own; nobody may write to it."""
    place = tmp_path_factory.mktemp("whole")
    for event in stories():
        page = place / "site" / event.id.lstrip("/")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(page_of(event), encoding="utf-8")
    for _ in "ab":
        regenerate(place / "site", place / "index")
    return place


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    """A copy, whose index says that it was built from the copy, and a file outside of it."""
    copied = Path(shutil.copytree(whole, tmp_path / "copy"))
    regenerate(copied / "site", copied / "index")
    (copied / "victim").write_text("precious")
    return copied


def answers(index: Path) -> list[Any]:
    with Index.open(index) as opened:
        lists = [(event_id, opened.related(event_id)) for event_id in opened.ids()]
        return [lists, opened.search('"Port Selva" earthquake').hits]


def become_link(path: Path, victim: Path) -> None:
    path.symlink_to(victim)


def become_fifo(path: Path, victim: Path) -> None:
    os.mkfifo(path)


def become_endless(path: Path, victim: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


def unharmed(place: Path) -> None:
    """All commands end well, and with the same answers as ever."""
    expected = answers(place / "index")
    regenerate(place / "site", place / "index")
    build([place / "site"], place / "index")
    repair(place / "index")
    assert answers(place / "index") == expected
    assert (place / "victim").read_text() == "precious"


@pytest.mark.parametrize("become", [become_link, become_fifo, become_endless])
@pytest.mark.parametrize("name", HINTS)
def test_a_hint_that_is_no_plain_file_is_no_hint(
    place: Path, name: str, become: Callable[[Path, Path], None]
) -> None:
    (place / "index" / name).unlink(missing_ok=True)
    become(place / "index" / name, place / "victim")
    unharmed(place)


@pytest.mark.parametrize("become", [become_link, become_fifo])
def test_a_current_that_is_no_plain_file_is_replaced(
    place: Path, become: Callable[[Path, Path], None]
) -> None:
    expected = answers(place / "index")
    (place / "index/CURRENT").unlink()
    become(place / "index/CURRENT", place / "victim")
    build([place / "site"], place / "index")
    assert answers(place / "index") == expected
    assert (place / "victim").read_text() == "precious"


@pytest.mark.parametrize("become", [become_link, become_fifo, become_endless])
@pytest.mark.parametrize("name", ["aliases.tsv", "LOCK"])
def test_what_an_editor_or_the_system_must_have_put_there_is_refused_on_one_line(
    place: Path, name: str, become: Callable[[Path, Path], None]
) -> None:
    (place / "index" / name).unlink(missing_ok=True)
    become(place / "index" / name, place / "victim")
    try:
        build([place / "site"], place / "index")
        assert name == "LOCK"
    except EventSearchError as error:
        assert name in str(error) and "\n" not in str(error)
        assert "precious" not in str(error)
    assert (place / "victim").read_text() == "precious"


def cut(head: dict[str, Any], body: bytes) -> dict[str, slice]:
    """Where the columns of a file cache stand."""
    files, records = head["files"], head["records"]
    widths = {"signatures": 24 * files, "counts": 4 * files, "digests": 8 * records,
              "hashes": 8 * records, "events": 8 * records, "lines": 4 * records}  # fmt: skip
    at, found = 0, {}
    for name, width in widths.items():
        found[name] = slice(at, at + width)
        at += width
    return found | {"names": slice(at, len(body))}


def filled(column: str, byte: bytes) -> Alter:
    def alter(head: dict[str, Any], body: bytes) -> object:
        where = cut(head, body)[column]
        return body[: where.start] + byte * (where.stop - where.start) + body[where.stop :]

    return alter


LIES: dict[str, Alter] = {
    "facts that are a list": lambda h, b: h.update(facts=[1]),
    "no facts": lambda h, b: h.update(facts=None),
    "sites that are a number": lambda h, b: h["facts"].update(sites=3),
    "sites that are numbers": lambda h, b: h["facts"].update(sites=[3]),
    "a site that is an object": lambda h, b: h["facts"].update(sites=[dict.fromkeys("abcde")]),
    "archives that are a list": lambda h, b: h["facts"].update(archives=[1]),
    "archives of numbers": lambda h, b: h["facts"].update(archives={"/": 1, "": [2]}),
    "a generation that is a list": lambda h, b: h["facts"].update(generation=[1]),
    "a generation elsewhere": lambda h, b: h["facts"].update(generation="../x " + "0" * 64 + "\n"),
    "a time that is text": lambda h, b: h.update(taken="x"),
    "no time": lambda h, b: h.update(taken=None),
    "a format that is text": lambda h, b: h.update(format="x"),
    "no format": lambda h, b: h.pop("format") and None,
    "fewer files than none": lambda h, b: h.update(files=-1),
    "files beyond all": lambda h, b: h.update(files=1 << 62),
    "half a file": lambda h, b: h.update(files=1.5),
    "one file too few": lambda h, b: h.update(files=h["files"] - 1),
    "records beyond all": lambda h, b: h.update(records=1 << 40),
    "no records": lambda h, b: h.update(records=0),
    "reasons that are a list": lambda h, b: h.update(skips=[1]),
    "reasons of three parts": lambda h, b: h.update(skips={"0:/x": [[1, 2, 3]]}),
    "reasons that are numbers": lambda h, b: h.update(skips={"0:/x": [[1, 2]]}),
    "zeros": lambda h, b: bytes(len(b)),
    "no names": lambda h, b: b[: cut(h, b)["names"].start],
    "records of no file": filled("counts", b"\0"),
    "more records than there are": filled("counts", b"\xff"),
    "other bytes": filled("digests", b"\x11"),
    "events that are not there": filled("events", b"\x11"),
    "lines where there are none": filled("lines", b"\x11"),
    "all records of the first file": lambda h, b: (
        b[: cut(h, b)["counts"].start]
        + int(h["records"]).to_bytes(4, "little")
        + bytes(4 * h["files"] - 4)
        + b[cut(h, b)["counts"].stop :]
    ),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("name", ["FILE_CACHE", "PAGES"])
def test_a_hint_that_lies_is_seen_through_or_changes_no_page(
    place: Path, name: str, lie: str
) -> None:
    pages = {page: page.read_bytes() for page in (place / "site").rglob("*.md")}
    path = place / "index" / name
    line, _, body = path.read_bytes()[65:].partition(b"\n")
    head = json.loads(line)
    told = LIES[lie](head, body)
    data = json.dumps(head).encode() + b"\n" + (told if isinstance(told, bytes) else body)
    path.write_bytes(_digest(data) + data)
    if name == "FILE_CACHE" and lie == "all records of the first file":
        # Who may write there can say which events an archive has. It is no riddle, all the same.
        regenerate(place / "site", place / "index")
        return
    unharmed(place)
    assert {page: page.read_bytes() for page in pages} == pages


@pytest.mark.parametrize("data", [b"", b"{\n", b"[]\n", b"[" * 200_000 + b"\n", b"\xff\n", b"3\n"])
def test_what_is_no_file_cache_is_none(data: bytes) -> None:
    assert FileCache.from_bytes(_digest(data) + data) is None


def test_sources_that_are_nested_deeply_are_none(place: Path) -> None:
    (place / "index/SOURCES").write_bytes(b"[" * 200_000)
    assert sources(place / "index") == ()
    unharmed(place)


@pytest.mark.parametrize("folder", ["", "base", "base/events"])
def test_a_link_in_the_place_of_a_directory_is_not_followed(place: Path, folder: str) -> None:
    (path,) = (place / "index").glob(f"0*/{folder}".rstrip("/"))
    path.rename(place / "elsewhere")
    path.symlink_to(place / "elsewhere")
    with pytest.raises(IndexDamaged, match="a symbolic link where a directory should be"):
        Index.open(place / "index")
    build([place / "site"], place / "index")
    assert answers(place / "index") is not None


@pytest.mark.parametrize("left", ["building-1", "999999", "999998"])
def test_files_and_links_with_names_like_ours_are_left_alone(place: Path, left: str) -> None:
    path = place / "index" / left
    if left == "999998":
        path.symlink_to(place)
    else:
        path.write_text("precious")
    unharmed(place)
    assert path.is_symlink() or path.read_text() == "precious"
