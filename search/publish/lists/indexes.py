"""Index pages of months, years and topics.

Our list is between two comments and is rewritten in each run. Everything around the comments is an
editor's and stays. A page without the comments is never changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from search.archive.page import escaping
from search.model.digests import hash_of

BEGIN: Final = b"<!-- event-search: this list is made anew; write above or below it -->"
END: Final = b"<!-- event-search: end of the list -->"
_LONGEST_SLUG: Final = 60  # characters
_NOT_OF_A_SLUG: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Linked:
    """A link with its words."""

    text: str
    link: str

    def __str__(self) -> str:
        return f"[{escaping.text(self.text)}]({escaping.destination(self.link)})"


@dataclass(frozen=True, slots=True)
class Group:
    """A heading with the links below it: a day with its events, or a month with its days."""

    head: Linked
    items: Sequence[Linked]


def list_page(title: str, groups: Iterable[Group], around: Sequence[Linked]) -> bytes:
    """A page of groups, one link a line; ``around`` are the links to its neighbours."""
    rows = [f"# {escaping.text(title)}", "", BEGIN.decode(), ""]
    for group in groups:
        rows += [f"## {group.head}", "", *(f"- {item}" for item in group.items), ""]
    if around:
        rows += [" · ".join(map(str, around)), ""]
    rows += [END.decode(), ""]
    return "\n".join(rows).encode("utf-8", "replace")


def updated(data: bytes, page: bytes) -> tuple[bytes, str]:
    """A page with its list rewritten, and a note if the page has no place for a list."""
    begin, end = data.find(BEGIN), data.find(END)
    if begin < 0 or end < begin:
        return data, "it has no list of ours between comments; move it away to have one made"
    ours = page[page.index(BEGIN) : page.index(END)]
    if b"\r\n" in data[begin:end]:
        ours = ours.replace(b"\n", b"\r\n")
    return data[:begin] + ours + data[end:], ""


def slugs(topics: Iterable[str]) -> Mapping[str, str]:
    """A folder's name for each topic, no two the same whatever their case."""
    names: dict[str, str] = {}
    for topic in sorted(topics):
        plain = unicodedata.normalize("NFKC", topic).casefold()
        slug = _NOT_OF_A_SLUG.sub("-", plain).strip("-")[:_LONGEST_SLUG].strip("-")
        if not slug or slug in names.values():
            slug = f"{slug}-{hash_of(topic):016x}".strip("-")
        names[topic] = slug
    return names
