"""BibTeX files (.bib): each entry is a record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from search.archive.formats import NumberedFields
from search.text.months import month_of

_ENTRY: Final = re.compile(r"@([A-Za-z]++)\s*+[{(]\s*+([^\s,{}()=\"]++)\s*+,")
_NAME: Final = re.compile(r"[\s,]*+([A-Za-z][\w-]*+)\s*+=")
_BLANKS: Final = re.compile(r"\s*+")
_BARE: Final = re.compile(r"[^\s,{}\"#]*+")
_MARK: Final = re.compile(r'[{}"]')
_MARKUP: Final = re.compile(r"[{}]|\\(?=[&%$#_])")
_JOINED: Final = re.compile(r"\s*+#")


def bibtex_records(data: bytes) -> Iterator[NumberedFields]:
    """The entries with the lines they begin on. The id is the key of an entry, the date its
    ``date``, or its year, month and day."""
    text = data.decode("utf-8", "replace")
    line, counted, at = 1, 0, 0
    while found := _ENTRY.search(text, at):
        line, counted = line + text.count("\n", counted, found.start()), found.start()
        fields = {"id": found[2], "type": found[1].casefold()}
        at = found.end()
        while name := _NAME.match(text, at):
            value, at = _value(text, name.end())
            fields.setdefault(name[1].casefold(), _MARKUP.sub("", " ".join(value.split())))
        if "date" not in fields and "year" in fields:
            month = fields.pop("month", "")
            number = str(month_of(month[:3]) or month)
            parts = (fields.pop("year"), number, fields.pop("day", ""))
            fields["date"] = "-".join(part for part in parts if part)
        yield line, fields


def _value(text: str, at: int) -> tuple[str, int]:
    """A value in braces, in quotation marks or bare, or several joined by "#"; and its end."""
    value = ""
    while True:
        at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]
        opening = text[at : at + 1]
        if opening and opening in '{"':
            end = _end(text, at, opening)
            value, at = value + text[at + 1 : end], end + 1
        else:
            bare = _BARE.match(text, at)
            assert bare is not None  # it matches the empty text
            value, at = value + bare[0], bare.end()
        joined = _JOINED.match(text, at)
        if joined is None:
            return value, at
        at = joined.end()


def _end(text: str, at: int, opening: str) -> int:
    """Where a value ends that is opened there; the end of the text if it is never closed."""
    depth = 0
    for mark in _MARK.finditer(text, at):
        depth += (mark[0] == "{") - (mark[0] == "}")
        if not depth and mark.start() > at and (mark[0] == '"') == (opening == '"'):
            return mark.start()
    return len(text)
