"""Inserts lines into a page, and removes them, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from search.archive.page.blocks import Kind, Line
from search.archive.page.parser import Page, Section

_LONGEST: Final = 20_000  # bytes of a line that are examined for tags
# What opens and closes a box around blocks: HTML, and the tags of Liquid and Hugo.
_BOX: Final = re.compile(
    rb"<(/)?(?:details|div|section|aside|article|main|figure|blockquote|template)\b"
    rb"|\{%-?[ \t]*+(?:(end)(?:if|for|unless|block)|if|for|unless|block)\b",
    re.IGNORECASE,
)


def appended(page: Page, heading: bytes, texts: list[bytes]) -> bytes:
    """The page with a new section after its sources, or at its end."""
    source, data = page.source, page.data
    at = source.end if source else len(page.lines)
    newline = _newline(page, at)
    section = [heading, b"", *texts, b""]
    if at < len(page.lines):
        cut = page.lines[at].start
        set_off = [] if page.lines[at - 1].kind is Kind.BLANK else [b""]
        return _joined(data[:cut], newline.join([*set_off, *section, b""]), data[cut:])
    set_off = [b""] if _line_end(page.lines[-1], data) else [b"", b""]
    return _ended_like(data, data + newline.join([*set_off, *section]))


def without_section(page: Page, section: Section, runs: list[tuple[int, int]]) -> bytes:
    """The inverse of `appended`: removes the section with the blank line before it."""
    lines, data = page.lines, page.data
    cut = lines[section.first].start
    is_set_off = lines[section.first - 1].kind is Kind.BLANK
    if section.end == len(lines):
        if is_set_off and not lines[section.first - 1].content:
            cut = lines[section.first - 1].start
        return _ended_like(data, data[:cut])
    rest = runs[-1][1] if runs else section.first + 1
    if is_set_off and rest < section.end:
        rest += 1
    between = b"" if is_set_off or rest < section.end else _newline(page, section.first)
    return _joined(data[:cut], between, data[lines[rest].start :])


def with_first_list(page: Page, section: Section, texts: list[bytes]) -> bytes:
    """The page with ``texts`` in a section that has no list of ours."""
    if not texts:
        return page.data
    lines, data = page.lines, page.data
    at = _place_for_list(page, section)
    cut = lines[at - 1].end
    before = [b""] if _line_end(lines[at - 1], data) else [b"", b""]
    after = [b""] if at < len(lines) and lines[at].kind is not Kind.BLANK else []
    new = _newline(page, at).join([*before, *texts, *after, b""])
    return _ended_like(data, _joined(data[:cut], new, data[cut:]))


def with_list(
    page: Page, runs: list[tuple[int, int]], texts: list[bytes], between: list[bytes]
) -> bytes:
    """The page with ``texts`` in place of the first run of lines, and ``between`` in place of each
    other run."""
    lines, data = page.lines, page.data
    pieces: list[bytes] = []
    done = 0
    for number, (start, stop) in enumerate(runs):
        newline = _newline(page, start)
        if texts and number == 0:
            pieces += [data[done : lines[start].start], newline.join([*texts, b""])]
        else:
            is_followed = stop < len(lines) and lines[stop].kind is not Kind.BLANK
            drops_blank = not (between or is_followed) and lines[start - 1].kind is Kind.BLANK
            pieces.append(data[done : lines[start - drops_blank].start])
            pieces.append(newline.join([*between, b""]))
        done = lines[stop - 1].end
    return _ended_like(data, _joined(*pieces, data[done:]))


def with_lines(page: Page, at: int, texts: list[bytes]) -> bytes:
    """The page with ``texts`` before the line at a place."""
    cut, newline = page.lines[at - 1].end, _newline(page, at)
    begin = b"" if _line_end(page.lines[at - 1], page.data) else newline
    pieces = (page.data[:cut], begin, newline.join([*texts, b""]), page.data[cut:])
    return _ended_like(page.data, _joined(*pieces))


def between_markers(page: Page, texts: list[bytes]) -> bytes:
    """The page with ``texts`` and nothing else between its markers."""
    assert page.between is not None and page.between.end is not None
    begin, end = page.between.begin, page.between.end
    new = _newline(page, begin + 1).join([*texts, b""]) if texts else b""
    return _joined(page.data[: page.lines[begin].end], new, page.data[page.lines[end].start :])


def _place_for_list(page: Page, section: Section) -> int:
    """The line for a list: after what an editor wrote below the heading, before sub-headings, code
    that never ends, and the end of a box around the heading."""
    place = section.first + 1
    end = section.end if page.unclosed is None else min(section.end, page.unclosed - 1)
    depth = 0
    for at in range(section.first + 1, end):
        line = page.lines[at]
        if line.kind is Kind.HEADING:
            break
        if line.kind is Kind.TEXT:
            for is_closing in _boxes(line.content[:_LONGEST]):
                depth += -1 if is_closing else 1
            if depth < 0:
                break
        if line.kind is not Kind.BLANK:
            place = at + 1
    return place


def _boxes(content: bytes) -> Iterator[bool]:
    """The tags of a line that open a box, and (True) those that close one."""
    for match in _BOX.finditer(content):
        yield bool(match[1] or match[2])


def _line_end(line: Line, data: bytes) -> bytes:
    return data[line.start + len(line.content) : line.end]


def _newline(page: Page, at: int) -> bytes:
    """The line end for new lines before line `at`: the one of the line above. That line stays, so
    the next run writes the same."""
    return _line_end(page.lines[at - 1], page.data) or page.newline


def _joined(*pieces: bytes) -> bytes:
    """The pieces joined; a CR and a LF that were two line ends do not become one."""
    joined = bytearray()
    for piece in pieces:
        if joined.endswith(b"\r") and piece.startswith(b"\n"):
            joined += b"\n"
        joined += piece
    return bytes(joined)


def _ended_like(before: bytes, after: bytes) -> bytes:
    """``after``, stripped of final line ends if ``before`` ends without one."""
    return after if before[-1:] in (b"\n", b"\r") else after.rstrip(b"\r\n")
