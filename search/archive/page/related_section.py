"""Replaces the list of a page: its bytes in, its new bytes out; nothing is written.

Only items of our form are replaced (see `own_items`). Everything else in the section stays byte for
byte, and keeps the heading if nothing is related any more. If a page has several Related sections,
the first gets the list, and our items in the others are removed.

Where the owner has named markers, all between them is ours, and no section is made; where they have
named a field of the front matter, see `front_matter_list`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from search.archive.page import escaping, splicing
from search.archive.page.blocks import Block, Kind, Line, outline
from search.archive.page.front_matter_list import with_field
from search.archive.page.item_form import forms_of
from search.archive.page.labels import ENGLISH, Labels, Usual, english
from search.archive.page.marks import comments, is_mark, is_record
from search.archive.page.own_items import NOTHING_KNOWN, KnownLinks, own_items
from search.archive.page.parser import CannotPlace, NoPage, Page, Section, parse
from search.archive.page.second_list import refuse_second_list
from search.model import printing as plain
from search.model.hit import Hit
from search.model.page_style import FIELD, PageStyle

_SAMPLE_STYLE: Final = PageStyle()
# Put between our list and an editor's blocks only where they would else become one block.
_SEPARATOR: Final = b"<!-- event-search -->"
# Lines to try above the list, below it, and in place of removed lists, until the page parses.
_ATTEMPTS: Final[tuple[tuple[list[bytes], list[bytes], list[bytes]], ...]] = (
    ([], [], []),
    ([], [], [b""]),
    ([], [_SEPARATOR], [_SEPARATOR]),
    ([_SEPARATOR], [_SEPARATOR], [_SEPARATOR]),
)


@dataclass(frozen=True, slots=True)
class Change:
    """The old and the new bytes of a page; ``boundary`` as in ``search.archive.SitePage``.

    ``is_new``: the page does not exist yet, and must replace nothing. ``reasons`` explain, one
    sentence each, why items were added, removed or moved. ``renamed`` are the new and the old link
    of each item whose page was renamed.
    """

    path: Path
    boundary: Path
    before: bytes
    after: bytes
    is_new: bool = False
    reasons: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def only_follows_renames(self) -> bool:
        """Whether the same items are listed for the same reasons, some with new links."""
        return bool(self.renamed) and len(self.reasons) == len(self.renamed)


def with_related(
    page: Page,
    items: Sequence[Hit],
    known: KnownLinks = NOTHING_KNOWN,
    style: PageStyle = _SAMPLE_STYLE,
    usual: Usual = english,
    below: Sequence[bytes] = (),
) -> bytes:
    """The page's bytes with these items as its Related list; without any, without a list.

    ``below`` are lines of comments to write below the list: its record, and new marks, which come
    below the marks that are there. A page that ends without a line end still does. A CommonMark
    parser sees all blocks but ours as before.

    Raises:
        CannotPlace: the page ends inside code or a comment, or has something around the list that
            would become another block; it has no markers, or no front matter.
    """
    printed = {
        (escaping.destination(item.event.link), plain.line(item.event.title)) for item in items
    }
    links = {link for link, _ in printed}
    editing = _Editing(
        KnownLinks(
            lambda link, text: (link, text) in printed or known.is_ours(link, text),
            lambda link: link in links or known.is_event(link),
        ),
        style,
    )
    is_elsewhere = style.is_elsewhere
    if items and not page.related and not is_elsewhere:
        refuse_second_list(page, editing.known, style)
    labels = page.labels(usual, with_related=not is_elsewhere) if items else ENGLISH
    form = forms_of(style).printed
    texts = [
        form.printed(item, number, labels.context).encode() for number, item in enumerate(items, 1)
    ]
    texts += [line for line in below if not is_mark(line)]
    if marks := [line for line in below if is_mark(line)]:
        page = editing.with_marks(page, marks)
    for number in range(len(page.related) - 1, 0 if not is_elsewhere else -1, -1):
        page = editing.edited(page, page.related[number], [])
    if style.front_matter:
        return with_field(page, style.front_matter, items)
    if style.markers:
        page = editing.marked(page, texts)
    elif page.related:
        page = editing.edited(page, page.related[0], texts)
    elif texts:
        page = editing.appended(page, _heading(page, style, labels), texts)
    return page.data


def _heading(page: Page, style: PageStyle, labels: Labels) -> bytes:
    """The heading of a new section: of the level of the page's sources, and with their colon."""
    source = page.source
    level = "#" * (source.level if source else 3)
    if style.headings:
        words = FIELD.sub(lambda found: labels.related[0], style.headings[0]).strip()
        return (words if words.startswith("#") else f"{level} {words}").encode()
    colon = ":" if source is None else source.heading[-1:]
    return f"{level} {labels.related[0]}{colon if colon in (':', '：') else ''}".encode()


class _Editing:
    """Edits of pages, each checked to leave the blocks of editors as they are."""

    def __init__(self, known: KnownLinks, style: PageStyle) -> None:
        self.known = known
        self._style = style
        self._forms = forms_of(style)

    def edited(self, page: Page, section: Section, texts: list[bytes]) -> Page:
        """The page with these lines as the list of a section."""
        runs = self._own_runs(page, section)
        if not texts and _holds_only(runs, page.lines, section):
            return self._checked(page, [splicing.without_section(page, section, runs)], section)
        attempts = (
            splicing.with_list(page, runs, [*above, *texts, *below] if texts else [], between)
            if runs
            else splicing.with_first_list(page, section, [*above, *texts, *below] if texts else [])
            for above, below, between in _ATTEMPTS
        )
        return self._checked(page, attempts, section)

    def appended(self, page: Page, heading: bytes, texts: list[bytes]) -> Page:
        """The page with a new section."""
        if page.unclosed is not None:
            reason = "a code block or comment is never closed; no section can follow it"
            raise CannotPlace(reason, page.unclosed)
        return self._checked(page, [splicing.appended(page, heading, texts)], page.source)

    def marked(self, page: Page, texts: list[bytes]) -> Page:
        """The page with these lines between its markers."""
        begin, end = self._style.markers
        if page.between is None:
            if not texts:
                return page
            raise CannotPlace(f"no line {begin}; put it and {end} where the list should be", None)
        if page.between.end is None:
            raise CannotPlace(f"no line {end} below {begin}; add it", page.between.begin + 1)
        attempts = (
            [[b"", *texts, b""], [b"", *texts, b"", _SEPARATOR, b""]] if texts else [[], [b""]]
        )
        return self._checked(page, map(partial(splicing.between_markers, page), attempts), None)

    def with_marks(self, page: Page, marks: list[bytes]) -> Page:
        """The page with new marks: below those of the section, below the list, or at the end."""
        section = page.related[0] if page.related and not self._style.markers else None
        if section is None:
            if page.unclosed is not None:
                reason = "a code block or comment is never closed; no mark can follow it"
                raise CannotPlace(reason, page.unclosed)
            at = len(page.lines)
        else:
            own = self._own_runs(page, section)
            at = max((stop for _, stop in own[:1]), default=section.first + 1)
            within = (n for n, content in comments(page) if is_mark(content))
            at = max([at, *(n + 1 for n in within if section.first < n < section.end)])
        attempts = (splicing.with_lines(page, at, [*above, *marks]) for above in ([], [b""]))
        return self._checked(page, attempts, section)

    def _checked(self, page: Page, attempts: Iterable[bytes], section: Section | None) -> Page:
        """The first attempt that leaves all blocks but ours as they are."""
        before = None
        for after in attempts:
            if after == page.data:
                return page
            if before is None:
                before = self._outline(page)
            try:
                changed = parse(after, self._style)
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
        if page.between is not None and page.between.end is not None:
            hidden.update(range(page.between.begin + 1, page.between.end))
        hidden.update(at for at, content in comments(page) if is_mark(content))
        return outline(page.data, hidden)

    def _own_runs(self, page: Page, section: Section) -> list[tuple[int, int]]:
        """Our items and separators in a section, as ranges of lines; blanks between them included,
        blanks around them excluded."""
        lines = page.lines
        own = [(item.first, item.end) for item in own_items(page, section, self.known, self._forms)]
        end = next(
            (at for at in range(section.first + 1, section.end) if lines[at].level), section.end
        )
        own += [
            (at, at + 1)
            for at, content in comments(page)
            if section.first < at < end and (content == _SEPARATOR or is_record(content))
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
