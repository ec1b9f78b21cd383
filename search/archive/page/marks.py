"""Reads and writes marks: the decisions of editors about the list of a page.

A mark is a comment on a line of its own, not inside code or other HTML:

<!-- event-search: pin /news/2016/08/18/some-page.md -->    stays in the list, in its position
<!-- event-search: keep /news/2016/08/18/some-page.md -->   the same, in the words that it has there
<!-- event-search: ban /news/2016/04/5/other-page.md -->    is never in the list
<!-- event-search: no-list -->                              the page has no list

Of two marks on the same link the later one counts, and those of the Related section come last.

A link that an editor deletes, adds, moves or rewords by hand becomes such a mark in the next run,
and marks are never removed. A section that is deleted together with its heading decides nothing
about its links: the next run makes a new list. ``search.engine.decisions.hand_edits`` says how a
run tells what was done by hand. Beside a ``related.toml``, a comment below each list records its
events and their words by short hashes, so that hand edits are found in any clone with any index:

<!-- event-search: listed 5f3a2c11:09ab3f71 8cc01d42:77d0e1c5 -->
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple, cast
from zlib import crc32

from search.archive.page.blocks import Kind
from search.archive.page.parser import Page

Verb = Literal["pin", "keep", "ban", "no-list"]
_OURS: Final = re.compile(rb" {0,3}<!--[ \t]*event-search\b[^>]*-->[ \t]*")
_OPEN: Final = rb" {0,3}<!--[ \t]*event-search:[ \t]*"
_MARK: Final = re.compile(_OPEN + rb"(?:(pin|keep|ban)[ \t]+(\S{1,2000})|(no-list))[ \t]*-->[ \t]*")
_LIKE_A_MARK: Final = re.compile(rb"event-search:[ \t]*(?:pin|keep|ban|no-list)")
_LISTED: Final = re.compile(
    _OPEN + rb"listed((?: [0-9a-f]{8}(?::[0-9a-f]{8})?){1,1000})[ \t]*-->[ \t]*"
)


class Mark(NamedTuple):
    """A decision about the event that ``link`` leads to. ``line`` counts from 1.

    ``link`` is empty for ``no-list``.
    """

    verb: Verb
    link: str
    line: int

    @property
    def text(self) -> str:
        """The mark without its comment signs."""
        return f"{self.verb} {self.link}".rstrip()


def marks_of(page: Page) -> tuple[Mark, ...]:
    """The marks in a page, by ascending priority: of two on one link the later counts."""
    found = []
    for number, content in comments(page):
        if mark := _MARK.fullmatch(content):
            verb = cast(Verb, (mark[1] or mark[3]).decode())
            found.append(Mark(verb, (mark[2] or b"").decode(), number + 1))
    first, end = _own_lines(page)
    return tuple(sorted(found, key=lambda mark: first < mark.line <= end))


def may_have_marks(data: bytes) -> bool:
    """Whether a page has something that looks like a mark."""
    return _LIKE_A_MARK.search(data) is not None


def is_mark(content: bytes) -> bool:
    """Whether one of our comments is a mark."""
    return _MARK.fullmatch(content) is not None


def is_record(content: bytes) -> bool:
    """Whether one of our comments is the record of a list."""
    return _LISTED.fullmatch(content) is not None


def hash_in_page(event_id: str) -> str:
    """The eight hexadecimal digits of an event, or of the words of an item, in a record."""
    return f"{crc32(event_id.encode('utf-8', 'surrogatepass')):08x}"


def record_line(items: Iterable[tuple[str, str]]) -> bytes:
    """The record of a list of these events and words."""
    hashes = (f"{hash_in_page(event_id)}:{hash_in_page(words)}" for event_id, words in items)
    return f"<!-- event-search: listed {' '.join(hashes)} -->".encode()


def mark_line(verb: Verb, link: str) -> bytes:
    """The line of a mark; ``link`` is one that ``escaping.destination`` made."""
    return f"<!-- event-search: {verb} {link} -->".encode()


def recorded(page: Page) -> Mapping[str, str] | None:
    """The record of a page's list: the hashes of the items' words by the hashes of their events, in
    the order of the list. None without a record. Older versions recorded no words: ""."""
    first, end = _own_lines(page)
    for number, content in comments(page):
        if first < number < end and (found := _LISTED.fullmatch(content)):
            pairs = (each.partition(":") for each in found[1].decode().split())
            return {event: words for event, _, words in pairs}
    return None


def _own_lines(page: Page) -> tuple[int, int]:
    """The lines between which the list is: a marker or heading, and its end; (0, 0) if none."""
    if page.between is not None and page.between.end is not None:
        return page.between.begin, page.between.end
    section = page.related[0] if page.related else None
    return (0, 0) if section is None else (section.first, section.end)


def moved(before: Sequence[str], now: Sequence[str]) -> set[str]:
    """The fewest of the values in both orders that must have moved to turn one into the other.

    The others are a longest increasing subsequence (patience sorting).
    """
    rank = {value: place for place, value in enumerate(before)}
    values = [value for value in now if value in rank]
    tails: list[int] = []
    lengths = []
    for value in values:
        at = bisect_left(tails, rank[value])
        tails[at : at + 1] = [rank[value]]
        lengths.append(at)
    stayed = set()
    wanted = len(tails) - 1
    for value, length in zip(reversed(values), reversed(lengths), strict=True):
        if length == wanted:
            stayed.add(value)
            wanted -= 1
    return set(values) - stayed


def comments(page: Page) -> Iterator[tuple[int, bytes]]:
    """Our comments that are blocks of their own: line number (from 0) and content."""
    if b"event-search" not in page.data:
        return
    begins = True  # whether a comment on this line begins a block
    for number, line in enumerate(page.lines):
        is_ours = begins and line.kind is Kind.OPAQUE and bool(_OURS.fullmatch(line.content))
        if is_ours:
            yield number, line.content
        begins = is_ours or line.kind is not Kind.OPAQUE
