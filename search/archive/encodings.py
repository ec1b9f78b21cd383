"""Tables that are not UTF-8: UTF-16 by its byte order mark, and Windows-1252 as a whole."""

from __future__ import annotations

import codecs
import io
from typing import IO, Final

from search.archive.lines import Complain, Readable

_CHUNK: Final = 1 << 20
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def as_utf8(file: IO[bytes], complain: Complain) -> Readable:
    """A file that can be read twice, as UTF-8.

    A file that has letters beyond ASCII, none of them in UTF-8, is read as Windows-1252, which
    includes Latin-1, and ``complain`` is called. A file with both is UTF-8 with damage, and stays
    as it is.
    """
    start = file.read(2)
    file.seek(0)
    if start in _UTF_16:
        return _Recoded(file, "utf-16")
    is_latin = _is_latin(file)
    file.seek(0)
    if not is_latin:
        return file
    complain(None, "not UTF-8; all of it is read as Windows-1252: convert it if letters are wrong")
    return _Recoded(file, "cp1252")


class _Recoded:
    """A file in another encoding, read as UTF-8."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._text = io.TextIOWrapper(file, encoding, errors="replace", newline="")

    def read(self, size: int, /) -> bytes:
        return self._text.read(size).encode("utf-8", "replace")


def _is_latin(file: IO[bytes]) -> bool:
    """Whether a file has bytes beyond ASCII, and no letter beyond ASCII in UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    is_wrong = False
    while chunk := file.read(_CHUNK):
        if chunk.isascii() and not decoder.getstate()[0]:
            continue
        for character in set(decoder.decode(chunk)):
            if "\udc80" <= character <= "\udcff":
                is_wrong = True
            elif character > "\x7f" and character != "\ufeff":
                return False
    return is_wrong
