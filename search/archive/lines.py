"""The lines of a file with their numbers, whatever ends them, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TextIO

_CHUNK: Final = 1 << 16

Complain = Callable[[int | None, str], None]


def lines_of(text: TextIO, complain: Complain, longest: int) -> Iterator[tuple[int, str]]:
    """The lines of a text that was opened with ``newline=""``, with their numbers, from 1, and
    their ends: LF, CR LF or CR.

    ``complain`` is called for a line of more than ``longest`` characters, which is left out.
    """
    number, end = 0, ""
    while line := text.readline(longest + 1):
        if end == "\r" and line == "\n":  # a piece of a long line ended inside of this CR LF
            end = ""
            continue
        number, end = number + 1, ""
        if len(line) <= longest:
            yield number, line
            continue
        complain(number, f"a line longer than {longest >> 20} MiB")
        while line and line[-1] not in "\r\n":
            line = text.readline(_CHUNK)
        end = line[-1:]
