"""The lists that this index last saw in pages, by which the next run tells what was done by hand.

A line for each page: the hash of its event's id, then the short hashes of the events of its list,
behind a bar those of the list before that one, and behind a plus a hash of the link and title of
each item as it was written: by these its words are told from an editor's. An exclamation mark ends
the lines of the pages that the last run wrote.
It is a hint. Where it is lost, or where another machine wrote the pages since, no list is wrong:
``search.engine.decisions.hand_edits`` says what is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from search.archive.page.item_form import ReadItem
from search.archive.page.marks import hash_in_page
from search.index import publishing
from search.index.files import plain_bytes
from search.model.digests import digest_of, hash_of
from search.model.errors import IndexLocked

_NAME: Final = "LISTS"
_MOST_BYTES: Final = 2 << 30
_LINE: Final = re.compile(
    rb"[0-9a-f]{16}(?: [0-9a-f]{8})*(?: \|(?: [0-9a-f]{8})*)?(?: \+(?: [0-9a-f]{8})+)?(?: !)?"
)
_LAST_RUN: Final = b" !"


class Lists(NamedTuple):
    """The last list of a page that is known, and the one before it if that is known: the short
    hashes of their events in order."""

    last: tuple[str, ...]
    before: tuple[str, ...] | None = None

    def without(self, event_ids: Iterable[str]) -> Lists:
        """The lists without some events."""
        gone = set(map(hash_in_page, event_ids))
        last = tuple(name for name in self.last if name not in gone)
        before = self.before and tuple(name for name in self.before if name not in gone)
        return Lists(last, before)


class LastLists:
    """The record in an index directory: the lists of pages by the ids of their events."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / _NAME
        self._noted: dict[Path, tuple[bytes, bytes]] = {}
        self._unsure: set[Path] = set()
        self._written: set[Path] = set()
        self._undone: frozenset[bytes] = frozenset()

    @cached_property
    def _lists(self) -> dict[bytes, bytes]:
        return dict(map(_key_and_list, _lines(self._path)))

    def of(self, event_id: str) -> Lists | None:
        """The last lists of an event's page; None if none is known."""
        known = self._lists.get(_key(event_id))
        if known is None:
            return None
        text = known.removesuffix(_LAST_RUN).decode()
        last, bar, before = text.partition("+")[0].partition("|")
        return Lists(tuple(last.split()), tuple(before.split()) if bar else None)

    def has_words(self, event_id: str, link: str, title: str) -> bool:
        """Whether an item of this link and title was written to a page."""
        words = self._lists.get(_key(event_id), b"").decode().partition("+")[2]
        return hash_in_page(f"{link}\n{title}") in words.split()

    def compare_files(self, touched: Collection[int], untouched: Collection[int]) -> None:
        """Find out whether the last run was undone, by ``git checkout`` for example: that is so if
        none of the pages that it wrote is as it was written, and these are two or more.

        Given are the hashes of the events whose pages were written to since, and of those whose
        pages were not; of others nothing is known.
        """
        keys = {key for key, known in self._lists.items() if known.endswith(_LAST_RUN)}
        written = {int(key, 16) for key in keys}
        if len(written.intersection(touched)) > 1 and written.isdisjoint(untouched):
            self._undone = frozenset(keys)

    def was_undone(self, event_id: str) -> bool:
        """Whether the last run wrote the page of an event, and was undone."""
        return _key(event_id) in self._undone

    def note(
        self,
        page: Path,
        event_id: str,
        listed: Mapping[str, ReadItem],
        found: Sequence[str | None],
    ) -> None:
        """Remember the list of a page: its items as they are read there, by their events.

        ``found`` are the events of the list that the page had until now.
        """
        now = tuple(map(hash_in_page, listed))
        words = sorted(hash_in_page(f"{item.link}\n{item.title}") for item in listed.values())
        known = self.of(event_id)
        is_new = known is None or known.last != now
        had = tuple(hash_in_page(other) for other in found if other)
        before = (had or None) if known is None else known.last if is_new else known.before
        groups = [
            *now,
            *(() if before is None else ("|", *before)),
            *(("+", *words) if words else ()),
        ]
        text = " ".join(groups).encode()
        self._noted[page] = _key(event_id), text

    def waits(self, page: Path) -> None:
        """The page has to be written before it has the list that was noted, or cannot get it."""
        self._unsure.add(page)

    def was_written(self, page: Path) -> None:
        """The page has the list that was noted."""
        self._unsure.discard(page)
        self._written.add(page)

    def save(self, living: Iterable[str]) -> None:
        """Write the record, if it changed, without events that are not among ``living``.

        Nothing is written if another process writes the index.

        Raises:
            IndexUnwritable: see ``search.model.errors``.
        """
        noted = {page: each for page, each in self._noted.items() if page not in self._unsure}
        lists = dict(self._lists)
        if not self._written.isdisjoint(noted):
            lists = {key: known.removesuffix(_LAST_RUN) for key, known in lists.items()}
        for page, (key, text) in noted.items():
            is_marked = page in self._written or lists.get(key, b"").endswith(_LAST_RUN)
            lists[key] = text + _LAST_RUN if is_marked else text
        if lists != self._lists:
            keys = set(map(_key, living))
            lists = {key: known for key, known in lists.items() if key in keys}
            with suppress(IndexLocked), publishing.writing(self._path.parent):
                publishing.replace_hint(self._path, _text(lists))


def _text(lists: Mapping[bytes, bytes]) -> bytes:
    lines = (b" ".join((key, listed)).rstrip() for key, listed in sorted(lists.items()))
    body = b"".join(line + b"\n" for line in lines)
    return f"{digest_of(body):016x}\n".encode() + body


def _key(event_id: str) -> bytes:
    return f"{hash_of(event_id):016x}".encode()


def _key_and_list(line: bytes) -> tuple[bytes, bytes]:
    key, _, listed = line.partition(b" ")
    return key, listed


def _lines(path: Path) -> list[bytes]:
    """The lines of the record; none if it is not there or was altered."""
    try:
        head, _, body = plain_bytes(path, _MOST_BYTES).partition(b"\n")
    except OSError:
        return []
    if head != f"{digest_of(body):016x}".encode():
        return []
    return [line for line in body.split(b"\n") if _LINE.fullmatch(line)]
