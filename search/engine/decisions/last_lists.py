"""The lists that this index last saw in pages, by which the next run tells what was done by hand.

A line for each page, of hexadecimal hashes: of its event's id, ``=`` and that of its event's text,
and those of the events of its list; behind ``|`` those of the list that this one replaced; behind
``+`` those of the link and title of each item as it was written, by which its words are told from
an editor's. Where a run found hand edits, ``^`` follows, a hash of the page without the new marks,
and the lists and words by which it found them, in case the page is restored without its marks.
``!`` ends the lines of the pages that the last run wrote.
A line of two hashes with ``~`` between them is for another name of an event: its link, if that is
not its id, or an id or link that it had before its page was renamed, which the text has shown.
It is a hint. Where it is lost, or where another machine wrote the pages since, no list is wrong:
``search.engine.decisions.hand_edits`` says what is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar
from urllib.parse import unquote

from search.archive import SitePage
from search.archive.page.item_form import ReadItem
from search.archive.page.marks import hash_in_page
from search.index import publishing
from search.index.files import plain_bytes
from search.model.digests import digest_of, hash_of
from search.model.errors import IndexLocked
from search.model.event import Event

if TYPE_CHECKING:
    from search.engine.index import Index

_Value = TypeVar("_Value")
_NAME: Final = "LISTS"
_MOST_BYTES: Final = 2 << 30
_LISTS: Final = rb"(?: [0-9a-f]{8})*(?: \|(?: [0-9a-f]{8})*)?(?: \+(?: [0-9a-f]{8})+)?"
_LINE: Final = re.compile(
    rb"[0-9a-f]{16}(?:~[0-9a-f]{16}|(?:=[0-9a-f]{8})?%b(?: \^[0-9a-f]{16}%b)?(?: !)?)"
    % (_LISTS, _LISTS)
)
_SOME: Final = 5
_LAST_RUN: Final = b" !"
_OTHER_NAME: Final = b"~"
_LONGEST_CHAIN: Final = 20  # renames of one page


class Lists(NamedTuple):
    """The last list of a page that is known, and the one that it replaced if that is known: the
    short hashes of their events in order."""

    last: tuple[str, ...]
    before: tuple[str, ...] | None = None

    def without(self, event_ids: Iterable[str]) -> Lists:
        """The lists without some events."""
        gone = set(map(hash_in_page, event_ids))
        last = tuple(name for name in self.last if name not in gone)
        before = self.before and tuple(name for name in self.before if name not in gone)
        return Lists(last, before)


class Touched(NamedTuple):
    """What the files of pages show about the last run, by the hashes of the ids of their events:
    which pages were written to since, which of these have an older time than the run gave them,
    and which are as it left them. ``path_of`` gives the paths of the last ones."""

    touched: Collection[int] = ()
    backdated: Collection[int] = ()
    untouched: Collection[int] = ()
    path_of: Callable[[int], Path] = lambda page: Path()


class LastLists:
    """The record in an index directory: the lists of pages by their events."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / _NAME
        self._noted: dict[Path, tuple[bytes, bytes]] = {}
        self._links: dict[bytes, bytes] = {}
        self._unmarked: set[str] = set()
        self._unsure: set[Path] = set()
        self._written: set[Path] = set()
        self._files = Touched()
        self._living: dict[bytes, str] | None = None
        self._living_by_text: dict[bytes, str] = {}

    @cached_property
    def _lists(self) -> dict[bytes, bytes]:
        """What follows the hash of the event's id in each line, by that hash."""
        return {line[:16]: line[16:] for line in _lines(self._path)}

    @cached_property
    def time(self) -> float:
        """When the record was written, in seconds since 1970."""
        try:
            return self._path.stat().st_mtime
        except OSError:
            return 0.0

    def of(self, page: SitePage) -> Lists | None:
        """The last lists of a page; None if none is known."""
        known = self._known(page)
        if known is None:
            return None
        last, bar, before = known.decode().partition("+")[0].partition("|")
        return Lists(tuple(last.split()), tuple(before.split()) if bar else None)

    def _known(self, page: SitePage) -> bytes | None:
        """The lists and words of a page, or of the one that was renamed to it."""
        line = self._line(page.event)
        if line is None:
            return None
        now, _, earlier = line.removesuffix(_LAST_RUN).partition(b" ^")
        if page.event.id in self._unmarked:
            return earlier[16:] or None
        return now.partition(b" ")[2]

    def is_without_marks(self, page: SitePage) -> bool:
        """Whether a page has the bytes that it had before a run found hand edits in it, and wrote
        marks."""
        return (self._line(page.event) or b"").partition(b" ^")[2].startswith(_digest(page))

    def forget_marks(self, page: SitePage) -> None:
        """Know of a page what was known before a run wrote its marks."""
        self._unmarked.add(page.event.id)

    def _line(self, event: Event) -> bytes | None:
        """The line of an event's page, or of the one that was renamed to it, after the key."""
        line = self._lists.get(_key(event.id))
        if line is None or line.startswith(_OTHER_NAME):
            key = self._by_text.get(text_hash(event))
            line = self._lists[key] if key else None
        return line

    @cached_property
    def _by_text(self) -> dict[bytes, bytes]:
        return _unique((_text_of(known), key) for key, known in self._lists.items())

    def event_named(self, index: Index, name: str) -> str | None:
        """The id of the event that had an id or link when its list was last written; None if
        the record does not know it, or the index has no such event any more."""
        if self._living is None:
            ids = list(index.ids())
            self._living = dict(zip(map(_key, ids), ids, strict=True))
            self._living_by_text = _unique((text_hash(index.event(each)), each) for each in ids)
        key = _key(name)
        for _ in range(_LONGEST_CHAIN):
            known = self._lists.get(key, b"")
            if not known.startswith(_OTHER_NAME):
                return self._living.get(key) or self._living_by_text.get(_text_of(known))
            key = known[1:]
        return None

    def has_words(self, page: SitePage, link: str, title: str) -> bool:
        """Whether an item of this link and title was written to a page."""
        words = (self._known(page) or b"").decode().partition("+")[2]
        return hash_in_page(f"{link}\n{title}") in words.split()

    def compare_files(self, files: Touched) -> None:
        """Take note of what the files of pages show."""
        self._files = files

    @cached_property
    def as_written(self) -> list[Path]:
        """Some of the pages that are as the last run wrote them."""
        pages = sorted(self._last_written.intersection(self._files.untouched))
        return list(map(self._files.path_of, pages[:_SOME]))

    @cached_property
    def _last_written(self) -> frozenset[int]:
        """The hashes of the ids of the events whose pages the last run wrote."""
        return frozenset(
            int(key, 16) for key, known in self._lists.items() if known.endswith(_LAST_RUN)
        )

    def was_undone(self, event: Event) -> bool:
        """Whether the last run wrote the page of an event, and was undone: none of the pages that
        it wrote, two or more, is as it was written. ``git stash`` does that, for example."""
        written = self._last_written
        return (
            hash_of(event.id) in written
            and len(written.intersection(self._files.touched)) > 1
            and written.isdisjoint(self._files.untouched)
        )

    def is_backdated(self, event: Event) -> bool:
        """Whether the page of an event is older than the last run left it, as a backup is."""
        return hash_of(event.id) in self._files.backdated

    def note(
        self,
        page: SitePage,
        listed: Mapping[str, ReadItem],
        had: tuple[str, ...],
        *,
        is_edited: bool,
    ) -> None:
        """Remember the list of a page: its items as they are read there, by their events.

        ``had`` are the short hashes of the events of the list that the page had until now.
        ``is_edited``: hand edits were found in it.
        """
        event, known = page.event, self.of(page)
        now = tuple(map(hash_in_page, listed))
        words = sorted(hash_in_page(f"{item.link}\n{item.title}") for item in listed.values())
        before = (had or None) if had != now or known is None else known.before
        groups = [
            f"={text_hash(event).decode()}",
            *now,
            *(() if before is None else ("|", *before)),
            *(("+", *words) if words else ()),
        ]
        if is_edited:
            earlier = b" ^" + _digest(page)
            if told := self._known(page):
                earlier += b" " + told.strip()
        else:
            _, caret, edited = (self._line(event) or b"").removesuffix(_LAST_RUN).partition(b" ^")
            earlier = caret + edited
        self._noted[page.path] = _key(event.id), " ".join(groups).encode() + earlier
        if event.link != event.id:
            self._links[_key(unquote(event.link))] = _OTHER_NAME + _key(event.id)

    def waits(self, page: Path) -> None:
        """The page has to be written before it has the list that was noted, or cannot get it."""
        self._unsure.add(page)

    def was_written(self, page: Path) -> None:
        """The page has the list that was noted."""
        self._unsure.discard(page)
        self._written.add(page)

    def save(self, living: Iterable[str]) -> None:
        """Write the record, if it changed, without events that are not among ``living``. Of those
        whose text one of these has, as after a rename, the name stays.

        Nothing is written if another process writes the index.

        Raises:
            IndexUnwritable: see ``search.model.errors``.
        """
        noted = {page: each for page, each in self._noted.items() if page not in self._unsure}
        lists = self._lists | self._links
        if not self._written.isdisjoint(noted):
            lists = {key: known.removesuffix(_LAST_RUN) for key, known in lists.items()}
        for page, (key, text) in noted.items():
            is_marked = page in self._written or lists.get(key, b"").endswith(_LAST_RUN)
            lists[key] = text + _LAST_RUN if is_marked else text
        if lists != self._lists:
            lists = _of_living(lists, set(map(_key, living)))
            with suppress(IndexLocked), publishing.writing(self._path.parent):
                publishing.replace_hint(self._path, _text(lists))


def _of_living(lists: Mapping[bytes, bytes], living: Collection[bytes]) -> dict[bytes, bytes]:
    """The lines of the events with these keys, and of their other names."""
    kept = {key: lists[key] for key in living & lists.keys()}
    by_text = _unique((_text_of(known), key) for key, known in kept.items())
    for name in lists.keys() - living:
        key = name
        for _ in range(_LONGEST_CHAIN):
            known = lists.get(key, b"")
            key = known[1:] if known.startswith(_OTHER_NAME) else by_text.get(_text_of(known), b"")
            if key in living:
                kept[name] = _OTHER_NAME + key
                break
    return kept


def _unique(pairs: Iterable[tuple[bytes, _Value]]) -> dict[bytes, _Value]:
    """The values by their texts, without texts that are empty or of several."""
    found: dict[bytes, _Value] = {}
    several = {b""}
    for text, value in pairs:
        if text in found:
            several.add(text)
        found[text] = value
    return {text: value for text, value in found.items() if text not in several}


def text_hash(event: Event) -> bytes:
    """Eight hexadecimal digits of what an event is known by when its page was renamed."""
    return hash_in_page(f"{event.title}\n{event.summary}").encode()


def _digest(page: SitePage) -> bytes:
    return f"{digest_of(page.page.data):016x}".encode()


def _text_of(known: bytes) -> bytes:
    return known[1:9] if known.startswith(b"=") else b""


def _text(lists: Mapping[bytes, bytes]) -> bytes:
    body = b"".join(key + known + b"\n" for key, known in sorted(lists.items()))
    return f"{digest_of(body):016x}\n".encode() + body


def _key(event_id: str) -> bytes:
    return f"{hash_of(event_id):016x}".encode()


def _lines(path: Path) -> list[bytes]:
    """The lines of the record; none if it is not there or was altered."""
    try:
        head, _, body = plain_bytes(path, _MOST_BYTES).partition(b"\n")
    except OSError:
        return []
    if head != f"{digest_of(body):016x}".encode():
        return []
    return [line for line in body.split(b"\n") if _LINE.fullmatch(line)]
