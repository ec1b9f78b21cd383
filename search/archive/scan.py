"""All events of archives, of which only those are read whose files changed since the last run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.archive import records
from search.archive.ledger import Ledger, Records, Seen, firsts
from search.archive.listing import LIST, Listing, listing_of, listings
from search.archive.reader import STDIN, Entry, records_of
from search.archive.records import PageRecord
from search.archive.site import HIGHEST_LOT, SAMPLE, Site, lot_of, site_of, survey
from search.archive.versions import OLDER, replaced
from search.archive.walk import File, OnSkip, Skipped
from search.index.arrays import are_among
from search.model import printing as plain
from search.model.digests import event_digest, hash_of
from search.model.event import Event

OnRead = Callable[[int], None]
_REPORT_EVERY: Final = 200
_NO_LEDGER: Final = Ledger(
    {}, 0, [], np.zeros((0, 3), np.int64), np.zeros(0, np.int64), Records.of([])
)


class Found(NamedTuple):
    """A file of the archives. ``place`` is its place in the ledger."""

    place: int
    file: File
    site: Site

    def entry(self) -> Entry:
        return Entry(self.file, self.site, self.site.id_of(self.file))


@dataclass(frozen=True, slots=True)
class Census:
    """What archives hold now, in the order of reading.

    ``events`` has the digest of each event, ``fresh`` by that digest those that had to be read.
    ``ledger`` is for the next run. ``replaced`` are the hashes of the ids of older versions.
    """

    listings: list[Listing]
    events: list[int]
    fresh: dict[int, Event]
    ledger: Ledger
    replaced: NDArray[np.uint64]

    def found(self, place: int) -> Found:
        """The file at a place of the ledger."""
        listing = listing_of(self.listings, place)
        return Found(place, listing.file(place - listing.first), listing.site)

    def pages_below(self, top: Path) -> NDArray[np.int64]:
        """The places in the ledger of all pages that are ``top`` or in it."""
        inside = str(top.resolve())
        found = [np.zeros(0, np.int64)]
        for listing in self.listings:
            above = str(listing.argument.resolve())
            chosen = listing.are_pages
            if not _is_in(above, inside):
                if not _is_in(inside, above):
                    continue
                within = listing.start + inside[len(above.rstrip("/")) :]
                chosen = chosen & np.array(
                    [_is_in(name, within) for name in listing.names], dtype=np.bool_
                )
            found.append(listing.first + np.flatnonzero(chosen))
        return np.concatenate(found)

    def path_below(self, top: Path, found: Found) -> str:
        """The path of one of these pages, so that it begins as ``top`` was given."""
        _, _, name = self.ledger.names[found.place].partition(":")
        path = str(found.site.argument.resolve()).rstrip("/") + name
        return str(top) + path[len(str(top.resolve())) :]


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
    began = time.time_ns()
    walked: list[Skipped] = []
    listed = listings(paths, walked.append)
    taking = _Taking(listed, earlier or _NO_LEDGER, on_read)
    for listing in listed:
        taking.take(listing)
    ledger, is_first = taking.ledger(_facts_of(paths, listed), began)
    told = [*walked, *taking.complaints(ledger, is_first)]
    for skipped in told:
        on_skip(skipped)
    events = ledger.records.events[is_first]
    fresh = {}
    if taking.fresh:
        new = are_among(events, np.array(list(taking.fresh), dtype=np.uint64))
        fresh = {digest: taking.fresh[digest] for digest in events[new].tolist()}
    files = [listing for listing in listed if listing.start != STDIN]
    return Census(files, events.tolist(), fresh, ledger, taking.replaced)


def _facts_of(paths: Sequence[Path | str], listings: Sequence[Listing]) -> dict[str, Any]:
    if any(listing.start == STDIN for listing in listings):
        return {}  # what came by standard input can't be looked up again
    return {
        "archives": [str(Path(path).resolve()) for path in paths],
        "drawn": [listing.drawn for listing in listings],
        "sites": [listing.site.facts() for listing in listings],
    }


class _Surveyed(NamedTuple):
    """What is known of the site of an argument: pages of higher lots than ``drawn`` had no say."""

    facts: list[str]
    drawn: int


def _surveyed(facts: dict[str, Any], number: int) -> _Surveyed | None:
    """What the facts of a ledger say, which may be anything, of the site of an argument."""
    sites, drawn = (_listed(facts.get(name)) for name in ("sites", "drawn"))
    if number >= len(sites) or [type(fact) for fact in _listed(sites[number])] != [str] * 3:
        return None
    # A ledger of an earlier version does not say which pages had a say: it may be any.
    lot = drawn[number] if number < len(drawn) else HIGHEST_LOT
    return _Surveyed(sites[number], lot if isinstance(lot, int) else HIGHEST_LOT)


def _listed(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []


class _Taking:
    """A census while it is taken."""

    def __init__(self, listings: Sequence[Listing], earlier: Ledger, on_read: OnRead) -> None:
        self.fresh: dict[int, Event] = {}
        self._listings = listings
        self._earlier = earlier
        self._on_read = on_read
        self._read_count = 0
        self._stamps = np.concatenate([listing.stamps for listing in listings])
        self._names = (
            listings[0].names
            if len(listings) == 1
            else [name for listing in listings for name in listing.names]
        )
        self._was = earlier.places(self._names)
        self._unchanged = earlier.unchanged(self._was, self._stamps)
        gone = np.ones(len(earlier.names), np.bool_)
        gone[self._was[self._was >= 0]] = False
        self._gone = frozenset(earlier.names[place] for place in np.flatnonzero(gone).tolist())
        self._kept = np.zeros(len(self._names), np.bool_)
        self._read: dict[int, list[Seen]] = {}
        self._told: dict[int, list[tuple[int | None, str]]] = {}
        self._older: dict[int, int] = {}  # the file of the newer version, by the hash of an id
        self.replaced = np.zeros(0, np.uint64)  # the same hashes, ascending

    def take(self, listing: Listing) -> None:
        """Read the files of an argument that have to be."""
        begin, end = listing.first, listing.first + len(listing)
        known = False
        if listing.start != STDIN:
            earlier = _surveyed(self._earlier.facts, int(listing.start[:-1]))
            self._survey(listing, earlier)
            known = earlier is not None and listing.site.facts() == earlier.facts
            if known:
                unchanged = self._unchanged_of(listing)
                self._kept[begin:end] = unchanged & self._lists_are_unchanged(listing, unchanged)
        for at in np.flatnonzero(~self._kept[begin:end]).tolist():
            self._read[begin + at] = list(self._records(listing, at, known))

    def _survey(self, listing: Listing, earlier: _Surveyed | None) -> None:
        """Find the site of an argument, which does not change unless a page of the sample does:
        one that is drawn now, or was drawn before."""
        cut, pages = len(listing.start) + 1, listing.are_pages
        if earlier is not None:
            others = listing.first + np.flatnonzero(pages & ~self._unchanged_of(listing))
            names = [self._names[place] for place in others.tolist()]
            names += [name for name in self._gone if name.startswith(listing.start)]
            known = site_of(listing.argument, earlier.facts)
            if known is not None and all(lot_of(name[cut:]) > earlier.drawn for name in names):
                listing.site, listing.drawn = known, earlier.drawn
                return
        numbers = np.flatnonzero(pages)
        lots = np.array([lot_of(listing.names[at][cut:]) for at in numbers.tolist()], np.int64)
        if len(lots) > SAMPLE:
            listing.drawn = int(np.partition(lots, SAMPLE - 1)[SAMPLE - 1])
        sample = numbers[lots <= listing.drawn].tolist()
        listing.site = survey(listing.argument, map(listing.file, sample))

    def _unchanged_of(self, listing: Listing) -> NDArray[np.bool_]:
        return self._unchanged[listing.first : listing.first + len(listing)]

    def _lists_are_unchanged(
        self, listing: Listing, unchanged: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Whether the lists beside pages, which may say how links begin, are what they were.

        Of files that are no pages it is true: [files].
        """
        good = np.ones(len(listing.directories), np.bool_)
        for number, (above, within, parts) in enumerate(listing.directories):
            if parts is None:  # its list is no part of the archive
                good[number] = not Path(above).with_name(LIST).exists()
                continue
            at = listing.lists.get(within)
            good[number] = within + LIST not in self._gone if at is None else unchanged[at]
        return np.asarray(good[listing.directory_of] | ~listing.are_pages)

    def _records(self, listing: Listing, at: int, known: bool) -> Iterator[Seen]:
        place = listing.first + at
        older: list[Seen] = []
        complaints: list[tuple[int | None, str]] = []
        if listing.start == STDIN:
            found = records.read_lines(sys.stdin.buffer, lambda *told: complaints.append(told))
            seen: dict[int, Seen] = {}
        else:
            was = int(self._was[place])
            earlier = self._earlier.of(was) if known and was >= 0 else []
            seen = {each[0]: each for each in earlier if each[0]}
            older = [each for each in earlier if not each[2]]
            entry = Found(place, listing.file(at), listing.site).entry()
            found = records_of(
                entry, lambda skipped: complaints.append((skipped.line, skipped.reason)), seen
            )
        for record in found:
            line, digest, event = record
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
                for old in record.replaces if isinstance(record, PageRecord) else ():
                    yield 0, hash_of(old), 0, 0
        if complaints:
            self._told[place] = complaints

    def ledger(self, facts: Any, began: int) -> tuple[Ledger, NDArray[np.bool_]]:
        """What the next run may know, and which of its records are the first of their ids."""
        earlier, kept = self._earlier, self._kept
        was = self._was[kept]
        counts = np.zeros(len(kept), np.int64)
        counts[kept] = (earlier.ends - earlier.starts)[was]
        for place, seen in self._read.items():
            counts[place] = len(seen)
        ends = np.cumsum(counts)
        starts = ends - counts
        is_old = np.repeat(kept, counts)
        source = np.arange(len(is_old))
        source[is_old] += np.repeat(earlier.starts[was] - starts[kept], counts[kept])
        source[~is_old] = len(earlier.records) + np.arange(len(is_old) - is_old.sum())
        new = Records.of([each for place in sorted(self._read) for each in self._read[place]])
        found = earlier.records.followed_by(new).at(source)
        names = list(earlier.skips)
        now = dict(zip(was.tolist(), np.flatnonzero(kept).tolist(), strict=True)) if names else {}
        for name, place in zip(names, earlier.places(names).tolist(), strict=True):
            if place in now:
                self._told[now[place]] = earlier.skips[name]
        skips = {self._names[place]: told for place, told in sorted(self._told.items())}
        is_event = found.events != 0
        self._older = _older_versions(found, is_event, ends)
        events = np.flatnonzero(is_event)
        is_first = np.zeros(len(found), np.bool_)
        is_first[events[firsts(found.hashes[events])]] = True
        self.replaced = np.array(sorted(self._older), dtype=np.uint64)
        is_first &= ~are_among(found.hashes, self.replaced)
        return Ledger(facts, began, self._names, self._stamps, ends, found, skips), is_first

    def complaints(self, ledger: Ledger, is_first: NDArray[np.bool_]) -> list[Skipped]:
        """Of files, and then of second events of one id in them, in the order of reading."""
        told = [
            (place, Skipped(self._path(place), *reason))
            for place, reasons in self._told.items()
            for reason in reasons
        ]
        again = np.flatnonzero(~is_first & (ledger.records.events != 0)).tolist()
        if again:
            hashes, lines = ledger.records.hashes, ledger.records.lines
            events = np.flatnonzero(ledger.records.events != 0)
            known, firsts_at = np.unique(hashes[events], return_index=True)
            first_of = dict(zip(known.tolist(), events[firsts_at].tolist(), strict=True))
            of_file = np.searchsorted(ledger.ends, np.arange(len(hashes)), side="right").tolist()
            for at in again:
                newer = self._older.get(int(hashes[at]))
                other = first_of[int(hashes[at])]
                where = self._path(of_file[other] if newer is None else newer)
                where += f":{lines[other]}" if lines[other] and newer is None else ""
                reason = "its id was read already from " if newer is None else OLDER
                reason += plain.visible(where)
                line = int(lines[at]) or None
                told.append((of_file[at], Skipped(self._path(of_file[at]), line, reason)))
        return [skipped for _, skipped in sorted(told, key=itemgetter(0))]

    def _path(self, place: int) -> str:
        listing = listing_of(self._listings, place)
        return listing.path(place - listing.first)


def _older_versions(
    found: Records, is_event: NDArray[np.bool_], ends: NDArray[np.int64]
) -> dict[int, int]:
    """The hash of the id of each older version, and the file of a page that replaces it."""
    named = np.flatnonzero(~is_event)
    if not len(named):
        return {}
    files = np.searchsorted(ends, named, side="right")
    starts = np.concatenate([[0], ends])[files]
    pages, olds = found.hashes[starts].tolist(), found.hashes[named].tolist()
    gone = replaced(zip(pages, olds, strict=True))
    return {old: place for old, place in zip(olds, files.tolist(), strict=True) if old in gone}


def _is_in(path: str, directory: str) -> bool:
    return path == directory or path.startswith(f"{directory.rstrip('/')}/")
