"""The folders of a site: their pages and lists, and how links to them are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from search.archive.site import Site, date_in
from search.model.event import Event

LIST_NAMES: Final = ("index.md", "README.md")


@dataclass(frozen=True, slots=True)
class Day:
    """A day's folder: ``directory`` is its path in the site, ``name`` is printed ("2016-02-6"),
    ``link`` leads to its list."""

    directory: str
    name: str
    link: str


@dataclass(slots=True)
class Folder:
    """A folder of pages. ``parts`` lead to it from the archive's argument."""

    parts: tuple[str, ...]
    site: Site
    events: dict[str, Event] = field(default_factory=dict)
    lists: list[str] = field(default_factory=list)  # names of the list files that it has

    @property
    def directory(self) -> str:
        return "/" + "/".join((*self.site.above, *self.parts))

    @property
    def tree(self) -> tuple[str, ...]:
        """The way to the folder, but for its year, month and day."""
        return self.parts[:-3]


def link_beside(path: str, folder: Folder) -> str:
    """The link to a path of the site, written as the links to the events of a folder are."""
    prefix = folder.site.prefix
    for event in folder.events.values():
        own = folder.site.url_of(event.id, "") or event.id
        if event.link.endswith(own):
            prefix = event.link.removesuffix(own)
            break
    return folder.site.url_of(path, prefix) or path


def day_of(folder: Folder) -> Day:
    """The day of a folder, with the link to its list."""
    name = next(iter(sorted(folder.lists, key=str.casefold)), LIST_NAMES[0])
    path = f"{folder.directory}/{name}"
    return Day(folder.directory, "-".join(folder.parts[-3:]), link_beside(path, folder))


def date_of(folder: Folder) -> date:
    day = date_in(f"{folder.directory}/")
    assert day is not None
    return day
