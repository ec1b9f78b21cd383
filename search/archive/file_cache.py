"""Remembers what the last run read from each file, so that the next reads only changed files.

One file: a line of JSON, then arrays and names. It is only a cache: if it is missing or damaged,
every file is read. The f files hold r records that gave an event:

    signatures int64 [f, 3]    size in bytes, mtime and ctime in ns
    counts     uint32 [f]      how many of the records are of the file
    digests    uint64 [r]      of the record's bytes: the same bytes are not parsed again
    hashes     uint64 [r]      of the id of its event (``digests.hash_of``)
    events     uint64 [r]      of the event (``digests.event_digest``)
    lines      uint32 [r]      of the record; 0 for a page
    names      the files' names below their archives, each ended by NUL

The record of a page is followed by one for each older version that its history names, with the hash
of that id and digests of 0 (``versions.replaced``).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.index.arrays import begins
from search.index.damage import PARSE_ERRORS
from search.index.files import plain_bytes

_FORMAT: Final = 3
# A file is "racily clean" (git's term) if it changed just before its signature was taken. It may
# change again within the same tick of the file system's clock, with the same signature.
# Clocks tick every few milliseconds, on some file systems every two seconds. Only ctime counts,
# because no program can set it back.
_MOMENT: Final = 50_000_000
_LONG_MOMENT: Final = 2_000_000_000
_LATEST: Final = 1 << 62  # ns: the year 2116
_LARGEST: Final = 1 << 31  # bytes: of some ten million files
NO_SIGNATURE: Final = (-1, 0, 0)  # the file does not exist, or must be read again

StatSignature = tuple[int, int, int]

# One record: digest, hash of the event's id, digest of the event, line (see above).
Seen = tuple[int, int, int, int]
RECORD: Final = np.dtype([("digest", "<u8"), ("hash", "<u8"), ("event", "<u8"), ("line", "<u4")])
Records = NDArray[np.void]  # [r] of RECORD


@dataclass(frozen=True, eq=False)
class FileCache:
    """``facts`` describe the archives as a whole, as JSON.

    ``taken`` is when reading began, in ns. A file is known by its number, its index in ``names``.
    ``signatures`` is int64 [f, 3]; the ``records`` of a file end at ``ends``, int64 [f]. ``skips``
    maps names of files to the lines (or None) that gave no event, with the reasons.
    """

    facts: Any
    taken: int
    names: list[str]
    signatures: NDArray[np.int64]
    ends: NDArray[np.int64]
    records: Records
    skips: dict[str, list[tuple[int | None, str]]] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileCache) and self.taken == other.taken and self._says_as(other)

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the records of each file begin: [f]."""
        return np.concatenate([[0], self.ends])[:-1]

    def numbers(self, names: Sequence[str]) -> NDArray[np.int64]:
        """The number of each of the names, -1 if there is none."""
        if names == self.names:
            return np.arange(len(names))
        numbers = dict(zip(self.names, range(len(self.names)), strict=True))
        return np.array([numbers.get(name, -1) for name in names], dtype=np.int64)

    def unchanged(
        self, numbers: NDArray[np.int64], signatures: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Whether files, which have these signatures now, are certainly unchanged."""
        if not self.names:
            return np.zeros(len(numbers), np.bool_)
        same = (self.signatures[numbers] == signatures).all(axis=1)
        return np.asarray(same & (numbers >= 0) & ~racily_clean(signatures, self.taken))

    def of(self, number: int) -> list[Seen]:
        """The records of a file."""
        found: list[Seen] = self.records[self.starts[number] : self.ends[number]].tolist()
        return found

    def says_no_more_than(self, earlier: "FileCache") -> bool:
        """Whether the earlier cache would save as much reading as this one."""
        return self._says_as(earlier) and not racily_clean(earlier.signatures, earlier.taken).any()

    def _says_as(self, other: "FileCache") -> bool:
        return (
            self.facts == other.facts
            and self.names == other.names
            and np.array_equal(self.signatures, other.signatures)
            and np.array_equal(self.ends, other.ends)
            and np.array_equal(self.records, other.records)
            and self.skips == other.skips
        )

    def after_writing(
        self, written: Mapping[int, tuple[StatSignature, int]], taken: int
    ) -> "FileCache":
        """The file cache after files of one record each were written with the same events.

        ``written`` maps file numbers to signatures and digests, both from before ``taken``.
        """
        signatures, records = self.signatures.copy(), self.records.copy()
        signatures[racily_clean(signatures, self.taken)] = NO_SIGNATURE  # never trusted
        for number, (signature, digest) in written.items():
            signatures[number] = signature
            records["digest"][self.starts[number]] = digest
        return replace(self, signatures=signatures, records=records, taken=taken)

    def to_bytes(self) -> bytes:
        counts = self.ends - self.starts
        names = "".join(f"{name}\0" for name in self.names)
        body = b"".join(
            [
                self.signatures.astype("<i8").tobytes(),
                counts.astype("<u4").tobytes(),
                *(self.records[name].tobytes() for name in RECORD.names or ()),
                names.encode("utf-8", "surrogateescape"),
            ]
        )
        head = {
            "format": _FORMAT,
            "facts": self.facts,
            "taken": self.taken,
            "files": len(self.names),
            "records": len(self.records),
            "skips": self.skips,
        }
        line = json.dumps(head, sort_keys=True).encode() + b"\n"
        return _digest(line + body) + line + body

    @classmethod
    def at(cls, path: Path) -> "FileCache | None":
        """The file cache in a file; None if there is none."""
        try:
            return cls.from_bytes(plain_bytes(path, _LARGEST))
        except OSError:
            return None

    @classmethod
    def from_bytes(cls, data: bytes) -> "FileCache | None":
        """The file cache of these bytes; None if they are not what ``to_bytes`` made."""
        digest, data = data[:65], data[65:]
        line, _, body = data.partition(b"\n")
        try:
            return cls._parsed(json.loads(line), BytesIO(body)) if digest == _digest(data) else None
        except PARSE_ERRORS:
            return None

    @classmethod
    def _parsed(cls, head: Any, body: BytesIO) -> "FileCache | None":
        if head["format"] != _FORMAT:
            return None

        def array(kind: str, length: int) -> NDArray[Any]:
            return np.frombuffer(body.read(np.dtype(kind).itemsize * length), kind, length)

        files, count, taken = head["files"], head["records"], head["taken"]
        if type(taken) is not int or not 0 <= taken < _LATEST:
            raise ValueError("no time")
        signatures = array("<i8", 3 * files).reshape(files, 3)
        ends = np.cumsum(array("<u4", files), dtype=np.int64)
        columns = {name: array(RECORD[name].str, count) for name in RECORD.names or ()}
        records = np.empty(count, RECORD)
        for name, column in columns.items():
            records[name] = column
        names = body.read().decode("utf-8", "surrogateescape").split("\0")[:-1]
        if len(names) != files or (ends[-1] if files else 0) != count:
            raise ValueError("records of no file")
        skips = {name: [(at, str(why)) for at, why in told] for name, told in head["skips"].items()}
        return cls(dict(head["facts"]), taken, names, signatures, ends, records, skips)


def racily_clean(signatures: NDArray[np.int64], taken: int) -> NDArray[np.bool_]:
    """Whether each file may have changed since, with the same signature: [f].

    ``signatures``, [f, 3], were taken at ``taken`` (ns) or later.
    """
    changed = signatures[:, 2]
    return changed >= taken - np.where(changed % 1_000_000, _MOMENT, _LONG_MOMENT)


def firsts(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The index of the first of each distinct value, ascending."""
    order = np.argsort(values, kind="stable")
    return np.sort(order[begins(values[order])])


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).hexdigest().encode() + b"\n"
