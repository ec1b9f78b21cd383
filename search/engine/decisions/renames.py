"""Finds the new pages of events that decisions of editors and lists name by an old path.

First the history of git is searched for a rename. Otherwise the title and summary of the event are
compared: those of the page at the old path in the last commit, or their hash in the record of last
lists. They identify the new page if only one event of the index has them. A link such as
/2016/02/slug/ means the only old path in git that has its slug and its numbers.

The item of a list has a title, too. If only one event has that title, and it also has the day (or
month) or the file name of the old link, it is the event of the item; unless the record has a list
at the old link, too, and one of that event: then they were two.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote
from weakref import WeakKeyDictionary, proxy

from search.archive.file_forms import Form, form_of
from search.archive.git_history import deleted_below, last_committed, renames_below
from search.archive.page.marks import hash_in_page
from search.archive.page.markup import shown_line
from search.archive.page.parser import NoPage, Page, parse
from search.archive.page_event import day_of_path, event_of_page
from search.engine.decisions.last_lists import LastLists
from search.engine.decisions.lists_record import LONGEST_CHAIN, key_of, text_hash
from search.engine.indexed_archives import archives_of
from search.model import printing as plain
from search.model.errors import UnknownEvent

if TYPE_CHECKING:
    from search.engine.index import Index

_SLUG: Final = re.compile(r"^.*/|(?:^|(?<=/))\d{4}-\d{1,2}-\d{1,2}-|\.[a-z]{1,8}$")
_NUMBER: Final = re.compile(r"\d{1,9}")


class _Events(NamedTuple):
    """The events of an index: the id of each by its key in the record of last lists, and the ids of
    those with the hash of a text, and with a title."""

    ids: dict[str, str]
    by_text: dict[str, list[str]]
    by_title: dict[str, list[str]]


class _History(NamedTuple):
    """What git knows of a folder, by paths below it: the new path of each page that was renamed,
    the paths of files that were renamed or deleted, and what deleted pages had in the last commit.
    """

    renames: Mapping[str, str]
    old_paths: list[str]
    deleted: Mapping[str, bytes]

    @classmethod
    def of(cls, folder: Path) -> _History:
        renames, deleted = renames_below(folder), deleted_below(folder)
        pages = (path for path in deleted if form_of(_name(path)) is Form.PAGE)
        return cls(renames, [*renames, *deleted], last_committed(folder, pages))


class Renames:
    """The renames that concern the events of one index. Each is looked up once, and nothing is read
    before the first."""

    def __init__(self, index: Index) -> None:
        self._index: Index = proxy(index)
        self._known: dict[str, str | None] = {}

    def of(self, reference: str) -> str | None:
        """The id of the event whose page had this link, path or id; None if it is not known."""
        if reference not in self._known:
            self._known[reference] = next(self._found(reference), None)
        return self._known[reference]

    def of_item(self, link: str, title: str) -> str | None:
        """The id of the event that an item with this link and title is about; None if it is not
        known."""
        if found := self.of(link):
            return found
        by_title = self._events.by_title
        titled = by_title.get(plain.line(title)) or by_title.get(shown_line(title), [])
        if len(titled) != 1:
            return None
        event = self._index.event(titled[0])
        days = event.date, day_of_path(unquote(link), "")
        is_of_day = None not in days and days[0] == days[1]
        if event.date is not None and days[1] is None:
            is_of_day = f"/{event.date:%Y/%m}/" in link
        is_named = _name(link) in (_name(event.id), _name(event.link))
        were_two = self._last_lists.has_all((unquote(link), event.id))
        return event.id if (is_of_day or is_named) and not were_two else None

    def of_hash(self, name: str) -> list[str]:
        """The ids of the events whose pages had an id with this short hash."""
        return list(dict.fromkeys(self._by_old_hash.get(name, ())))

    def proposed(self, reference: str) -> str | None:
        """An id that a reference to no event may mean: the only one with the same file name, or the
        most similar one of the same day. None if there is none."""
        name, day = _name(reference), day_of_path(unquote(reference), "")
        ids = self._events.ids.values()
        named = [each for each in ids if _name(each) == name]
        if len(named) == 1:
            return named[0]
        of_day = {_name(each): each for each in ids if day == day_of_path(each, "")}
        close = get_close_matches(name, of_day, n=1) if day else ()
        return of_day[close[0]] if close else None

    def _found(self, reference: str) -> Iterator[str]:
        parts = [part for part in unquote(reference).split("/") if part]
        if {".", ".."} & set(parts):
            return
        splits = [(parts[:n], "/".join(parts[n:])) for n in range(len(parts))]
        for history in self._histories:
            old = [(parts[:0], path) for path in _meant(reference, history.old_paths)]
            for above, path in [*splits, *old]:
                for new in _chain(history.renames, path):
                    with suppress(UnknownEvent):
                        yield self._index.resolve("/" + "/".join([*above, new]))
                    yield from self._with_text_of(history, new)
                yield from self._with_text_of(history, path)
        for name in (reference, unquote(reference), "/" + "/".join(parts)):
            key, text = self._last_lists.event_named(name)
            if key in self._events.ids:
                yield self._events.ids[key]
            yield from self._with_text(text)

    @cached_property
    def _events(self) -> _Events:
        found = _Events({}, defaultdict(list), defaultdict(list))
        for event_id, title, summary in self._index.texts("id", "title", "summary"):
            found.ids[key_of(event_id)] = event_id
            found.by_text[text_hash(title, summary)].append(event_id)
            found.by_title[plain.line(title)].append(event_id)
        return found

    @cached_property
    def _histories(self) -> list[_History]:
        archives = archives_of(self._index.directory)
        folders = dict.fromkeys(path if path.is_dir() else path.parent for path in archives)
        return list(map(_History.of, folders))

    @cached_property
    def _last_lists(self) -> LastLists:
        return LastLists(self._index.directory)

    @cached_property
    def _by_old_hash(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key, name, text in self._last_lists.names():
            if key not in self._events.ids:
                found[name] += self._with_text(text)
        for renames, _, _ in self._histories:
            old_paths: dict[str, list[str]] = defaultdict(list)
            for old in renames:
                *_, last = _chain(renames, old)
                old_paths[last].append(old)
            for event_id in self._events.ids.values() if old_paths else ():
                parts = event_id.split("/")
                for n in range(1, len(parts)):
                    for old in old_paths.get("/".join(parts[n:]), ()):
                        found[hash_in_page("/".join([*parts[:n], old]))].append(event_id)
        return found

    def _with_text_of(self, history: _History, path: str) -> Iterator[str]:
        """The only event with the text of a page that was deleted since the last commit."""
        with suppress(NoPage):
            page = parse(history.deleted[path]) if path in history.deleted else None
            if isinstance(page, Page):
                event = event_of_page(page, f"/{path}", "", "")
                yield from self._with_text(text_hash(event.title, event.summary))

    def _with_text(self, text: str) -> Iterator[str]:
        """The only event with a text, by its hash."""
        found = self._events.by_text.get(text, [])
        yield from found if len(found) == 1 else ()


def _chain(renames: Mapping[str, str], path: str) -> Iterator[str]:
    """The later paths of a file, one after the other."""
    for _ in range(LONGEST_CHAIN):
        if path not in renames:
            return
        path = renames[path]
        yield path


def _meant(link: str, paths: Iterable[str]) -> list[str]:
    """The only one of these paths that a link in the form of a site generator means: with its slug,
    and with all of its numbers."""
    *above, slug = [part for part in unquote(link).split("/") if part] or [""]
    numbers = {int(part) for part in above if part.isdecimal()}
    found = {
        path
        for path in paths
        if _SLUG.sub("", path.removesuffix("/index.md")) == slug
        and numbers <= set(map(int, _NUMBER.findall(path)))
    }
    return list(found) if len(found) == 1 else []


def _name(reference: str) -> str:
    """The last part of a link, path or id; of index.md, which many folders have, the folder."""
    *above, name = unquote(reference).rstrip("/").split("/")
    return above[-1] if above and PurePath(name).stem == "index" else name


_OF_INDEXES: Final[WeakKeyDictionary[Index, Renames]] = WeakKeyDictionary()


def renames_of(index: Index) -> Renames:
    """The renames that concern an index. They are kept as long as it is open."""
    if index not in _OF_INDEXES:
        _OF_INDEXES[index] = Renames(index)
    return _OF_INDEXES[index]
