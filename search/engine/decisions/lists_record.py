"""The file of last lists: the lists that runs last saw in the pages of a site, as hashes.

The first line is a digest of the rest. Each other line describes one page, in columns that are
separated by tabs. All of them hold hashes:

    key        of the id of the page's event
    text       of the title and summary of that event, which identify a renamed page; then, after a
               blank, the short hash of its id, as the lists of other pages have it
    last       of the events of the list
    before     of the events of the list before that; "?" if it is not known
    words      of the link and title of each item as a run wrote it; other words are an editor's
    digest     of the page before a run added marks for hand edits; empty if no run did
    last, before, words
               as they were then, in case the page is restored without its marks; last is the list
               that the editor changed
    !          present if the last run that wrote pages wrote this list

A line of two columns, a hash and a key, gives another name of an event: its link, if that is not
its id, or an id or link that it had before its page was renamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Final, NamedTuple

from search.archive.page.marks import hash_in_page
from search.index.files import plain_bytes
from search.model.digests import digest_of, hash_of

LAST_RUN: Final = "\t!"
_MOST_BYTES: Final = 2 << 30
_COLUMNS: Final = rf"(?:\t[0-9a-f ?]*){{8}}(?:{LAST_RUN})?"
_LINE: Final = re.compile(rf"[0-9a-f]{{16}}(?:\t[0-9a-f]{{16}}|{_COLUMNS})")
_UNKNOWN: Final = "?"
LONGEST_CHAIN: Final = 20  # renames of one page


class Lists(NamedTuple):
    """The last list of a page and the one before, None if that is not known: the short hashes of
    their events in order. ``words`` are hashes of the items of the last list."""

    last: tuple[str, ...]
    before: tuple[str, ...] | None = None
    words: tuple[str, ...] = ()

    def without(self, event_ids: Iterable[str]) -> Lists:
        """The lists without some events."""
        gone = set(map(hash_in_page, event_ids))
        last = tuple(name for name in self.last if name not in gone)
        before = self.before and tuple(name for name in self.before if name not in gone)
        return Lists(last, before, self.words)

    def columns(self) -> list[str]:
        """The lists as three columns of a line."""
        before = _UNKNOWN if self.before is None else " ".join(self.before)
        return [" ".join(self.last), before, " ".join(self.words)]

    @classmethod
    def of_columns(cls, last: str, before: str, words: str) -> Lists:
        """The lists that ``columns`` gave."""
        earlier = None if before == _UNKNOWN else tuple(before.split())
        return cls(tuple(last.split()), earlier, tuple(words.split()))


class PageRow(NamedTuple):
    """A line about a page.

    If a run found hand edits in the page, ``digest`` is that of the page before the run added
    marks, and ``unmarked`` are the lists that were known then, with the one that was edited as the
    last; otherwise they are "" and None.
    """

    text: str
    name: str
    lists: Lists
    digest: str = ""
    unmarked: Lists | None = None

    @classmethod
    def of_line(cls, line: str) -> PageRow:
        event, last, before, words, digest, *unmarked = line.removesuffix(LAST_RUN).split("\t")
        text, _, name = event.partition(" ")
        were_known = unmarked != _NO_LISTS
        return cls(
            text,
            name,
            Lists.of_columns(last, before, words),
            digest,
            Lists.of_columns(*unmarked) if were_known else None,
        )

    def line(self) -> str:
        unmarked = _NO_LISTS if self.unmarked is None else self.unmarked.columns()
        event = f"{self.text} {self.name}"
        return "\t".join([event, *self.lists.columns(), self.digest, *unmarked])


_NO_LISTS: Final = [_UNKNOWN, _UNKNOWN, _UNKNOWN]


class ListsRecord(NamedTuple):
    """The content of the file. ``lines`` has the rest of each line by the key of the page, and
    ``names`` the key of the event of each other name."""

    lines: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> ListsRecord:
        """The record; an empty one if there is none or it was altered."""
        try:
            head, _, body = plain_bytes(path, _MOST_BYTES).partition(b"\n")
        except OSError:
            head = body = b""
        if head != f"{digest_of(body):016x}".encode():
            return cls({}, {})
        pairs = (
            line.split("\t", 1)
            for line in body.decode("ascii", "replace").split("\n")
            if _LINE.fullmatch(line)
        )
        lines, names = dict[str, str](), dict[str, str]()
        for key, rest in pairs:
            (lines if "\t" in rest else names)[key] = rest
        return cls(lines, names)

    def to_bytes(self) -> bytes:
        pairs = sorted((*self.lines.items(), *self.names.items()))
        body = "".join(f"{key}\t{rest}\n" for key, rest in pairs).encode()
        return f"{digest_of(body):016x}\n".encode() + body

    def by_text(self) -> dict[str, str]:
        """The keys of pages by the hash of their text, if it is of one page only."""
        return _unique((text_of(line), key) for key, line in self.lines.items())

    def of(self, live: Set[str]) -> ListsRecord:
        """The lines of the events with these keys, and their other names.

        After a rename, the key of the old event becomes another name of the event that has its
        text. Until that event has a line, the old line stays. Those of deleted events stay, too. Of
        both together there are at most as many as there are keys.
        """
        kept = ListsRecord({key: self.lines[key] for key in live & self.lines.keys()}, {})
        by_text, names = kept.by_text(), dict[str, str]()
        for name in (self.lines.keys() | self.names.keys()) - live:
            key = name
            for _ in range(LONGEST_CHAIN):
                key = self.names.get(key) or by_text.get(text_of(self.lines.get(key, "")), "")
                if key in live:
                    names[name] = key
                    break
        gone = sorted(self.lines.keys() - live - names.keys())[: len(live)]
        return ListsRecord({**kept.lines, **{key: self.lines[key] for key in gone}}, names)


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The values by their texts, without texts that are empty or of several."""
    found: dict[str, str] = {}
    several = {""}
    for text, value in pairs:
        if text in found:
            several.add(text)
        found[text] = value
    return {text: value for text, value in found.items() if text not in several}


def text_hash(title: str, summary: str) -> str:
    """The short hash of the title and summary of an event, which identify a renamed page."""
    return hash_in_page(f"{title}\n{summary}")


def text_of(line: str) -> str:
    """The hash of a text in the rest of a line."""
    return line.partition("\t")[0].partition(" ")[0]


def key_of(event_id: str) -> str:
    return f"{hash_of(event_id):016x}"
