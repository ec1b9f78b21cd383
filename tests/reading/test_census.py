"""A census reads only what changed, and finds what reading everything would find."""

import errno
import gzip
import io
import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from test_archive import LINE, page, site, write

from search.errors import ArchiveError
from search.event_file import event_digest
from search.reading import Census, Ledger, Skipped, read, stamp_of, take_census
from search.reading import archive as archive_room
from search.reading.archive import Entry
from search.reading.records import Record


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all changes lay well before the reading."""
    monkeypatch.setattr("search.reading.ledger._MOMENT", -(10**15))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that a census opens."""
    names: list[str] = []
    plain = archive_room.records_of

    def noted(entry: Entry, *rest: Any) -> Iterator[Record]:
        names.append(entry.path.name)
        return plain(entry, *rest)

    monkeypatch.setattr("search.reading.census.records_of", noted)
    return names


def taken(root: Path, earlier: Ledger | None = None) -> tuple[Census, list[str]]:
    skipped: list[Skipped] = []
    found = take_census([root], earlier, skipped.append)
    again = Ledger.from_bytes(found.ledger.to_bytes())
    assert again == found.ledger
    return found, sorted(map(str, skipped))


def archive(root: Path) -> None:
    site(root, lists="/zh/news")
    write(root, "lines.jsonl", LINE + LINE.replace("a.md", "b.md") + "no json\n")
    write(root, "rows.csv", "id,date,title\n/c.md,2016-02-06,C\n")
    (root / "more.jsonl.gz").write_bytes(gzip.compress(LINE.replace("a.md", "d.md").encode()))
    write(root, "news/no-day.md", "# A page\n")
    write(root, "again.jsonl", LINE)


LIST = "news/2016/02/6/index.md"
CHANGES: list[Callable[[Path], object]] = [
    lambda root: write(root, "news/2016/02/6/one.md", page("2016-02-6", "Other")),
    lambda root: write(root, "news/2016/02/6/new.md", page("2016-02-6", "New")),
    lambda root: (root / "news/2016/02/6/one.md").unlink(missing_ok=True),
    lambda root: (root / "news/2016/02/6/two.md").rename(root / "news/2016/02/7/three.md"),
    lambda root: os.utime(root / "news/2016/02/7/one.md", ns=(1, 1)),
    lambda root: write(root, LIST, "## [2016-02-6](/news/2016/02/6/index.md)\n"),
    lambda root: (root / LIST).unlink(missing_ok=True),
    lambda root: write(root, "lines.jsonl", LINE.replace("A", "Z") + LINE.replace("a.md", "b.md")),
    lambda root: write(root, "lines.jsonl", "\n" + LINE.replace("a.md", "b.md") + LINE),
    lambda root: write(root, "rows.csv", "id,date,title\n/b.md,2016-02-06,C\n"),
    lambda root: write(root, "news/no-day.md", page("2016-02-6", "Now it has one")),
    lambda root: (root / "again.jsonl").unlink(missing_ok=True),
    lambda root: (root / "news/link.md").symlink_to(root / "rows.csv"),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_after_any_changes_a_census_is_what_reading_everything_gives(
    tmp_path: Path, seed: int
) -> None:
    archive(tmp_path)
    ledger = taken(tmp_path)[0].ledger
    chosen = random.Random(seed).sample(range(len(CHANGES)), 5)
    for number in chosen:
        if number == 3 and not (tmp_path / "news/2016/02/6/two.md").exists():
            continue
        CHANGES[number](tmp_path)
        found, told = taken(tmp_path, ledger)
        anew, told_anew = taken(tmp_path)
        assert found.events == anew.events, number
        assert told == told_anew
        assert found.ledger.records == anew.ledger.records
        skipped: list[Skipped] = []
        events = {event_digest(event): event for event in read([tmp_path], skipped.append)}
        assert list(events) == found.events
        assert sorted(map(str, skipped)) == told
        assert all(events[digest] == event for digest, event in found.fresh.items())
        ledger = found.ledger


def test_what_is_unchanged_is_not_opened(tmp_path: Path, opened: list[str]) -> None:
    archive(tmp_path)
    first, told = taken(tmp_path)
    assert len(opened) == 14
    opened.clear()
    second, told_again = taken(tmp_path, first.ledger)
    assert (opened, second.fresh, second.events, told_again) == ([], {}, first.events, told)
    write(tmp_path, "news/2016/02/6/one.md", page("2016-02-6", "Other"))
    third, _ = taken(tmp_path, second.ledger)
    assert opened == ["one.md"]
    assert [event.title for event in third.fresh.values()] == ["Other"]


def test_of_a_file_of_lines_only_new_lines_are_looked_into(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", "".join(LINE.replace("a.md", f"{n}.md") for n in range(9)))
    first, _ = taken(tmp_path)
    with (tmp_path / "a.jsonl").open("a") as file:
        file.write(LINE.replace("a.md", "new.md"))
    second, _ = taken(tmp_path, first.ledger)
    assert [event.id for event in second.fresh.values()] == ["/new.md"]
    assert len(second.events) == 10


def test_a_page_that_was_only_touched_is_not_looked_into(tmp_path: Path) -> None:
    site(tmp_path)
    first, _ = taken(tmp_path)
    for path in tmp_path.rglob("*.md"):
        os.utime(path, (1, 1))
    second, _ = taken(tmp_path, first.ledger)
    assert (second.fresh, second.events) == ({}, first.events)


def test_what_changed_a_moment_before_it_was_read_is_read_again(
    tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.reading.ledger._MOMENT", 2 * 10**9)
    site(tmp_path)
    first, _ = taken(tmp_path)
    opened.clear()
    second, _ = taken(tmp_path, first.ledger)
    assert len(opened) == 6
    assert not second.ledger.says_no_more_than(first.ledger)


def test_an_archive_that_moved_to_another_root_is_read_again(
    tmp_path: Path, opened: list[str]
) -> None:
    site(tmp_path / "a")
    ledger = taken(tmp_path / "a")[0].ledger
    opened.clear()
    (tmp_path / "a").rename(tmp_path / "b")
    found, _ = taken(tmp_path / "b", ledger)
    assert len(opened) == 6
    assert len(found.fresh) == 6


@pytest.mark.parametrize("cut", [0, 3, 64, 65, 100, -1])
def test_a_damaged_ledger_is_none(tmp_path: Path, cut: int) -> None:
    archive(tmp_path)
    data = bytearray(taken(tmp_path)[0].ledger.to_bytes())
    assert Ledger.from_bytes(bytes(data[:cut])) is None
    data[cut] ^= 1
    assert Ledger.from_bytes(bytes(data)) is None


def test_standard_input_is_read_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site(tmp_path)
    ledger = None
    for number in range(2):
        line = json.dumps({"id": f"/{number}.md", "date": "2016-02-06", "title": "A"}) + "\n"
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line.encode())))
        found = take_census(["-", tmp_path], ledger, print)
        assert f"/{number}.md" in [event.id for event in found.fresh.values()]
        assert len(found.events) == 7
        ledger = found.ledger


def test_archives_that_hold_each_other_are_read_once_in_silence(tmp_path: Path) -> None:
    archive(tmp_path)
    once = take_census([tmp_path], None, lambda skipped: None)
    told: list[Skipped] = []
    twice = take_census([tmp_path, tmp_path / "news", tmp_path], None, told.append)
    assert twice.events == once.events
    assert [found.file for found in twice.found] == [found.file for found in once.found]


@pytest.mark.parametrize("code", [errno.ENOENT, errno.EACCES, errno.EIO])
def test_a_file_that_cannot_be_looked_at_any_more_is_left_out_but_a_broken_disk_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    archive(tmp_path)
    expected = [found.file.path.name for found in take_census([tmp_path], None, print).found]
    real = os.stat

    def stat(path: str | Path, **options: Any) -> os.stat_result:
        if str(path).endswith("rows.csv"):
            raise OSError(code, os.strerror(code), str(path))
        return real(path, **options)

    monkeypatch.setattr("search.reading.census.os.stat", stat)
    if code == errno.EIO:
        with pytest.raises(ArchiveError, match=r"rows\.csv.*check the disk"):
            take_census([tmp_path], None, print)
        return
    found = take_census([tmp_path], None, print)
    assert [each.file.path.name for each in found.found] == [
        name for name in expected if name != "rows.csv"
    ]
    assert len(found.events) > 6


def test_what_is_not_there_has_no_stamp(tmp_path: Path) -> None:
    assert stamp_of(tmp_path / "none.md") is None
    (tmp_path / "one.md").write_text("one")
    assert (stamp_of(tmp_path / "one.md") or (0,))[0] == 3
