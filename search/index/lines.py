"""Sorted lines of text, looked up without making a string of each.

A question looks up a handful of words in tables of many thousands. A binary search over the bytes
of a table answers it; only who asks for a good part of the lines pays for a table in memory.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Final, overload

import numpy as np

_NEWLINE: Final = 10
_SHARE: Final = 16  # once one look-up in so many lines was made, a table is built


def write(lines: Iterable[str], path: Path) -> None:
    """Write lines to a file. They must ascend, each once, and hold no line break."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


class Lines(Sequence[str]):
    """The lines of a file that ``write`` made, by number. Safe to share by threads."""

    def __init__(self, data: bytes) -> None:
        """
        Raises:
            ValueError: the bytes are not UTF-8, or do not end with a line break.
        """
        data.decode("utf-8")
        if data and data[-1] != _NEWLINE:
            raise ValueError("the last line has no end")
        self._data = data
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE)
        self._ends = ends.data  # a memoryview gives one number faster than an array
        self._look_ups = count()
        self._numbers: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        if isinstance(number, slice):
            return [self._line(at).decode() for at in range(*number.indices(len(self)))]
        return self._line(range(len(self))[number]).decode()

    def __iter__(self) -> Iterator[str]:
        return iter(self._data.decode().split("\n")[:-1])

    def __contains__(self, line: object) -> bool:
        return isinstance(line, str) and self.index_of(line) is not None

    def index_of(self, line: str) -> int | None:
        """The number of a line; None if there is none such."""
        if self._numbers is None:
            if next(self._look_ups) * _SHARE < len(self):
                wanted = line.encode("utf-8", "surrogatepass")
                at = self._first_from(wanted)
                return at if at < len(self) and self._line(at) == wanted else None
            self._numbers = dict(zip(self, range(len(self)), strict=True))
        return self._numbers.get(line)

    def beginning(self, start: str) -> range:
        """The numbers of the lines that begin so."""
        wanted = start.encode("utf-8", "surrogatepass")
        # No UTF-8 holds the byte FF: with it, the text comes behind all lines that begin so.
        return range(self._first_from(wanted), self._first_from(wanted + b"\xff"))

    def _line(self, number: int) -> bytes:
        return self._data[self._ends[number - 1] + 1 if number else 0 : self._ends[number]]

    def _first_from(self, wanted: bytes) -> int:
        """The number of the first line that is not below ``wanted``."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._line(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low


class LineMap(Mapping[str, str]):
    """A mapping kept as sorted lines of a key, a tab and a value; no key holds a tab."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._look_ups = count()
        self._values: dict[str, str] | None = None

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[str]:
        return (line.partition("\t")[0] for line in self._lines)

    def __getitem__(self, key: str) -> str:
        if self._values is None:
            if next(self._look_ups) * _SHARE < len(self):
                found = self._lines.beginning(f"{key}\t")
                if not found:
                    raise KeyError(key)
                return self._lines[found[0]].partition("\t")[2]
            parts = (line.partition("\t") for line in self._lines)
            self._values = {key: value for key, _, value in parts}
        return self._values[key]


def write_map(values: Mapping[str, str], path: Path) -> None:
    """Write a mapping as ``LineMap`` reads it: blanks in a value become spaces."""
    write(sorted(f"{key}\t{' '.join(value.split())}" for key, value in values.items()), path)
