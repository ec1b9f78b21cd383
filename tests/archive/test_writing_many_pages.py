"""Many pages are written in groups: in order, each whole, and one that is refused costs itself."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.archive.page.related_section import Change
from search.archive.writer import write_pages
from search.model.errors import PageUnwritable
from tests.archive.test_writer import AFTER, BEFORE, files


def site(root: Path, days: int, pages: int) -> list[Change]:
    changes = []
    for number in range(days * pages):
        path = root / f"{number // pages}" / f"{number % pages}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(BEFORE)
        changes.append(Change(path, root, BEFORE, AFTER))
    return changes


def test_many_pages_are_written_in_order(tmp_path: Path) -> None:
    changes = site(tmp_path, 40, 3) + site(tmp_path / "flat", 1, 200)
    refused: list[PageUnwritable] = []
    assert list(write_pages(changes, refused.append)) == changes
    assert refused == []
    assert all(change.path.read_bytes() == AFTER for change in changes)
    assert len(files(tmp_path)) == len(changes)


def test_a_page_that_is_refused_costs_only_itself(tmp_path: Path) -> None:
    changes = site(tmp_path, 3, 3)
    changes[1].path.chmod(0o400)
    changes[4].path.write_bytes(b"edited")
    changes[5].path.unlink()
    outside = Change(tmp_path.parent / "x.md", tmp_path, BEFORE, AFTER)
    refused: list[str] = []
    written = list(write_pages([outside, *changes], lambda error: refused.append(str(error))))
    assert written == [change for n, change in enumerate(changes) if n not in (1, 4, 5)]
    assert [text.split(";")[0].split(": ")[1][:12] for text in refused] == [
        "not below " + str(tmp_path)[:2], "read-only", "changed sinc", "No such file",
    ]  # fmt: skip


def test_a_directory_that_cannot_be_synced_is_told_for_every_page_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = site(tmp_path, 1, 3)
    changes[2].path.chmod(0o400)
    real = os.fsync

    def failing(file: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{file}"):  # noqa: PTH112
            raise OSError(errno.EIO, "I/O error")
        real(file)

    monkeypatch.setattr(os, "fsync", failing)
    refused: list[str] = []
    assert list(write_pages(changes, lambda error: refused.append(str(error)))) == []
    assert ["replaced" in text for text in refused] == [True, True, False]


def test_stopping_leaves_every_page_whole(tmp_path: Path) -> None:
    changes = site(tmp_path, 100, 3)

    def interrupted() -> Iterator[Change]:
        yield from changes[:250]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(write_pages(interrupted(), print))
    assert all(change.path.read_bytes() in (BEFORE, AFTER) for change in changes)
    assert all(change.path.read_bytes() == BEFORE for change in changes[250:])
    assert len(files(tmp_path)) == len(changes)
    for change in write_pages(iter(changes), print):
        assert change.path.read_bytes() == AFTER
        break


def test_no_changes_are_no_work() -> None:
    assert list(write_pages([], print)) == []


def test_large_pages_are_not_gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.archive.writer._GROUP_BYTES", 10)
    changes = site(tmp_path, 2, 5)
    assert list(write_pages(changes, print)) == changes
