"""Finds lists of events in other forms: a page that has one never gets a second list."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Final

from search.archive.page.blocks import Kind, Line
from search.archive.page.editor_links import definitions_of, links_of, links_of_tags, text_of
from search.archive.page.labels import fold, is_changes, is_related, is_source
from search.archive.page.markup import shown_line
from search.archive.page.own_items import LINK_TEXT, KnownLinks
from search.archive.page.parser import CannotPlace, Page
from search.model import printing as plain
from search.model.page_style import PageStyle

_MARKERS: Final = re.compile(r"(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t]|\[[ xX]\][ \t])*+#{0,6}")
_LINKS: Final = re.compile(
    r"!?" + LINK_TEXT + r"(?:\((?:[^()]|\([^()]*+\))*+\)|\[[^\[\]]*+\])?+"
    r"|<a\b[^<>]*+>[^<>]*+</a>",
    re.IGNORECASE,
)
_HTML_BLOCK: Final = re.compile(rb" {0,3}</?[A-Za-z][A-Za-z0-9-]*(?:[ \t/>]|$)")
_TAGS: Final = re.compile(r"<[^<>]*+>")
_BOX: Final = re.compile(r"(?:[!?]{3}\+?|:{3,}|\{\{[<%]|\{%)[ \t]*+[\w-]*+")
_QUOTED: Final = re.compile(r"[\"']([^\"']*+)[\"']")


def refuse_second_list(page: Page, known: KnownLinks, style: PageStyle) -> None:
    """Refuse a page that has a list of events, but no known Related section.

    Such a list is a line with only a link to an event below an unknown heading, or any such link
    below words that mean "related" but do not head a section: in bold, in HTML, in a quote or box,
    or underlined.

    Raises:
        CannotPlace: it has such a list.
    """
    others = {fold(heading.lstrip("# ")) for heading in style.headings}
    listed = set(_event_lines(page, known, others))
    if not listed:
        return
    heading = label = None
    for number, line in enumerate(page.lines):
        if line.level:
            words = line.text.decode()
            heading = number if line.level > 1 else None
            label = number if is_related(words, others) and not _is_title(page, line) else None
            if is_source(words) or is_changes(words):
                heading = label = None
        elif line.kind is Kind.TEXT:
            text = text_of(page, number)
            if _is_label(text, others):
                label = number
            if number in listed and label is not None:
                raise _not_a_heading(page, label)
            if number in listed and heading is not None and _is_nothing_but_links(text):
                raise _not_known(page, heading)


def _event_lines(page: Page, known: KnownLinks, others: Container[str]) -> Iterator[int]:
    """The lines that link to an event, without headings, sources and the list of changes."""
    definitions: Mapping[str, str] | None = None
    is_skipped = is_html = False
    for number, line in enumerate(page.lines):
        if line.level:
            words = line.text.decode()
            is_skipped = is_source(words) or is_changes(words)
        if line.kind is not Kind.TEXT:
            is_html = False
            continue
        text = text_of(page, number)
        is_html = is_html or _HTML_BLOCK.match(line.content) is not None
        is_skipped = is_skipped and not _is_label(text, others)
        if is_skipped or not (b"[" in line.content or b"<" in line.content):
            continue
        if definitions is None:
            definitions = definitions_of(page)
        links = links_of_tags(text) if is_html else links_of(text, definitions)
        if any(map(known.is_event, links)):
            yield number


def _is_label(text: str, others: Container[str]) -> bool:
    return any(is_related(words, others) for words in _labels(text))


def _labels(text: str) -> Iterator[str]:
    """The words of a line that may be the label of a list."""
    text = text[_end_of_markers(text) :]
    if box := _BOX.match(text):
        yield text[box.end() :]
        yield from _QUOTED.findall(text)
    yield _TAGS.sub("", text[: link.start()] if (link := _LINKS.search(text)) else text)


def _end_of_markers(text: str) -> int:
    found = _MARKERS.match(text)
    return found.end() if found else 0


def _is_nothing_but_links(text: str) -> bool:
    """Whether a line has no text but its links and, maybe, italics or brackets at its end, such as
    shared terms with an unknown label."""
    rest = _TAGS.sub("", _LINKS.sub("", text[_end_of_markers(text) :])).rstrip()
    if rest.endswith(("_", "*", ")")):
        rest = rest[: min(f"{rest}{mark}".index(mark) for mark in "_*(")]
    return not any(character.isalpha() for character in rest)


def _is_title(page: Page, line: Line) -> bool:
    return line.level == 1 and plain.line(shown_line(line.text.decode())) == page.title


def _not_a_heading(page: Page, place: int) -> CannotPlace:
    words = plain.visible(page.lines[place].content.decode().strip())
    return CannotPlace(
        f"it has a list of events below {words!r:.80}, which is not the heading of a Related "
        "section; write the heading as a line '### Related:' of its own, outside of quotes, lists "
        "and HTML, or name --markers for the list",
        place + 1,
    )


def _not_known(page: Page, place: int) -> CannotPlace:
    line = page.lines[place]
    words = line.text.decode().strip()
    is_usable = (
        line.content.lstrip().startswith(b"#")
        and words.isprintable()
        and is_related(words, {fold(words.lstrip("# "))})
    )
    remedy = f"add --heading {words!r}" if is_usable else "write it as '### Related:'"
    return CannotPlace(
        f"it has a list of events below {plain.visible(words)!r}, which is not known as the "
        f"heading of a Related section; if it is one, {remedy}, else name --markers for the list",
        place + 1,
    )
