"""Which events have which canonical names, as arrays: what the context order counts.

names.txt             line n is the name of number n; names ascend
name_rows.npy         uint32 [events + 1]: where the names of an event begin in name_numbers
name_numbers.npy      uint32: the names of each event, ascending
name_columns.npy      uint32 [names + 1]: where the events of a name begin in name_events
name_events.npy       uint32: the events of each name, ascending
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.blocks import Files


def write(names_of: Sequence[Sequence[str]], directory: Path) -> None:
    """Write all files; ``names_of[n]`` are the canonical names of the event of ordinal n."""
    names = sorted({name for names in names_of for name in names})
    number_of = {name: number for number, name in enumerate(names)}
    rows = [sorted({number_of[name] for name in names}) for names in names_of]
    counts = np.array([len(row) for row in rows], dtype=np.int64)
    numbers = np.array([number for row in rows for number in row], dtype="<u4")
    events = np.repeat(np.arange(len(rows), dtype="<u4"), counts)
    order = np.argsort(numbers, kind="stable")
    (directory / "names.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    np.save(directory / "name_rows.npy", _starts(counts))
    np.save(directory / "name_numbers.npy", numbers)
    np.save(directory / "name_columns.npy", _starts(np.bincount(numbers, minlength=len(names))))
    np.save(directory / "name_events.npy", events[order])


def _starts(counts: NDArray[np.int64]) -> NDArray[np.uint32]:
    return np.concatenate(([0], np.cumsum(counts))).astype("<u4")


class NamePostings:
    """The names of one generation, opened for asking. Safe to share by threads."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._rows, self._numbers, self._columns, self._events = (
            files.array(f"name_{part}.npy", "<u4")
            for part in ("rows", "numbers", "columns", "events")
        )

    def __len__(self) -> int:
        """How many different names the archive has."""
        return len(self._columns) - 1

    def of(self, ordinal: int) -> NDArray[np.uint32]:
        """The numbers of the names of an event."""
        begin, end = self._rows.between(ordinal, ordinal + 2).tolist()
        return self._numbers.between(begin, end)

    def numbers(self, names: Sequence[str]) -> NDArray[np.uint32]:
        """The numbers of those of ``names`` that the archive has, ascending."""
        known = (self._number(name) for name in sorted(set(names)))
        return np.array([number for number in known if number is not None], dtype="<u4")

    def events(self, name: str) -> NDArray[np.int64]:
        """The events that have a canonical name, ascending."""
        number = self._number(name)
        if number is None:
            return np.zeros(0, dtype=np.int64)
        return self._column(number).astype(np.int64)

    def _number(self, name: str) -> int | None:
        names = self._all
        number = bisect_left(names, name)
        return number if number < len(names) and names[number] == name else None

    def names(self, numbers: NDArray[np.uint32]) -> list[str]:
        """The names of these numbers."""
        return [self._all[number] for number in numbers]

    def shared(self, numbers: NDArray[np.uint32]) -> NDArray[np.intp]:
        """For every event, by ordinal, how many of these names it has."""
        parts = [self._column(number) for number in numbers.tolist()]
        events = np.concatenate(parts) if parts else np.zeros(0, dtype="<u4")
        return np.bincount(events, minlength=len(self._rows) - 1)

    def _column(self, number: int) -> NDArray[np.uint32]:
        begin, end = self._columns.between(number, number + 2).tolist()
        return self._events.between(begin, end)

    @cached_property
    def _all(self) -> list[str]:
        return self._files.text("names.txt").split("\n")[:-1]
