"""Finds links that editors wrote around our lists, in any syntax of Markdown and HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import islice
from typing import Final

from search.archive.page.blocks import Kind
from search.archive.page.item_form import Forms
from search.archive.page.own_items import KnownLinks, own_items
from search.archive.page.parser import Page

_LONGEST: Final = 20_000  # characters of a line that are examined
_MOST_LINKS: Final = 1_000  # of a page
_INLINE: Final = re.compile(r"\]\([ \t]*(?:<([^<>]*)>|((?:[^()\s]|\([^()\s]*\))++))")
_HTML: Final = re.compile(
    r"""\bhref[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]++))""", re.IGNORECASE
)
_BARE: Final = re.compile(r"<(https?://[^\s<>]*)>")
_LABEL: Final = re.compile(r"\[([^\[\]]{1,999})\]")
_DEFINITION: Final = re.compile(r" {0,3}\[([^\[\]]{1,999})\]:[ \t]*(?:<([^<>]*)>|(\S++))")


def links_of_editors(page: Page, known: KnownLinks, forms: Forms) -> tuple[str, ...]:
    """The targets of links in the editors' lines of the Related sections of a page."""
    ours: set[int] = set()
    for section in page.related:
        for item in own_items(page, section, known, forms):
            ours.update(range(item.first, item.end))
    if page.between is not None and page.between.end is not None:
        ours.update(range(page.between.begin, page.between.end))
    numbers = [
        number
        for section in page.related
        for number in range(section.first + 1, section.end)
        if number not in ours and page.lines[number].kind is Kind.TEXT
    ]
    if not numbers:
        return ()
    definitions = definitions_of(page)
    found = (link for n in numbers for link in links_of(text_of(page, n), definitions))
    return tuple(dict.fromkeys(islice(found, _MOST_LINKS)))


def definitions_of(page: Page) -> Mapping[str, str]:
    """The targets of the reference links of a page, by their folded labels."""
    found: dict[str, str] = {}
    if b"]:" in page.data:
        for number, line in enumerate(page.lines):
            if line.kind is Kind.TEXT and (match := _DEFINITION.match(text_of(page, number))):
                found.setdefault(_folded(match[1]), match[2] or match[3] or "")
    return found


def links_of(text: str, definitions: Mapping[str, str]) -> Iterator[str]:
    """The targets of the links in a line: inline, in angle brackets, by reference, in HTML."""
    if _DEFINITION.match(text):
        return
    yield from _found(_INLINE, text)
    yield from _found(_BARE, text)
    yield from links_of_tags(text)
    if definitions:
        for match in _LABEL.finditer(text):
            if link := definitions.get(_folded(match[1])):
                yield unescape(link)


def links_of_tags(text: str) -> Iterator[str]:
    """The targets of the links in a line of HTML."""
    return _found(_HTML, text)


def _found(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for match in pattern.finditer(text):
        yield unescape(next(filter(None, match.groups()), ""))


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()


def text_of(page: Page, number: int) -> str:
    """A line of a page, cut where it is very long."""
    return page.lines[number].content.decode()[:_LONGEST]
