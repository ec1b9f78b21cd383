"""The related list as a field of a page's front matter, for the templates of site generators.

The field has a fixed form, one event a line, and only that form is replaced: a field of this name
in any other form is an editor's. All other bytes stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from search.archive.page.item_form import ReadItem
from search.archive.page.parser import CannotPlace, NoPage, Page, parse
from search.model.hit import Hit
from search.model.page_style import PageStyle
from search.model.printing import json_text, line
from search.model.untrusted_toml import load_toml


class _Form:
    """How YAML, TOML or JSON writes a list: a first line, one line an item, maybe a last line."""

    def __init__(self, name: str, opening: bytes) -> None:
        self.is_yaml, self._is_toml = opening == b"---", opening == b"+++"
        self.first = (
            f"{name}:" if self.is_yaml else f"{name} = [" if self._is_toml else f'"{name}": ['
        )
        self.last = "" if self.is_yaml else "]" if self._is_toml else "],"
        self._before = "  - " if self.is_yaml else "  "

    def written(self, items: Sequence[Hit]) -> list[bytes]:
        """The lines of a list; none if it is empty."""
        if not items:
            return []
        rows = [self._before + self._row(item) + ("" if self.is_yaml else ",") for item in items]
        if not self.is_yaml and not self._is_toml:
            rows[-1] = rows[-1].removesuffix(",")
        return [row.encode() for row in (self.first, *rows, self.last) if row]

    def _row(self, item: Hit) -> str:
        """JSON is YAML, too; TOML has the same strings and lists, but = after a name."""
        link, title, terms = as_in_field(item)
        fields = {"title": title, "link": link, "terms": list(terms)}
        if self._is_toml:
            return (
                f"{{{', '.join(f'{key} = {json_text(value)}' for key, value in fields.items())}}}"
            )
        return json_text(fields)

    def read(self, row: str) -> ReadItem | None:
        """The item of a line that we wrote."""
        text = row.removeprefix(self._before).removesuffix(",")
        try:
            value = load_toml(f"row = {text}")["row"] if self._is_toml else json.loads(text)
            title, link, terms = value["title"], value["link"], value["terms"]
        except (ValueError, RecursionError, LookupError, TypeError):
            return None
        are_texts = all(isinstance(each, str) for each in (title, link, *terms))
        return ReadItem(link, title, tuple(terms)) if are_texts else None


def as_in_field(item: Hit) -> ReadItem:
    """An item as it is read back from a field."""
    terms = tuple(line(term) for term in item.context)
    return ReadItem(item.event.link, line(item.event.title), terms)


def listed(page: Page, name: str) -> list[ReadItem]:
    """The items of our list in the field ``name`` of a page's front matter."""
    found = _found(page, name)
    return found[2] if found else []


def with_field(page: Page, name: str, items: Sequence[Hit]) -> bytes:
    """The page's bytes with these items in the field ``name``; without any, without the field.

    Raises:
        CannotPlace: the page has no front matter, or its field is not one that we wrote.
    """
    if not page.front:
        if not items:
            return page.data
        raise CannotPlace("no front matter, which the list should go into; add --- lines", None)
    form = _Form(name, page.lines[0].content.strip())
    found = _found(page, name)
    if found is None:
        place = next(
            (n for n in range(1, page.front - 1) if _has_name(page.lines[n].content, name)), None
        )
        if place is not None:
            raise CannotPlace(
                f"its front matter has a field {name} that event-search did not write; remove it, "
                "or choose another name with --front-matter",
                place + 1,
            )
        place = page.front - 1 if form.is_yaml else 1
        found = (place, place, [])
    first, end, _ = found
    ending = page.data[page.lines[0].start : page.lines[0].end][len(page.lines[0].content) :]
    new = b"".join(row + ending for row in form.written(items))
    after = page.data[: page.lines[first].start] + new + page.data[page.lines[end].start :]
    return _checked(page, after, name)


def _has_name(content: bytes, name: str) -> bool:
    return (
        re.match(rf"""\s*["'\[]*{re.escape(name)}["'\]]*\s*[:=\]]""", content.decode()) is not None
    )


def _found(page: Page, name: str) -> tuple[int, int, list[ReadItem]] | None:
    """Our list: its first line, the line after it, and its items; None if there is none."""
    if not page.front or page.lines[0].content.strip() not in (b"---", b"+++", b"{"):
        return None
    form = _Form(name, page.lines[0].content.strip())
    rows = [each.content.decode().rstrip() for each in page.lines[: page.front - 1]]
    if form.first not in rows[1:]:
        return None
    first = end = rows.index(form.first, 1)
    items: list[ReadItem] = []
    for row in rows[first + 1 :]:
        read = form.read(row)
        if read is None:
            break
        items.append(read)
    end = first + 1 + len(items)
    if form.last:
        if end >= len(rows) or rows[end] != form.last:
            return None
        end += 1
    elif end < len(rows) and rows[end][:1] in (" ", "-", "\t"):
        return None  # more than we wrote
    return (first, end, items) if items else None


def _checked(page: Page, after: bytes, name: str) -> bytes:
    """``after``, if all other fields and the text are as before."""
    try:
        changed = parse(after, PageStyle(front_matter=name))
    except NoPage:
        changed = None
    fields = {key: value for key, value in page.fields.items() if key != name.casefold()}
    is_good = (
        isinstance(changed, Page) and changed.fields == fields and _text(changed) == _text(page)
    )
    if not is_good:
        raise CannotPlace(f"a field {name} would change the other fields; correct them", 1)
    return after


def _text(page: Page) -> bytes:
    return page.data[page.lines[page.front - 1].end :]
