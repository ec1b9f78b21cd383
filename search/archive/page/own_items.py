"""Recognises our list items: those in the form that we print, with a link to an event.

Our form is a link, and behind it, if there are shared terms, ``_Context: ..._`` in one of the
languages that we know. Everything else in a Related section was put there by an editor.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from search.archive.page.blocks import ListItem
from search.archive.page.item_form import Forms, ItemForm, ReadItem
from search.archive.page.labels import CONTEXTS

# Whether a link without shared terms, as printed, leads to an event that the index has or had.
IsKnown = Callable[[str], bool]

LIST_NAMES = frozenset({"index.md", "readme.md"})  # of pages that list the events of a day
_MOST_LINES = 100  # that a link and its shared terms are wrapped to
_LONGEST = 1 << 16  # characters of both
_CONTEXT = re.compile(rf"\)[ \t]+([_*])(?:{'|'.join(map(re.escape, sorted(CONTEXTS)))})[ \t]*[:：]")
_LINK_FIRST = re.compile(
    r"\[(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*+\])*+\]"  # text, one level of brackets inside
    r"\(((?:[^()\s]|\([^()\s]*\))*+)\)"
)
_LINK = re.compile(_LINK_FIRST.pattern + "$")
_DATED = re.compile(r"/\d{4}/\d{1,2}/\d{1,2}/[^/]+$", re.ASCII)


def own_lines(item: ListItem, is_known: IsKnown, forms: Forms | None = None) -> int:
    """How many of an item's lines are ours, from its first; 0 if the item is an editor's.

    An item is an editor's if it holds more than one paragraph. Lines of the paragraph behind our
    form (such as the tags of a template) are the editor's too. ``forms`` are recognised besides
    the one that we have always had.
    """
    if not item.paragraph:
        return 0
    if count := _lines_of_first_form(item, is_known):
        return count
    first = item.paragraph[0][:_LONGEST]
    reads = ((form, form.read_paragraph(first)) for form in (forms.known if forms else ()))
    return int(any(read is not None and is_ours(form, read, is_known) for form, read in reads))


def _lines_of_first_form(item: ListItem, is_known: IsKnown) -> int:
    text = ""
    plain = 0
    if not item.paragraph[0].startswith("["):
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


def seems_ours(item: ListItem, is_known: IsKnown) -> bool:
    """Whether an item leads to an event and has nothing behind its link but, maybe, something in
    italics or brackets, as shared terms under a label that we do not know."""
    text = " ".join(item.paragraph[:_MOST_LINES])[:_LONGEST]
    link = _LINK_FIRST.match(text)
    rest = text[link.end() :].strip() if link else ""
    is_listed = not rest or (rest[0] in "_*(" and rest[-1] in "_*)")
    return link is not None and is_listed and (is_dated(link[1]) or is_known(link[1]))


def is_ours(form: ItemForm, read: ReadItem, is_known: IsKnown) -> bool:
    """Whether an item that has a form leads to an event, or has shared terms under their label."""
    return bool(form.has_label and read.context) or is_dated(read.link) or is_known(read.link)


def is_dated(link: str) -> bool:
    """Whether a link leads to a page of the site in the folder of a day, but no list of the day."""
    path = unquote(link)
    return (
        path.startswith("/")
        and not path.startswith("//")
        and _DATED.search(path) is not None
        and path.rsplit("/", 1)[1].casefold() not in LIST_NAMES
    )
