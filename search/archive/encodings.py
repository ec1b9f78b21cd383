"""Finds the encoding of tables that are not UTF-8."""

from __future__ import annotations

import codecs
import io
import re
from typing import IO, Final, TextIO

from search.archive.lines import Complain

_CHUNK: Final = 1 << 20
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LATIN: Final = "cp1252"
# Of languages that have few letters of ASCII, or none.
_OTHERS: Final = (
    "cp1251", "cp866", "cp1253", "cp1255", "cp1256", "cp874", "cp932", "euc_jp", "gb18030", "big5",
    "cp949",
)  # fmt: skip
_ESCAPED: Final = re.compile(r"[\udc80-\udcff]")
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f\ufeff]")
_SAMPLE: Final = 64 << 10  # bytes by which such an encoding is recognised
_MOST_ACCENTED: Final = 0.25  # of the letters in a language with the Latin alphabet


def as_text(file: IO[bytes], complain: Complain) -> TextIO:
    """The text of a file that can be read twice; its line ends stay.

    A file whose letters beyond ASCII are mostly not in UTF-8 is read as Windows-1252, which
    includes Latin-1, or in the encoding of another alphabet; ``complain`` is called with its name.
    Another file is UTF-8, maybe with damage, which becomes lone surrogates.
    """
    encoding = "utf-16" if file.read(2) in _UTF_16 else ""
    file.seek(0)
    if not encoding and _is_mostly_not_utf8(file):
        file.seek(0)
        sample = file.read(_SAMPLE)
        encoding = _encoding_of(sample[: sample.rfind(b"\n")] or sample)
        complain(
            None,
            f"not UTF-8; all of it is read as {encoding.replace('cp125', 'Windows-125')}: convert "
            "it to UTF-8 if letters are wrong",
        )
    file.seek(0)
    if encoding:
        return io.TextIOWrapper(file, encoding, errors="replace", newline="")
    return io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="")


def _encoding_of(data: bytes) -> str:
    high = sum(byte > 0x7F for byte in data)
    if high < _MOST_ACCENTED * sum(byte > 0x7F or chr(byte).isalpha() for byte in data):
        return _LATIN
    from charset_normalizer import from_bytes  # noqa: PLC0415 – few tables need it

    found = from_bytes(data, cp_isolation=list(_OTHERS)).best()
    return found.encoding if found else _LATIN


def _is_mostly_not_utf8(file: IO[bytes]) -> bool:
    """Whether a file has more bytes that are not UTF-8 than characters beyond ASCII that are."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    wrong = right = 0
    while chunk := file.read(_CHUNK):
        if chunk.isascii() and not decoder.getstate()[0]:
            continue
        text = decoder.decode(chunk)
        escaped = len(text) - len(_ESCAPED.sub("", text))
        wrong += escaped
        right += len(text) - len(_BEYOND_ASCII.sub("", text)) - escaped
    return wrong > right
