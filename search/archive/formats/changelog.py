"""Changelogs (keepachangelog.com and the like): each version with a date is a record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final

_HEADING: Final = re.compile(
    r"(?:(?:#{1,4}|\*(?=[^*\n]*\d\.\d))[ \t]+(?P<marked>[^\n]+)"
    r"|(?P<line>[^\s#=\-*][^\n]{0,200})\n([=\-~^+*#\"'`.:_])\3{2,}[ \t]*(?=\n|$))[ \t]*(?:\n|$)"
)
_VERSION: Final = re.compile(
    r"\[?(?:(?:Noteworthy changes in |[A-Z]\w{0,40} )?(?:[Vv]ersion|[Rr]elease) "
    r"|[A-Za-z][\w.]{0,40}[ -])?[vV]?"
    r"(\d+(?:\.\w+)+(?:[-+.]\w+)*|\d+)\]?"
)
_DAY: Final = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}(?:st|nd|rd|th)? [A-Za-z]{3,9}\.?,? \d{4}"
    r"|[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
)

Record = tuple[int | None, Mapping[str, Any]]


def changelog_records(text: str, file_id: str, *, undated: bool = False) -> list[Record]:
    """The versions of a changelog, each with the line of its heading; none if it has no such.

    A version is a heading with a version number and a date. Its text goes on until the next
    heading with a version. ``file_id`` begins the ids: ``/CHANGELOG.md#1.2.0``. ``undated``:
    versions without a date are records too.
    """
    found = list(_versions(text))
    records: list[Record] = []
    line, counted = 1, 0
    project = _project(text)
    for (start, end, version, day), after in zip_longest(found, found[1:]):
        body = text[end : after[0] if after else len(text)].strip()
        line, counted = line + text.count("\n", counted, start), start
        if day or undated:
            fields = {
                "id": f"{file_id}#{version}",
                "date": day,
                "title": f"{project}{version}",
                "summary": body,
            }
            records.append((line, fields))
    return records


def _versions(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, version and date ("" if none) of each heading with a version number."""
    at = 0
    while at < len(text):
        heading = _HEADING.match(text, at)
        words = heading and (heading["marked"] or heading["line"]).strip()
        if heading and words:
            version = _VERSION.match(words)
            day = _DAY.search(words, version.end()) if version else None
            if version and (day or words.startswith("[") or words == version[0]):
                yield at, heading.end(), version[1], day[0] if day else ""
            at = heading.end()
        else:
            end = text.find("\n", at)
            at = len(text) if end < 0 else end + 1


def _project(text: str) -> str:
    """What precedes versions in titles: the name in the first heading, unless it says Changelog."""
    first = _HEADING.match(text.lstrip())
    words = (first["marked"] or first["line"]).strip() if first else ""
    is_name = words and not re.search(r"change|history|release|news|version|\d", words.casefold())
    return f"{words} " if is_name and len(words) <= 40 else "Version "
