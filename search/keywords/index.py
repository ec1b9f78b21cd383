"""An open keyword index."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.blocks import Files, damaged
from search.clauses import Clause
from search.edits import Spellings
from search.errors import IndexFormatMismatch, UsageError
from search.keywords.dictionary import (
    BROKEN,
    EVENTS,
    FACTS,
    FORMAT,
    FORMS,
    PLACES,
    TERMS,
    TermFile,
    name_of,
)
from search.matching import Matches, match
from search.terms import Terms

_NOTHING: Final = np.empty(0, np.uint32)


class Keywords:
    """An open keyword index. Immutable, and safe to share by threads: no read moves a cursor."""

    def __init__(self, files: Files, documents: int) -> None:
        self.documents = documents
        self._where = files.directory
        self._closed = False
        self._pst = files.numbers(name_of(EVENTS))
        self._pos = files.numbers(name_of(PLACES))
        terms = files.open(name_of(TERMS))
        self._terms = TermFile(terms) if terms.size else None
        self._spellings: dict[tuple[str, str], Spellings] = {}

    @classmethod
    def open(cls, files: Files, documents: int) -> "Keywords":
        """Open what ``build`` wrote for an archive of so many events.

        Raises:
            IndexFormatMismatch, IndexDamaged: it cannot be used.
        """
        facts = files.directory / FACTS
        plain = files.plain(FACTS)
        try:
            written, count = plain["format"], plain["documents"]
        except (KeyError, TypeError) as error:
            raise damaged(facts, f"unreadable ({error!r})") from error
        if written != FORMAT:
            raise IndexFormatMismatch(
                f"{facts}: format {written!r}, this version reads {FORMAT}; build it anew with: "
                "event-search index ARCHIVE"
            )
        if count != documents:
            raise damaged(facts, f"of {count!r} events instead of {documents}")
        try:
            return cls(files, documents)
        except BROKEN as error:
            raise damaged(files.directory, repr(error)) from error

    def matching(
        self, clause: Clause | None, terms: Terms, days: NDArray[np.int32] | None = None
    ) -> Matches:
        """The events that match, and notes on what was cut. ``days`` are the days since 1970-01-01
        of all events by ordinal; without them a date in the clause demands nothing.

        Raises:
            IndexDamaged: a file contradicts itself.
            UsageError: the index was closed.
        """
        if self._closed:
            raise UsageError(f"{self._where}: the index is closed; open it again to ask")
        return match(clause, self, terms, days)

    def close(self) -> None:
        self._closed = True
        self._terms = None

    # What ``matching`` asks for.

    def events_with(self, field: str, term: str, form: bool = False) -> NDArray[np.uint32]:
        """The ordinals, rising, of the events that have a term (or another spelling) in a field."""
        with self._reading():
            extent = self._terms and self._terms.extent(field + FORMS * form, term)
            return self._events(extent.start, extent.events) if extent else _NOTHING

    def events_beginning(self, field: str, start: str) -> list[NDArray[np.uint32]]:
        """The ordinals, in any order, of the events with a term or spelling that begins so."""
        if not self._terms:
            return []
        with self._reading():
            spans = (self._terms.span(name, start, len(self._pst)) for name in _both(field))
            return [self._events(first, end - first) for first, end in spans]

    def places(self, field: str, term: str) -> NDArray[np.int64]:
        """Where a term stands in a field: ordinal << 24 | position, rising."""
        with self._reading():
            extent = self._terms and self._terms.extent(field, term)
            if not extent:
                return np.empty(0, np.int64)
            events: NDArray[np.int64] = self._events(extent.start, extent.events).astype(np.int64)
            block = self._pos.between(extent.places, extent.places + extent.numbers)
            if extent.numbers > extent.events:
                counts, block = block[: extent.events], block[extent.events :]
                if counts.sum(dtype=np.uint64) != len(block):
                    raise ValueError("positions and their counts do not agree")
                events = np.repeat(events, counts)
            if len(events) != len(block):
                raise ValueError("positions and documents do not agree")
            return np.asarray((events << 24) | block, dtype=np.int64)

    def spellings(self, field: str, letter: str) -> Spellings:
        """All terms and spellings of a field that begin with a letter, each once."""
        known = self._spellings.get((field, letter))
        if known is None:
            with self._reading():
                parts = (self._terms.all(f, letter) for f in _both(field) if self._terms)
                known = Spellings(dict.fromkeys(chain.from_iterable(parts)))
            self._spellings[field, letter] = known
        return known

    def _events(self, start: int, count: int) -> NDArray[np.uint32]:
        events = self._pst.between(start, start + count)
        if count and events.max() >= self.documents:
            raise ValueError("documents lie outside of their file")
        return events

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except BROKEN as error:
            raise damaged(self._where, repr(error)) from error


def _both(field: str) -> tuple[str, str]:
    return field, field + FORMS
