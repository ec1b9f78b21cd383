"""Publishing is all or nothing, readers stay with what they opened, damage is named."""

import errno
import gc
import json
import multiprocessing
import os
import re
import socket
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from search.index import generations, publishing
from search.index.ownership import MARK, mark_generation
from search.model.errors import (
    EventSearchError,
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    IndexNewer,
    IndexUnusable,
    IndexUnwritable,
    UsageError,
)


def filled(text: str) -> Any:
    def build(directory: Path) -> dict[str, Any]:
        (directory / "inner").mkdir()
        (directory / "inner" / "data.txt").write_text(text, encoding="utf-8")
        return {"text": text}

    return build


def published(directory: Path, *texts: str) -> generations.Generation:
    with publishing.writing(directory):
        for text in texts:
            generation = publishing.publish(directory, filled(text))
    return generation


def test_what_was_published_is_current(tmp_path: Path) -> None:
    published(tmp_path, "one")
    generation = generations.current(tmp_path)
    assert (generation.number, generation.facts) == (1, {"text": "one"})
    assert (generation.directory / "inner" / "data.txt").read_text() == "one"
    assert generation.verify() == []
    assert generation.size() == 3


def test_the_current_generation_and_the_one_before_are_kept_and_no_more(tmp_path: Path) -> None:
    published(tmp_path, "one", "two", "three")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["000002", "000003", "CURRENT", MARK, "LOCK"]


def test_a_reader_keeps_its_generation_while_the_next_is_published(tmp_path: Path) -> None:
    before = published(tmp_path, "one")
    published(tmp_path, "two")
    assert (before.directory / "inner" / "data.txt").read_text() == "one"
    assert generations.current(tmp_path).facts == {"text": "two"}


def test_a_build_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    published(tmp_path, "one")

    def broken(directory: Path) -> dict[str, Any]:
        (directory / "half").write_text("half")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError), publishing.writing(tmp_path):
        publishing.publish(tmp_path, broken)
    assert generations.current(tmp_path).facts == {"text": "one"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["000001", "CURRENT", MARK, "LOCK"]


UNFINISHED = "building-000009-0123456789abcdef"


@pytest.mark.parametrize(
    "left", [f"{UNFINISHED}/data", "000009/data", "CURRENT.0123456789abcdef.new"]
)
def test_the_next_writer_sweeps_what_a_crash_left(tmp_path: Path, left: str) -> None:
    published(tmp_path, "one")
    path = tmp_path / left
    if path.parent != tmp_path:
        path.parent.mkdir()
        mark_generation(path.parent)
    path.write_text("garbage")
    with publishing.writing(tmp_path):
        assert not path.exists()
    assert generations.current(tmp_path).facts == {"text": "one"}


def test_an_index_that_is_not_there_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="event-search index ARCHIVE"):
        generations.current(tmp_path / "none")


def test_another_format_is_refused_by_number(tmp_path: Path) -> None:
    generation = published(tmp_path, "one")
    path = generation.directory / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["format"] = 99
    path.write_text(json.dumps(manifest))
    digest = blake2b(path.read_bytes(), digest_size=32).hexdigest()
    (tmp_path / "CURRENT").write_text(f"000001 {digest}\n")
    with pytest.raises(IndexNewer, match=r"format 99.*install a newer event-search"):
        generations.current(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: (d / "CURRENT").write_text(""),
        lambda d: (d / "CURRENT").write_text("../../etc 00\n"),
        lambda d: (d / "CURRENT").write_bytes(b"\xff\xfe"),
        lambda d: (d / "000001" / "manifest.json").unlink(),
        lambda d: (d / "000001" / "manifest.json").write_text("{}"),
        lambda d: (d / "000001" / "inner" / "data.txt").unlink(),
        lambda d: (d / "000001" / "inner" / "data.txt").write_text("longer"),
    ],
)
def test_damage_is_found_when_opening(tmp_path: Path, damage: Any) -> None:
    published(tmp_path, "one")
    damage(tmp_path)
    with pytest.raises(IndexDamaged, match="event-search index --repair"):
        generations.current(tmp_path)


def test_verify_finds_a_flipped_bit(tmp_path: Path) -> None:
    generation = published(tmp_path, "one")
    path = generation.directory / "inner" / "data.txt"
    path.write_text("oneX"[1:])
    (sentence,) = generation.verify()
    assert str(path) in sentence
    path.unlink()
    assert len(generation.verify()) == 1


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


def test_what_was_opened_can_be_read_when_its_names_are_gone(tmp_path: Path) -> None:
    opened = published(tmp_path, "one")
    published(tmp_path, "two", "three")
    assert not opened.directory.exists()
    assert opened.files.part("inner").text("data.txt") == "one"
    assert opened.verify() == []


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
        assert generation.files.part("inner").text("data.txt") == "one"
        assert generation.verify() == []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by Linux")
def test_publishing_leaves_no_file_open(tmp_path: Path) -> None:
    published(tmp_path, "one")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        published(tmp_path, "two")
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def overtaken(directory: Path, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Whoever reads CURRENT finds, so many times, that two more were published before it opened."""
    real, left = generations._opened, [times]

    def opened(index: Path, line: str) -> generations.Generation:
        if left[0]:
            left[0] -= 1
            monkeypatch.setattr(generations, "_opened", real)
            published(directory, "later", "still later")
            monkeypatch.setattr(generations, "_opened", opened)
        return real(index, line)

    monkeypatch.setattr(generations, "_opened", opened)


def test_a_reader_that_was_overtaken_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path, "one")
    overtaken(tmp_path, monkeypatch, 4)
    assert generations.current(tmp_path).facts == {"text": "still later"}


def test_a_reader_that_is_overtaken_again_and_again_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path, "one")
    overtaken(tmp_path, monkeypatch, 5)
    with pytest.raises(IndexUnusable, match="faster than it can be read; try again"):
        generations.current(tmp_path)


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"[]", b"{}", b"\xff", b"3"])
def test_a_manifest_that_is_none_is_damage_whatever_its_digest(tmp_path: Path, data: bytes) -> None:
    published(tmp_path, "one")
    (tmp_path / "000001/manifest.json").write_bytes(data)
    digest = blake2b(data, digest_size=32).hexdigest()
    (tmp_path / "CURRENT").write_text(f"000001 {digest}\n")
    with pytest.raises(IndexDamaged, match=r"manifest\.json: no manifest \("):
        generations.current(tmp_path)


def forged(
    directory: Path, alter: Callable[[dict[str, Any]], object], sums: bytes | None = None
) -> None:
    """The generation 000001 with another manifest, as if it had been published so."""
    generation = directory / "000001"
    manifest = json.loads((generation / "manifest.json").read_bytes())
    if sums is not None:
        (generation / "checksums").write_bytes(sums)
        manifest["checksums"] = blake2b(sums, digest_size=32).hexdigest()
    alter(manifest)
    data = json.dumps(manifest).encode()
    (generation / "manifest.json").write_bytes(data)
    digest = blake2b(data, digest_size=32).hexdigest()
    (directory / "CURRENT").write_text(f"000001 {digest}\n")


NAME = "inner/data.txt"
FORGERIES: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "no facts": (lambda m: m.pop("facts"), "manifest.json", "no manifest (KeyError('facts'))"),
    "files in a list": (lambda m: m.update(files=[]), "manifest.json", "no manifest (Attribute"),
    "a size of text": (lambda m: m["files"].update({NAME: "3"}), "manifest.json", "no manifest (T"),
    "a size beyond all": (
        lambda m: m["files"].update({NAME: 1 << 90}), "checksums", "it belongs to other files"
    ),
    "a size below nothing": (
        lambda m: m["files"].update({NAME: -1}), "manifest.json", f"no file of ours: '{NAME}'"
    ),
    "a name that leads out": (
        lambda m: m["files"].update({"../x" * 30: 1}),
        "manifest.json",
        f"no file of ours: '{('../x' * 30)[:80]}'",
    ),
    "one block too few": (
        lambda m: m["files"].update({"more": 70_000}), "checksums", "it belongs to other files"
    ),
    "other checksums": (
        lambda m: m.update(checksums="0" * 64), "checksums", "its bytes were altered"
    ),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_manifest_that_lies_is_told_with_the_file_and_the_reason(
    tmp_path: Path, forgery: str
) -> None:
    published(tmp_path, "one")
    alter, name, reason = FORGERIES[forgery]
    forged(tmp_path, alter)
    with pytest.raises(IndexDamaged) as caught:
        generations.current(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}/000001/{name}: {reason}")
    assert str(caught.value).endswith("; rebuild it with: event-search index --repair")


def test_checksums_of_seven_bytes_are_none(tmp_path: Path) -> None:
    published(tmp_path, "one")
    forged(tmp_path, lambda manifest: None, bytes(7))
    with pytest.raises(IndexDamaged, match=r"no manifest \(ValueError"):
        generations.current(tmp_path)


def test_what_is_damaged_is_named_with_the_reason(tmp_path: Path) -> None:
    published(tmp_path, "one")
    mend = "; rebuild it with: event-search index --repair"
    path = tmp_path / "000001/manifest.json"
    whole = path.read_bytes()

    def told() -> str:
        with pytest.raises(IndexDamaged) as caught:
            generations.current(tmp_path)
        return str(caught.value)

    path.write_bytes(whole + b" ")
    assert told() == f"{path}: its bytes were altered{mend}"
    path.unlink()
    assert told() == f"{path}: No such file or directory{mend}"
    (tmp_path / "CURRENT").write_text("one")
    assert told() == f"{tmp_path}/CURRENT: it does not name a generation{mend}"


def test_a_file_in_the_place_of_an_index_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexMissing):
        generations.current(tmp_path / "file")


def test_a_generation_is_opened_by_the_line_that_named_it(tmp_path: Path) -> None:
    line = published(tmp_path, "one").line
    published(tmp_path, "two")
    assert generations.named(tmp_path, line).facts == {"text": "one"}
    assert (tmp_path / "CURRENT").read_text() != line
    published(tmp_path, "three")
    with pytest.raises(IndexDamaged):
        generations.named(tmp_path, line)


def test_a_generation_is_a_value(tmp_path: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        published(tmp_path, "one").number = 2  # type: ignore[misc]


@pytest.mark.parametrize("link", ["000001", "000001/a", "000001/a/b"])
def test_no_directory_of_a_generation_may_be_a_link(tmp_path: Path, link: str) -> None:
    def build(directory: Path) -> dict[str, Any]:
        (directory / "a/b").mkdir(parents=True)
        (directory / "a/b/data.txt").write_text("one")
        (directory / "empty").write_text("")
        return {}

    index = tmp_path / "index"
    with publishing.writing(index):
        assert publishing.publish(index, build).verify() == []
    (index / link).rename(tmp_path / "elsewhere")
    (index / link).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IndexDamaged) as caught:
        generations.current(index)
    assert str(caught.value).startswith(
        f"{index}/{link}: a link in the place of a directory; rebuild"
    )


def guarded(generation: generations.Generation, error: Exception) -> Exception:
    """What is raised in the place of an error."""
    try:
        with generation.contradiction_guard():
            raise error
    except Exception as raised:
        return raised


def test_what_points_out_of_bounds_is_a_contradiction_and_no_other_error_is_damage(
    tmp_path: Path,
) -> None:
    generation = published(tmp_path, "one")
    (tmp_path / "000001/inner/data.txt").write_text("eno")
    others: list[Exception] = [
        IndexDamaged("somewhere: wrong"), KeyError("x"), UsageError("wrong"), TypeError("ours"),
        MemoryError(), OSError(errno.EMFILE, "Too many open files"), AssertionError(),
    ]  # fmt: skip
    assert [guarded(generation, error) for error in others] == others
    for error in (IndexError("far"), OverflowError("far")):
        told = guarded(generation, error)
        assert isinstance(told, IndexDamaged)
        assert str(told) == (
            f"{tmp_path}/000001: its files contradict each other ({error!r}); "
            "rebuild it with: event-search index --repair"
        )
        assert told.__cause__ is error
    ran = []
    with generation.contradiction_guard():
        ran.append(1)
    assert ran == [1]


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
    assert str(caught.value) == f"{tmp_path}: no number is left; build the index somewhere else"
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
        "format": 4,
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


def test_only_what_is_ours_is_swept(tmp_path: Path) -> None:
    published(tmp_path, "one", "two")
    ours = [
        f"{UNFINISHED}/deep/file",
        "000001/file",
        "000009/file",
        "FILE_CACHE.0123456789abcdef.new",
        "HOLDER",
    ]
    others = ["12345/file", "notes.txt", "1234567890123456789/file", "x-building-/file", "new",
              "000008/file", "20150705/index.md", "building-collapse/index.md", "notes.new",
              "building-000009-fedcba9876543210/file"]  # fmt: skip
    for name in [*ours, *others]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    for name in (UNFINISHED, "000009"):
        mark_generation(tmp_path / name)
    with publishing.writing(tmp_path):
        left = sorted(path.name for path in tmp_path.iterdir())
    first = ["000001", "000002", "CURRENT", MARK, "HOLDER", "LOCK"]
    assert left == sorted([*first, *(name.split("/")[0] for name in others)])
    # Which generation is current is not known any more: none of them is garbage for sure.
    (tmp_path / "CURRENT").write_text("?")
    (tmp_path / "000007").mkdir()
    with publishing.writing(tmp_path):
        assert (tmp_path / "000007").is_dir() and (tmp_path / "000001").is_dir()
        assert publishing.publish(tmp_path, filled("three")).number == 3
    left = sorted(path.name for path in tmp_path.glob("0*"))
    assert left == ["000002", "000003", "000007", "000008"], "two are kept, and what is not ours"


def test_a_folder_where_a_file_is_to_stand_is_told_and_left(tmp_path: Path) -> None:
    name = "HOLDER"
    published(tmp_path, "one")
    (tmp_path / name).mkdir()
    (tmp_path / name / "file").write_text("precious")
    with pytest.raises(IndexUnwritable) as caught, publishing.writing(tmp_path):
        publishing.publish(tmp_path, filled("two"))
    assert f"{name}: " in str(caught.value)
    assert str(caught.value).endswith("move away what is there, and run the command again")
    assert (tmp_path / name / "file").read_text() == "precious"
    assert generations.current(tmp_path).number == 1


def test_a_folder_of_another_name_is_in_nobodys_way(tmp_path: Path) -> None:
    published(tmp_path, "one")
    (tmp_path / "notes.new").mkdir()
    with publishing.writing(tmp_path):
        assert publishing.publish(tmp_path, filled("two")).number == 2
    assert (tmp_path / "notes.new").is_dir()


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

    rest = (
        "; the index is whole, as before or as after: make room or give permission there, and run "
        "the command again"
    )
    assert refused(OSError(28, "No space", "/a/b")) == f"/a/b: No space{rest}"
    assert refused(OSError(28, "No space")) == f"{tmp_path}: No space{rest}"
    assert refused(OSError("odd")) == f"{tmp_path}: odd{rest}"


def test_a_small_file_is_replaced_whole(tmp_path: Path) -> None:
    publishing.replace_text(tmp_path / "SOURCES", "é\n")
    publishing.replace_bytes(tmp_path / "SOURCES", b"\x00\xff")
    assert (tmp_path / "SOURCES").read_bytes() == b"\x00\xff"
    publishing.replace_text(tmp_path / "SOURCES", "é\n")
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


def test_a_build_that_fails_is_told_even_where_it_cannot_be_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(directory: Path) -> dict[str, Any]:
        monkeypatch.setattr(os, "rmdir", refuse)
        raise RuntimeError("broken")

    def refuse(*args: object, **options: object) -> None:
        raise OSError(errno.EIO, "I/O error")

    with pytest.raises(RuntimeError), publishing.writing(tmp_path):
        publishing.publish(tmp_path, broken)
    monkeypatch.undo()
    assert published(tmp_path, "one").number == 1
    assert not list(tmp_path.glob("building-*"))


def test_files_and_links_with_names_of_ours_are_swept_and_not_followed(tmp_path: Path) -> None:
    index, outside = tmp_path / "index", tmp_path / "outside"
    published(index, "one")
    outside.mkdir()
    (outside / "file").write_text("precious")
    mark_generation(outside)
    (index / UNFINISHED).symlink_to(outside)
    (index / "000008").symlink_to(outside)
    (index / "000007").write_text("precious")
    (index / "HOLDER").symlink_to(outside / "file")
    published(index, "two")
    names = sorted(path.name for path in index.iterdir())
    assert names == [
        "000001", "000002", "000007", "000008", "CURRENT", MARK, "LOCK", UNFINISHED
    ]  # fmt: skip
    assert (index / UNFINISHED).is_symlink() and (index / "000008").is_symlink()
    assert not (index / "HOLDER").exists()
    assert (outside / "file").read_text() == "precious"


def test_what_cannot_be_swept_keeps_nobody_from_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path, "one")
    (tmp_path / UNFINISHED).mkdir()
    mark_generation(tmp_path / UNFINISHED)

    def refuse(*args: object, **options: object) -> None:
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr(os, "rmdir", refuse)
    assert published(tmp_path, "two").number == 2


def test_numbers_are_compared_as_numbers(tmp_path: Path) -> None:
    published(tmp_path, "none")
    (tmp_path / "CURRENT").unlink()
    (tmp_path / "999998").mkdir()
    mark_generation(tmp_path / "999998")
    published(tmp_path, "one", "two", "three")
    names = sorted(path.name for path in tmp_path.glob("[0-9]*"))
    assert names == ["1000000", "1000001"]


def test_a_current_that_is_no_text_is_replaced(tmp_path: Path) -> None:
    published(tmp_path, "one")
    (tmp_path / "CURRENT").write_bytes(b"\xff\xfe")
    assert published(tmp_path, "two").number == 2
    assert generations.current(tmp_path).facts == {"text": "two"}


def test_a_temporary_file_is_never_written_through_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, victim = tmp_path / "index", tmp_path / "victim"
    published(index, "one")
    victim.write_text("precious")
    for name in ("CURRENT", "FILE_CACHE", "PAGES", "SOURCES"):
        (index / f"{name}.new").symlink_to(victim)
    # Even who guesses the name gets nothing written.
    monkeypatch.setattr(publishing, "_random", lambda: "0123456789abcdef")
    with publishing.writing(index):
        for name in ("CURRENT", "FILE_CACHE", "PAGES", "SOURCES"):
            (index / f"{name}.0123456789abcdef.new").symlink_to(victim)
        with pytest.raises(IndexUnwritable, match="FILE_CACHE"):
            publishing.replace_bytes(index / "FILE_CACHE", b"x")
        monkeypatch.undo()
        publishing.replace_bytes(index / "FILE_CACHE", b"x")
        publishing.publish(index, filled("two"))
    assert victim.read_text() == "precious" and victim.is_file()


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_a_full_disk_leaves_no_temporary_file_and_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    published(tmp_path, "one")
    before = sorted(path.name for path in tmp_path.iterdir())

    def refuse(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with publishing.writing(tmp_path):
        before = sorted(path.name for path in tmp_path.iterdir())
        if step == "write":
            monkeypatch.setattr(os, "fdopen", refuse)
        else:
            monkeypatch.setattr(os, {"fsync": "fsync", "rename": "replace"}[step], refuse)
            monkeypatch.setattr(os, {"fsync": "fsync", "rename": "rename"}[step], refuse)
        with pytest.raises(IndexUnwritable) as caught:
            publishing.replace_bytes(tmp_path / "FILE_CACHE", b"x")
        monkeypatch.undo()
        assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert str(caught.value).startswith(f"{tmp_path / 'FILE_CACHE'}: No space left on device")


@pytest.mark.parametrize("name", ["FILE_CACHE", "PAGES", "SOURCES"])
def test_a_folder_in_the_place_of_a_hint_is_left_and_no_hint_is_written(
    tmp_path: Path, name: str
) -> None:
    published(tmp_path, "one")
    (tmp_path / name).mkdir()
    with publishing.writing(tmp_path):
        publishing.replace_hint(tmp_path / name, b"x")
    assert (tmp_path / name).is_dir()


SYSTEM: dict[int, str] = {
    errno.EMFILE: "close some files", errno.ENFILE: "close some files", errno.ENOMEM: "free some",
    errno.EACCES: "give permission", errno.EPERM: "give permission", errno.EINTR: "interrupted",
}  # fmt: skip


@pytest.mark.parametrize("number", SYSTEM)
@pytest.mark.parametrize("name", ["CURRENT", "manifest.json", "checksums", "data.txt"])
def test_what_the_system_refuses_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    published(tmp_path, "one")
    real = os.open

    def refuse(path: Any, *args: Any, **options: Any) -> int:
        if Path(path).name == name:
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *args, **options)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(IndexUnusable) as caught:
        generations.current(tmp_path)
    assert not isinstance(caught.value, IndexDamaged)
    assert name in str(caught.value) and "--repair" not in str(caught.value)
    assert "not damaged" in str(caught.value) and SYSTEM[number] in str(caught.value)


def test_an_old_current_that_was_put_back_is_told(tmp_path: Path) -> None:
    first = published(tmp_path, "one")
    old = (tmp_path / "CURRENT").read_bytes()
    second = published(tmp_path, "two")
    assert generations.whole_generations_after(second) == []
    assert generations.whole_generations_after(first) == [], "it was published meanwhile"
    (tmp_path / "CURRENT").write_bytes(old)
    (told,) = generations.whole_generations_after(generations.current(tmp_path))
    assert told == (
        f"{tmp_path / 'CURRENT'}: it names generation 1, but generation 2 is whole as well"
    )
    (tmp_path / "000002/manifest.json").write_text("{}")
    assert generations.whole_generations_after(generations.current(tmp_path)) == []
