"""The events of a generation on disk: one JSON line each, found by ordinal or by id.

events.jsonl       line n is the event of ordinal n; ordinals ascend by date, then id
offsets.npy        uint64 [n + 1]: the byte offset of each line, and the end of the last
days.npy           int32 [n]: the date as a number of days since 1970-01-01, or UNDATED
id_hashes.npy      uint64 [n], ascending: hashes of the ids
id_ordinals.npy    uint32 [n]: the ordinal of the event with that hash
digests.npy        uint64 [n]: ``event_digest``
reference_*.npy    see ``references``
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
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from search.index import references
from search.index.checked_array import Rule, below, starts
from search.index.damage import PARSE_ERRORS, damaged, parse_guard, unparsable
from search.index.files import Files
from search.index.segments import Segments
from search.model.digests import event_digest, hash_of
from search.model.event import FIRST_DAY, UNDATED, Event, date_of, day_number

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
    hashes = np.array([hash_of(event.id) for event in events], dtype="<u8")
    order = np.argsort(hashes, kind="stable")
    for name, array in (
        ("offsets", offsets),
        ("days", np.array([day_number(event.date) for event in events], dtype="<i4")),
        ("id_hashes", hashes[order]),
        ("id_ordinals", order.astype("<u4")),
        ("digests", digests),
    ):
        np.save(directory / f"{name}.npy", array)
    references.write(events, directory)
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

    def __init__(self, base: Files, segments: Segments | None = None) -> None:
        self._parts = [_Lines(base)]
        if segments is not None:
            self._parts.append(_Lines(segments.files.part("events")))
        self._segments = segments

    def __len__(self) -> int:
        """The number of ordinals, deleted events included."""
        return len(self.days)

    @cached_property
    def days(self) -> NDArray[np.int32]:
        """The date of each event, in days since 1970-01-01, or `UNDATED`: [n]."""
        parts = [part.days for part in self._parts]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

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
        everything = np.arange(len(self))
        if self._segments is None:
            return everything
        return self._segments.live(np.argsort(self._segments.ranks))

    def digests(self) -> NDArray[np.uint64]:
        """The ``event_digest`` of each event: [n]."""
        return np.concatenate([part.digests() for part in self._parts])

    def __getitem__(self, ordinal: int) -> Event:
        part, place = self._place(ordinal)
        return part[place]

    def is_ascii(self, ordinal: int) -> bool:
        """Whether an event is pure ASCII, without parsing it."""
        part, place = self._place(ordinal)
        return part.line(place).isascii()

    def _place(self, ordinal: int) -> tuple["_Lines", int]:
        first = len(self._parts[0].days)
        return (self._parts[0], ordinal) if ordinal < first else (self._parts[1], ordinal - first)

    def by_source(self, ordinals: NDArray[np.int64]) -> Counter[str]:
        """How many of the events have each source, without parsing them."""
        counts: Counter[str] = Counter()
        first = 0
        for part in self._parts:
            behind = first + len(part.days)
            counts.update(
                part.by_source(ordinals[(ordinals >= first) & (ordinals < behind)] - first)
            )
            first = behind
        return counts

    def ordinal_of(self, event_id: str) -> int | None:
        """The ordinal of the event with this id; None if there is none."""
        first = 0
        for part in self._parts:
            for place in part.offsets_of(event_id):
                ordinal = first + place
                is_live = self._segments is None or self._segments.is_live[ordinal]
                if is_live and part.id_of(place) == event_id:
                    return ordinal
            first += len(part.days)
        return None

    def ordinal_meant(self, reference: str) -> int | None:
        """The ordinal of the event that a reference means, or None.

        A reference is an id, a path or link that ends in an id (the longest such end counts), or
        one of the forms of ``ordinals_meant``, of which the last event counts.
        """
        for path in (reference, unquote(_AFTER_PATH.sub("", reference))):
            parts = path.replace("\\", "/").split("/")[-_DEEPEST:]
            tails = ("/" + "/".join(parts[start:]) for start in range(len(parts)))
            for tail in chain((path,), tails):
                if (ordinal := self.ordinal_of(tail)) is not None:
                    return ordinal
        return max(self.ordinals_meant(reference), default=None)

    def ordinals_meant(self, reference: str) -> list[int]:
        """The ordinals, ascending, of the events with this id, link, slug, title or identifier,
        whatever the letter case."""
        found: set[int] = set()
        for key in references.keys_asked(reference):
            first = 0
            for part in self._parts:
                for ordinal in (first + place for place in part.references.places(key)):
                    if ordinal not in found and self._is_named(ordinal, key):
                        found.add(ordinal)
                first += len(part.days)
        return sorted(found)

    def _is_named(self, ordinal: int, key: str) -> bool:
        is_live = self._segments is None or bool(self._segments.is_live[ordinal])
        return is_live and key in references.keys(self[ordinal])


class _Lines:
    """The events of one segment, by their offset in it."""

    def __init__(self, files: Files) -> None:
        self.days: NDArray[np.int32] = files.array("days.npy", "<i4", (None,), _DAYS).whole()
        if ((self.days != UNDATED) & (self.days < FIRST_DAY)).any():
            raise damaged(files.directory / "days.npy", "it has days that no calendar has")
        count = len(self.days)
        self._lines = files.open("events.jsonl")
        self._offsets = files.array("offsets.npy", "<u8", (count + 1,), starts(self._lines.size))
        self._hashes = files.array("id_hashes.npy", "<u8", (count,), Rule(ascending=True))
        self._ordinals = files.array("id_ordinals.npy", "<u4", (count,), below(count))
        self._digests = files.array("digests.npy", "<u8", (count,))
        self._source_numbers = files.array("source_numbers.npy", "<u4", (None,))
        self._source_starts = files.array(
            "source_starts.npy", "<u4", (count + 1,), starts(len(self._source_numbers))
        )
        self._files = files

    @cached_property
    def references(self) -> references.References:
        return references.References(self._files, len(self.days))

    def digests(self) -> NDArray[np.uint64]:
        return self._digests.whole()

    def __getitem__(self, place: int) -> Event:
        line = self.line(place)
        try:
            return Event.from_json(json.loads(line.decode()))
        except PARSE_ERRORS as error:
            raise unparsable(self._lines.path, error) from error

    def id_of(self, place: int) -> Any:
        """The id of an event, of which nothing else is read or checked."""
        with parse_guard(self._lines.path):
            return json.loads(self.line(place).decode())["id"]

    def line(self, place: int) -> bytes:
        begin, end = self._offsets.between(place, place + 2).tolist()
        return self._lines.read(begin, end)

    def by_source(self, places: NDArray[np.int64]) -> dict[str, int]:
        sources, numbers = self._sources
        starts = self._source_starts.whole()
        begins = starts[places].astype(np.int64)
        counts = starts[places + 1] - begins
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

    def offsets_of(self, event_id: str) -> list[int]:
        """The offsets of all events whose ids have the same hash."""
        hashed = np.uint64(hash_of(event_id))
        hashes = self._hashes.whole()
        first, last = np.searchsorted(hashes, hashed), np.searchsorted(hashes, hashed, "right")
        found: list[int] = self._ordinals.between(int(first), int(last)).tolist()
        return found


def _strings(plain: Any) -> list[str]:
    if not isinstance(plain, list) or not all(isinstance(each, str) for each in plain):
        raise ValueError("no list of texts")
    return plain
