"""Replaces the list of a Related section: pages in, changed pages out; nothing is written.

Of a section only the items of our form are replaced (see `own_items`). All else that an editor put
there stays to the byte, and keeps the heading alive when nothing is related any more. Where a page
has several Related sections, the first gets the list, and our items in the others go.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from search.archive import OnSkip, SitePage, Skipped
from search.archive.page import escaping
from search.archive.page.blocks import Block, Kind, Line, outline
from search.archive.page.labels import is_source
from search.archive.page.own_items import IsKnown, own_lines
from search.archive.page.parser import NoPage, Page, Section, parse
from search.model.event import Event

# Put between our list and an editor's blocks only where they would else become one block.
_SEPARATOR: Final = b"<!-- event-search -->"
# What is put above the list, below it, and in place of the lists that go, until it works.
_ATTEMPTS: Final[tuple[tuple[list[bytes], list[bytes], list[bytes]], ...]] = (
    ([], [], []),
    ([], [], [b""]),
    ([], [_SEPARATOR], [_SEPARATOR]),
    ([_SEPARATOR], [_SEPARATOR], [_SEPARATOR]),
)


class RelatedItem(Protocol):
    """What one item of a list needs; ``search.model.hit.Hit`` is one."""

    @property
    def event(self) -> Event: ...

    @property
    def context(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Change:
    """A page whose bytes should become others; ``boundary`` as in ``search.archive.SitePage``.

    ``is_new``: there is no such page yet, and nothing else may be in its place. ``reasons`` say,
    a sentence each, why items came, went or moved.
    """

    path: Path
    boundary: Path
    before: bytes
    after: bytes
    is_new: bool = False
    reasons: tuple[str, ...] = ()


class CannotPlace(Exception):
    """The page has no place for a list; the message is the reason, for people.

    ``line`` (from 1) is where the reason lies, or None.
    """

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason)
        self.line = line


def regenerate(
    pages: Iterable[SitePage],
    relate: Callable[[str], Sequence[RelatedItem]],
    on_skip: OnSkip,
    is_known: IsKnown = lambda link: False,
) -> Iterator[Change]:
    """The pages that are not as they should be, given what is related to each event's id.

    ``on_skip`` is told of a page that cannot be given its list. ``is_known`` says of a link in a
    page whether it leads to an event that the index has or had.
    """
    for page in pages:
        try:
            after = with_related(page.page, relate(page.event.id), is_known)
        except CannotPlace as error:
            on_skip(Skipped(str(page.path), error.line, str(error)))
            continue
        if after != page.page.data:
            yield Change(page.path, page.boundary, page.page.data, after)


def with_related(
    page: Page, items: Sequence[RelatedItem], is_known: IsKnown = lambda link: False
) -> bytes:
    """The page's bytes with these items as its Related list; without any, without a list.

    A page that ends without a line end still does. A CommonMark parser sees all blocks but ours as
    before.

    Raises:
        CannotPlace: the page ends inside code or a comment, or has something around the list that
            would become another block.
    """
    printed = {escaping.destination(item.event.link) for item in items}
    editing = _Editing(lambda link: link in printed or is_known(link))
    if items and not page.related:
        editing.refuse_second_list(page)
    context = page.labels.context
    texts = [f"{number}. {_item(item, context)}".encode() for number, item in enumerate(items, 1)]
    for number in range(len(page.related) - 1, 0, -1):
        page = editing.edited(page, page.related[number], [])
    if page.related:
        page = editing.edited(page, page.related[0], texts)
    elif texts:
        page = editing.appended(page, texts)
    return page.data


def _item(item: RelatedItem, label: str) -> str:
    link = escaping.destination(item.event.link)
    printed = f"[{escaping.text(item.event.title)}]({link})"
    terms = [term for raw in item.context if (term := escaping.term(raw))]
    return f"{printed} _{label}: {', '.join(terms)}_" if terms else printed


class _Editing:
    """Edits of pages, each checked to leave the blocks of editors as they are."""

    def __init__(self, is_known: IsKnown) -> None:
        self._is_known = is_known

    def edited(self, page: Page, section: Section, texts: list[bytes]) -> Page:
        """The page with these lines as the list of a section."""
        runs = self._own_runs(page, section)
        if not texts and _holds_only(runs, page.lines, section):
            return self._checked(page, [_without_section(page, section, runs)], section)
        attempts = (
            _with_list(page, runs, [*above, *texts, *below] if texts else [], between)
            if runs
            else _with_first_list(page, section, [*above, *texts, *below] if texts else [])
            for above, below, between in _ATTEMPTS
        )
        return self._checked(page, attempts, section)

    def refuse_second_list(self, page: Page) -> None:
        """A page that has a list of our items under a heading that is not known is left alone.

        Raises:
            CannotPlace: it has.
        """
        heading = None
        items = iter(page.items)
        item = next(items, None)
        for number, line in enumerate(page.lines):
            if line.level:
                heading = None if line.level == 1 or is_source(line.text.decode()) else number
            if item is None or item.first != number:
                continue
            if heading is not None and own_lines(item, self._is_known):
                text = page.lines[heading].text.decode().strip()
                raise CannotPlace(
                    f"it has a list of events below {text!r}, which is not known as the heading of "
                    "a Related section; rename the heading to one that is",
                    heading + 1,
                )
            item = next(items, None)

    def appended(self, page: Page, texts: list[bytes]) -> Page:
        """The page with a new section."""
        if page.unclosed is not None:
            reason = "a code block or comment is never closed; no section can follow it"
            raise CannotPlace(reason, page.unclosed)
        return self._checked(page, [_appended(page, texts)], page.source)

    def _checked(self, page: Page, attempts: Iterable[bytes], section: Section | None) -> Page:
        """The first attempt that leaves all blocks but ours as they are."""
        before = None
        for after in attempts:
            if after == page.data:
                return page
            if before is None:
                before = self._outline(page)
            try:
                changed = parse(after)
            except NoPage:  # it would be too large
                continue
            if isinstance(changed, Page) and self._outline(changed) == before:
                return changed
        reason = "a new list would change the blocks around it; set them apart from the list"
        raise CannotPlace(reason, section.first + 1 if section else None)

    def _outline(self, page: Page) -> list[Block]:
        hidden: set[int] = set()
        for section in page.related:
            for first, stop in self._own_runs(page, section):
                hidden.update(range(first, stop))
            hidden.add(section.first)
        return outline(page.data, hidden)

    def _own_runs(self, page: Page, section: Section) -> list[tuple[int, int]]:
        """Our items and separators in a section, as ranges of lines; blanks between them included,
        blanks around them excluded."""
        lines = page.lines
        end = next(
            (at for at in range(section.first + 1, section.end) if lines[at].level), section.end
        )
        own = [
            (item.first, item.first + count)
            for item in page.items
            if section.first < item.first < end and (count := own_lines(item, self._is_known))
        ]
        own += [
            (at, at + 1)
            for at in range(section.first + 1, end)
            if lines[at].kind is Kind.OPAQUE and lines[at].content == _SEPARATOR
        ]
        runs: list[tuple[int, int]] = []
        for first, stop in sorted(own):
            if runs and all(line.kind is Kind.BLANK for line in lines[runs[-1][1] : first]):
                runs[-1] = (runs[-1][0], stop)
            else:
                runs.append((first, stop))
        return runs


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


def _with_first_list(page: Page, section: Section, texts: list[bytes]) -> bytes:
    if not texts:
        return page.data
    lines, data = page.lines, page.data
    at = _place_for_list(page, section)
    cut = lines[at - 1].end
    before = [b""] if _line_end(lines[at - 1], data) else [b"", b""]
    after = [b""] if at < len(lines) and lines[at].kind is not Kind.BLANK else []
    new = _newline(page, at).join([*before, *texts, *after, b""])
    return _ended_like(data, _joined(data[:cut], new, data[cut:]))


def _with_list(
    page: Page, runs: list[tuple[int, int]], texts: list[bytes], between: list[bytes]
) -> bytes:
    """The page with ``texts`` instead of the first run, and ``between`` where others stood between
    an editor's lines."""
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
