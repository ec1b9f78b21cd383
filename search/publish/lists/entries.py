"""Finds the entries of a list page, and merges them with the events that it should list.

An entry is a heading that is a link, the topic lines directly above it, and the text below it:

    ##### topic
    ### [Title. ](/news/2016/02/6/slug.md)
    a summary, or _Context: names_

Topics and headings are ours. Text below a heading is written once, where it is missing, and never
changed, because an editor may have edited it. When a page is deleted, its entry is removed with the
line right below the heading; the text after that line stays.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from search.archive.page import escaping
from search.archive.page.blocks import Kind, Line, scan
from search.archive.page.markup import shown_line
from search.archive.page.site_labels import part_of_front_page
from search.archive.site import date_in
from search.model import printing

_LINK = re.compile(
    r"\[(.*)\]\(\s*+<?([^()\s<>]*+(?:\([^()\s<>]*+\)[^()\s<>]*+)*+)>?(?:\s[^()]*+)?\)$"
)
_TOPIC_LEVEL = 5  # and deeper


@dataclass(frozen=True, slots=True)
class ListPage:
    """The bytes of a list page and its lines."""

    data: bytes
    lines: Sequence[Line]

    @classmethod
    def of(cls, data: bytes) -> tuple[ListPage, str]:
        """The page, and why it must not be changed, or ""."""
        lines, _, unclosed, _ = scan(data)
        if unclosed is None:
            return cls(data, lines), ""
        return cls(data, lines), f"line {unclosed}: a code block or comment is never closed"

    def between(self, first: int, end: int) -> bytes:
        """The bytes of ``lines[first:end]``."""
        if first >= end:
            return b""
        return self.data[self.lines[first].start : self.lines[end - 1].end]

    def end_of(self, line: Line) -> bytes:
        """What follows the content of a line: its blanks and line end."""
        return self.data[line.start + len(line.content) : line.end]


@dataclass(frozen=True, slots=True)
class Listed:
    """An event as a list prints it. ``body`` gives its summary or line of Context, or "": it is
    asked only of entries that lack it, because names take long to find."""

    id: str
    title: str
    link: str
    topics: tuple[str, ...] = ()
    body: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Form:
    """How a list is written: blank lines between entries, topics above and texts below them."""

    spaced: bool = True
    topics: bool = True
    bodies: bool = True
    newline: bytes = b"\n"
    level: int = 3


@dataclass(slots=True)
class Entry:
    """``lines[first:heading]`` are topics; ``lines[heading + 1 : end]`` is the text below."""

    first: int
    heading: int
    end: int
    title: str
    link: str


@dataclass(slots=True)
class Merged:
    """The bytes of a list with its entries as they should be, and what was done to them."""

    data: bytes = b""
    added: int = 0
    kept_text: list[str] = field(default_factory=list)  # of pages that are gone


def link_of(heading: bytes) -> tuple[str, str] | None:
    """The text and the target of a heading that is one link."""
    found = _LINK.match(heading.decode("utf-8", "replace").strip())
    return (found[1], found[2]) if found and found[0].startswith("[") else None


def leads_to_previous_day(line: Line) -> bool:
    """Whether a heading is the link to the day before."""
    link = link_of(line.text)
    return link is not None and (
        part_of_front_page(link[0]) == "previous_day" or link[0].rstrip().endswith("...")
    )


def entries_in(lines: Sequence[Line], first: int, end: int) -> list[Entry]:
    """The entries among ``lines[first:end]``, in their order."""
    found: list[Entry] = []
    for at in range(first, end):
        line = lines[at]
        if line.kind is not Kind.HEADING or line.level < 3 or line.level >= _TOPIC_LEVEL:
            continue
        link = link_of(line.text)
        if link is None:
            continue
        start = _lead(lines, first if not found else found[-1].heading + 1, at)
        if found:
            found[-1].end = start
        found.append(Entry(start, at, end, *link))
    for entry in found:
        entry.end = _before_other_headings(lines, entry)
    return found


def _lead(lines: Sequence[Line], least: int, at: int) -> int:
    """Where the topic lines above a heading begin; blanks between them and it belong to them."""
    start = look = at
    while look > least:
        look -= 1
        line = lines[look]
        if line.kind is Kind.HEADING and line.level >= _TOPIC_LEVEL:
            start = look
        elif line.kind is not Kind.BLANK:
            break
    return start


def _before_other_headings(lines: Sequence[Line], entry: Entry) -> int:
    """An entry ends before a heading that is no entry's: that one begins an editor's part."""
    for at in range(entry.heading + 1, entry.end):
        if lines[at].kind is Kind.HEADING:
            return at
    return entry.end


def form_of(
    page: ListPage, entries: Sequence[Entry], events: Sequence[Listed], otherwise: Form
) -> Form:
    """The form of a list, as far as its entries show one; ``events`` are those of the entries."""
    lines = page.lines
    crlf = page.data.count(b"\r\n")
    newline = b"\r\n" if crlf > page.data.count(b"\n") - crlf else b"\n"
    spaced, level = otherwise.spaced, otherwise.level
    if entries:
        level = lines[entries[0].heading].level
    if len(entries) > 1:
        spaced = any(lines[entry.end - 1].kind is Kind.BLANK for entry in entries[:-1])
    # Where no event has a topic, or a text, a list without them tells nothing.
    topics = any(entry.first < entry.heading for entry in entries) or (
        otherwise.topics and not any(event.topics for event in events)
    )
    bodies = any(_has_text(lines, entry) for entry in entries) or (
        otherwise.bodies and not any(event.body() for event in events)
    )
    return Form(spaced, topics, bodies, newline, level)


def _has_text(lines: Sequence[Line], entry: Entry) -> bool:
    return any(line.kind is not Kind.BLANK for line in lines[entry.heading + 1 : entry.end])


def printed(events: Iterable[Listed], form: Form, above: tuple[str, ...] = ()) -> Iterator[bytes]:
    """New entries, below each other; ``above`` are the topics of the entry above the first, which
    are not repeated."""
    for event in events:
        rows = [heading_of(event, form.level)]
        if form.bodies and (body := event.body()):
            rows.append(body)
        if form.spaced:
            rows.append("")
        yield _topics(event, form, above) + _encoded(rows, form)
        above = event.topics


def _topics(event: Listed, form: Form, above: tuple[str, ...]) -> bytes:
    """The topic lines of an entry, unless they are those of the entry above."""
    shown = event.topics if form.topics and event.topics != above else ()
    return _encoded([f"##### {escaping.text(topic)}" for topic in shown], form)


def _encoded(rows: Iterable[str], form: Form) -> bytes:
    return b"".join(row.encode("utf-8", "replace") + form.newline for row in rows)


def gap_below(above: bytes, form: Form) -> bytes:
    """What separates an entry or link from the text above it: a line end, and a blank line in a
    list that has them."""
    gap = b"" if not above or above.endswith((b"\n", b"\r")) else form.newline
    is_apart = not above.strip() or (above + gap).endswith((form.newline * 2, b"\n\n"))
    return gap + (form.newline if form.spaced and not is_apart else b"")


def heading_of(event: Listed, level: int) -> str:
    link = escaping.destination(event.link)
    return f"{'#' * level} [{escaping.text(event.title)}]({link})"


def says(heading: str, title: str) -> bool:
    """Whether the words of a heading read as a title does, untidy blanks aside."""
    return _tidy(shown_line(heading)) == _tidy(title)


def _tidy(text: str) -> str:
    return " ".join(printing.line(text).split())


def path_of(link: str, directory: str) -> str:
    """The path that a link in a page of ``directory`` means; "" if it leads elsewhere."""
    try:
        parts = urlsplit(html.unescape(link))
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or not parts.path:
        return ""
    return posixpath.normpath(posixpath.join(directory, unquote(parts.path)))


# What a link means: the id of an event; "" if it is dead; None if that is not ours to judge.
Meaning = Callable[[str], str | None]


def merged(
    page: ListPage,
    entries: Sequence[Entry],
    wanted: Mapping[str, Listed],
    meaning: Meaning,
    form: Form,
    span: tuple[int, int],
) -> Merged:
    """``lines[span]`` with one entry for each event that is wanted.

    Entries that are right keep their bytes and their order; new ones come last, in the order of
    ``wanted``. Entries whose page is gone and second entries of one event go.
    """
    result = Merged()
    pieces: list[bytes] = []
    done: set[str] = set()
    at, last = span[0], 0
    topics: tuple[str, ...] = ()
    for entry in entries:
        pieces.append(page.between(at, entry.first))
        at = entry.end
        meant = meaning(entry.link)
        if meant is None or (meant and meant not in wanted and meant not in done):
            pieces.append(page.between(entry.first, entry.end))
        elif not meant or meant in done:
            pieces.append(_prose(page, entry))
            if pieces[-1].strip():
                result.kept_text.append(entry.title)
        else:
            pieces.append(_renewed(page, entry, wanted[meant], form, topics))
            topics = wanted[meant].topics
        if meant:
            done.add(meant)
        last = len(pieces)
    new = [event for event_id, event in wanted.items() if event_id not in done]
    if new:
        if not entries:
            place = _top_end(page.lines, span)
            pieces.append(page.between(at, place))
            at, last = place, len(pieces)
        gap = gap_below(b"".join(pieces[:last]), form)
        pieces[last:last] = [gap, *printed(new, form, topics)]
        result.added = len(new)
    pieces.append(page.between(at, span[1]))
    result.data = b"".join(pieces)
    return result


def _top_end(lines: Sequence[Line], span: tuple[int, int]) -> int:
    """Behind the blank lines at the top of a part that has no entry yet."""
    at = span[0]
    while at < span[1] and lines[at].kind is Kind.BLANK:
        at += 1
    return at


def _renewed(
    page: ListPage, entry: Entry, event: Listed, form: Form, above: tuple[str, ...]
) -> bytes:
    """An entry whose own parts are complete and current; every other byte is as it was."""
    line = page.lines[entry.heading]
    lead = page.between(entry.first, entry.heading) or _topics(event, form, above)
    heading = page.between(entry.heading, entry.heading + 1)
    if not says(entry.title, event.title):
        end = page.end_of(line) or form.newline
        heading = heading_of(event, line.level).encode("utf-8", "replace") + end
    below = page.between(entry.heading + 1, entry.end)
    if form.bodies and not _has_text(page.lines, entry) and (body := event.body()):
        if not heading.endswith((b"\n", b"\r")):
            heading += form.newline
        below = _encoded([body], form) + below
    return lead + heading + below


def _prose(page: ListPage, entry: Entry) -> bytes:
    """The text that an editor wrote below an entry that is removed: everything after the line right
    below its heading, which has its summary or Context."""
    first = entry.heading + 1
    if first < entry.end and page.lines[first].kind is Kind.TEXT:
        first += 1
    while first < entry.end and page.lines[first].kind is Kind.BLANK:
        first += 1
    return page.between(first, entry.end)


def day_of_list(link: str) -> str | None:
    """The day that a link to a day's list names, as YYYY-MM-DD; None if it is no such link."""
    path = path_of(link, "/")
    if posixpath.basename(path).casefold() not in ("index.md", "readme.md"):
        return None
    day = date_in(path)
    return None if day is None else day.isoformat()
