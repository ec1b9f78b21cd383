"""The lists that the last run saw in pages, so that the next run can find what was done by hand.

They are in a file of the index directory (see ``lists_record``), which is a hint: if it is lost, or
if another machine wrote the pages since, no list gets wrong. ``hand_edits`` says how it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from search.archive import SitePage
from search.archive.page.item_form import ReadItem
from search.archive.page.marks import hash_in_page
from search.engine.decisions.lists_record import (
    LAST_RUN,
    LONGEST_CHAIN,
    Lists,
    ListsRecord,
    PageRow,
    key_of,
    text_hash,
    text_of,
)
from search.engine.decisions.planned_lists import PlannedLists
from search.index import publishing
from search.model.digests import digest_of, hash_of
from search.model.errors import IndexLocked
from search.model.event import Event

_NAME: Final = "LISTS"
_MOST_EXAMPLES: Final = 5  # pages that are looked up in git


class PageFiles(NamedTuple):
    """The files of pages, compared with those that the last run left.

    Pages are named by the hashes of the ids of their events. ``touched`` pages have other bytes,
    ``backdated`` ones also an older time, and ``untouched`` ones the same bytes. ``path_of`` gives
    the path of an untouched page.
    """

    touched: Collection[int] = ()
    backdated: Collection[int] = ()
    untouched: Collection[int] = ()
    path_of: Callable[[int], Path] = lambda page: Path()


class LastLists:
    """The record in an index directory: the lists of pages by their events."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / _NAME
        self._planned = PlannedLists(directory)
        self._noted: dict[Path, tuple[str, PageRow]] = {}
        self._links: dict[str, str] = {}
        self._unmarked: set[str] = set()
        self._compared: dict[str, tuple[str, ...]] = {}
        self._unwritten: set[Path] = set()
        self._written: set[Path] = set()
        self._files = PageFiles()

    @cached_property
    def _record(self) -> ListsRecord:
        return ListsRecord.read(self._path)

    @cached_property
    def time(self) -> float:
        """When the record was written, in seconds since 1970."""
        try:
            return self._path.stat().st_mtime
        except OSError:
            return 0.0

    def of(self, page: SitePage) -> Lists | None:
        """The last lists of a page, also if it was renamed since; None if none is known."""
        row = self._row(page.event)
        if row is None:
            return None
        return row.unmarked if page.event.id in self._unmarked else row.lists

    def is_without_marks(self, page: SitePage) -> bool:
        """Whether a page has the bytes that it had before a run added marks for hand edits."""
        row = self._row(page.event)
        return row is not None and row.digest == _digest(page)

    def forget_marks(self, page: SitePage) -> None:
        """Use what was known of a page before a run added marks."""
        self._unmarked.add(page.event.id)

    def note_compared(self, page: SitePage, last: tuple[str, ...]) -> None:
        """Remember which list a page was compared with, in case it is noted as edited."""
        self._compared[page.event.id] = last

    def _row(self, event: Event) -> PageRow | None:
        """The row of an event's page, also if the page was renamed since."""
        lines = self._record.lines
        text = text_hash(event.title, event.summary)
        line = lines.get(key_of(event.id)) or lines.get(self._by_text.get(text, ""))
        return PageRow.of_line(line) if line else None

    @cached_property
    def _by_text(self) -> dict[str, str]:
        return self._record.by_text()

    def event_named(self, name: str) -> tuple[str, str]:
        """The key of the event that had an id or link when its list was last written, or else the
        key of this name; and the hash of the event's text then, "" if the record does not know it
        or if two events had it."""
        key = key_of(name)
        for _ in range(LONGEST_CHAIN):
            if key not in self._record.names:
                text = text_of(self._record.lines.get(key, ""))
                return key, text if self._by_text.get(text) == key else ""
            key = self._record.names[key]
        return "", ""

    def has_all(self, names: Iterable[str]) -> bool:
        """Whether the record has a list of each event, by ids or links."""
        return all(self.event_named(name)[0] in self._record.lines for name in names)

    def names(self) -> Iterator[tuple[str, str, str]]:
        """The key, the short hash of the id and the hash of the text of each event whose text no
        other event had."""
        for key, line in self._record.lines.items():
            row = PageRow.of_line(line)
            if self._by_text.get(row.text) == key:
                yield key, row.name, row.text

    def has_words(self, page: SitePage, link: str, title: str) -> bool:
        """Whether an item of this link and title was written to a page."""
        known = self.of(page)
        return known is not None and hash_in_page(f"{link}\n{title}") in known.words

    def compare_files(self, files: PageFiles) -> None:
        """Take note of the files of all pages."""
        self._files = files

    @cached_property
    def as_written(self) -> list[Path]:
        """Some of the pages that are as the last run wrote them."""
        pages = sorted(self._last_written.intersection(self._files.untouched))
        return list(map(self._files.path_of, pages[:_MOST_EXAMPLES]))

    @cached_property
    def _last_written(self) -> frozenset[int]:
        """The hashes of the ids of the events whose pages the last run wrote."""
        lines = self._record.lines.items()
        return frozenset(int(key, 16) for key, line in lines if line.endswith(LAST_RUN))

    def was_undone(self, event: Event) -> bool:
        """Whether the last run wrote the page of an event, and was undone, as by ``git stash``:
        it wrote two pages or more, and none of them still has those bytes."""
        written = self._last_written
        return (
            hash_of(event.id) in written
            and len(written.intersection(self._files.touched)) > 1
            and written.isdisjoint(self._files.untouched)
        )

    def is_backdated(self, event: Event) -> bool:
        """Whether the page of an event has an older time than the last run left, like a backup."""
        return hash_of(event.id) in self._files.backdated

    def note(
        self,
        page: SitePage,
        listed: Mapping[str, ReadItem],
        earlier: tuple[str, ...],
        *,
        is_edited: bool,
    ) -> None:
        """Remember the list of a page.

        Args:
            page: the page.
            listed: the items as they will be read in the page, by the ids of their events.
            earlier: the short hashes of the events that the page lists now.
            is_edited: whether hand edits were found in the page.
        """
        event, known, row = page.event, self.of(page), self._row(page.event)
        now = tuple(map(hash_in_page, listed))
        words = sorted(hash_in_page(f"{item.link}\n{item.title}") for item in listed.values())
        before = (earlier or None) if earlier != now or known is None else known.before
        lists = Lists(now, before, tuple(words))
        found = PageRow(text_hash(event.title, event.summary), hash_in_page(event.id), lists)
        if is_edited:
            unmarked = known and known._replace(last=self._compared.get(event.id, known.last))
            found = found._replace(digest=_digest(page), unmarked=unmarked)
        elif row is not None:
            found = found._replace(digest=row.digest, unmarked=row.unmarked)
        self._noted[page.path] = key_of(event.id), found
        if event.link != event.id:
            self._links[key_of(unquote(event.link))] = key_of(event.id)

    def expect_writing(self, page: Path) -> None:
        """The page does not have the list that was noted until it is written."""
        self._unwritten.add(page)

    def plan(self, pages: Iterable[Path]) -> None:
        """Note durably that these pages are about to be written, with the lists that were noted."""
        noted = map(self._noted.__getitem__, pages)
        self._planned.add((key, row.lists.last) for key, row in noted)

    def planned(self, page: SitePage) -> tuple[str, ...] | None:
        """The short hashes of the events of the list that a page may have been given by a run that
        did not end, if there was one."""
        return self._planned.by_key.get(key_of(page.event.id))

    def was_written(self, page: Path) -> None:
        """The page has the list that was noted."""
        self._unwritten.discard(page)
        self._written.add(page)

    def save(self, live: Iterable[str]) -> None:
        """Write the record of the events with these ids, if it changed.

        Nothing is written while another process writes the index.

        Raises:
            IndexUnwritable: see ``search.model.errors``.
        """
        noted = {page: each for page, each in self._noted.items() if page not in self._unwritten}
        lines = dict(self._record.lines)
        if not self._written.isdisjoint(noted):
            lines = {key: line.removesuffix(LAST_RUN) for key, line in lines.items()}
        for page, (key, row) in noted.items():
            is_marked = page in self._written or _is_as_left(lines.get(key, ""), row)
            lines[key] = row.line() + LAST_RUN * is_marked
        record = ListsRecord(lines, {**self._record.names, **self._links})
        if record != self._record:
            text = record.of(set(map(key_of, live))).to_bytes()
            with suppress(IndexLocked), publishing.writing(self._path.parent):
                publishing.replace_hint(self._path, text)
        self._planned.remove()


def _is_as_left(line: str, row: PageRow) -> bool:
    """Whether the last run wrote the page of a line, and the page still has that list."""
    return line.endswith(LAST_RUN) and PageRow.of_line(line).lists.last == row.lists.last


def _digest(page: SitePage) -> str:
    return f"{digest_of(page.page.data):016x}"
