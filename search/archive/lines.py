"""The lines of a file with their numbers, whatever ends them, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from search.archive.page.blocks import BOM

_CHUNK: Final = 1 << 16
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")

Complain = Callable[[int | None, str], None]


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def lines_of(file: Readable, complain: Complain, longest: int) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers, from 1, and their ends: LF, CR LF or CR.

    ``complain`` is called for a line of more than ``longest`` bytes, which is left out.
    """
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
