"""What the last run read of each file, so that the next one reads only what changed.

One file: a line of JSON, then arrays and names as they are in memory. It is a hint: without it, or
if it is damaged, everything is read. f files hold r records that gave an event:

    stamps     int64 [f, 3]    size in bytes, times of change of content and of attributes in ns
    counts     uint32 [f]      how many of the records are of the file
    digests    uint64 [r]      of the record's bytes: such bytes need not be looked into again
    hashes     uint64 [r]      of the id of its event (``event_file.hash_of``)
    events     uint64 [r]      of the event (``event_file.event_digest``)
    lines      uint32 [r]      of the record; 0 for a page
    names      the files' names below their archives, ended by NUL
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.blocks import UNBELIEVABLE, plain_bytes

_FORMAT: Final = 1
# A file that changed in the last moment before it was looked at may change once more without
# another time: the system's clock for files ticks every few milliseconds, that of some file systems
# every two seconds. Nobody can set the time of change of attributes back, so it alone tells.
_MOMENT: Final = 50_000_000
_LONG_MOMENT: Final = 2_000_000_000
_LARGEST: Final = 1 << 31  # bytes: of some ten million files

Stamp = tuple[int, int, int]


# One record: its digest, the hash of the event's id, the digest of the event, the line (see above).
Seen = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Ledger:
    """``facts`` are what the reader wrote down of its archives as a whole, as JSON.

    ``taken`` is when reading began, in ns. ``skips`` are the lines (or None) and reasons of what
    gave no event, by the path of the file.
    """

    facts: Any
    taken: int
    stamps: dict[str, Stamp]
    starts: dict[str, tuple[int, int]]
    records: Sequence[Seen]
    skips: dict[str, list[tuple[int | None, str]]] = field(default_factory=dict)

    def is_unchanged(self, name: str, stamp: Stamp) -> bool:
        """Whether a file surely is what it was when it was read."""
        return self.stamps.get(name) == stamp and self._is_settled(stamp)

    def _is_settled(self, stamp: Stamp) -> bool:
        changed = stamp[2]
        return changed < self.taken - (_MOMENT if changed % 1_000_000 else _LONG_MOMENT)

    def of(self, name: str) -> Sequence[Seen]:
        """The records of a file."""
        first, last = self.starts[name]
        return self.records[first:last]

    def says_no_more_than(self, earlier: "Ledger") -> bool:
        """Whether the earlier one, kept in its place, would save as much reading."""
        return (
            self.facts == earlier.facts
            and self.stamps == earlier.stamps
            and self.records == earlier.records
            and self.skips == earlier.skips
            and all(map(earlier._is_settled, earlier.stamps.values()))
        )

    def after_writing(self, written: Mapping[str, tuple[Stamp, int]], taken: int) -> "Ledger":
        """The ledger once files of one record each were written, whose events stayed as they were.

        ``written`` has their stamps and the digests of their bytes, looked at before ``taken``.
        """
        stamps, records = dict(self.stamps), list(self.records)
        for name, stamp in self.stamps.items():
            if not self._is_settled(stamp):
                stamps[name] = (-1, 0, 0)  # no later time makes this one tell more
        for name, (stamp, digest) in written.items():
            first = self.starts[name][0]
            stamps[name] = stamp
            records[first] = (digest, *records[first][1:])
        return replace(self, stamps=stamps, records=records, taken=taken)

    def to_bytes(self) -> bytes:
        counts = [last - first for first, last in self.starts.values()]
        columns = list(zip(*self.records, strict=True)) or [(), (), (), ()]
        names = "".join(f"{name}\0" for name in self.stamps)
        body = b"".join(
            [
                np.array(list(self.stamps.values()), dtype="<i8").tobytes(),
                np.array(counts, dtype="<u4").tobytes(),
                *(np.array(column, dtype="<u8").tobytes() for column in columns[:3]),
                np.array(columns[3], dtype="<u4").tobytes(),
                names.encode("utf-8", "surrogateescape"),
            ]
        )
        head = {
            "format": _FORMAT,
            "facts": self.facts,
            "taken": self.taken,
            "files": len(self.stamps),
            "records": len(self.records),
            "skips": self.skips,
        }
        line = json.dumps(head, sort_keys=True).encode() + b"\n"
        return _digest(line + body) + line + body

    @classmethod
    def at(cls, path: Path) -> "Ledger | None":
        """The ledger that a file holds, if there is one."""
        try:
            return cls.from_bytes(plain_bytes(path, _LARGEST))
        except OSError:
            return None

    @classmethod
    def from_bytes(cls, data: bytes) -> "Ledger | None":
        """The ledger of these bytes; None if they are not what ``to_bytes`` made."""
        digest, data = data[:65], data[65:]
        if digest != _digest(data):
            return None
        try:
            return cls._told(data)
        except UNBELIEVABLE:
            return None

    @classmethod
    def _told(cls, data: bytes) -> "Ledger | None":
        line, _, body = data.partition(b"\n")
        head = json.loads(line)
        if head["format"] != _FORMAT:
            return None
        rest = _Columns(body)
        files, count = head["files"], head["records"]
        stamps = rest.take("<i8", 3 * files).reshape(files, 3).tolist()
        ends = np.cumsum(rest.take("<u4", files), dtype=np.int64).tolist()
        columns = [rest.take("<u8", count).tolist() for _ in range(3)]
        lines = rest.take("<u4", count).tolist()
        names = rest.left().decode("utf-8", "surrogateescape").split("\0")[:-1]
        if (ends[-1] if ends else 0) != count:
            raise ValueError("records of no file")
        return cls(
            dict(head["facts"]),
            int(head["taken"]),
            dict(zip(names, map(tuple, stamps), strict=True)),
            dict(zip(names, zip([0, *ends], ends, strict=False), strict=True)),
            list(zip(*columns, lines, strict=True)),
            {name: [(at, str(why)) for at, why in skips] for name, skips in head["skips"].items()},
        )


class _Columns:
    """Arrays one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, dtype: str, count: int) -> NDArray[Any]:
        found: NDArray[Any] = np.frombuffer(self._data, dtype, count=count, offset=self._at)
        self._at += found.nbytes
        return found

    def left(self) -> bytes:
        return self._data[self._at :]


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).hexdigest().encode() + b"\n"
