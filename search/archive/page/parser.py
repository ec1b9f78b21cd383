"""Parses a Markdown page: its event, and the exact place of its Related section."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from search.archive.page import front_matter
from search.archive.page.blocks import Kind, Line, ListItem, scan
from search.archive.page.labels import (
    Labels,
    Usual,
    choose,
    english,
    fold,
    is_changes,
    is_related,
    is_source,
)
from search.archive.page.markup import Shown, addresses, shown, shown_line
from search.model import limits
from search.model import printing as plain
from search.model.event import parse_day
from search.model.page_style import PageStyle

_SAMPLE_STYLE: Final = PageStyle()
_PICTURES = ("IMG", "Cover Image")  # links in a list of sources that are not sources
_MAX_ITEM = 2_000  # characters of a source's line that are examined

_DAY = re.compile(
    r"\[?\s*+(\d{4}-\d{1,2}-\d{1,2})\s*+\]?(?:\(\s*+([^()\s]*+)(?:\s[^()]*+)?\))?$", re.ASCII
)
_ITEM = re.compile(rb" {0,3}(?:\d{1,9}[.)]|[-+*])[ \t]+(.*)$", re.DOTALL)
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(")
_URL = re.compile(r"\s*+<?([^\s()<>]++(?:\([^\s()<>]*+\)[^\s()<>]*+)?)")
_TARGET = re.compile(r"\]\((/[^()\s]*)\)")


class NoPage(Exception):
    """The bytes are not a page of an event; the message is the reason."""


class NoDay(NoPage):
    """The page has no day."""


class CannotPlace(Exception):
    """No list can be put into the page; the message is the reason, ``line`` (from 1) its line, if
    it has one."""

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class DayList:
    """A page that lists the events of a day; ``link`` is the target of its day line."""

    link: str


@dataclass(frozen=True, slots=True)
class Section:
    """``lines[first]`` is the heading; ``lines[first + 1 : end]`` are the lines below it."""

    first: int
    end: int
    level: int
    heading: str


class Between(NamedTuple):
    """The lines of the two markers of a list; ``end`` is None if the second is missing."""

    begin: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one event.

    ``day`` is None if there is no day line; ``day_link`` is the target of that line. ``history``
    has the targets of the list of changes, in order. ``links`` are the addresses that the summary
    and the list of sources link to. ``title`` may be empty. ``summary`` is the text below the
    title: up to the next heading if there is a day line; otherwise all of it, except for our own
    sections. ``fields`` are those of the front matter (`front_matter.fields_of`). ``unclosed`` is
    the line (from 1) of a code block, comment or similar that never ends, or None: nothing can be
    appended to such a page. The first ``front`` lines are front matter. ``between`` has the markers
    of the list, if there are any.
    """

    data: bytes
    lines: tuple[Line, ...]
    items: tuple[ListItem, ...]
    title: str
    day: date | None
    day_link: str
    summary: str
    sources: tuple[str, ...]
    links: tuple[str, ...]
    terms: tuple[str, ...]
    source: Section | None
    related: tuple[Section, ...]
    history: tuple[str, ...]
    unclosed: int | None
    fields: Mapping[str, Any]
    front: int = 0
    between: Between | None = None

    def headings(self, *, with_related: bool = True) -> list[str]:
        """The headings that show the language of the page's labels."""
        related = self.related[:1] if with_related else ()
        sections = (*related, *((self.source,) if self.source else ()))
        return [section.heading for section in sections]

    @property
    def text(self) -> str:
        """The title and the summary."""
        return f"{self.title}\n{self.summary}"

    def labels(self, usual: Usual = english, *, with_related: bool = True) -> Labels:
        """The page's labels; see `labels.choose`. If lists are written to another place, the
        heading of a Related section does not count."""
        headings = self.headings(with_related=with_related)
        return choose(headings, self.text, usual)

    @property
    def newline(self) -> bytes:
        """The page's usual line end, LF or CR LF."""
        crlf = self.data.count(b"\r\n")
        return b"\r\n" if crlf > self.data.count(b"\n") - crlf else b"\n"

    @property
    def related_links(self) -> tuple[str, ...]:
        """The targets of links in the Related sections, which show how links are written."""
        return tuple(
            link
            for section in self.related
            for line in self.lines[section.first + 1 : section.end]
            if line.kind is Kind.TEXT
            for link in _TARGET.findall(line.content.decode())
        )


def parse(data: bytes, style: PageStyle = _SAMPLE_STYLE) -> Page | DayList:
    """Parse one page. ``style`` names more headings of Related sections, and markers.

    Raises:
        NoPage: not UTF-8, too large, an impossible date, or a day line without a title.
    """
    _check_bytes(data)
    lines, items, unclosed, front = scan(data)
    between = _between(lines, front, style.markers)
    ours = range(between.begin, between.end + 1) if between and between.end else range(0)
    headings = [n for n, line in enumerate(lines) if line.kind is Kind.HEADING and n not in ours]
    fields = front_matter.fields_of([line.content for line in lines[:front]])
    fields.pop(style.front_matter.casefold(), None)
    title_at = next((n for n in headings if lines[n].level == 1), None)
    day_at = next((n for n in headings if _DAY.match(_text(lines[n]))), None)
    named = plain.line(str(fields.get("title", "")))
    if not named and _is_day_list(lines, headings, title_at, day_at):
        return DayList(_day(lines[day_at])[1] if day_at is not None else "")
    if front_matter.is_draft(fields):
        raise NoPage("a draft")
    has_day_above = day_at is not None and title_at is not None and day_at < title_at
    if named and not has_day_above:
        title_at, title = _title_in_front(lines, headings, title_at, named), named
    else:
        is_needed = day_at is not None or all(line.kind is Kind.BLANK for line in lines)
        title = _title_line(lines, title_at, is_needed=is_needed and not front)
    if len(title) > limits.TITLE_LENGTH:
        raise NoPage(f"a title of {len(title)} characters; {limits.TITLE_LENGTH} are allowed")
    top = front - 1 if title_at is None else title_at
    day, day_link = None, ""
    if has_day_above and day_at is not None:
        day, day_link = _day_above(lines[day_at])
    below = [n for n in headings if n > top]
    others = {fold(heading.lstrip("# ")) for heading in style.headings}
    related = _sections(lines, below, lambda heading: is_related(heading, others))
    if len(related) > limits.RELATED_SECTIONS:
        raise NoPage(f"{len(related)} Related sections; {limits.RELATED_SECTIONS} are allowed")
    source = next(iter(_sections(lines, below, is_source)), None)
    of_source = _without(lines, source, related, ours) if source else []
    changes = next(iter(_sections(lines, below, is_changes)), None)
    apart = [range(each.first, each.end) for each in (*related, source, changes) if each]
    # A page with a day line has a summary, and sections of its own kind; others have texts.
    end = below[0] if has_day_above and below else len(lines)
    summary = _summary(lines, range(top + 1, end), [ours, *apart])
    return Page(
        data=data,
        lines=tuple(lines),
        items=items,
        title=title,
        day=day,
        day_link=day_link,
        summary=plain.lines(summary.text),
        sources=_sources(of_source),
        links=addresses([*summary.links, *_source_links(of_source)]),
        terms=_topics(lines, [n for n in headings if n < top]),
        source=source,
        related=related,
        history=_history(lines, changes) if changes else (),
        unclosed=unclosed,
        fields=fields,
        front=front,
        between=between,
    )


def _check_bytes(data: bytes) -> None:
    if len(data) > limits.PAGE_BYTES:
        raise NoPage(f"larger than {limits.PAGE_BYTES >> 20} MiB")
    if data.count(b"\n") + data.count(b"\r") > 2 * limits.PAGE_LINES:
        raise NoPage(f"more than {limits.PAGE_LINES} lines")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise NoPage(f"not UTF-8 (byte {error.start})") from None


def _title_in_front(
    lines: list[Line], headings: list[int], title_at: int | None, named: str
) -> int | None:
    """The heading of level 1 if it is the first, and repeats the title of the front matter."""
    if title_at is None or headings[0] != title_at:
        return None
    return title_at if _shown(lines[title_at]) == named else None


def _title_line(lines: list[Line], title_at: int | None, *, is_needed: bool) -> str:
    if title_at is None:
        if is_needed:
            raise NoPage("no title line (# ...)")
        return ""
    title = _shown(lines[title_at])
    if not title:
        raise NoPage("the title line is empty")
    return title


def _day_above(line: Line) -> tuple[date, str]:
    text, link = _day(line)
    try:
        return parse_day(text), link
    except ValueError as error:
        raise NoPage(str(error)) from None


def _topics(lines: list[Line], above: list[int]) -> tuple[str, ...]:
    """The texts of the headings of level 4 or deeper above the title."""
    texts = (_shown(lines[n]) for n in above if lines[n].level > 3)
    return tuple(text for text in texts if text)


def _shown(line: Line) -> str:
    return plain.line(shown_line(_text(line)))


def _between(lines: list[Line], front: int, markers: Sequence[str]) -> Between | None:
    """The first pair of marker lines below the front matter."""
    if not markers:
        return None
    begin, end = (marker.strip().encode() for marker in markers)
    texts = [line.content.strip() for line in lines]
    if begin not in texts[front:]:
        return None
    first = texts.index(begin, front)
    return Between(first, texts.index(end, first) if end in texts[first:] else None)


def _text(heading: Line) -> str:
    return heading.text.decode()


def _day(line: Line) -> tuple[str, str]:
    found = _DAY.match(_text(line))
    return (found[1], found[2] or "") if found else ("", "")


def _is_day_list(
    lines: list[Line], headings: list[int], title_at: int | None, day_at: int | None
) -> bool:
    """Whether a date of level 1 or 2 has linked headings below it, and no title."""
    if day_at is None or lines[day_at].level > 2:
        return False
    below = [n for n in headings if n > day_at]
    if any(lines[n].level == 1 for n in below):
        return False
    return title_at in (None, day_at) or any(lines[n].text.startswith(b"[") for n in below)


def _sections(
    lines: list[Line], below: list[int], is_label: Callable[[str], bool]
) -> tuple[Section, ...]:
    """The sections with that label below the title, none inside another. An underlined heading
    opens no section."""
    found: list[Section] = []
    for place, first in enumerate(below):
        heading = _text(lines[first])
        level = lines[first].level
        if (
            level == 1
            or not is_label(heading)
            or not lines[first].content.lstrip().startswith(b"#")
        ):
            continue
        if not found or first >= found[-1].end:
            ends = (n for n in below[place + 1 :] if lines[n].level <= level)
            found.append(Section(first, next(ends, len(lines)), level, heading))
    return tuple(found)


def _history(lines: list[Line], section: Section) -> tuple[str, ...]:
    items = lines[section.first + 1 : section.end]
    found = (
        _TARGET.findall(line.content.decode()[: _MAX_ITEM * 4])
        for line in items
        if line.kind is Kind.TEXT
    )
    return tuple(links[-1] for links in found if links)


def _summary(lines: list[Line], inside: range, apart: list[range]) -> Shown:
    paragraphs: list[list[str]] = [[]]
    hidden = {number for each in apart for number in each}
    for number in inside:
        line = lines[number]
        if number in hidden:
            continue
        if line.kind is Kind.HEADING:
            paragraphs += [[_text(line)], []]
        elif line.kind is Kind.TEXT:
            paragraphs[-1].append(line.content.decode().strip())
        elif paragraphs[-1]:
            paragraphs.append([])
    text = "\n".join(" ".join(paragraph) for paragraph in paragraphs if paragraph)
    return shown(text)


def _without(
    lines: list[Line], section: Section, inner: tuple[Section, ...], ours: range
) -> list[Line]:
    """The lines of a section, without ``inner`` sections and without our list."""
    return [
        line
        for n, line in enumerate(lines[section.first + 1 : section.end], section.first + 1)
        if n not in ours and not any(each.first <= n < each.end for each in inner)
    ]


def _sources(lines: list[Line]) -> tuple[str, ...]:
    """The names in a list of sources: the texts of links, not of images, or an item's text."""
    names: list[str] = []
    for line in lines:
        item = _ITEM.match(line.content) if line.kind is Kind.TEXT else None
        if item is None:
            continue
        text = item[1].decode()[:_MAX_ITEM]
        found = [link[1] for link in _links(text)]
        if not found and "](" not in text:
            found = [text]
        names += [name for raw in found if (name := plain.line(shown_line(raw)))]
    return tuple(dict.fromkeys(names))


def _source_links(lines: list[Line]) -> Iterator[str]:
    """The targets of links in a list of sources, without those of images."""
    for line in lines:
        text = line.content.decode()[: 2 * _MAX_ITEM] if line.kind is Kind.TEXT else ""
        for link in _links(text):
            if url := _URL.match(text, link.end()):
                yield url[1]


def _links(text: str) -> Iterator[re.Match[str]]:
    """The links in a line of a list of sources, without images and links to pictures."""
    for link in _LINK.finditer(text):
        start = link.start()
        is_image = text.endswith("!", 0, start) and not text.endswith("\\!", 0, start)
        if not is_image and link[1].strip() not in _PICTURES:
            yield link
