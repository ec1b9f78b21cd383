"""The file of last lists: what the pages of a site were last seen to list.

It begins with a digest of the rest. Each line is of a page. Its columns are separated by tabs, and
all that they hold are hashes:

    key        of the id of the page's event
    text       of the title and summary of that event, by which a renamed page is known
    last       of the events of its list
    before     the same for the list that this one replaced; "?" if that is not known
    words      of the link and title of each item as it was written, by which its words are told
               from an editor's
    digest     of the page without the marks of the last hand edits that a run found, if one did
    last, before, words
               those by which the run found them, in case the page is restored without its marks
    !          if the last run wrote the page

A line of two columns, a hash and a key, is of another name of an event: its link, if that is not
its id, or an id or link that it had before its page was renamed, which the text has shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Final, NamedTuple

from search.archive.page.marks import hash_in_page
from search.index.files import plain_bytes
from search.model.digests import digest_of, hash_of
from search.model.event import Event

LAST_RUN: Final = "\t!"
_MOST_BYTES: Final = 2 << 30
_COLUMNS: Final = rf"(?:\t[0-9a-f ?]*){{8}}(?:{LAST_RUN})?"
_LINE: Final = re.compile(rf"[0-9a-f]{{16}}(?:\t[0-9a-f]{{16}}|{_COLUMNS})")
_UNKNOWN: Final = "?"
LONGEST_CHAIN: Final = 20  # renames of one page


class Lists(NamedTuple):
    """The last list of a page that is known, and the one that it replaced if that is known: the
    short hashes of their events in order. ``words`` are those of the items of the last list."""

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
    """A line about a page. ``unmarked`` are the lists that were known before hand edits were found
    in it, if any were; ``digest`` is of the page at that time, "" if none were found."""

    text: str
    lists: Lists
    digest: str = ""
    unmarked: Lists | None = None

    @classmethod
    def of_line(cls, line: str) -> PageRow:
        text, last, before, words, digest, *unmarked = line.removesuffix(LAST_RUN).split("\t")
        were_known = unmarked != _NO_LISTS
        return cls(
            text,
            Lists.of_columns(last, before, words),
            digest,
            Lists.of_columns(*unmarked) if were_known else None,
        )

    def line(self) -> str:
        unmarked = _NO_LISTS if self.unmarked is None else self.unmarked.columns()
        return "\t".join([self.text, *self.lists.columns(), self.digest, *unmarked])


_NO_LISTS: Final = [_UNKNOWN, _UNKNOWN, _UNKNOWN]


class ListsRecord(NamedTuple):
    """What the file holds: ``lines`` has what follows the key of a page, by that key, and ``names``
    the key that each other name stands for."""

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

    def of_living(self, living: Set[str]) -> ListsRecord:
        """The lines of the events with these keys, and their other names. The key of an event
        that is gone becomes another name of the one that has its text, as after a rename."""
        kept = ListsRecord({key: self.lines[key] for key in living & self.lines.keys()}, {})
        by_text, names = kept.by_text(), dict[str, str]()
        for name in (self.lines.keys() | self.names.keys()) - living:
            key = name
            for _ in range(LONGEST_CHAIN):
                key = self.names.get(key) or by_text.get(text_of(self.lines.get(key, "")), "")
                if key in living:
                    names[name] = key
                    break
        return kept._replace(names=names)


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The values by their texts, without texts that are empty or of several."""
    found: dict[str, str] = {}
    several = {""}
    for text, value in pairs:
        if text in found:
            several.add(text)
        found[text] = value
    return {text: value for text, value in found.items() if text not in several}


def text_hash(event: Event) -> str:
    """Eight hexadecimal digits of what an event is known by when its page was renamed."""
    return hash_in_page(f"{event.title}\n{event.summary}")


def text_of(line: str) -> str:
    return line.partition("\t")[0]


def key_of(event_id: str) -> str:
    return f"{hash_of(event_id):016x}"
