"""Sorted lines of text, searched as bytes.

A query looks up a few words among many thousands. Binary search over the bytes of the file is fast
enough for that. After many look-ups a dict is built, which is faster.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

_NEWLINE: Final = 10
_SHARE: Final = 32  # a dict is built after one look-up for every 32 lines
_FEW: Final = 16  # look-ups that count line breaks; after that the ends of all lines are stored


def write(lines: Iterable[str], path: Path) -> None:
    """Write lines to a file. They must ascend, each once, and hold no line break."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


class Lines(Sequence[str]):
    """The lines of a file that ``write`` made, by number. Safe to share by threads.

    A line that is not UTF-8, which no build writes, is read with replacement characters.
    """

    def __init__(self, data: bytes) -> None:
        """
        Raises:
            ValueError: the bytes do not end with a line break.
        """
        if data and data[-1] != _NEWLINE:
            raise ValueError("the last line has no end")
        self._data = data
        self._look_ups = count()
        self._numbers: dict[str, int] | None = None

    @cached_property
    def _breaks(self) -> NDArray[np.bool_]:
        """Which bytes are line breaks: [bytes]."""
        return np.asarray(np.frombuffer(self._data, np.uint8) == _NEWLINE)

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        """Where each line ends: [lines]."""
        return np.flatnonzero(self._breaks)

    @cached_property
    def _count(self) -> int:
        return int(np.count_nonzero(self._breaks))

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        if isinstance(number, slice):
            return [self._line(at) for at in range(*number.indices(len(self)))]
        return self._line(range(len(self))[number])

    def __iter__(self) -> Iterator[str]:
        return iter(self._data.decode(errors="replace").split("\n")[:-1])

    def __contains__(self, line: object) -> bool:
        if not isinstance(line, str):
            return False
        if self._is_looked_up_often():
            return line in self._table
        wanted = _bytes_of(line)
        return self._is_at(self._first_from(wanted), wanted)

    def index_of(self, line: str) -> int | None:
        """The number of a line; None if it is not there."""
        if self._is_looked_up_often():
            return self._table.get(line)
        wanted = _bytes_of(line)
        at = self._first_from(wanted)
        return self._number_at(at) if self._is_at(at, wanted) else None

    def beginning(self, start: str) -> range:
        """The numbers of the lines with this prefix."""
        wanted = _bytes_of(start)
        # No UTF-8 text has the byte FF, so the prefix followed by it sorts after all lines with
        # the prefix.
        first, end = self._first_from(wanted), self._first_from(wanted + b"\xff")
        return range(self._number_at(first), self._number_at(end))

    def first_beginning(self, start: str) -> str | None:
        """The first line with this prefix; None if there is none."""
        wanted = _bytes_of(start)
        at = self._first_from(wanted)
        if not self._data.startswith(wanted, at) or at == len(self._data):
            return None
        return self._data[at : self._data.index(b"\n", at)].decode(errors="replace")

    def _is_looked_up_often(self) -> bool:
        return self._numbers is not None or next(self._look_ups) * _SHARE > len(self)

    @property
    def _table(self) -> dict[str, int]:
        if self._numbers is None:
            self._numbers = dict(zip(self, range(len(self)), strict=True))
        return self._numbers

    def _line(self, number: int) -> str:
        begin = int(self._ends[number - 1]) + 1 if number else 0
        return self._data[begin : int(self._ends[number])].decode(errors="replace")

    def _number_at(self, at: int) -> int:
        """The number of the line that begins at a byte."""
        if "_ends" not in vars(self) and next(self._look_ups) < _FEW:
            return int(np.count_nonzero(self._breaks[:at]))
        return int(np.searchsorted(self._ends, at))

    def _is_at(self, at: int, line: bytes) -> bool:
        return self._data.startswith(line + b"\n", at)

    def _first_from(self, wanted: bytes) -> int:
        """The offset of the first line that is not below ``wanted``; the end if all are."""
        low, high = 0, len(self._data)
        while low < high:
            middle = (low + high) // 2
            begin = self._data.rfind(b"\n", low, middle) + 1 or low
            end = self._data.index(b"\n", middle)
            if self._data[begin:end] < wanted:
                low = end + 1
            else:
                high = begin
        return low


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class LineMap(Mapping[str, str]):
    """A mapping stored as sorted lines of key, tab and value; no key has a tab."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._look_ups = count()
        self._values: dict[str, str] | None = None

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[str]:
        # Each key is then found, even if somebody forged lines that are not sorted.
        return iter(self._table)

    def __getitem__(self, key: str) -> str:
        if self._values is None and next(self._look_ups) * _SHARE < len(self):
            found = self._lines.first_beginning(f"{key}\t")
            if found is None:
                raise KeyError(key)
            return found.partition("\t")[2]
        return self._table[key]

    @property
    def _table(self) -> dict[str, str]:
        if self._values is None:
            parts = (line.partition("\t") for line in self._lines)
            self._values = {key: value for key, _, value in parts}
        return self._values


def write_map(values: Mapping[str, str], path: Path) -> None:
    """Write a mapping as ``LineMap`` reads it: blanks in a value become spaces."""
    write(sorted(f"{key}\t{' '.join(value.split())}" for key, value in values.items()), path)
