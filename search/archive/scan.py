"""Scans archives for events. Only files that changed since the last run are read."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.archive import records
from search.archive.field_names import FieldMap
from search.archive.file_cache import NO_SIGNATURE, RECORD, FileCache, Records, Seen, firsts
from search.archive.file_forms import POSTS
from search.archive.file_list import LIST, FileList, file_list_of, file_lists
from search.archive.reader import STDIN, Entry, paths_of, records_of
from search.archive.site import SAMPLE, sample_hash, site_of, survey
from search.archive.versions import OLDER, replaced
from search.archive.walk import OnSkip, Skipped, Unreadable
from search.index.arrays import are_among
from search.model import printing as plain
from search.model.arguments import instance_of, must_be_callable
from search.model.digests import event_digest, hash_of
from search.model.event import Event
from search.model.read_options import ReadOptions

OnRead = Callable[[int], None]
_DEFAULTS: Final = ReadOptions()
_REPORT_EVERY: Final = 200
NO_CACHE: Final = FileCache(
    {}, 0, [], np.zeros((0, 3), np.int64), np.zeros(0, np.int64), np.zeros(0, RECORD)
)


@dataclass(frozen=True, slots=True)
class Scan:
    """What archives hold now, in the order of reading.

    ``events`` has the digest of each event; ``fresh`` maps digests to the events that had to be
    read. ``file_cache`` is for the next run. ``replaced`` are hashes of the ids of older versions.
    """

    file_lists: list[FileList]
    events: list[int]
    fresh: dict[int, Event]
    file_cache: FileCache
    replaced: NDArray[np.uint64]

    def entry(self, number: int) -> Entry:
        """The file of a number in the file cache."""
        file_list = file_list_of(self.file_lists, number)
        return _entry(file_list, number - file_list.first)

    def pages_below(self, top: Path) -> NDArray[np.int64]:
        """The numbers in the file cache of all pages that are ``top`` or below it."""
        inside = str(top.resolve())
        found = [np.zeros(0, np.int64)]
        for file_list in self.file_lists:
            above = str(file_list.argument.resolve())
            chosen = file_list.are_pages
            if not is_in(above, inside):
                if not is_in(inside, above):
                    continue
                within = file_list.start + inside[len(above.rstrip("/")) :]
                chosen = chosen & np.array(
                    [is_in(name, within) for name in file_list.names], dtype=np.bool_
                )
            found.append(file_list.first + np.flatnonzero(chosen))
        return np.concatenate(found)

    def path_below(self, top: Path, number: int) -> str:
        """The path of one of these pages, starting with ``top`` as it was given."""
        _, _, name = self.file_cache.names[number].partition(":")
        argument = file_list_of(self.file_lists, number).argument
        path = str(argument.resolve()).rstrip("/") + name
        return str(top) + path[len(str(top.resolve())) :]


def scan_archives(
    paths: Sequence[Path | str],
    earlier: FileCache | None,
    on_skip: OnSkip,
    on_read: OnRead = lambda count: None,
    options: ReadOptions = _DEFAULTS,
) -> Scan:
    """Scan archives for their events.

    ``earlier`` is the file cache of the last run. A file with the same size and times is not
    opened, and a page or line with the same bytes is not parsed.

    Raises:
        ArchiveError: there is nothing at one of the paths, or the system failed to read a file.
    """
    began = time.time_ns()
    walked: list[Skipped] = []
    listed = file_lists(paths, walked.append)
    scanner = _Scanner(listed, earlier or NO_CACHE, on_read, options)
    for file_list in listed:
        scanner.take(file_list)
    file_cache, is_first = scanner.file_cache(_facts_of(paths, listed), began)
    for skipped in (*walked, *scanner.complaints(file_cache, is_first)):
        on_skip(skipped)
    events = file_cache.records["event"][is_first]
    fresh = {}
    if scanner.fresh:
        new = are_among(events, np.array(list(scanner.fresh), dtype=np.uint64))
        fresh = {digest: scanner.fresh[digest] for digest in events[new].tolist()}
    files = [file_list for file_list in listed if file_list.start != STDIN]
    return Scan(files, events.tolist(), fresh, file_cache, scanner.replaced)


def _entry(file_list: FileList, at: int) -> Entry:
    file, site = file_list.file(at), file_list.site
    return Entry(file, site, site.id_of(file))


def _facts_of(paths: Sequence[Path | str], file_lists: Sequence[FileList]) -> dict[str, Any]:
    if any(file_list.start == STDIN for file_list in file_lists):
        return {}  # standard input cannot be read again
    return {
        "archives": [str(Path(path).resolve()) for path in paths],
        "sample_cutoffs": [file_list.sample_cutoff for file_list in file_lists],
        "sites": [file_list.site.facts() for file_list in file_lists],
    }


def _surveyed(facts: dict[str, Any], number: int) -> tuple[list[str], int] | None:
    """What the last run found about the site of an argument, and its sample cutoff, by the facts of
    a file cache, which are untrusted."""
    try:
        site, cutoff = facts["sites"][number], facts["sample_cutoffs"][number]
    except (LookupError, TypeError):
        return None
    is_site = isinstance(site, list) and [type(fact) for fact in site] == [str] * 5
    return (site, cutoff) if is_site and type(cutoff) is int else None


class _Scanner:
    """A scan in progress."""

    def __init__(
        self,
        file_lists: Sequence[FileList],
        earlier: FileCache,
        on_read: OnRead,
        options: ReadOptions,
    ) -> None:
        self.fresh: dict[int, Event] = {}
        self._file_lists = file_lists
        self._earlier = earlier
        self._on_read = on_read
        self._options = options
        self._field_map = FieldMap.by(options)
        self._read_count = 0
        self._signatures = np.concatenate([file_list.signatures for file_list in file_lists])
        self._names = (
            file_lists[0].names
            if len(file_lists) == 1
            else [name for file_list in file_lists for name in file_list.names]
        )
        self._was = earlier.numbers(self._names)
        self._unchanged = earlier.unchanged(self._was, self._signatures)
        gone = np.ones(len(earlier.names), np.bool_)
        gone[self._was[self._was >= 0]] = False
        self._gone = frozenset(earlier.names[number] for number in np.flatnonzero(gone).tolist())
        self._kept = np.zeros(len(self._names), np.bool_)
        self._read: dict[int, list[Seen]] = {}
        self._skipped: dict[int, list[tuple[int | None, str]]] = {}
        self._uncertain: list[int] = []  # files that are read again though they did not change
        self._older: dict[int, int] = {}  # the file of the newer version, by the hash of an id
        self.replaced = np.zeros(0, np.uint64)  # the same hashes, ascending

    def take(self, file_list: FileList) -> None:
        """Read those files of an argument that changed."""
        begin, end = file_list.first, file_list.first + len(file_list)
        known = False
        if file_list.start != STDIN:
            earlier = _surveyed(self._earlier.facts, int(file_list.start[:-1]))
            self._survey(file_list, earlier)
            known = earlier is not None and file_list.site.facts() == earlier[0]
            if known:
                unchanged = self._unchanged_of(file_list)
                self._kept[begin:end] = unchanged & self._lists_are_unchanged(file_list, unchanged)
        for at in np.flatnonzero(~self._kept[begin:end]).tolist():
            self._read[begin + at] = list(self._records(file_list, at, known))

    def _survey(self, file_list: FileList, earlier: tuple[list[str], int] | None) -> None:
        """Find the site of an argument. It stays the same unless a file changes that is in the
        sample, or was."""
        cut = len(file_list.start) + 1
        if earlier is not None:
            facts, cutoff = earlier
            others = file_list.first + np.flatnonzero(~self._unchanged_of(file_list))
            names = [self._names[number] for number in others.tolist()]
            names += [name for name in self._gone if name.startswith(file_list.start)]
            known = site_of(file_list.argument, facts, self._options)
            if known is not None and all(sample_hash(name[cut:]) > cutoff for name in names):
                file_list.site, file_list.sample_cutoff = known, cutoff
                return
        hashes = np.array([sample_hash(name[cut:]) for name in file_list.names], np.int64)
        if len(hashes) > SAMPLE:
            file_list.sample_cutoff = int(np.partition(hashes, SAMPLE - 1)[SAMPLE - 1])
        sample = np.flatnonzero(hashes <= file_list.sample_cutoff).tolist()
        file_list.site = survey(file_list.argument, map(file_list.file, sample), self._options)

    def _unchanged_of(self, file_list: FileList) -> NDArray[np.bool_]:
        return self._unchanged[file_list.first : file_list.first + len(file_list)]

    def _lists_are_unchanged(
        self, file_list: FileList, unchanged: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Whether the day list beside each page, which may show how links begin, is unchanged:
        [files]; True for files that are not pages."""
        good = np.ones(len(file_list.directories), np.bool_)
        for number, (above, within, parts) in enumerate(file_list.directories):
            if parts is None:  # the list is not part of the archive
                good[number] = not Path(above).with_name(LIST).exists()
                continue
            at = file_list.lists.get(within)
            good[number] = within + LIST not in self._gone if at is None else unchanged[at]
        return np.asarray(good[file_list.directory_of] | ~file_list.are_pages)

    def _records(self, file_list: FileList, at: int, known: bool) -> Iterator[Seen]:
        number = file_list.first + at
        older: list[Seen] = []
        complaints: list[tuple[int | None, str]] = []
        if file_list.start == STDIN:
            found = records.read_lines(
                sys.stdin.buffer, lambda *skip: complaints.append(skip), (), self._field_map
            )
            seen: dict[int, Seen] = {}
        else:
            was = int(self._was[number])
            earlier = self._earlier.of(was) if known and was >= 0 else []
            seen = {each[0]: each for each in earlier if each[0]}
            older = [each for each in earlier if not each[2]]
            entry = _entry(file_list, at)

            def complain(skipped: Skipped) -> None:
                complaints.append((skipped.line, skipped.reason))
                if isinstance(skipped, Unreadable):
                    self._uncertain.append(number)

            found = records_of(entry, complain, seen)
            if entry.path.name == POSTS:  # its texts are in other files
                self._uncertain.append(number)
        for record in found:
            line, digest, event, replaces = record
            if event is None:
                yield (*seen[digest][:3], line or 0)
                yield from older
            else:
                own = event_digest(event)
                self.fresh[own] = event
                self._read_count += 1
                if self._read_count % _REPORT_EVERY == 0:
                    self._on_read(self._read_count)
                yield digest, hash_of(event.id), own, line or 0
                for old in replaces:
                    yield 0, hash_of(old), 0, 0
        if complaints:
            self._skipped[number] = complaints

    def file_cache(self, facts: Any, began: int) -> tuple[FileCache, NDArray[np.bool_]]:
        """The file cache for the next run, and which of its records are the first of their ids."""
        earlier, kept = self._earlier, self._kept
        was = self._was[kept]
        counts = np.zeros(len(kept), np.int64)
        counts[kept] = (earlier.ends - earlier.starts)[was]
        for number, seen in self._read.items():
            counts[number] = len(seen)
        ends = np.cumsum(counts)
        starts = ends - counts
        is_old = np.repeat(kept, counts)
        source = np.arange(len(is_old))
        source[is_old] += np.repeat(earlier.starts[was] - starts[kept], counts[kept])
        source[~is_old] = len(earlier.records) + np.arange(len(is_old) - is_old.sum())
        new = [each for number in sorted(self._read) for each in self._read[number]]
        found = np.append(earlier.records, np.array(new, RECORD))[source]
        names = list(earlier.skips)
        now = dict(zip(was.tolist(), np.flatnonzero(kept).tolist(), strict=True)) if names else {}
        for name, number in zip(names, earlier.numbers(names).tolist(), strict=True):
            if number in now:
                self._skipped[now[number]] = earlier.skips[name]
        skips = {self._names[number]: each for number, each in sorted(self._skipped.items())}
        is_event = found["event"] != 0
        self._older = _older_versions(found, is_event, ends)
        events = np.flatnonzero(is_event)
        is_first = np.zeros(len(found), np.bool_)
        is_first[events[firsts(found["hash"][events])]] = True
        self.replaced = np.array(sorted(self._older), dtype=np.uint64)
        is_first &= ~are_among(found["hash"], self.replaced)
        signatures = self._signatures.copy()
        signatures[self._uncertain] = NO_SIGNATURE
        return FileCache(facts, began, self._names, signatures, ends, found, skips), is_first

    def complaints(self, file_cache: FileCache, is_first: NDArray[np.bool_]) -> list[Skipped]:
        """What was skipped, in the order of reading: also later events of a known id."""
        skips = [
            (number, Skipped(self._path(number), *reason))
            for number, reasons in self._skipped.items()
            for reason in reasons
        ]
        again = np.flatnonzero(~is_first & (file_cache.records["event"] != 0)).tolist()
        if again:
            hashes, lines = file_cache.records["hash"], file_cache.records["line"]
            events = np.flatnonzero(file_cache.records["event"] != 0)
            first = events[firsts(hashes[events])]
            first_of = dict(zip(hashes[first].tolist(), first.tolist(), strict=True))
            of_file = np.searchsorted(
                file_cache.ends, np.arange(len(hashes)), side="right"
            ).tolist()
            for at in again:
                newer = self._older.get(int(hashes[at]))
                other = first_of[int(hashes[at])]
                where = self._path(of_file[other] if newer is None else newer)
                where += f":{lines[other]}" if lines[other] and newer is None else ""
                reason = "its id was read already from " if newer is None else OLDER
                reason += plain.visible(where)
                line = int(lines[at]) or None
                skips.append((of_file[at], Skipped(self._path(of_file[at]), line, reason)))
        return [skipped for _, skipped in sorted(skips, key=itemgetter(0))]

    def _path(self, number: int) -> str:
        file_list = file_list_of(self._file_lists, number)
        return file_list.path(number - file_list.first)


def _older_versions(
    found: Records, is_event: NDArray[np.bool_], ends: NDArray[np.int64]
) -> dict[int, int]:
    """The hash of the id of each older version, and the file of a page that replaces it."""
    named = np.flatnonzero(~is_event)
    if not len(named):
        return {}
    files = np.searchsorted(ends, named, side="right")
    starts = np.concatenate([[0], ends])[files]
    pages, olds = found["hash"][starts].tolist(), found["hash"][named].tolist()
    gone = replaced(zip(pages, olds, strict=True))
    return {old: number for old, number in zip(olds, files.tolist(), strict=True) if old in gone}


def is_in(path: str, directory: str) -> bool:
    """Whether a path is that of a directory, or below it."""
    return path == directory or path.startswith(f"{directory.rstrip('/')}/")


def read(
    paths: Sequence[Path | str] | Path | str,
    on_skip: OnSkip = lambda skipped: None,
    options: ReadOptions = _DEFAULTS,
    *,
    map: Mapping[str, str] | None = None,
) -> Iterator[Event]:
    """The events of archives: directories, files, or "-" for JSON Lines on standard input.

    The order is that of the arguments, then of the names. Of events with the same id the first
    counts, and older versions of a page are left out. ``on_skip`` is called for every file, line
    or row that gave no event (day lists and hidden files excepted), before the first event.
    ``map`` names the fields of records that are an event's: ``{"title": "headline"}``.

    Raises:
        ArchiveError: there is nothing at one of the paths, or the system failed to read a file.
        UsageError: ``map`` names a field that events do not have, or an argument is of another
            type.

    >>> [event.date.year for event in read("events.jsonl")][:3]
    [2014, 2014, 2014]
    """
    must_be_callable(on_skip=on_skip)
    options = instance_of(ReadOptions, options, "options")
    if map is not None:
        options = replace(options, map=FieldMap.of(map).sources)
    scan = scan_archives(paths_of(paths), None, on_skip, options=options)
    return (scan.fresh[digest] for digest in scan.events)
