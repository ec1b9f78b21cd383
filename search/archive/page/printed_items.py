"""Reads our items in the Related list of a page, as they were printed, in order."""

from __future__ import annotations

from typing import Final

from search.archive.page.front_matter_list import listed
from search.archive.page.item_form import Forms, ReadItem, forms_of
from search.archive.page.own_items import KnownLinks, own_items
from search.archive.page.parser import Page
from search.model.page_style import PageStyle

_SAMPLE_STYLE: Final = PageStyle()


def printed_items(
    page: Page, known: KnownLinks, style: PageStyle = _SAMPLE_STYLE
) -> list[ReadItem]:
    """Our items in a page: in its Related sections, between its markers, in its front matter."""
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
    """An item between the owner's markers, where all is ours."""
    for form in forms.known:
        read = form.read_line(text)
        if read is not None and ((form.has_label and read.context) or known.is_event(read.link)):
            return read
    return None
