"""Prints items of a list by a template, and reads them back.

A title or term is escaped so that it cannot end its field: with Markdown's backslashes in
``[{title}](...)``, with character references in any other template, since these work in HTML and in
the arguments of shortcodes too. So a possessive pattern for each field reads a line in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from html import unescape
from typing import Final, NamedTuple

from search.archive.page import escaping
from search.archive.page.labels import CONTEXTS
from search.model.errors import UsageError
from search.model.event import Event
from search.model.hit import Explanation, Hit
from search.model.page_style import FIELD, PageStyle

_MARKDOWN: Final = r"(?:\\.|[^\\\[\]*<`{|~_]|(?<=[^\W_])_(?=[^\W_]))*+"
_ENTITIES: Final = r"""(?:&\#?\w++;|[^&<>"'{}\[\]*_`|~\\])*+"""
_LINK: Final = r"""[^\s"()<>\[\]\\`{}|]++"""
_QUOTED_LINK: Final = r"""[^\s"'()<>\[\]\\`{}|]++"""
_NUMBERS: Final = {
    "number": r"\d{1,9}",
    "date": r"\d{4}-\d\d-\d\d",
    "year": r"\d{4}",
    "month": r"\d\d",
    "day": r"\d\d",
}
_DATES: Final = re.compile(
    r" ?[(\[]?\{D\}(?:[-/. ]\{D\})*[)\]]?(?: ?[:,–—])?".replace("D", "(?:date|year|month|day)")
)
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_LIST_MARKER: Final = re.compile(r"(?:{number}[.)]|[-+*]) +")


class ReadItem(NamedTuple):
    """The content of an item: its link, its title and its shared terms, unescaped."""

    link: str
    title: str
    context: tuple[str, ...]


class ItemForm:
    """One template for items, with one for their shared terms.

    Raises:
        UsageError: items could not be read back.
    """

    def __init__(self, item: str, context: str, label: str) -> None:
        self._item, self._context, self._label = item.strip(), context, label
        # An editor does not write the label by chance.
        self.has_label = "{label}" in context and "{context}" in item
        self._is_markdown = "[{title}](" in item
        labels = "|".join(map(re.escape, sorted({label, *CONTEXTS} - {""})))
        text, link = (_MARKDOWN, _LINK) if self._is_markdown else (_ENTITIES, _QUOTED_LINK)
        inner = {"label": f"(?:{labels})", "terms": f"(?P<terms>{text[:-1]})"}
        fields = {**_NUMBERS, "title": f"(?P<title>{text})", "link": f"(?P<link>{link})"}
        fields["context"] = f"(?:{_pattern(context, inner)})?"
        self._line = re.compile(_pattern(self._item, fields))
        self._paragraph = re.compile(_pattern(_LIST_MARKER.sub("", self._item, count=1), fields))
        self._try(item)

    def printed(self, item: Hit, number: int, label: str) -> str:
        """The line of an item; ``label`` is the word for shared terms in the page's language."""
        event, day = item.event, item.event.date
        template = self._item if day else _without_dates(self._item)
        text = escaping.text if self._is_markdown else escaping.entities
        values = {
            "number": str(number),
            "title": text(event.title),
            "link": self._link(event.link),
            "context": self._shared_terms(item.context, self._label or label),
        }
        if day:
            year, month, of_month = str(day).split("-")
            values |= {"date": str(day), "year": year, "month": month, "day": of_month}
        return FIELD.sub(lambda found: values[found[1]], template)

    def read_line(self, line: str) -> ReadItem | None:
        """An item from its whole line."""
        return self._read(self._line, line)

    def read_paragraph(self, text: str) -> ReadItem | None:
        """An item from the text after its list marker."""
        return self._read(self._paragraph, text)

    def _read(self, pattern: re.Pattern[str], text: str) -> ReadItem | None:
        found = pattern.fullmatch(text.strip())
        if found is None:
            return None
        read = found.groupdict()
        terms = tuple(map(self._plain, (read.get("terms") or "").split(", ")))
        link = read["link"] if self._is_markdown else read["link"].replace("&#39;", "'")
        return ReadItem(link, self._plain(read["title"]).strip(), tuple(filter(None, terms)))

    def _shared_terms(self, context: Sequence[str], label: str) -> str:
        text = escaping.term if self._is_markdown else escaping.entities
        terms = ", ".join(printed for raw in context if (printed := text(raw)))
        values = {"label": label, "terms": terms}
        return FIELD.sub(lambda found: values[found[1]], self._context) if terms else ""

    def _link(self, link: str) -> str:
        printed = escaping.destination(link)
        return printed if self._is_markdown else printed.replace("'", "&#39;")

    def _plain(self, text: str) -> str:
        return _ESCAPED.sub(r"\1", text) if self._is_markdown else unescape(text)

    def _try(self, template: str) -> None:
        """Check that a title with all literal text of the templates is read back."""
        literal = FIELD.sub("x", template) + FIELD.sub("x", self._context) + " - (1) a.b: c, x"
        event = Event("/2001/a.html", date(2001, 2, 3), literal)
        for terms in ((literal,), ()):
            printed = self.printed(Hit(event, 0.0, terms, Explanation()), 10, "Context")
            if (read := self.read_line(printed)) is None or read.link != event.link:
                raise UsageError(
                    f"item is {template!r:.60}: its items could not be recognised; set fields in "
                    "brackets or quotation marks, as in [{title}]({link})"
                )


def _without_dates(template: str) -> str:
    """A template for items without a date."""
    return _DATES.sub("", template)


def _pattern(template: str, fields: Mapping[str, str]) -> str:
    parts = FIELD.split(template)
    return "".join(
        fields[part] if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )


class Forms(NamedTuple):
    """The form in which items are printed, and all that are recognised besides our default."""

    printed: ItemForm
    known: tuple[ItemForm, ...]


@lru_cache(maxsize=8)
def forms_of(style: PageStyle) -> Forms:
    """The forms of a style.

    Raises:
        UsageError: items of one of them could not be read back.
    """
    templates = (style.item, *style.former_items)
    distinct = dict.fromkeys((*templates, *map(_without_dates, templates)))
    known = tuple(ItemForm(item, style.context, style.label) for item in distinct)
    return Forms(known[0], known)
