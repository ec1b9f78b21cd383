"""How related lists look in pages, and where in a page they go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from search.model.errors import UsageError

ITEM: Final = "{number}. [{title}]({link}){context}"
CONTEXT: Final = " _{label}: {terms}_"
ITEM_FIELDS: Final = ("number", "title", "link", "context", "date", "year", "month", "day")
CONTEXT_FIELDS: Final = ("label", "terms")
HEADING_FIELDS: Final = ("related",)
# {name}; but {{ name }}, {% name %} and the like belong to the site's own templates.
FIELD: Final = re.compile(r"(?<!{){([A-Za-z_]+)}(?!})")
_LIST_ITEM: Final = re.compile(r"(?:{number}[.)]|[-+*])[ ]+\S")
_LONGEST: Final = 1_000  # characters of a template


@dataclass(frozen=True, slots=True)
class PageStyle:
    """How lists look in pages, and where they go. The defaults are the form of the sample archive.

    ``headings``: headings of Related sections, besides those known for each language. The first is
    written into pages that have none. ``#`` before it sets its level; ``{related}`` is the word for
    "related" in the page's language.
    ``item``: the line of one item, with fields in braces (`ITEM_FIELDS`). ``context``: the text for
    ``{context}`` if terms are shared, with ``{label}`` and ``{terms}``. ``label``: replaces the
    word "Context" in the page's language. ``former_items``: templates of items that were written
    earlier; such items are replaced.
    ``language``: the language of labels, such as "de", in pages whose headings do not show it.
    ``markers``: two lines that enclose the list. Pages without them get no list. ``front_matter``:
    the field of the front matter that gets the list, instead of the text.

    Raises:
        UsageError: a template cannot be used; the message says why.
    """

    headings: tuple[str, ...] = ()
    item: str = ITEM
    context: str = CONTEXT
    label: str = ""
    former_items: tuple[str, ...] = ()
    language: str = ""
    markers: tuple[str, ...] = ()
    front_matter: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether lists go elsewhere than into Related sections."""
        return bool(self.front_matter or self.markers)

    def __post_init__(self) -> None:
        for heading in self.headings:
            _check("heading", heading, HEADING_FIELDS)
            if not heading.lstrip("# "):
                raise UsageError(f"heading is {heading!r:.60}: write words, such as '## Related'")
            if re.match(r"#(?!#)|#{7}", heading.strip()):
                raise UsageError(
                    f"heading is {heading!r:.60}: a section has a heading of level 2 to 6, because "
                    f"level 1 is the title of a page; write '## {heading.strip('# ')[:40]}'"
                )
        for item in (self.item, *self.former_items):
            _check("item", item, ITEM_FIELDS)
            if any(FIELD.findall(item).count(name) != 1 for name in ("title", "link")):
                raise UsageError(
                    f"item is {item!r:.60}: it needs {{title}} and {{link}}, each once"
                )
            if not self.markers and not _LIST_ITEM.match(item):
                raise UsageError(
                    f"item is {item!r:.60}: begin it with '- ' or '{{number}}. ', "
                    "or name markers that enclose the list"
                )
        _check("context", self.context, CONTEXT_FIELDS)
        if "{context}" in self.item and "{terms}" not in self.context:
            raise UsageError(f"context is {self.context!r:.60}: it needs {{terms}}")
        _check("label", self.label, ())
        _check_markers(self.markers)
        if self.front_matter and not re.fullmatch(r"[A-Za-z_][\w-]*", self.front_matter):
            raise UsageError(
                f"front-matter is {self.front_matter!r:.60}: name a field, such as related"
            )
        if self.front_matter and self.markers:
            raise UsageError("front-matter and markers exclude each other: leave one out")


def _check(name: str, template: object, fields: tuple[str, ...]) -> None:
    if not isinstance(template, str):
        raise UsageError(f"{name} is {template!r:.60}; it must be a str")
    if len(template) > _LONGEST or len(template.splitlines()) > 1:
        raise UsageError(f"{name} is {template!r:.60}: write one line, at most {_LONGEST} long")
    for found in FIELD.findall(template):
        if found not in fields:
            from difflib import get_close_matches  # noqa: PLC0415 - only for this message

            near = get_close_matches(found, fields, 1, 0)
            meant = f"; write {{{near[0]}}}" if near else "; take it out"
            raise UsageError(f"{name} is {template!r:.60}: there is no {{{found}}}{meant}")


def _check_markers(markers: tuple[str, ...]) -> None:
    if not markers:
        return
    if len(markers) != 2 or len({marker.strip() for marker in markers}) != 2:
        raise UsageError("markers are two different lines: one above the list, one below it")
    for marker in markers:
        _check("markers", marker, ())
        if not marker.strip():
            raise UsageError("markers must not be blank: write lines such as <!-- related -->")
