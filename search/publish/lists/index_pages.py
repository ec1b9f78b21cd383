"""Index pages of months, years and topics: which there are, what each links to, and their text.

Our list is between two comments and is rewritten in each run. Everything around the comments is an
editor's and stays. A page without the comments is never changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from search.archive.page import escaping
from search.model.digests import hash_of
from search.model.event import Event
from search.publish.lists.folders import LIST_NAMES, Day, Folder, day_of, link_beside

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


@dataclass(frozen=True, slots=True)
class IndexPage:
    """``parts`` lead to its folder from the archive's argument; ``around`` are its neighbours."""

    parts: tuple[str, ...]
    title: str
    groups: Sequence[Group]
    around: Sequence[Linked] = ()

    def to_bytes(self) -> bytes:
        """The page as it is when nobody has edited it: one link a line."""
        rows = [f"# {escaping.text(self.title)}", "", BEGIN.decode(), ""]
        for group in self.groups:
            rows += [f"## {group.head}", "", *(f"- {item}" for item in group.items), ""]
        if self.around:
            rows += [" · ".join(map(str, self.around)), ""]
        rows += [END.decode(), ""]
        return "\n".join(rows).encode("utf-8", "replace")


_Place = tuple[str, ...]


def months_and_years(days: Iterable[Folder], *, months: bool, years: bool) -> Iterator[IndexPage]:
    """A page for each month and year that has events: a month is the folder above its days, a year
    the folder above that. ``days`` are in the order of their dates."""
    of_month: dict[_Place, list[Folder]] = {}
    for folder in days:
        if folder.events:
            of_month.setdefault(folder.parts[:-1], []).append(folder)
    of_year: dict[_Place, list[_Place]] = {}
    for month in of_month:
        of_year.setdefault(month[:-1], []).append(month)
    if months:
        for at, (month, folders) in enumerate(of_month.items()):
            up = [_place(month[:-1], 1, folders[0])] if years else []
            around = _around(list(of_month), at, 2, folders[0], up)
            yield IndexPage(month, "-".join(month[-2:]), list(map(_of_day, folders)), around)
    if years:
        for at, (year, its_months) in enumerate(of_year.items()):
            around = _around(list(of_year), at, 1, of_month[its_months[0]][0])
            groups = [_of_month(month, of_month[month], months) for month in its_months]
            yield IndexPage(year, year[-1], groups, around)


def topics(folders: Iterable[Folder], title: str) -> Iterator[IndexPage]:
    """A page for each topic of two events or more, and one that leads to them all."""
    found: dict[str, list[tuple[Event, Folder]]] = {}
    for folder in folders:
        for event in folder.events.values():
            for topic in event.terms:
                found.setdefault(topic, []).append((event, folder))
    found = {topic: events for topic, events in sorted(found.items()) if len(events) > 1}
    if not found:
        return
    names = slugs(found)
    leads = []
    top = ""
    for topic, events in found.items():
        events.sort(key=lambda one: (one[0].day, one[0].id), reverse=True)
        like = events[0][1]
        top = top or link_beside(f"/topics/{LIST_NAMES[0]}", like)
        link = link_beside(f"/topics/{names[topic]}/{LIST_NAMES[0]}", like)
        leads.append(Linked(f"{topic} ({len(events):,})", link))
        yield IndexPage(("topics", names[topic]), topic, _by_day(events), [Linked(title, top)])
    yield IndexPage(("topics",), title, [Group(Linked(title, top), leads)])


def _of_day(folder: Folder) -> Group:
    day = day_of(folder)
    items = [Linked(event.title, event.link) for event in folder.events.values()]
    return Group(Linked(day.name, day.link), items)


def _of_month(month: _Place, days: Sequence[Folder], months: bool) -> Group:
    """The days of a month with how many events each has."""
    named = [day_of(folder) for folder in days]
    items = [
        Linked(f"{day.name} ({len(folder.events):,})", day.link)
        for day, folder in zip(named, days, strict=True)
    ]
    head = Linked("-".join(month[-2:]), named[0].link)
    return Group(_place(month, 2, days[0]) if months else head, items)


def _by_day(events: Sequence[tuple[Event, Folder]]) -> list[Group]:
    groups: dict[Day, list[Linked]] = {}
    for event, folder in events:
        groups.setdefault(day_of(folder), []).append(Linked(event.title, event.link))
    return [Group(Linked(day.name, day.link), items) for day, items in groups.items()]


def _place(parts: _Place, depth: int, like: Folder) -> Linked:
    path = "/" + "/".join((*like.site.above, *parts, LIST_NAMES[0]))
    return Linked("-".join(parts[-depth:]), link_beside(path, like))


def _around(
    places: Sequence[_Place], at: int, depth: int, like: Folder, up: Sequence[Linked] = ()
) -> list[Linked]:
    """The links of a place to the one before it and the one after it in the same tree, with ``up``
    between them."""

    def arrow(other: int, form: str) -> Iterator[Linked]:
        if 0 <= other < len(places) and places[other][:-depth] == places[at][:-depth]:
            place = _place(places[other], depth, like)
            yield Linked(form.format(place.text), place.link)

    return [*arrow(at - 1, "← {}"), *up, *arrow(at + 1, "{} →")]


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
