"""Finds the items of a page's list that event-search wrote, and reads them.

An item is ours if it has the form that we print and nothing more, and if it either has the label of
shared terms (``_Context: ..._`` in a known language) or is titled as the event that it links to.
Everything else in a Related section is an editor's, and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import unquote

from search.archive.page.blocks import ListItem
from search.archive.page.front_matter_list import listed
from search.archive.page.item_form import Forms, ReadItem, forms_of
from search.archive.page.labels import CONTEXTS
from search.archive.page.parser import Page, Section
from search.model.page_style import PageStyle

LIST_NAMES = frozenset({"index.md", "readme.md"})  # of pages that list the events of a day
_MOST_LINES = 100  # over which a link and its shared terms may be wrapped
_LONGEST = 1 << 16  # characters of both
_CONTEXT = re.compile(
    rf"\)[ \t]+([_*])(?:{'|'.join(map(re.escape, sorted(CONTEXTS)))})[ \t]*[:：][ \t]*"
)
# The text of a link in its brackets, with one level of brackets inside.
LINK_TEXT: Final = r"\[(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*+\])*+\]"
_LINK = re.compile(LINK_TEXT + r"\(((?:[^()\s]|\([^()\s]*\))*+)\)$")
_DATED = re.compile(r"/\d{4}/\d{1,2}/\d{1,2}/[^/]+$", re.ASCII)
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
# Lines right below an item that are not part of it: tags, template tags, and what other dialects of
# Markdown take for a block.
_NO_REMARK: Final = re.compile(
    r"(?:[ \t]|<[^<>]*+>|\{[^{}]*+\}|\{\{[^{}]*+\}\}|\{\{\{[^{}]*+\}\}\})++$"
    r"|:::|!!!|\[\^?[^\[\]]++\]:|\*\[[^\[\]]++\]:|\||(?:import|export)[ \t]"
)


def is_dated(link: str) -> bool:
    """Whether a link leads to a page in the folder of a day, other than the list of the day."""
    path = unquote(link)
    return (
        path.startswith("/")
        and not path.startswith("//")
        and _DATED.search(path) is not None
        and path.rsplit("/", 1)[1].casefold() not in LIST_NAMES
    )


@dataclass(frozen=True, slots=True)
class KnownLinks:
    """What is known about the links of one page.

    ``is_ours`` says whether we wrote an item without shared terms, given its link and title.
    ``is_event`` says whether a link, in any spelling, leads to an event. Without knowledge of the
    archive, every link to a page in the folder of a day counts.
    """

    is_ours: Callable[[str, str], bool] = lambda link, title: is_dated(link)
    is_event: Callable[[str], bool] = is_dated


NOTHING_KNOWN: Final = KnownLinks()
_SAMPLE_STYLE: Final = PageStyle()


class OwnItem(NamedTuple):
    """An item of ours: its first line, the line after its last, and its content."""

    first: int
    end: int
    read: ReadItem


def own_item(item: ListItem, known: KnownLinks, forms: Forms | None = None) -> OwnItem | None:
    """The content of an item if it is ours; None if it is an editor's.

    An item is an editor's if it has more than one paragraph, or more text than our form. Lines of
    only markup after our form (such as template tags) are the editor's; our item ends above them.
    ``forms`` are recognised as well as the first form.
    """
    for count, read, has_label in _readings(item.paragraph, forms):
        rest = item.paragraph[count:]
        is_whole = all(_NO_REMARK.match(line) for line in rest)
        if is_whole and (has_label or known.is_ours(read.link, read.title)):
            return OwnItem(item.first, item.first + count, read)
    return None


def own_items(page: Page, section: Section, known: KnownLinks, forms: Forms) -> list[OwnItem]:
    """Our items in a Related section, above its first inner heading and outside markers."""
    marked = range(page.between.begin, page.between.end or 0) if page.between else range(0)
    inside = range(section.first + 1, section.end)
    end = next((at for at in inside if page.lines[at].level), section.end)
    found = (
        own_item(item, known, forms)
        for item in page.items
        if section.first < item.first < end and item.first not in marked
    )
    return [item for item in found if item is not None]


def printed_items(
    page: Page, known: KnownLinks, style: PageStyle = _SAMPLE_STYLE
) -> list[ReadItem]:
    """Our items in a page, in order: in front matter, between markers, or in Related sections."""
    if style.front_matter and (found := listed(page, style.front_matter)):
        return found
    forms = forms_of(style)
    if page.between is not None and page.between.end is not None:
        lines = page.lines[page.between.begin + 1 : page.between.end]
        texts = [line.content.decode() for line in lines]
        if marked := [read for text in texts if (read := _of_line(text, known, forms))]:
            return marked
    return [
        item.read for section in page.related for item in own_items(page, section, known, forms)
    ]


def _of_line(text: str, known: KnownLinks, forms: Forms) -> ReadItem | None:
    """An item between markers, where everything is ours."""
    for form in forms.known:
        read = form.read_line(text)
        if read is not None and ((form.has_label and read.context) or known.is_event(read.link)):
            return read
    return None


def _readings(
    paragraph: Sequence[str], forms: Forms | None
) -> Iterator[tuple[int, ReadItem, bool]]:
    """Each way to read an item: its number of lines, its content, and whether its shared terms
    have a label."""
    if not paragraph:
        return
    first = paragraph[0][:_LONGEST]
    for form in forms.known if forms else ():
        if read := form.read_paragraph(first):
            yield 1, read, form.has_label and bool(read.context)
    if first.startswith("["):
        yield from _first_form(paragraph)


def _first_form(paragraph: Sequence[str]) -> Iterator[tuple[int, ReadItem, bool]]:
    """The same for the first form, which may be wrapped."""
    text = ""
    plain = None
    for count, line in enumerate(paragraph[:_MOST_LINES], 1):
        text = f"{text} {line}" if text else line
        if len(text) > _LONGEST:
            break
        found = _CONTEXT.search(text)
        if found and text.endswith(found[1]) and "](" in text[: found.start()]:
            terms = text[found.end() : -1]
            if not re.search(rf"(?<!\\)\{found[1]}(?=[ \t,])", terms):
                yield count, _read(text[: found.start() + 1], terms), True
            return
        if plain is None and _LINK.match(text):
            plain = count, _read(text, ""), False
    if plain is not None:
        yield plain


def _read(link: str, terms: str) -> ReadItem:
    title, _, target = link.rpartition("](")
    return ReadItem(
        target.removesuffix(")"),
        _ESCAPED.sub(r"\1", title.removeprefix("[")).strip(),
        tuple(_ESCAPED.sub(r"\1", term) for term in terms.split(", ") if term),
    )
