"""iCalendar files (.ics, RFC 5545): each VEVENT is a record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from search.archive.formats import NumberedFields

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_LINE: Final = re.compile(r"([A-Za-z-]+)(?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?:(.*)")
_ESCAPE: Final = re.compile(r"\\([\\;,nN])")
_NAMES: Final = {
    "UID": "id", "DTSTART": "date", "SUMMARY": "title", "DESCRIPTION": "summary", "URL": "url",
    "CATEGORIES": "terms", "LOCATION": "location",
}  # fmt: skip


def calendar_records(data: bytes) -> Iterator[NumberedFields]:
    """The events of a calendar, numbered from 1.

    Raises:
        ValueError: not UTF-8.
    """
    fields: dict[str, Any] | None = None
    number = 0
    for line in _FOLD.sub("", data.decode("utf-8-sig")).splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        name, value = found[1].upper(), found[2]
        if name == "BEGIN" and value.strip().upper() == "VEVENT":
            fields = {}
        elif name == "END" and value.strip().upper() == "VEVENT" and fields is not None:
            number += 1
            yield number, fields
            fields = None
        elif fields is not None and name in _NAMES:
            plain = _ESCAPE.sub(lambda m: "\n" if m[1] in "nN" else m[1], value)
            fields.setdefault(_NAMES[name], plain.split(",") if name == "CATEGORIES" else plain)
