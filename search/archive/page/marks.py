"""Marks by which an editor decides on the list of a page.

A mark is a comment on a line of its own, not inside code or other HTML:

<!-- event-search: pin /news/2016/08/18/some-page.md -->    stays in the list, where it stands
<!-- event-search: ban /news/2016/04/5/other-page.md -->    never comes into the list
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from search.archive.page.blocks import Kind
from search.archive.page.parser import Page

Verb = Literal["pin", "ban"]
_MARK: Final = re.compile(
    rb" {0,3}<!--[ \t]*event-search:[ \t]*(pin|ban)[ \t]+(\S{1,2000})[ \t]*-->[ \t]*"
)


class Mark(NamedTuple):
    """What an editor wants of an event in the list of a page. ``line`` is counted from 1."""

    verb: Verb
    link: str
    line: int


def marks_of(page: Page) -> tuple[Mark, ...]:
    """The marks in a page, in their order."""
    if b"event-search:" not in page.data:
        return ()
    found: list[Mark] = []
    for number, line in enumerate(page.lines, start=1):
        mark = _MARK.fullmatch(line.content) if line.kind is Kind.OPAQUE else None
        above = page.lines[number - 2].kind if number > 1 else Kind.BLANK
        is_inside = above is Kind.OPAQUE and (not found or found[-1].line != number - 1)
        if mark and not is_inside:
            verb: Verb = "pin" if mark[1] == b"pin" else "ban"
            found.append(Mark(verb, mark[2].decode(), number))
    return tuple(found)
