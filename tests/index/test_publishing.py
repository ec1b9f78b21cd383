"""Publishing a generation: all at once or not at all, by one writer at a time."""

import errno
import gc
import json
import multiprocessing
import os
import re
import socket
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from search.index import generations, publishing
from search.index.ownership import MARK, mark_generation
from search.model.errors import (
    EventSearchError,
    IndexLocked,
    IndexUnwritable,
)
from tests.index.published import filled, published


def test_a_build_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    published(tmp_path, "one")

    def broken(directory: Path) -> dict[str, Any]:
        (directory / "half").write_text("half")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError), publishing.writing(tmp_path):
        publishing.publish(tmp_path, broken)
    assert generations.current(tmp_path).facts == {"text": "one"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["000001", "CURRENT", MARK, "LOCK"]


def _hold(directory: Path, held: Any, release: Any) -> None:
    with publishing.writing(directory):
        held.set()
        release.wait(30)


def test_a_second_writer_is_told_who_holds_the_index(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path, held, release))
    process.start()
    try:
        assert held.wait(30)
        with (
            pytest.raises(IndexLocked, match=f"process {process.pid} on"),
            publishing.writing(tmp_path),
        ):
            pass
    finally:
        release.set()
        process.join()
    with publishing.writing(tmp_path):
        pass


def test_a_writer_that_was_killed_leaves_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path, held, release))
    process.start()
    assert held.wait(30)
    process.kill()
    process.join()
    published(tmp_path, "one")
    assert generations.current(tmp_path).number == 1


def test_a_disk_that_refuses_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path, "one")

    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with publishing.writing(tmp_path):
        monkeypatch.setattr(os, "fsync", refuse)
        with pytest.raises(IndexUnwritable, match=r"No space left.*whole.*make room"):
            publishing.publish(tmp_path, filled("two"))
        monkeypatch.undo()
    assert generations.current(tmp_path).facts == {"text": "one"}


def test_what_is_kept_is_linked_or_else_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published(tmp_path, "one")

    def publish_beside(text: str) -> generations.Generation:
        def build(directory: Path) -> dict[str, Any]:
            (directory / "new.txt").write_text(text)
            return {"text": text}

        kept = generations.current(tmp_path).files.only("inner")
        with publishing.writing(tmp_path):
            return publishing.publish(tmp_path, build, kept)

    linked = publish_beside("two")
    assert (linked.directory / "inner/data.txt").samefile(before.directory / "inner/data.txt")

    def refuse(*args: object, **options: object) -> None:
        raise OSError(errno.EMLINK, "Too many links")

    monkeypatch.setattr(os, "link", refuse)
    copied = publish_beside("three")
    assert not (copied.directory / "inner/data.txt").samefile(linked.directory / "inner/data.txt")
    for generation in (linked, copied, generations.current(tmp_path)):
        assert generation.files.part("inner").read("data.txt") == b"one"
        assert generation.verify() == []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by Linux")
def test_publishing_leaves_no_file_open(tmp_path: Path) -> None:
    published(tmp_path, "one")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        published(tmp_path, "two")
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


@pytest.mark.parametrize(
    ("told", "who"),
    [
        ("process 1 on here", "process 1 on here"),
        ("x", "x"),
        ("x" * 1000, "x" * 300),
        ("two\nlines", "another process"),
        ("\x1b[31m", "another process"),
        ("", "another process"),
        (None, "another process"),
    ],
)
def test_who_holds_an_index_is_told_in_one_printable_line(
    tmp_path: Path, told: str | None, who: str
) -> None:
    index = tmp_path / "not/there/yet"
    with publishing.writing(index):
        holder = index / "HOLDER"
        assert holder.read_text() == f"process {os.getpid()} on {socket.gethostname()}"
        holder.unlink()
        if told is not None:
            holder.write_text(told)
        with pytest.raises(IndexLocked) as caught, publishing.writing(index):
            pass
    assert str(caught.value) == f"{index}: {who} is writing this index; try again later"
    assert sorted(path.name for path in index.iterdir()) == [MARK, "LOCK"]


def test_numbers_of_generations_end_somewhere(tmp_path: Path) -> None:
    last = 999_999_999_999_999_999
    published(tmp_path, "none")
    (tmp_path / "CURRENT").unlink()
    (tmp_path / f"{last - 1}").mkdir()
    mark_generation(tmp_path / f"{last - 1}")
    assert published(tmp_path, "one").number == last
    assert generations.current(tmp_path).number == last
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(IndexUnwritable) as caught:
        published(tmp_path, "two")
    assert str(caught.value).startswith(f"{tmp_path}: all generation numbers are used up; ")
    assert generations.current(tmp_path).facts == {"text": "one"}
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path, int]]:
    """What is synced, and how large it is then, and what is renamed to which name."""
    told: list[tuple[str, Path, int]] = []
    sync, rename, replace = os.fsync, os.rename, os.replace

    def fsync(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        told.append(("sync", path, 0 if path.is_dir() else os.fstat(handle).st_size))
        sync(handle)

    def named(real: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def call(source: Any, target: Any) -> None:
            told.append(("name", Path(target), 0))
            real(source, target)

        return call

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", named(rename))
    monkeypatch.setattr(os, "replace", named(replace))
    return told


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by Linux")
def test_what_is_published_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, steps: list[tuple[str, Path, int]]
) -> None:
    def build(directory: Path) -> dict[str, Any]:
        (directory / "a/b").mkdir(parents=True)
        (directory / "a/b/data.txt").write_text("data")
        return {}

    index = tmp_path / "new/index"
    with publishing.writing(index):
        assert [path for _, path, _ in steps] == [tmp_path / "new", tmp_path, index / MARK, index]
        del steps[:]
        generation = publishing.publish(index, build)
    sizes = {path.name: path.stat().st_size for path in generation.directory.rglob("*.*")}
    (building,) = {path for _, path, _ in steps if path.name.startswith("building-000001-")}
    renamed = steps.index(("name", index / "000001", 0))
    (temporary,) = {path for _, path, _ in steps if path.suffix == ".new"}
    assert re.fullmatch(r"CURRENT\.[0-9a-f]{16}\.new", temporary.name)
    assert sorted(steps[:renamed]) == [
        ("sync", building, 0),
        ("sync", building, 0),
        ("sync", building / MARK, len("event-search generation\n")),
        ("sync", building / "a", 0),
        ("sync", building / "a/b", 0),
        ("sync", building / "a/b/data.txt", 4),
        ("sync", building / "checksums", 8),
        ("sync", building / "manifest.json", sizes["manifest.json"]),
    ]
    assert steps[renamed + 1 :] == [
        ("sync", index, 0),
        ("sync", temporary, len(generation.line)),
        ("name", index / "CURRENT", 0),
        ("sync", index, 0),
    ]
    text = (generation.directory / "manifest.json").read_text()
    assert json.loads(text) == {
        "format": generations.FORMAT,
        "facts": {},
        "checksums": blake2b((generation.directory / "checksums").read_bytes(), digest_size=32)
        .hexdigest(),
        "files": {"a/b/data.txt": 4},
    }  # fmt: skip
    assert text.index('"checksums"') < text.index('"facts"') < text.index('"format"')
    assert text.startswith('{\n "') and text.endswith("}\n")


def kept_of(directory: Path, build: Callable[[Path], dict[str, Any]]) -> generations.Generation:
    """Publish with what lies below ``base`` of the current generation."""
    kept = generations.current(directory).files.only("base")
    with publishing.writing(directory):
        return publishing.publish(directory, build, kept)


def based(directory: Path) -> dict[str, Any]:
    (directory / "base/deep/er").mkdir(parents=True)
    for name in ("base/one", "base/deep/er/two", "base/deep/er/three"):
        (directory / name).write_text(name)
    return {}


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by Linux")
def test_what_is_copied_is_synced_and_what_is_linked_was(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    links: bool,
    steps: list[tuple[str, Path, int]],
) -> None:
    with publishing.writing(tmp_path):
        publishing.publish(tmp_path, based)
    del steps[:]

    def refuse(*args: object, **options: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    generation = kept_of(tmp_path, lambda directory: {})
    files = [path.name for kind, path, _ in steps if kind == "sync" and "base" in str(path)]
    folders = ["base", "deep", "er"]
    assert sorted(files) == sorted(folders if links else [*folders, "one", "two", "three"])
    assert generation.verify() == []
    assert sorted(generation.files.sums) == ["base/deep/er/three", "base/deep/er/two", "base/one"]


@pytest.mark.parametrize("links", [True, False])
def test_what_is_kept_and_became_a_link_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("base/one")
    index = tmp_path / "index"
    with publishing.writing(index):
        publishing.publish(index, based)
    kept = generations.current(index).files.only("base")
    path = index / "000001/base/one"
    path.unlink()
    path.symlink_to(secret)

    def refuse(*args: object, **options: object) -> None:
        raise OSError(errno.EMLINK, "Too many links")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    with publishing.writing(index), pytest.raises(EventSearchError):
        publishing.publish(index, lambda directory: {}, kept)
    assert not [p for p in index.rglob("one") if not p.is_symlink() and p.samefile(secret)]
    assert not [p for p in index.rglob("one") if not p.is_symlink() and p.is_file()]


def test_a_disk_that_refuses_is_told_with_the_file_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(error: OSError) -> str:
        def build(directory: Path) -> dict[str, Any]:
            (directory / "half").write_text("half")
            raise error

        with pytest.raises(IndexUnwritable) as caught, publishing.writing(tmp_path):
            publishing.publish(tmp_path, build)
        assert caught.value.__cause__ is error
        assert sorted(path.name for path in tmp_path.iterdir()) == [MARK, "LOCK"]
        return str(caught.value)

    rest = "; make room or give permission there, and run the command again"
    assert refused(OSError(28, "No space", "/a/b")) == f"/a/b: No space{rest}"
    assert refused(OSError(28, "No space")) == f"{tmp_path}: No space{rest}"
    assert refused(OSError("odd")) == f"{tmp_path}: odd{rest}"


def test_a_small_file_is_replaced_whole(tmp_path: Path) -> None:
    publishing.replace_bytes(tmp_path / "SOURCES", "é\n".encode())
    publishing.replace_bytes(tmp_path / "SOURCES", b"\x00\xff")
    assert (tmp_path / "SOURCES").read_bytes() == b"\x00\xff"
    publishing.replace_bytes(tmp_path / "SOURCES", "é\n".encode())
    assert (tmp_path / "SOURCES").read_bytes() == "é\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["SOURCES"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by Linux")
def test_what_is_synced_is_closed_even_where_syncing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(errno.EIO, "I/O error")

    published(tmp_path, "one")
    monkeypatch.setattr(os, "fsync", refuse)
    gc.collect()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(IndexUnwritable):
            published(tmp_path, "two")
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


@pytest.mark.parametrize("kind", ["file", "dangling"])
def test_what_is_in_the_way_of_a_first_index_is_named_and_no_index_is_spoken_of(
    kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "ix"
    path.touch() if kind == "file" else path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(IndexUnwritable, match="move away") as caught, publishing.writing(path):
        pass
    assert "whole" not in str(caught.value)
