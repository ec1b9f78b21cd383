"""Reads the fields above a page's text: YAML between lines of ``---``, TOML between ``+++``, JSON.

Also read are YAML without an opening line (Hexo), lines of ``Title: ...`` (Pelican, MultiMarkdown),
``.. title: ...`` in a comment (Nikola), TOML in a code block (RustSec), and an exported object of
JavaScript (MDX, below imports), ``@def title = ...`` (Franklin).

If the parser refuses front matter (tabs, a title with a colon), it is read line by line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from search.archive.yaml_values import load_yaml
from search.model import limits
from search.model.untrusted_toml import load_toml

_GROUPS: Final = frozenset({"taxonomies", "extra", "params", "advisory"})  # of fields
_FIELD: Final = re.compile(r"([A-Za-z_][\w-]*)[ \t]*[:=][ \t]*(.*)", re.ASCII)
_NIKOLA: Final = re.compile(rb"\.\. [a-z_-]+:")
_OPENING: Final = re.compile(
    rb"(?:[A-Z][A-Za-z-]*|title|date|layout|slug|author|category|tags|status|created|modified):"
)
_PLAIN: Final = re.compile(rb"(?:[A-Za-z][\w-]*:(?:[ \t].*)?|[ \t]+\S.*|- .*)$", re.ASCII)
# The statements at the beginning of MDX, and an object of fields among them.
_STATEMENT: Final = re.compile(rb"(?:import|export)[ {]")
_OBJECT: Final = re.compile(
    r"(?ms)^export const \w+ = (\{(?:[^\n]*\};?[ \t]*$|.{0,10000}?^\};?[ \t]*$))"
)
_FRANKLIN: Final = b"@def "
_CLOSINGS: Final = {
    b"---": (b"---", b"..."), b"---json": (b"---",), b"+++": (b"+++",), b"{": (b"}",),
    b"```toml": (b"```",), b"<!--": (b"-->",),
}  # fmt: skip
_ITEM: Final = re.compile(r"[ \t]*-[ \t]+(.*)")
_DRAFT: Final = (
    ("published", "false"), ("ispublished", "false"), ("draft", "true"), ("status", "draft"),
)  # fmt: skip


def length(lines: Sequence[bytes]) -> int:
    """How many of a page's lines are front matter, with its first and last line.

    A line of ``---`` before a blank line is a rule. What is never closed, or is larger than 64 KiB
    or 2,000 lines, is not front matter. Fields without an opening line need a title.
    """
    if len(lines) < 2:
        return 0
    first = lines[0].rstrip()
    if _STATEMENT.match(first):
        return _length_of_script(lines)
    if first.startswith(_FRANKLIN):
        return next((n for n, line in enumerate(lines) if not line.startswith(_FRANKLIN)), 0)
    closing = _CLOSINGS.get(first, ())
    is_rule = first == b"---" and not lines[1].strip()
    if is_rule or (first == b"<!--" and not _NIKOLA.match(lines[1])):
        return 0
    if not closing:
        return _length_of_plain(lines) if _OPENING.match(first) else 0
    size = len(lines[0])
    for count, line in enumerate(lines[1 : limits.FRONT_MATTER_LINES], 2):
        size += len(line)
        if size > limits.FRONT_MATTER_BYTES:
            return 0
        if line.rstrip() in closing:
            return count
    return 0


def _length_of_script(lines: Sequence[bytes]) -> int:
    """How many lines are statements and blank lines; 0 if they have no object of fields."""
    count = 0
    closing = b""
    for count, line in enumerate((*lines[: limits.FRONT_MATTER_LINES], b"text")):  # noqa: B007
        end = line.rstrip()
        if closing:
            closing = b"" if end.startswith(closing) else closing
        elif end and not _STATEMENT.match(end):
            break
        elif end.endswith((b"{", b"(")):
            closing = b"}" if end.endswith(b"{") else b")"
    text = b"\n".join(lines[:count]).decode("utf-8", "replace")
    return count if len(text) <= limits.FRONT_MATTER_BYTES and _OBJECT.search(text) else 0


def _length_of_plain(lines: Sequence[bytes]) -> int:
    """How many lines are fields without an opening line: up to a blank line, or one of ``---``."""
    size = 0
    has_title = False
    for count, line in enumerate(lines[: limits.FRONT_MATTER_LINES], 1):
        size += len(line)
        end = line.rstrip()
        if end in (b"", b"---"):
            return count if has_title and count > 2 else 0
        if size > limits.FRONT_MATTER_BYTES or not _PLAIN.match(end):
            return 0
        has_title = has_title or end[:6].lower() == b"title:"
    return 0


def fields_of(lines: Sequence[bytes]) -> dict[str, Any]:
    """The fields of front matter in UTF-8, by their names in lower case.

    Values are strings, numbers, booleans, dates, or lists of these; others are left out. A time
    becomes its date.
    """
    if not lines:
        return {}
    first = lines[0].rstrip()
    if _STATEMENT.match(first):
        return _fields_of_script(b"\n".join(lines).decode())
    is_bare = first == b"{" or first.startswith(_FRANKLIN)
    inner = lines if is_bare else lines[:-1] if _OPENING.match(first) else lines[1:-1]
    comment = ".. " if first == b"<!--" else _FRANKLIN.decode()
    text = "\n".join(line.decode().removeprefix(comment) for line in inner)
    return _named(_LOADERS.get(first, load_yaml), text)


def fields_of_file(data: bytes) -> dict[str, Any]:
    """The fields in a file of their own: lines of ``.. title: ...``, or front matter; of JSON the
    fields of the objects in it, as in a TextBundle.

    Raises:
        ValueError: not UTF-8.
    """
    text = data.decode("utf-8-sig")
    if text.lstrip()[:1] == "{":
        found = _loaded(json.loads, text) or {}
        objects = [each for each in found.values() if isinstance(each, dict)]
        return {name.casefold(): _plain(value) for each in objects for name, value in each.items()}
    lines = text.encode().splitlines()
    return fields_of(lines if length(lines) else [b"<!--", *lines, b"-->"])


def _fields_of_script(text: str) -> dict[str, Any]:
    """The fields of the first object with a title or a date. Objects of JavaScript are mostly
    YAML, too."""
    objects = (_named(load_yaml, found[1].rstrip("; \t")) for found in _OBJECT.finditer(text))
    return next((fields for fields in objects if {"title", "date"} & fields.keys()), {})


def _named(load: Callable[[str], Any], text: str) -> dict[str, Any]:
    """The fields that ``load`` finds in a text, by their names in lower case; if it refuses the
    text, those that are found line by line."""
    found = _loaded(load, text)
    if not isinstance(found, dict):
        found = _line_by_line(text)
    fields: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, dict) and name in _GROUPS:
            for inner, its in value.items():
                fields.setdefault(str(inner).strip().casefold(), _plain(its))
        if isinstance(value, dict) and name == "date":  # of blogs by MkDocs
            value = value.get("created")  # noqa: PLW2901
        fields.setdefault(str(name).strip().casefold(), _plain(value))
    return {name: value for name, value in fields.items() if value is not None}


def is_draft(fields: Mapping[str, Any]) -> bool:
    """Whether a text is not published, by its fields, whose names are in lower case."""
    return any(str(fields.get(name)).casefold() == mark for name, mark in _DRAFT)


def _loaded(load: Callable[[str], Any], text: str) -> Any:
    try:
        return load(text)
    except (ValueError, RecursionError):
        return None


_LOADERS: Final[dict[bytes, Callable[[str], Any]]] = {
    b"{": json.loads,
    b"---json": json.loads,
    b"+++": load_toml,
    b"```toml": load_toml,
}


def _line_by_line(text: str) -> dict[str, Any]:
    """Fields of one line, and lists with one item a line."""
    found: dict[str, Any] = {}
    name = ""
    for line in text.split("\n"):
        item = _ITEM.match(line)
        field = _FIELD.match(line)
        if item and name and (found[name] == "" or isinstance(found[name], list)):
            found[name] = [*(found[name] or []), _unquoted(item[1])]
        elif field:
            name = field[1]
            found.setdefault(name, _value(field[2]))
    return found


def _value(text: str) -> str | list[str]:
    """A text, or a list in brackets."""
    text = text.strip()
    if len(text) > 1 and text[0] == "[" and text[-1] == "]":
        return [_unquoted(item) for item in text[1:-1].split(",")]
    return _unquoted(text)


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [item for each in value if (item := _scalar(each)) is not None]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.date()
    return value if isinstance(value, str | int | float | date) else None
