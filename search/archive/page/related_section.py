"""Pages in, pages with their Related sections made anew out; values only, nothing is written.

What belongs to us in a section is its list: numbered items, and bulleted ones that are links.
All else that an editor put there (paragraphs, comments, sub-headings and what is below them)
stays to the byte, and keeps the heading alive when nothing is related any more. Where a page has
several Related sections, the first gets the list and those of the others are outdated.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from search.archive import OnSkip, SitePage, Skipped
from search.archive.page import escaping
from search.archive.page.blocks import Kind, Line
from search.archive.page.parser import Page, Section, parse
from search.model.event import Event

_NUMBERED = re.compile(rb" {0,3}\d{1,9}[.)](?:[ \t]|$)")
_LINKED = re.compile(rb" {0,3}[-+*][ \t]+!?\[")
_INTERRUPTS = re.compile(rb" {0,3}(?:>|[-+*](?:[ \t]|$)|(?:[-_*][ \t]*){3,}$)")
_INDENTED = re.compile(rb"(?: {2,}|\t)")


class RelatedItem(Protocol):
    """What one item of a list needs; ``search.model.hit.Hit`` is one."""

    @property
    def event(self) -> Event: ...

    @property
    def context(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Change:
    """A page whose bytes should become others; ``boundary`` as in ``search.archive.SitePage``.

    ``is_new``: there is no such page yet, and nothing else may be in its place.
    """

    path: Path
    boundary: Path
    before: bytes
    after: bytes
    is_new: bool = False


def regenerate(
    pages: Iterable[SitePage],
    relate: Callable[[str], Sequence[RelatedItem]],
    on_skip: OnSkip,
) -> Iterator[Change]:
    """The pages that are not as they should be, given what is related to each event's id.

    ``on_skip`` is told of a page that lacks a section and cannot be given one.
    """
    for page in pages:
        items = relate(page.event.id)
        if items and not page.page.related and page.page.unclosed is not None:
            reason = "a code block or comment is never closed; no section can follow it"
            on_skip(Skipped(str(page.path), page.page.unclosed, reason))
            continue
        after = with_related(page.page, items)
        if after != page.page.data:
            yield Change(page.path, page.boundary, page.page.data, after)


def with_related(page: Page, items: Sequence[RelatedItem]) -> bytes:
    """The page's bytes with these items as its Related list; without any, without a list.

    A page that ends without a line end still does. A page that has no section and ends inside a
    code block or comment stays as it is.
    """
    context = page.labels.context
    texts = [f"{number}. {_item(item, context)}".encode() for number, item in enumerate(items, 1)]
    if not page.related:
        return _appended(page, texts) if texts and page.unclosed is None else page.data
    for number in range(len(page.related) - 1, 0, -1):
        without = parse(_edited(page, page.related[number], []))
        assert isinstance(without, Page)  # its title is above all that was taken out
        page = without
    return _edited(page, page.related[0], texts)


def unified_diff(change: Change) -> str:
    """The change as a unified diff of the page's lines, as `patch -p1` and `git apply` take it."""
    before, after = (
        [line.decode() for line in data.splitlines(keepends=True)]
        for data in (change.before, change.after)
    )
    old, new = (_quoted(f"{side}/{change.path.as_posix().lstrip('/')}") for side in "ab")
    diff = difflib.unified_diff(before, after, old, new)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in diff
    )


def _item(item: RelatedItem, label: str) -> str:
    link = escaping.destination(item.event.link)
    printed = f"[{escaping.text(item.event.title)}]({link})"
    terms = [term for raw in item.context if (term := escaping.text(raw))]
    return f"{printed} _{label}: {', '.join(terms)}_" if terms else printed


def _edited(page: Page, section: Section, texts: list[bytes]) -> bytes:
    runs = _own_runs(page.lines, section)
    if not texts and _holds_only(runs, page.lines, section):
        return _without_section(page, section, runs)
    return _with_list(page, section, runs, texts)


def _own_runs(lines: Sequence[Line], section: Section) -> list[tuple[int, int]]:
    """The lists in a section that are ours, as ranges of lines; blanks around them excluded."""
    runs: list[tuple[int, int]] = []
    at = section.first + 1
    while at < section.end and lines[at].kind is not Kind.HEADING:
        if _is_item(lines, at):
            stop = _end_of_run(lines, at, section.end)
            runs.append((at, stop))
            at = stop
        else:
            at += 1
    return runs


def _is_item(lines: Sequence[Line], at: int) -> bool:
    line = lines[at]
    if line.kind is not Kind.TEXT:
        return False
    if _NUMBERED.match(line.content):
        # Below a paragraph, a number other than one only continues it.
        return lines[at - 1].kind is not Kind.TEXT or line.content.lstrip()[:2] in (b"1.", b"1)")
    return _LINKED.match(line.content) is not None


def _end_of_run(lines: Sequence[Line], first: int, end: int) -> int:
    """Where the list that begins at a line ends: after its last item and what continues that."""
    stop = first + 1
    at = stop
    while at < end:
        line = lines[at]
        if line.kind is Kind.TEXT:
            is_item = _NUMBERED.match(line.content) or _LINKED.match(line.content)
            after_blank = lines[at - 1].kind is Kind.BLANK
            if not is_item and (
                not _INDENTED.match(line.content)
                if after_blank
                else _INTERRUPTS.match(line.content)
            ):
                break
            stop = at + 1
        elif line.kind is not Kind.BLANK:
            break
        at += 1
    return stop


def _holds_only(runs: list[tuple[int, int]], lines: Sequence[Line], section: Section) -> bool:
    at = section.first + 1
    for start, stop in [*runs, (section.end, section.end)]:
        if any(line.kind is not Kind.BLANK for line in lines[at:start]):
            return False
        at = stop
    return True


def _appended(page: Page, texts: list[bytes]) -> bytes:
    source, data = page.source, page.data
    colon = ":" if source is None else source.heading[-1:]
    label = page.labels.related[0] + (colon if colon in (":", "：") else "")
    heading = f"{'#' * (source.level if source else 3)} {label}".encode()
    at = source.end if source else len(page.lines)
    newline = _newline(page, at)
    section = [heading, b"", *texts, b""]
    if at < len(page.lines):
        cut = page.lines[at].start
        set_off = [] if page.lines[at - 1].kind is Kind.BLANK else [b""]
        return _joined(data[:cut], newline.join([*set_off, *section, b""]), data[cut:])
    set_off = [b""] if _line_end(page.lines[-1], data) else [b"", b""]
    return _ended_like(data, data + newline.join([*set_off, *section]))


def _without_section(page: Page, section: Section, runs: list[tuple[int, int]]) -> bytes:
    """The inverse of `_appended`: the section goes with the blank line that set it off."""
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


def _with_list(
    page: Page, section: Section, runs: list[tuple[int, int]], texts: list[bytes]
) -> bytes:
    lines, data = page.lines, page.data
    pieces: list[bytes] = []
    done = 0
    if texts and not runs:
        at = _place_for_list(page, section)
        done = lines[at - 1].end
        before = [b""] if _line_end(lines[at - 1], data) else [b"", b""]
        after = [b""] if at < len(lines) and lines[at].kind is not Kind.BLANK else []
        new = _newline(page, at).join([*before, *texts, *after, b""])
        pieces = [data[:done], new]
    for number, (start, stop) in enumerate(runs):
        newline = _newline(page, start)
        if texts and number == 0:
            pieces += [data[done : lines[start].start], newline.join([*texts, b""])]
        else:
            # One blank line stays between what stood above and below, else they would be one block.
            is_set_off = lines[start - 1].kind is Kind.BLANK
            is_followed = stop < len(lines) and lines[stop].kind is not Kind.BLANK
            pieces.append(data[done : lines[start - (is_set_off and not is_followed)].start])
            if is_followed and not is_set_off:
                pieces.append(newline)
        done = lines[stop - 1].end
    return _ended_like(data, _joined(*pieces, data[done:]))


def _place_for_list(page: Page, section: Section) -> int:
    """Behind what an editor wrote below the heading, before sub-headings and code left open."""
    place = section.first + 1
    end = section.end if page.unclosed is None else min(section.end, page.unclosed - 1)
    for at in range(section.first + 1, end):
        if page.lines[at].kind is Kind.HEADING:
            break
        if page.lines[at].kind is not Kind.BLANK:
            place = at + 1
    return place


def _line_end(line: Line, data: bytes) -> bytes:
    return data[line.start + len(line.content) : line.end]


def _newline(page: Page, at: int) -> bytes:
    """How lines that are put before line `at` end: as the line above does.

    What is put there never alters the line above, so the next run finds the same answer.
    """
    return _line_end(page.lines[at - 1], page.data) or page.newline


def _joined(*pieces: bytes) -> bytes:
    """The pieces in a row; a CR and a LF that were two line ends do not become one."""
    joined = bytearray()
    for piece in pieces:
        if joined.endswith(b"\r") and piece.startswith(b"\n"):
            joined += b"\n"
        joined += piece
    return bytes(joined)


def _ended_like(before: bytes, after: bytes) -> bytes:
    """What comes after, without line ends at its end where what was before has none."""
    return after if before[-1:] in (b"\n", b"\r") else after.rstrip(b"\r\n")


def _quoted(name: str) -> str:
    """A file's name in a diff: in quotes with escapes where it has characters that confuse."""
    if name.isprintable() and '"' not in name and "\\" not in name:
        return f"{name}\t" if " " in name else name
    escaped = "".join(
        f"\\{c}" if c in '"\\' else c if c.isprintable() else ascii(c)[1:-1] for c in name
    )
    return f'"{escaped}"'
