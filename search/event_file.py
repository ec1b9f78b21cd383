"""The events of a generation on disk: one JSON line each, found by ordinal or by id.

events.jsonl       line n is the event of ordinal n; ordinals ascend by date, then id
offsets.npy        uint64 [n + 1]: where the lines begin, and the end of the last
days.npy           int32 [n]: the date as a number of days since 1970-01-01
id_hashes.npy      uint64 [n], ascending: hashes of the ids
id_ordinals.npy    uint32 [n]: whose hash that is
"""

import datetime
import json
import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from search.blocks import Files
from search.events import Event, day_number

_EPOCH: Final = datetime.date(1970, 1, 1)
_DEEPEST: Final = 100  # directories of a path that are looked at
_AFTER_PATH: Final = re.compile(r"[?#].*", re.DOTALL)


def date_of(day: int) -> datetime.date:
    """The date so many days after 1970-01-01."""
    return _EPOCH + datetime.timedelta(days=int(day))


def write(events: Sequence[Event], directory: Path) -> None:
    """Write all files for events that stand in the order of their ordinals."""
    offsets = np.zeros(len(events) + 1, dtype="<u8")
    with (directory / "events.jsonl").open("wb") as file:
        for ordinal, line in enumerate(lines(events)):
            file.write(line)
            offsets[ordinal + 1] = file.tell()
    np.save(directory / "offsets.npy", offsets)
    np.save(directory / "days.npy", np.array([day_number(e.date) for e in events], dtype="<i4"))
    hashes = np.array([_hash(event.id) for event in events], dtype="<u8")
    order = np.argsort(hashes, kind="stable")
    np.save(directory / "id_hashes.npy", hashes[order])
    np.save(directory / "id_ordinals.npy", order.astype("<u4"))


def lines(events: Iterable[Event]) -> Iterable[bytes]:
    """The lines of events.jsonl."""
    for event in events:
        yield (
            json.dumps(event.to_json(), ensure_ascii=False).encode("utf-8", "backslashreplace")
            + b"\n"
        )


def digest(events: Iterable[Event]) -> str:
    """A digest of all that the index is made of: equal digests, equal events."""
    hashed = blake2b(digest_size=32)
    for line in lines(events):
        hashed.update(line)
    return hashed.hexdigest()


class EventFile:
    """The events of one generation, read on demand. Safe to share by threads."""

    def __init__(self, files: Files) -> None:
        self._offsets = files.array("offsets.npy", "<u8")
        self.days: NDArray[np.int32] = files.array("days.npy", "<i4").whole()
        self._hashes = files.array("id_hashes.npy", "<u8")
        self._ordinals = files.array("id_ordinals.npy", "<u4")
        self._lines = files.open("events.jsonl")

    def __len__(self) -> int:
        return len(self.days)

    def __getitem__(self, ordinal: int) -> Event:
        begin, end = self._offsets.between(ordinal, ordinal + 2).tolist()
        return Event.from_json(json.loads(self._lines.read(begin, end)))

    def ordinal_of(self, event_id: str) -> int | None:
        """The ordinal of the event of that id, if there is one."""
        hashed = np.uint64(_hash(event_id))
        hashes = self._hashes.whole()
        at = int(np.searchsorted(hashes, hashed))
        while at < len(hashes) and hashes[at] == hashed:
            ordinal = int(self._ordinals.between(at, at + 1)[0])
            if self[ordinal].id == event_id:
                return ordinal
            at += 1
        return None

    def id_meant(self, reference: str) -> str | None:
        """The id that a reference is or, as a path or link, has as its longest end, if any."""
        for path in (reference, unquote(_AFTER_PATH.sub("", reference))):
            if self.ordinal_of(path) is not None:
                return path
            parts = path.replace("\\", "/").split("/")[-_DEEPEST:]
            for start in range(len(parts)):
                tail = "/" + "/".join(parts[start:])
                if self.ordinal_of(tail) is not None:
                    return tail
        return None


def _hash(event_id: str) -> int:
    digest = blake2b(event_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
