"""Reads our items in the Related list of a page, as they were printed, in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from search.archive.page.front_matter_list import listed
from search.archive.page.item_form import Forms, ReadItem, forms_of
from search.archive.page.labels import CONTEXTS
from search.archive.page.own_items import IsKnown, is_ours, own_lines
from search.archive.page.parser import Page
from search.model.page_style import PageStyle

_SAMPLE_STYLE: Final = PageStyle()
_CONTEXT: Final = re.compile(
    rf"\)[ \t]+[_*](?:{'|'.join(map(re.escape, sorted(CONTEXTS)))})[ \t]*[:：][ \t]*"
)
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


def printed_items(
    page: Page, is_known: IsKnown, style: PageStyle = _SAMPLE_STYLE
) -> list[ReadItem]:
    """Our items in a page: in its Related sections, between its markers, in its front matter.

    ``is_known`` says whether a link leads to an event that the index has or had.
    """
    if style.front_matter and (found := listed(page, style.front_matter)):
        return found
    forms = forms_of(style)
    if page.between is not None and page.between.end is not None:
        lines = page.lines[page.between.begin + 1 : page.between.end]
        texts = [line.content.decode() for line in lines]
        if marked := [read for text in texts if (read := _of_line(text, is_known, forms))]:
            return marked
    found = []
    for item in page.items:
        if any(section.first < item.first < section.end for section in page.related):
            count = own_lines(item, is_known, forms)
            if count:
                found.append(_printed(item.paragraph[:count], is_known, forms))
    return found


def _of_line(text: str, is_known: IsKnown, forms: Forms) -> ReadItem | None:
    for form in forms.known:
        read = form.read_line(text)
        if read is not None and is_ours(form, read, is_known):
            return read
    return None


def _printed(lines: Sequence[str], is_known: IsKnown, forms: Forms) -> ReadItem:
    text = " ".join(lines)
    for form in forms.known:
        read = form.read_paragraph(text)
        if read is not None and is_ours(form, read, is_known):
            return read
    context = _CONTEXT.search(text)
    head, terms = (
        (text, "")
        if context is None
        else (
            text[: context.start() + 1],
            text[context.end() : -1],
        )
    )
    title, _, link = head.rpartition("](")
    return ReadItem(
        link.removesuffix(")"),
        _ESCAPED.sub(r"\1", title.removeprefix("[")).strip(),
        tuple(_ESCAPED.sub(r"\1", term) for term in terms.split(", ") if term),
    )
