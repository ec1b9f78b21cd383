"""Logs of changes as programs write them: Debian changelogs, GNU ChangeLogs, and `git log`.

Each entry is a record. Its title is that of the release, or the first line of its text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

Record = tuple[int | None, Mapping[str, Any]]

_DEBIAN: Final = re.compile(r"^([a-z0-9][a-z0-9+.-]++) \(([^()\s]{1,100}+)\)[^;]*+;")
_SIGNED: Final = re.compile(r"^ -- ([^<]*+)<[^>]*+>  (.{10,60})")
_GNU: Final = re.compile(r"^(\d{4}-\d\d-\d\d)[ \t]++([^\s<][^<]{0,100}+)<[^>]*+>")
_GIT: Final = re.compile(r"^commit ([0-9a-f]{7,64}+)\b")
_GIT_FIELD: Final = re.compile(r"^(Author|Date|AuthorDate): ++(\S.*+)")
_HEADS: Final = (_DEBIAN, _GNU, _GIT)
_BULLET: Final = re.compile(r"^[ \t]*\*[ \t]+")


def log_records(text: str, file_id: str) -> Iterator[Record]:
    """The entries of a log, each with the line it begins on; none if the text is no such log.

    ``file_id`` begins the ids of entries that have no name of their own.
    """
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    head = next((head for head in _HEADS if head.match(first)), None)
    if head is None:
        return
    read = _READERS[head]
    used: Counter[str] = Counter()
    starts = [number for number, line in enumerate(lines) if head.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found = head.match(lines[start])
        assert found is not None
        fields = read(found, lines[start + 1 : end])
        name = fields.pop("name")
        used[name] += 1
        again = f"-{used[name]}" if used[name] > 1 else ""
        yield start + 1, {"id": f"{file_id}#{name}{again}", **fields}


def _debian(head: re.Match[str], lines: list[str]) -> dict[str, Any]:
    signed = next((found for line in lines if (found := _SIGNED.match(line))), None)
    text = "\n".join(line for line in lines if not line.startswith(" -- "))
    return {
        "name": head[2],
        "title": f"{head[1]} {head[2]}",
        "date": signed[2] if signed else None,
        "author": signed[1].strip() if signed else None,
        "text": text.strip(),
    }


def _gnu(head: re.Match[str], lines: list[str]) -> dict[str, Any]:
    text = "\n".join(_BULLET.sub("", line).strip() for line in lines)
    return {"name": head[1], "date": head[1], "author": head[2].strip(), "text": text.strip()}


def _git(head: re.Match[str], lines: list[str]) -> dict[str, Any]:
    fields = {found[1]: found[2] for line in lines if (found := _GIT_FIELD.match(line))}
    title, _, text = "\n".join(line[4:] for line in lines if line[:4] == "    ").partition("\n")
    return {
        "name": head[1],
        "title": title,
        "date": fields.get("Date") or fields.get("AuthorDate"),
        "author": fields.get("Author"),
        "text": text.strip(),
    }


_READERS: Final = {_DEBIAN: _debian, _GNU: _gnu, _GIT: _git}
