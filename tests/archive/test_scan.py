"""A scan reads only what changed, and finds what reading everything would find."""

import errno
import gzip
import io
import json
import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from search.archive import FileCache, Scan, Skipped, read, scan_archives, signature_of
from search.archive import reader as archive_room
from search.archive.reader import Entry
from search.archive.records import Record
from search.archive.site import Site, sample_hash, survey
from search.archive.walk import File
from search.model.digests import event_digest
from search.model.errors import ArchiveError
from tests.archive.test_reader import LINE, page, site, write


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all changes lay well before the reading."""
    monkeypatch.setattr("search.archive.file_cache._MOMENT", -(10**15))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that a scan opens."""
    names: list[str] = []
    plain = archive_room.records_of

    def noted(entry: Entry, *rest: Any) -> Iterator[Record]:
        names.append(entry.path.name)
        return plain(entry, *rest)

    monkeypatch.setattr("search.archive.scan.records_of", noted)
    return names


def taken(root: Path, earlier: FileCache | None = None) -> tuple[Scan, list[str]]:
    skipped: list[Skipped] = []
    found = scan_archives([root], earlier, skipped.append)
    again = FileCache.from_bytes(found.file_cache.to_bytes())
    assert again == found.file_cache
    return found, sorted(map(str, skipped))


def archive(root: Path) -> None:
    site(root, lists="/zh/news")
    write(root, "lines.jsonl", LINE + LINE.replace("a.md", "b.md") + "no json\n")
    write(root, "rows.csv", "id,date,title\n/c.md,2016-02-06,C\n")
    (root / "more.jsonl.gz").write_bytes(gzip.compress(LINE.replace("a.md", "d.md").encode()))
    write(root, "news/no-day.md", "# A page\n")
    write(root, "again.jsonl", LINE)


def pages(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*.md") if not path.is_symlink())


def link_elsewhere(root: Path) -> None:
    for path in pages(root):
        path.write_text(path.read_text().replace("](/", "](/zh/"))


def files_of(scan: Scan) -> list[Path]:
    return [scan.entry(place).file.path for place in range(len(scan.file_cache.names))]


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
    link_elsewhere,
]  # fmt: skip


@pytest.mark.parametrize("sample", [500, 2])
@pytest.mark.parametrize("seed", range(30))
def test_after_any_changes_a_scan_is_what_reading_everything_gives(
    tmp_path: Path, seed: int, sample: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.archive.scan.SAMPLE", sample)
    monkeypatch.setattr("search.archive.site.SAMPLE", sample)
    archive(tmp_path)
    file_cache = taken(tmp_path)[0].file_cache
    chosen = random.Random(seed).sample(range(len(CHANGES)), 5)
    for number in chosen:
        if number == 3 and not (tmp_path / "news/2016/02/6/two.md").exists():
            continue
        CHANGES[number](tmp_path)
        found, told = taken(tmp_path, file_cache)
        anew, told_anew = taken(tmp_path)
        assert found.events == anew.events, number
        assert told == told_anew
        assert found.file_cache.facts == anew.file_cache.facts
        assert np.array_equal(found.file_cache.records, anew.file_cache.records)
        skipped: list[Skipped] = []
        events = {event_digest(event): event for event in read([tmp_path], skipped.append)}
        assert list(events) == found.events
        assert sorted(map(str, skipped)) == told
        assert all(events[digest] == event for digest, event in found.fresh.items())
        file_cache = found.file_cache


def test_what_is_unchanged_is_not_opened(tmp_path: Path, opened: list[str]) -> None:
    archive(tmp_path)
    first, told = taken(tmp_path)
    assert len(opened) == 14
    opened.clear()
    second, told_again = taken(tmp_path, first.file_cache)
    assert (opened, second.fresh, second.events, told_again) == ([], {}, first.events, told)
    write(tmp_path, "news/2016/02/6/one.md", page("2016-02-6", "Other"))
    third, _ = taken(tmp_path, second.file_cache)
    assert opened == ["one.md"]
    assert [event.title for event in third.fresh.values()] == ["Other"]


def test_what_could_not_be_opened_is_tried_again_though_it_did_not_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(tmp_path)
    whole, _ = taken(tmp_path)
    of_system = os.open

    def refuse(path: Any, *args: Any, **kwargs: Any) -> int:
        if os.fsdecode(path) in ("one.md", "rows.csv"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return of_system(path, *args, **kwargs)

    with monkeypatch.context() as once:
        once.setattr(os, "open", refuse)
        without, reasons = taken(tmp_path)
    assert len(without.events) < len(whole.events) and "Permission denied" in "".join(reasons)
    again, _ = taken(tmp_path, without.file_cache)
    assert again.events == whole.events


def test_the_site_is_surveyed_again_only_if_a_page_that_was_or_is_asked_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.archive.scan.SAMPLE", 2)
    monkeypatch.setattr("search.archive.site.SAMPLE", 2)
    site(tmp_path)
    file_cache = taken(tmp_path)[0].file_cache
    hashes = {path: sample_hash(str(path.relative_to(tmp_path))) for path in pages(tmp_path)}
    asked = sorted(hashes, key=hashes.__getitem__)[:2]
    surveys: list[Path] = []

    def noted(argument: Path, files: Iterable[File], *rest: Any) -> Site:
        surveys.append(argument)
        return survey(argument, files, *rest)

    monkeypatch.setattr("search.archive.scan.survey", noted)
    for path in hashes:
        os.utime(path, (1, 1))
        file_cache = taken(tmp_path, file_cache)[0].file_cache
        assert (surveys != []) == (path in asked)
        surveys.clear()
    asked[0].unlink()
    taken(tmp_path, file_cache)
    assert surveys


def test_an_archive_that_is_named_by_a_dot_has_the_pages_that_it_has_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(tmp_path)
    monkeypatch.chdir(tmp_path)
    by_path, by_dot = (
        scan_archives([root], None, lambda skipped: None) for root in (tmp_path, ".")
    )
    assert by_dot.file_cache.names == by_path.file_cache.names
    assert np.array_equal(by_dot.file_cache.records, by_path.file_cache.records)
    assert by_dot.pages_below(Path("news")).tolist() == by_path.pages_below(tmp_path).tolist()
    for place in by_dot.pages_below(Path()).tolist():
        path = by_dot.path_below(Path(), place)
        assert Path(path).read_bytes() == by_path.entry(place).file.path.read_bytes()


@pytest.mark.parametrize(
    "names", [("news", "."), (".", "news"), ("news/2016/02/6", "lines.jsonl", ".")]
)
def test_archives_that_overlap_are_listed_once_and_known_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[str], names: tuple[str, ...]
) -> None:
    archive(tmp_path)
    paths = [tmp_path / name for name in names]
    first = scan_archives(paths, None, lambda skipped: None)
    assert len(opened) == len(first.file_cache.names) == 14
    opened.clear()
    again = scan_archives(paths, first.file_cache, lambda skipped: None)
    assert (opened, again.events) == ([], first.events)
    places = first.pages_below(tmp_path).tolist()
    assert {first.entry(place).file.path for place in places} == set(pages(tmp_path))


def test_of_a_file_of_lines_only_new_lines_are_looked_into(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", "".join(LINE.replace("a.md", f"{n}.md") for n in range(9)))
    first, _ = taken(tmp_path)
    with (tmp_path / "a.jsonl").open("a") as file:
        file.write(LINE.replace("a.md", "new.md"))
    second, _ = taken(tmp_path, first.file_cache)
    assert [event.id for event in second.fresh.values()] == ["/new.md"]
    assert len(second.events) == 10


def test_a_page_that_was_only_touched_is_not_looked_into(tmp_path: Path) -> None:
    site(tmp_path)
    first, _ = taken(tmp_path)
    for path in tmp_path.rglob("*.md"):
        os.utime(path, (1, 1))
    second, _ = taken(tmp_path, first.file_cache)
    assert (second.fresh, second.events) == ({}, first.events)


def test_what_changed_a_moment_before_it_was_read_is_read_again(
    tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.archive.file_cache._MOMENT", 2 * 10**9)
    site(tmp_path)
    first, _ = taken(tmp_path)
    opened.clear()
    second, _ = taken(tmp_path, first.file_cache)
    assert len(opened) == 6
    assert not second.file_cache.says_no_more_than(first.file_cache)


def test_an_archive_that_moved_to_another_root_is_read_again(
    tmp_path: Path, opened: list[str]
) -> None:
    site(tmp_path / "a")
    file_cache = taken(tmp_path / "a")[0].file_cache
    opened.clear()
    (tmp_path / "a").rename(tmp_path / "b")
    found, _ = taken(tmp_path / "b", file_cache)
    assert len(opened) == 6
    assert len(found.fresh) == 6


@pytest.mark.parametrize("cut", [0, 3, 64, 65, 100, -1])
def test_a_damaged_file_cache_is_none(tmp_path: Path, cut: int) -> None:
    archive(tmp_path)
    data = bytearray(taken(tmp_path)[0].file_cache.to_bytes())
    assert FileCache.from_bytes(bytes(data[:cut])) is None
    data[cut] ^= 1
    assert FileCache.from_bytes(bytes(data)) is None


def test_standard_input_is_read_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site(tmp_path)
    file_cache = None
    for number in range(2):
        line = json.dumps({"id": f"/{number}.md", "date": "2016-02-06", "title": "A"}) + "\n"
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line.encode())))
        found = scan_archives(["-", tmp_path], file_cache, print)
        assert f"/{number}.md" in [event.id for event in found.fresh.values()]
        assert len(found.events) == 7
        file_cache = found.file_cache


def test_archives_that_hold_each_other_are_read_once_in_silence(tmp_path: Path) -> None:
    archive(tmp_path)
    once = scan_archives([tmp_path], None, lambda skipped: None)
    told: list[Skipped] = []
    twice = scan_archives([tmp_path, tmp_path / "news", tmp_path], None, told.append)
    assert twice.events == once.events
    assert files_of(twice) == files_of(once)


@pytest.mark.parametrize("code", [errno.ENOENT, errno.EACCES, errno.EIO])
def test_a_file_that_cannot_be_looked_at_any_more_is_left_out_but_a_broken_disk_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    archive(tmp_path)
    expected = files_of(scan_archives([tmp_path], None, print))
    real = os.scandir

    class Unseen:
        """An entry of a directory that cannot be looked at."""

        def __init__(self, entry: os.DirEntry[str]) -> None:
            self.entry = entry

        def __getattr__(self, name: str) -> Any:
            return getattr(self.entry, name)

        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            raise OSError(code, os.strerror(code), self.entry.path)

    @contextmanager
    def scandir(path: str | Path) -> Iterator[Iterator[Any]]:
        with real(path) as entries:
            yield (Unseen(each) if each.name == "rows.csv" else each for each in entries)

    monkeypatch.setattr("search.archive.walk.os.scandir", scandir)
    if code == errno.EIO:
        with pytest.raises(ArchiveError, match=r"rows\.csv.*check the disk"):
            scan_archives([tmp_path], None, print)
        return
    found = scan_archives([tmp_path], None, print)
    assert files_of(found) == [path for path in expected if path.name != "rows.csv"]
    assert len(found.events) > 6


def test_what_is_not_there_has_no_stamp(tmp_path: Path) -> None:
    assert signature_of(tmp_path / "none.md") is None
    (tmp_path / "one.md").write_text("one")
    assert (signature_of(tmp_path / "one.md") or (0,))[0] == 3
