"""Which list items are ours: those that have the form that we print, and lead to an event.

Our form is a link, and behind it, if there are shared terms, ``_Context: ..._`` in one of the
languages that we know. Everything else in a Related section was put there by an editor.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from search.archive.page.blocks import ListItem
from search.archive.page.labels import CONTEXTS

# Whether a link without shared terms, as printed, leads to an event that the index has or had.
IsKnown = Callable[[str], bool]

LIST_NAMES = frozenset({"index.md", "readme.md"})  # of pages that list the events of a day
_MOST_LINES = 100  # that a link and its shared terms are wrapped to
_LONGEST = 1 << 16  # characters of both
_CONTEXT = re.compile(rf"\)[ \t]+([_*])(?:{'|'.join(map(re.escape, sorted(CONTEXTS)))})[ \t]*[:：]")
_LINK = re.compile(
    r"\[(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*+\])*+\]"  # text, one level of brackets inside
    r"\(((?:[^()\s]|\([^()\s]*\))*+)\)$"
)
_DATED = re.compile(r"/\d{4}/\d{1,2}/\d{1,2}/[^/]+$", re.ASCII)


def own_lines(item: ListItem, is_known: IsKnown) -> int:
    """How many of an item's lines are ours, from its first; 0 if the item is an editor's.

    An item is an editor's if it holds more than one paragraph. Lines of the paragraph behind our
    form (such as the tags of a template) are the editor's too.
    """
    text = ""
    plain = 0
    if not item.paragraph or not item.paragraph[0].startswith("["):
        return 0
    for count, line in enumerate(item.paragraph[:_MOST_LINES], 1):
        text = f"{text} {line}" if text else line
        if len(text) > _LONGEST:
            break
        found = _CONTEXT.search(text)
        if found and text.endswith(found[1]) and "](" in text[: found.start()]:
            return count
        if not plain and (link := _LINK.match(text)) and (is_dated(link[1]) or is_known(link[1])):
            plain = count
    return plain


def is_dated(link: str) -> bool:
    """Whether a link leads to a page of the site in the folder of a day, but no list of the day."""
    path = unquote(link)
    return (
        path.startswith("/")
        and not path.startswith("//")
        and _DATED.search(path) is not None
        and path.rsplit("/", 1)[1].casefold() not in LIST_NAMES
    )
