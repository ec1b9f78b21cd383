"""Reads rows of CSV and similar tables: a bad row, or a line with a stray quotation mark, is
skipped.

The module ``csv`` of Python is not used: it keeps its limit of a field for the whole process, and
gives no way back to the line on which a quotation mark was opened and never closed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, Protocol

from search.archive.page.blocks import BOM

_CHUNK: Final = 1 << 16
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_QUOTED: Final = re.compile(r'([^"]*+(?:""[^"]*+)*+)("?)')
_SEP: Final = re.compile(r'"?sep=([^"\r\n])"?[\r\n]*', re.IGNORECASE)
_DELIMITERS: Final = (",", ";", "\t", "|")

Complain = Callable[[int | None, str], None]


class Row(NamedTuple):
    """``line`` is the number, from 1, of the line on which the row begins."""

    line: int
    fields: list[str]


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def delimiter_of(header: str, wanted: Callable[[list[str]], int]) -> str:
    """The delimiter by which a header has the most columns that are wanted; a comma if none has."""
    return max(_DELIMITERS, key=lambda each: wanted(fields_of(header, each)))


def fields_of(line: str, delimiter: str) -> list[str]:
    """The fields of a line by itself."""
    row = _OpenRow(delimiter)
    row.add(line)
    return row.fields


def rows(
    file: Readable, complain: Complain, wanted: Callable[[list[str]], int], longest: int
) -> Iterator[Row]:
    """The rows of a table in UTF-8, the header first; empty lines are passed over.

    Lines end with LF, CR LF or CR. A field in quotation marks may hold delimiters, line ends and
    doubled quotation marks. A row takes at most ``longest`` bytes. If it does not end before, or
    if it takes several lines and does not end well, only its first line is lost.

    A first line ``sep=;``, as Excel writes it, names the delimiter. ``wanted`` says how many
    columns of a header are of use.
    """
    lines = _Lines(file, complain, longest)
    delimiter = ","
    said = ""
    width = 0
    while (first := lines.next()) is not None:
        number, text = first
        if not text.strip():
            continue
        if not width and (found := _SEP.fullmatch(text)) and not said:
            said = found[1]
            continue
        if not width:
            delimiter = said or delimiter_of(text, wanted)
        row = _OpenRow(delimiter)
        row.add(text)
        taken: list[tuple[int, str]] = []
        size = len(text)
        while row.is_open and size <= longest and (more := lines.next()) is not None:
            taken.append(more)
            size += len(more[1])
            row.add(more[1])
        ends_badly = taken and (row.has_text_behind or (width and len(row.fields) != width))
        if row.is_open or ends_badly:
            lines.put_back(taken)
            complain(number, "a quotation mark is opened and not closed in the same row")
            continue
        width = width or len(row.fields)
        yield Row(number, row.fields)


class _OpenRow:
    """A row while its lines are added."""

    def __init__(self, delimiter: str) -> None:
        self.fields: list[str] = []
        self.is_open = False  # whether a quoted field goes on in the next line
        self.has_text_behind = False  # whether text follows a closing mark
        self._delimiter = delimiter
        self._pieces: list[str] = []  # of the quoted field

    def add(self, text: str) -> None:
        """A line with its line end."""
        content = text.rstrip("\r\n")
        at = 0
        while True:
            if self.is_open or content.startswith('"', at):
                found = _QUOTED.match(text, at if self.is_open else at + 1)
                assert found is not None  # it matches the empty text
                self._pieces.append(found[1])
                self.is_open = not found[2]
                if self.is_open:
                    return
                value = "".join(self._pieces).replace('""', '"')
                self._pieces = []
                at = found.end()
            else:
                value = ""
            end = content.find(self._delimiter, at)
            behind = content[at:] if end < 0 else content[at:end]
            self.has_text_behind |= bool(value and behind.strip())
            self.fields.append(value + behind)
            if end < 0:
                return
            at = end + 1


class _Lines:
    """The lines of a file with their numbers; some may be put back."""

    def __init__(self, file: Readable, complain: Complain, longest: int) -> None:
        self._back: deque[tuple[int, str]] = deque()
        self._numbered = (
            (number, raw.decode("utf-8", "surrogateescape"))
            for number, raw in lines_of(file, complain, longest)
        )

    def next(self) -> tuple[int, str] | None:
        return self._back.popleft() if self._back else next(self._numbered, None)

    def put_back(self, lines: list[tuple[int, str]]) -> None:
        self._back.extendleft(reversed(lines))


def lines_of(file: Readable, complain: Complain, longest: int) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers and their ends; one that is longer than allowed is left out."""
    for number, raw in enumerate(_split(file, longest), 1):
        if len(raw) > longest:
            complain(number, f"a line longer than {longest >> 20} MiB")
        else:
            yield number, raw.removeprefix(BOM) if number == 1 else raw


def _split(file: Readable, longest: int) -> Iterator[bytes]:
    """The lines of a file; of one that is longer than allowed only its beginning."""
    line = bytearray()
    rest = b""
    while chunk := file.read(_CHUNK):
        data = rest + chunk
        rest = b""
        if data.endswith(b"\r"):  # the line feed may follow
            data, rest = data[:-1], b"\r"
        at = 0
        for end in _LINE_END.finditer(data):
            line += data[at : end.end()]
            yield bytes(line)
            line.clear()
            at = end.end()
        if len(line) <= longest:
            line += data[at:]
    line += rest
    if line:
        yield bytes(line)
