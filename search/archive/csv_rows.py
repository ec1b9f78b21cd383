"""Rows of CSV and other delimited text: a bad row, or a stray quotation mark, costs one line."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TextIO

from search.archive.lines import Complain, lines_of

_SEP: Final = re.compile(r'"?sep=([^"\r\n])"?[\r\n]*', re.IGNORECASE)
_MOST_ABOVE: Final = 10  # lines that are searched for the header
_DELIMITERS: Final = (",", ";", "\t", "|")


class Row(NamedTuple):
    """``line`` is the number, from 1, of the line on which the row begins."""

    line: int
    fields: list[str]


def rows(
    text: TextIO, complain: Complain, wanted: Callable[[list[str]], int], longest: int
) -> Iterator[Row]:
    """The rows of a table, the header first; blank lines are passed over.

    Lines end with LF, CR LF or CR. A field in quotation marks may hold delimiters, line ends and
    doubled quotation marks. A row has at most ``longest`` characters. If a row does not end before
    that, or takes several lines and does not end well, only its first line is lost.

    The delimiter is the one that gives the header the most columns that ``wanted`` counts, unless
    a first line such as ``sep=;``, which Excel writes, names it. Titles and comments above the
    header are passed over.
    """
    if csv.field_size_limit() < longest:  # it is one for the whole process, and low
        csv.field_size_limit(longest)
    lines = _Lines(text, complain, longest)
    _pass_over_preamble(lines, wanted)
    delimiter = ""
    width = 0
    while (first := lines.next()) is not None:
        number, line = first
        if not line.strip():
            continue
        if not delimiter and (found := _SEP.fullmatch(line)):
            delimiter = found[1]
            continue
        if not delimiter:
            headers = {each: _parsed(line, each) for each in _DELIMITERS}
            delimiter = max(headers, key=lambda each: (wanted(headers[each]), len(headers[each])))
        taken: list[tuple[int, str]] = []
        fields = _row(line, lines, taken, delimiter, longest)
        if fields is None or (taken and width and len(fields) != width):
            lines.put_back(taken)
            complain(number, "a quotation mark is opened and not closed in the same row")
            continue
        width = width or len(fields)
        yield Row(number, fields)


def _pass_over_preamble(lines: _Lines, wanted: Callable[[list[str]], int]) -> None:
    """Drop the lines above the first that has two columns that are ``wanted``, if it is near."""
    first = [line for _ in range(_MOST_ABOVE) if (line := lines.next()) is not None]
    headers = (
        at
        for at, (_, text) in enumerate(first)
        if max(wanted(_parsed(text, each)) for each in _DELIMITERS) > 1
    )
    has_sep = bool(first) and _SEP.fullmatch(first[0][1]) is not None
    lines.put_back(first[0 if has_sep else next(headers, 0) :])


def _row(
    first: str, lines: _Lines, taken: list[tuple[int, str]], delimiter: str, longest: int
) -> list[str] | None:
    """The fields of a row, for which more lines may be ``taken``; None if it does not end well."""

    def texts() -> Iterator[str]:
        yield first
        size = len(first)
        while size <= longest and (more := lines.next()) is not None:
            taken.append(more)
            size += len(more[1])
            yield more[1]

    try:
        return next(csv.reader(texts(), delimiter=delimiter, strict=True))
    except csv.Error:
        # In a row of one line, text may follow a closing quotation mark.
        return None if taken or first.count('"') % 2 else _parsed(first, delimiter)


def _parsed(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


class _Lines:
    """The lines of a text with their numbers; some may be put back."""

    def __init__(self, text: TextIO, complain: Complain, longest: int) -> None:
        self._back: deque[tuple[int, str]] = deque()
        self._numbered = lines_of(text, complain, longest)

    def next(self) -> tuple[int, str] | None:
        return self._back.popleft() if self._back else next(self._numbered, None)

    def put_back(self, lines: list[tuple[int, str]]) -> None:
        self._back.extendleft(reversed(lines))
