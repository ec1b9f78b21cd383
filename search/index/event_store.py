"""The events of a generation on disk: one JSON line each, found by ordinal or by id.

events.jsonl       line n is the event of ordinal n; ordinals ascend by date, then id
offsets.npy        uint64 [n + 1]: the byte offset of each line, and the end of the last
days.npy           int32 [n]: the date as a number of days since 1970-01-01, or UNDATED
id_*.npy           the events by their ids: see ``hash_table``
reference_*.npy    the events by their ``references``
digests.npy        uint64 [n]: ``event_digest``
sources.json       a list: item n is the source of number n
source_starts.npy  uint32 [n + 1]: where the sources of an event begin in source_numbers
source_numbers.npy uint32: the sources of each event, each once

An updated index has these files for the base and for the delta (see ``segments``).
"""

import datetime
import json
import mmap
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.index import hash_table, references
from search.index.checked_array import Rule, starts
from search.index.damage import PARSE_ERRORS, damaged, parse_guard, unparsable
from search.index.files import Files
from search.index.hash_table import HashTable
from search.index.segments import Segments, joined, located
from search.model.digests import event_digest
from search.model.event import FIRST_DAY, UNDATED, Event, date_of, day_number
from search.text.addresses import unquoted

_DEEPEST: Final = 100  # directories of a path that are examined
_DAYS: Final = Rule(UNDATED, day_number(datetime.date.max))
_AFTER_PATH: Final = re.compile(r"[?#].*", re.DOTALL)


def write(events: Sequence[Event], directory: Path) -> None:
    """Write all files. ``events`` are in the order of their ordinals: by date, then id."""
    offsets = np.zeros(len(events) + 1, dtype="<u8")
    digests = np.zeros(len(events), dtype="<u8")
    with (directory / "events.jsonl").open("wb") as file:
        for ordinal, event in enumerate(events):
            plain = json.dumps(event.to_json(), ensure_ascii=False)
            file.write(plain.encode("utf-8", "backslashreplace") + b"\n")
            offsets[ordinal + 1] = file.tell()
            digests[ordinal] = event_digest(event)
    days = np.array([day_number(event.date) for event in events], dtype="<i4")
    np.save(directory / "offsets.npy", offsets)
    np.save(directory / "days.npy", days)
    np.save(directory / "digests.npy", digests)
    hash_table.write([event.id for event in events], np.arange(len(events)), directory, "id")
    keys = [list(references.keys(event)) for event in events]
    owners = np.repeat(np.arange(len(events)), np.array(list(map(len, keys)), dtype=np.int64))
    hash_table.write(list(chain.from_iterable(keys)), owners, directory, "reference")
    _write_sources([list(dict.fromkeys(event.sources)) for event in events], directory)


def _write_sources(sources_of: Sequence[Sequence[str]], directory: Path) -> None:
    sources = sorted({source for sources in sources_of for source in sources})
    number_of = {source: number for number, source in enumerate(sources)}
    numbers = [number_of[source] for sources in sources_of for source in sources]
    begins = np.cumsum([0, *map(len, sources_of)])
    (directory / "sources.json").write_text(json.dumps(sources) + "\n", encoding="ascii")
    np.save(directory / "source_starts.npy", begins.astype("<u4"))
    np.save(directory / "source_numbers.npy", np.array(numbers, dtype="<u4"))


class WrittenEvents:
    """The events that ``write`` wrote to a directory, before it is published; read on demand."""

    def __init__(self, directory: Path) -> None:
        self.days: NDArray[np.int32] = np.load(directory / "days.npy")
        self._offsets = np.load(directory / "offsets.npy")
        with (directory / "events.jsonl").open("rb") as file:
            self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def between(self, first: int, end: int) -> Iterator[Event]:
        """The events from one ordinal to another."""
        for ordinal in range(first, end):
            yield Event.from_json(json.loads(self._line(ordinal)))

    def text(self, ordinal: int) -> str:
        """``Event.text`` of an event."""
        plain = json.loads(self._line(ordinal))
        summary = plain.get("summary")
        return f"{plain['title']}\n{summary}" if summary else str(plain["title"])

    def topics(self) -> Iterator[str]:
        """The topics of all events."""
        for ordinal in range(len(self.days)):
            if b'"terms": ' in (line := self._line(ordinal)):
                yield from json.loads(line).get("terms", ())

    def _line(self, ordinal: int) -> bytes:
        begin, end = self._offsets[ordinal : ordinal + 2].tolist()
        return self._lines[begin:end]


class EventStore:
    """The events of one generation, read on demand. Safe to share by threads."""

    def __init__(self, base: Files, segments: Segments) -> None:
        self._parts = [_Segment(files) for files in segments.files(base, "events")]
        self._segments = segments

    def __len__(self) -> int:
        """The number of ordinals, deleted events included."""
        return len(self.days)

    @cached_property
    def days(self) -> NDArray[np.int32]:
        """The date of each event, in days since 1970-01-01, or `UNDATED`: [n]."""
        return joined([part.days for part in self._parts])

    @cached_property
    def span(self) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and the last date of an event; None if no event has one."""
        dated = self.days[self.days != UNDATED]
        return (date_of(dated.min()), date_of(dated.max())) if len(dated) else (None, None)

    def dates(self) -> dict[str, Any]:
        """The first and the last date of an event, and how many have none, as plain data."""
        days = self.days[self.ordinals()]
        dated = days[days != UNDATED]
        ends = (dated.min(), dated.max()) if len(dated) else (UNDATED, UNDATED)
        first, last = (day and day.isoformat() for day in map(date_of, ends))
        return {"from": first, "to": last, "undated": len(days) - len(dated)}

    def ordinals(self) -> NDArray[np.int64]:
        """The ordinals of all events, by date and id."""
        return self._segments.in_order()

    def digests(self) -> NDArray[np.uint64]:
        """The ``event_digest`` of each event: [n]."""
        return np.concatenate([part.digests() for part in self._parts])

    def __getitem__(self, ordinal: int) -> Event:
        part, offset = located(self._parts, ordinal)
        return part[offset]

    def texts(self, ordinal: int, *names: str) -> list[str]:
        """Fields of an event that are texts, such as ``title``; no other field is checked."""
        part, offset = located(self._parts, ordinal)
        return part.texts(offset, *names)

    def is_ascii(self, ordinal: int) -> bool:
        """Whether an event is pure ASCII, without parsing it."""
        part, offset = located(self._parts, ordinal)
        return part.line(offset).isascii()

    def by_source(self, ordinals: NDArray[np.int64]) -> Counter[str]:
        """How many of the events have each source, without parsing them."""
        counts: Counter[str] = Counter()
        first = 0
        for part in self._parts:
            end = first + part.events
            some = ordinals[(ordinals >= first) & (ordinals < end)]
            counts.update(part.by_source(some - first))
            first = end
        return counts

    def ordinal_of(self, event_id: str) -> int | None:
        """The ordinal of the event with this id; None if there is none."""
        first = 0
        for part in self._parts:
            for offset in part.ids.find(event_id):
                if self._segments.is_live[first + offset] and part.texts(offset, "id") == [
                    event_id
                ]:
                    return first + offset
            first += part.events
        return None

    def ordinal_meant(self, reference: str) -> int | None:
        """The ordinal of the event that a reference means; None if there is none.

        A reference is an id, a path or link that ends in an id (the longest such end counts), or
        one of the forms of ``ordinals_meant``. If several events match, the last one counts.
        """
        for path in (reference, unquoted(_AFTER_PATH.sub("", reference))):
            parts = path.replace("\\", "/").split("/")[-_DEEPEST:]
            tails = ("/" + "/".join(parts[start:]) for start in range(len(parts)))
            for tail in chain((path,), tails):
                if (ordinal := self.ordinal_of(tail)) is not None:
                    return ordinal
        return max(self.ordinals_meant(reference), default=None)

    def ordinals_meant(self, reference: str) -> list[int]:
        """The ordinals, ascending, of the events with this id, link, slug, title or identifier, by
        the most exact reading that any event has. Letter case does not matter."""
        found: set[int] = set()
        for key in references.keys_of(reference):
            first = 0
            for part in self._parts:
                for ordinal in (first + offset for offset in part.references.find(key)):
                    is_candidate = self._segments.is_live[ordinal] and ordinal not in found
                    if is_candidate and key in references.keys(self[ordinal]):
                        found.add(ordinal)
                first += part.events
            if found:
                break
        return sorted(found)


class _Segment:
    """The events of one segment, by their offset in it."""

    def __init__(self, files: Files) -> None:
        self.days: NDArray[np.int32] = files.array("days.npy", "<i4", (None,), _DAYS).whole()
        if ((self.days != UNDATED) & (self.days < FIRST_DAY)).any():
            raise damaged(files.directory / "days.npy", "it has days that no calendar has")
        count = self.events = len(self.days)
        self._lines = files.open("events.jsonl")
        self._offsets = files.array("offsets.npy", "<u8", (count + 1,), starts(self._lines.size))
        self.ids = HashTable(files, "id", count, keys=count)
        self._digests = files.array("digests.npy", "<u8", (count,))
        self._source_numbers = files.array("source_numbers.npy", "<u4", (None,))
        self._source_starts = files.array(
            "source_starts.npy", "<u4", (count + 1,), starts(len(self._source_numbers))
        )
        self._files = files

    @cached_property
    def references(self) -> HashTable:
        return HashTable(self._files, "reference", self.events)

    def digests(self) -> NDArray[np.uint64]:
        return self._digests.whole()

    def __getitem__(self, offset: int) -> Event:
        line = self.line(offset)
        try:
            return Event.from_json(json.loads(line.decode()))
        except PARSE_ERRORS as error:
            raise unparsable(self._lines.path, error) from error

    def texts(self, offset: int, *names: str) -> list[str]:
        with parse_guard(self._lines.path):
            plain = json.loads(self.line(offset).decode())
            return _strings([plain.get(name, "") for name in names])

    def line(self, offset: int) -> bytes:
        begin, end = self._offsets.between(offset, offset + 2).tolist()
        return self._lines.read(begin, end)

    def by_source(self, events: NDArray[np.int64]) -> dict[str, int]:
        sources, numbers = self._sources
        starts = self._source_starts.whole()
        begins = starts[events].astype(np.int64)
        counts = starts[events + 1] - begins
        before = np.cumsum(counts) - counts
        at = np.repeat(begins - before, counts) + np.arange(counts.sum())
        found = np.bincount(numbers[at], minlength=len(sources))
        some = np.flatnonzero(found)
        return dict(zip([sources[n] for n in some.tolist()], found[some].tolist(), strict=True))

    @cached_property
    def _sources(self) -> tuple[list[str], NDArray[np.uint32]]:
        """The sources, and the numbers of those of all events."""
        sources = self._files.plain("sources.json", _strings)
        numbers = self._source_numbers.whole()
        if int(numbers.max(initial=0)) >= max(len(sources), 1):
            raise damaged(self._files.directory / "source_numbers.npy", "it names no source")
        return sources, numbers


def _strings(plain: Any) -> list[str]:
    if not isinstance(plain, list) or not all(isinstance(each, str) for each in plain):
        raise ValueError("no list of texts")
    return plain
