"""A page's lines and what they are, as far as sections need it; on bytes, so that spans are exact.

Only block structure is looked at: blank lines, headings, and what is opaque (front matter, code
fences, comments and other verbatim HTML), where a `#` is no heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

BOM = b"\xef\xbb\xbf"

_HEADING = re.compile(rb" {0,3}(#{1,6})(?:[ \t]+(.*))?$", re.DOTALL)
_HEADING_END = re.compile(rb"(?:^|[ \t])#+[ \t]*$")
_FENCE = re.compile(rb" {0,3}(`{3,}|~{3,})(.*)$", re.DOTALL)
_VERBATIM = re.compile(rb" {0,3}<(!--|(script|pre|style|textarea)(?=[ \t>]|$))", re.IGNORECASE)
# What no underline makes a heading of: code, and what begins another block inside a paragraph too.
_CODE = re.compile(rb" {4}|\t")
_OTHER_BLOCK = re.compile(rb" {0,3}(?:>|(?:1[.)]|[-+*])[ \t]+\S|(?:[-_*][ \t]*){3,}$)")
_ITEM = re.compile(rb" {0,3}(?:\d{1,9}[.)]|[-+*])(?:[ \t]|$)")
_UNDERLINE = re.compile(rb" {0,3}(=+|-+)[ \t]*$")


class Kind(Enum):
    BLANK = 0
    TEXT = 1
    HEADING = 2
    OPAQUE = 3


@dataclass(slots=True)
class Line:
    """``data[start:end]`` is the line with its line end; ``content`` comes without it.

    ``level`` is a heading's (1 to 6), else 0; ``text`` is a heading's text, else b"".
    """

    kind: Kind
    start: int
    end: int
    content: bytes
    level: int = 0
    text: bytes = b""


def scan(data: bytes) -> tuple[list[Line], int | None]:
    """All lines of a page, and the number (from 1) of the line that opens what is never closed.

    A line ends with LF, CR LF or CR. A heading that is underlined counts from its first line on.
    """
    lines = _split(data)
    at = _front_matter(lines)
    until: re.Pattern[bytes] | None = None
    opened = 0
    paragraph = at  # where the run of text lines that the line before belongs to begins
    for number, line in enumerate(lines[at:], at + 1):
        if number > at + 1 and lines[number - 2].kind is not Kind.TEXT:
            paragraph = number - 1
        content = line.content
        if until is not None:
            line.kind = Kind.OPAQUE
            if until.search(content):
                until = None
            continue
        stripped = content.lstrip(b" ")[:1]
        if stripped == b"#":
            _heading(line)
        elif stripped in (b"`", b"~", b"<"):
            until = _closing(content)
            if until is not None:
                opened = number
                line.kind = Kind.OPAQUE
                if stripped == b"<" and until.search(content):
                    until = None
        elif not content.strip():
            line.kind = Kind.BLANK
        elif stripped in (b"=", b"-") and _underline(lines, paragraph, number - 1):
            pass
        elif _OTHER_BLOCK.match(content):
            paragraph = number - 1
    return lines, opened if until is not None else None


def _split(data: bytes) -> list[Line]:
    lines = []
    start = len(BOM) if data.startswith(BOM) else 0
    for raw in data[start:].splitlines(keepends=True):
        end = start + len(raw)
        lines.append(Line(Kind.TEXT, start, end, raw.rstrip(b"\r\n")))
        start = end
    return lines


def _front_matter(lines: list[Line]) -> int:
    """How many lines a YAML block at the top takes; a rule followed by a blank line is none."""
    if len(lines) < 3 or lines[0].content.rstrip() != b"---" or not lines[1].content.strip():
        return 0
    for count, line in enumerate(lines[1:], 2):
        if line.content.rstrip() in (b"---", b"..."):
            for opaque in lines[:count]:
                opaque.kind = Kind.OPAQUE
            return count
    return 0


def _heading(line: Line) -> None:
    found = _HEADING.match(line.content)
    if found:
        line.kind = Kind.HEADING
        line.level = len(found[1])
        line.text = _HEADING_END.sub(b"", (found[2] or b"").strip()).strip()


def _closing(content: bytes) -> re.Pattern[bytes] | None:
    """What ends the opaque block that this line opens, if it opens one."""
    found = _FENCE.match(content)
    if found:
        mark = found[1]
        if mark[:1] == b"`" and b"`" in found[2]:
            return None
        return re.compile(rb"^ {0,3}%s{%d,}[ \t]*$" % (mark[:1], len(mark)))
    found = _VERBATIM.match(content)
    if not found:
        return None
    if found[1] == b"!--":
        return re.compile(rb"-->")
    return re.compile(rb"</(?:script|pre|style|textarea)>", re.IGNORECASE)


def _underline(lines: list[Line], first: int, at: int) -> bool:
    """Make a heading of the paragraph `lines[first:at]` that line `at` underlines, if it does."""
    found = _UNDERLINE.match(lines[at].content)
    opening = lines[first].content
    if (
        not found
        or first == at
        or any(other.match(opening) for other in (_CODE, _OTHER_BLOCK, _ITEM))
    ):
        return False
    text = b" ".join(line.content.strip() for line in lines[first:at])
    for line in lines[first : at + 1]:
        line.kind = Kind.OPAQUE
    lines[first].kind = Kind.HEADING
    lines[first].level = 1 if found[1][:1] == b"=" else 2
    lines[first].text = text
    return True
