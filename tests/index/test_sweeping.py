"""What stopped writers left is swept by the next one, and nothing that is not ours."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from search.index import generations, publishing
from search.index.ownership import MARK, mark_generation
from search.model.errors import (
    IndexUnwritable,
)
from tests.index.published import UNFINISHED, filled, published


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


def test_a_kept_generation_stays_until_one_shares_no_file_with_it(tmp_path: Path) -> None:
    first = published(tmp_path, "one")
    with publishing.writing(tmp_path):
        publishing.keep(first)
        for text in ("two", "three", "four"):
            publishing.publish(tmp_path, filled_beside(text), first.files)
    assert generations.named(tmp_path, first.line).facts == {"text": "one"}
    assert sorted(path.name for path in tmp_path.glob("0*")) == ["000001", "000003", "000004"]
    published(tmp_path, "five")
    assert sorted(path.name for path in tmp_path.glob("0*")) == ["000004", "000005"]


def filled_beside(text: str) -> Any:
    def build(directory: Path) -> dict[str, Any]:
        (directory / "more.txt").write_text(text, encoding="utf-8")
        return {"text": text}

    return build
