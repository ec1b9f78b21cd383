"""All events of archives, of which only those are read whose files changed since the last run."""

from __future__ import annotations

import os
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from search.event_file import event_digest, hash_of
from search.events import Event
from search.reading import plain, records
from search.reading.archive import STDIN, Entry, records_of
from search.reading.ledger import Ledger, Seen, Stamp
from search.reading.site import Site, survey
from search.reading.walk import File, Form, OnSkip, Skipped, refusal, walk

OnRead = Callable[[int], None]
_REPORT_EVERY: Final = 200


class Found(NamedTuple):
    """A file of the archives. ``name`` is its name in the ledger."""

    name: str
    file: File
    site: Site

    def entry(self) -> Entry:
        return Entry(self.file, self.site, self.site.id_of(self.file))


@dataclass(frozen=True, slots=True)
class Census:
    """What archives hold now: ``found`` are all files in the order of reading.

    ``events`` has the digest of each event, in that order, ``fresh`` by that digest those that had
    to be read. ``ledger`` is for the next run.
    """

    found: list[Found]
    events: list[int]
    fresh: dict[int, Event]
    ledger: Ledger


def take_census(
    paths: Sequence[Path | str],
    earlier: Ledger | None,
    on_skip: OnSkip,
    on_read: OnRead = lambda count: None,
) -> Census:
    """Take stock of archives: as ``read`` does, of the same events, with the same complaints.

    ``earlier`` is the ledger of the last run. A file whose size and times are as they were then is
    not opened; a page or line whose bytes are as they were is not looked into.

    Raises:
        ArchiveError: there is nothing at one of the paths, or the system failed to read a file.
    """
    taking = _Taking(earlier, on_skip, on_read)
    sites = []
    for path in paths:
        if str(path) == STDIN:
            taking.take_lines()
            continue
        argument = Path(path)
        files = list(walk(argument, on_skip))
        site = survey(argument, files)
        sites.append(site)
        taking.trust(site, len(sites) - 1)
        for file in files:
            taking.take(file)
    facts = {
        "archives": [str(Path(path).resolve()) for path in paths if str(path) != STDIN],
        "sites": [_facts_of(site) for site in sites],
    }
    whole = len(sites) == len(paths)  # what came by standard input can't be looked up again
    ledger = Ledger(
        facts if whole else {},
        taking.began,
        taking.stamps,
        taking.starts,
        taking.seen,
        taking.skips,
    )
    fresh = {digest: taking.fresh[digest] for digest in taking.events if digest in taking.fresh}
    return Census(taking.found, taking.events, fresh, ledger)


def _facts_of(site: Site) -> list[str]:
    return [str(site.argument.resolve()), str(site.root), site.prefix]


@dataclass(slots=True)
class _Taking:
    """A census while it is taken. ``_first`` is the first record of each id."""

    earlier: Ledger | None
    on_skip: OnSkip
    on_read: OnRead
    began: int = field(default_factory=time.time_ns)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    starts: dict[str, tuple[int, int]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    skips: dict[str, list[tuple[int | None, str]]] = field(default_factory=dict)
    events: list[int] = field(default_factory=list)
    fresh: dict[int, Event] = field(default_factory=dict)
    _first: dict[int, int] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)  # of what has records: the first, and where
    _names: list[str] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    _places: set[str] = field(default_factory=set)
    _trusted: bool = False
    _site: Site = field(init=False)
    _start: str = ""
    _cut: int = 0
    _beside: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def trust(self, site: Site, number: int) -> None:
        """The next archive: whether its files have the ids and links that they had."""
        sites = self.earlier.facts.get("sites") if self.earlier else None
        known = sites[number : number + 1] if isinstance(sites, list) else []
        self._trusted = known == [_facts_of(site)]
        self._site = site
        self._start = f"{number}:"
        self._cut = len(str(site.argument))
        self._beside.clear()

    def take(self, file: File) -> None:
        if file.place in self._places:  # another archive holds it, too
            return
        name = self._start + file.place[self._cut :]
        stamp = _stamp(file)
        if stamp is None:
            return
        self._places.add(file.place)
        self.stamps[name] = stamp
        found = Found(name, file, self._site)
        self.found.append(found)
        if self.earlier and self._is_unchanged(self.earlier, found, stamp):
            if name in self.earlier.skips:
                self.skips[name] = self.earlier.skips[name]
                for reason in self.skips[name]:
                    self._complain(file.place)(*reason)
            self._keep(name, file.place, self.earlier.of(name))
        else:
            self._keep(name, file.place, list(self._read(found)))

    def take_lines(self) -> None:
        """The events of standard input."""
        found = [
            self._remembered(digest, event, line)
            for line, digest, event in records.read_lines(sys.stdin.buffer, self._complain(STDIN))
            if event
        ]
        self._keep(STDIN, STDIN, found)
        del self.starts[STDIN]

    def _read(self, found: Found) -> Iterator[Seen]:
        known = {}
        if self.earlier and self._trusted and found.name in self.earlier.starts:
            known = {seen[0]: seen for seen in self.earlier.of(found.name) if seen[0]}
        complaints = []

        def complain(skipped: Skipped) -> None:
            complaints.append((skipped.line, skipped.reason))
            self.on_skip(skipped)

        for line, digest, event in records_of(found.entry(), complain, known):
            if event is None:
                yield (*known[digest][:3], line or 0)
            else:
                yield self._remembered(digest, event, line)
        if complaints:
            self.skips[found.name] = complaints

    def _remembered(self, digest: int, event: Event, line: int | None) -> Seen:
        own = event_digest(event)
        self.fresh[own] = event
        return digest, hash_of(event.id), own, line or 0

    def _keep(self, name: str, place: str, found: Sequence[Seen]) -> None:
        first = len(self.seen)
        self.seen.extend(found)
        self.starts[name] = (first, len(self.seen))
        if found:
            self._starts.append(first)
            self._names.append(place)
        for at, (_, hashed, event, line) in enumerate(found, start=first):
            if self._first.setdefault(hashed, at) == at:
                self.events.append(event)
                if len(self.events) % _REPORT_EVERY == 0:
                    self.on_read(len(self.events))
            else:
                reason = f"its id was read already from {self._place(self._first[hashed])}"
                self.on_skip(Skipped(place, line or None, reason))

    def _place(self, record: int) -> str:
        """Where a record stands, for messages."""
        name = self._names[bisect_right(self._starts, record) - 1]
        line = self.seen[record][3]
        return plain.visible(f"{name}:{line}" if line else name)

    def _complain(self, name: str) -> records.Complain:
        return lambda line, reason: self.on_skip(Skipped(name, line, reason))

    def _is_unchanged(self, earlier: Ledger, found: Found, stamp: Stamp) -> bool:
        if not self._trusted or not earlier.is_unchanged(found.name, stamp):
            return False
        return found.file.form is not Form.PAGE or self._list_is_unchanged(earlier, found)

    def _list_is_unchanged(self, earlier: Ledger, found: Found) -> bool:
        """Whether the list beside a page, which may say how links begin, is what it was."""
        directory = found.file.parts[:-1]
        known = self._beside.get(directory)
        if known is None:
            name, place = (
                f"{path.rpartition('/')[0]}/index.md" for path in (found.name, found.file.place)
            )
            stamp = stamp_of(place)
            was = earlier.stamps.get(name)
            known = was is None if stamp is None else earlier.is_unchanged(name, stamp)
            self._beside[directory] = known
        return known


def _stamp(file: File) -> Stamp | None:
    try:
        return stamp_of(file.place, missing=False)
    except OSError as error:
        refusal(file.path, error)
        return None


def stamp_of(name: str | Path, *, missing: bool = True) -> Stamp | None:
    """Size in bytes and times of change (of content, of content or attributes) in ns.

    None if there is no such file, or else, without ``missing``, FileNotFoundError.
    """
    try:
        found = os.stat(name)  # noqa: PTH116 - Path.stat costs twice as much
    except FileNotFoundError:
        if missing:
            return None
        raise
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns
