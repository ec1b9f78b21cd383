"""What the Related list of a page says: our items as they were printed, in their order."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from search.archive.page.labels import CONTEXTS
from search.archive.page.own_items import IsKnown, own_lines
from search.archive.page.parser import Page

_CONTEXT: Final = re.compile(
    rf"\)[ \t]+[_*](?:{'|'.join(map(re.escape, sorted(CONTEXTS)))})[ \t]*[:：][ \t]*"
)
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


class PrintedItem(NamedTuple):
    """One item: where its link leads, its title and its shared terms, as people read them."""

    link: str
    title: str
    context: tuple[str, ...]


def printed_items(page: Page, is_known: IsKnown) -> list[PrintedItem]:
    """Our items in the Related sections of a page.

    ``is_known`` says whether a link leads to an event that the index has or had.
    """
    found = []
    for item in page.items:
        if any(section.first < item.first < section.end for section in page.related):
            count = own_lines(item, is_known)
            if count:
                found.append(_printed(" ".join(item.paragraph[:count])))
    return found


def _printed(text: str) -> PrintedItem:
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
    return PrintedItem(
        link.removesuffix(")"),
        _ESCAPED.sub(r"\1", title.removeprefix("[")).strip(),
        tuple(_ESCAPED.sub(r"\1", term) for term in terms.split(", ") if term),
    )
