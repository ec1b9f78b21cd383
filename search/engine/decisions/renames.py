"""Finds the new pages of events that the decisions of editors name by an old path.

First the history of git is searched for a rename. Otherwise the title and summary of the event are
compared: those of the page at the old path in the last commit, or their hash in the record of last
lists. They identify the new page if only one event of the index has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from search.archive.git_history import last_committed, renames_below
from search.archive.page.parser import NoPage, Page, parse
from search.archive.page_event import event_of_page
from search.engine.decisions.last_lists import LastLists
from search.engine.decisions.lists_record import LONGEST_CHAIN, key_of, text_hash
from search.engine.indexed_archives import archives_of
from search.model.errors import UnknownEvent

if TYPE_CHECKING:
    from search.engine.index import Index

_MOST_LOOKED_UP: Final = 100  # paths in the last commit: git is started for each


class Renames:
    """The renames that concern the events of one index, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}
        self._looked_up = 0
        self._ids: dict[str, str] = {}
        self._by_text: dict[str, list[str]] = {}
        self._last_lists: LastLists | None = None
        self._of_folders: list[tuple[Path, Mapping[str, str]]] | None = None

    def of(self, index: Index, reference: str) -> str | None:
        """The id of the event whose page had this link, path or id; None if it is not known."""
        if reference not in self._known:
            self._known[reference] = next(self._found(index, reference), None)
        return self._known[reference]

    def _found(self, index: Index, reference: str) -> Iterator[str]:
        parts = [part for part in unquote(reference).split("/") if part]
        if {".", ".."} & set(parts):
            return
        if self._of_folders is None:
            archives = archives_of(index.directory)
            folders = (path if path.is_dir() else path.parent for path in archives)
            self._of_folders = [(path, renames_below(path)) for path in dict.fromkeys(folders)]
        splits = [(parts[:n], "/".join(parts[n:])) for n in range(len(parts))]
        for folder, renames in self._of_folders:
            for above, path in splits:
                for new in _chain(renames, path):
                    with suppress(UnknownEvent):
                        yield index.resolve("/" + "/".join([*above, new]))
                    yield from self._with_text_of(index, folder, new)
                yield from self._with_text_of(index, folder, path)
        if self._last_lists is None:
            self._last_lists = LastLists(index.directory)
        for name in (reference, unquote(reference), "/" + "/".join(parts)):
            key, text = self._last_lists.event_named(name)
            self._read_events(index)
            if key in self._ids:
                yield self._ids[key]
            yield from self._with_text(index, text)

    def _with_text_of(self, index: Index, folder: Path, path: str) -> Iterator[str]:
        """The only event with the text of a page in the last commit."""
        if self._looked_up >= _MOST_LOOKED_UP:
            return
        self._looked_up += 1
        data = last_committed(folder, path)
        with suppress(NoPage):
            page = None if data is None else parse(data)
            if isinstance(page, Page):
                event = event_of_page(page, f"/{path}", "", "")
                yield from self._with_text(index, text_hash(event))

    def _with_text(self, index: Index, text: str) -> Iterator[str]:
        """The only event with a text, by its hash."""
        self._read_events(index)
        found = self._by_text.get(text, [])
        yield from found if len(found) == 1 else ()

    def _read_events(self, index: Index) -> None:
        """Read the events of the index once: their ids by key and by the hash of their text."""
        if not self._ids:
            for each in map(index.event, index.ids()):
                self._ids[key_of(each.id)] = each.id
                self._by_text.setdefault(text_hash(each), []).append(each.id)


def _chain(renames: Mapping[str, str], path: str) -> Iterator[str]:
    """The later paths of a file, one after the other."""
    for _ in range(LONGEST_CHAIN):
        if path not in renames:
            return
        path = renames[path]
        yield path


_OF_INDEXES: Final[WeakKeyDictionary[Index, Renames]] = WeakKeyDictionary()


def renamed(index: Index, reference: str) -> str | None:
    """The id of the event whose page had this link, path or id before it was renamed; None if it
    is not known. Results are kept as long as the index is open."""
    return _OF_INDEXES.setdefault(index, Renames()).of(index, reference)
