"""The lines of a file with their numbers, whatever ends them, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Final, TextIO

_CHUNK: Final = 1 << 16

Complain = Callable[[int | None, str], None]


def lines_of(text: TextIO, complain: Complain, longest: int) -> Iterator[tuple[int, str]]:
    """The lines of a text that was opened with ``newline=""``, with their numbers, from 1, and
    their ends: LF, CR LF or CR.

    ``complain`` is called for a line of more than ``longest`` characters, which is left out.
    """
    for number in count(1):
        line = text.readline(longest + 1)
        if not line:
            return
        if len(line) <= longest:
            yield number, line
            continue
        complain(number, f"a line longer than {longest >> 20} MiB")
        while line and line[-1] not in "\r\n":
            line = text.readline(_CHUNK)
