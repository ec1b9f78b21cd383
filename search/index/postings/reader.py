"""An open inverted index: postings and positions by field and term."""

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index.checked_array import below
from search.index.damage import damaged
from search.index.fields import FIELDS, POSITION_BITS, TEXT_FIELDS
from search.index.files import Files
from search.index.postings.term_dictionary import (
    EVENTS,
    FACTS,
    FORMAT,
    FORMS,
    LENGTHS,
    POSITIONS,
    Extent,
    FieldTerms,
)
from search.index.segments import Segments, joined
from search.model.errors import IndexFormatMismatch
from search.text.edit_distance import Spellings
from search.text.folding import LONGEST_WORD

_REMEMBERED: Final = 4_096  # extents of a segment: a query needs each of them several times
_NOTHING: Final = np.empty(0, np.uint32)
_POSITION: Final = np.uint32((1 << POSITION_BITS) - 1)


class InvertedIndex:
    """An open inverted index. Immutable, and safe to share by threads: no read moves a cursor."""

    def __init__(self, parts: "list[_Segment]", segments: Segments) -> None:
        self._parts = parts
        self._segments = segments
        self._spellings: dict[tuple[str, str], Spellings] = {}

    @classmethod
    def open(cls, base: Files, segments: Segments) -> "InvertedIndex":
        """Open what ``writer.build`` wrote: the files of the base, and those of the delta.

        Raises:
            IndexFormatMismatch, IndexDamaged: they cannot be used.
        """
        firsts = [0, segments.base]
        counts = [segments.base, len(segments) - segments.base]
        each = zip(segments.files(base, "postings"), firsts, counts, strict=False)
        return cls([_Segment.open(*part) for part in each], segments)

    def live(self, ordinals: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """The ordinals that are not deleted."""
        return self._segments.live(ordinals)

    # Queries over both segments. Deleted events are included.

    @property
    def documents(self) -> int:
        return sum(segment.documents for segment in self._parts)

    def events_with(self, field: str, term: str, form: bool = False) -> NDArray[np.uint32]:
        """The ordinals, ascending, of the events with a term (or another spelling) in a field."""
        return joined([s.events_with(field, term, form) for s in self._parts])

    def terms(self, field: str) -> list[str]:
        """All terms of a field, each once, in any order, without other spellings."""
        return list(dict.fromkeys(chain.from_iterable(s.terms(field) for s in self._parts)))

    def events_beginning(self, field: str, start: str) -> list[NDArray[np.uint32]]:
        """The ordinals, in any order, of the events with a term or spelling of this prefix."""
        return [part for s in self._parts for part in s.events_beginning(field, start)]

    def packed_positions(self, field: str, term: str, code: int | None = None) -> NDArray[np.int64]:
        """Where a term is in a field, ascending: ordinal << 24 | position.

        ``code``: only where the term is spelled so; see ``fields.spelling_code``.
        """
        return joined([segment.packed_positions(field, term, code) for segment in self._parts])

    def positions(
        self, field: str, terms: Iterable[str], ordinals: NDArray[np.uint32]
    ) -> list[list[int]]:
        """The positions of any of the terms in a field, ascending, for each of some events."""
        found: list[list[int]] = [[] for _ in ordinals]
        for term in terms:
            for segment in self._parts:
                segment.add_positions(field, term, ordinals, found)
        return [sorted(positions) for positions in found]

    @cached_property
    def lengths(self) -> NDArray[np.uint32]:
        """How many words, without stop words, each event has in its title and in its summary:
        [events, 2]."""
        return joined([segment.lengths() for segment in self._parts])

    def spellings(self, field: str, letter: str) -> Spellings:
        """All terms and spellings of a field with this first letter, each once."""
        known = self._spellings.get((field, letter))
        if known is None:
            every = chain.from_iterable(s.spellings(field, letter) for s in self._parts)
            known = Spellings(dict.fromkeys(every))
            self._spellings[field, letter] = known
        return known


class _Segment:
    """The postings of one segment, whose first event has the ordinal ``first``.

    All ordinals are those of the whole index.
    """

    def __init__(self, files: Files, first: int, documents: int) -> None:
        self.where = files.directory
        self.documents = documents
        self._first = first
        self._events = files.numbers(EVENTS, below(documents))
        self._positions = files.numbers(POSITIONS)
        self._lengths = files.array(LENGTHS, "<u4", (documents, len(TEXT_FIELDS)))
        self._terms = {
            name: FieldTerms(files, name) for field in FIELDS for name in (field, field + FORMS)
        }
        # Of a function of the terms: a method would keep this object, and its files, alive.
        self._extent = lru_cache(_REMEMBERED)(partial(_extent, self._terms))

    @classmethod
    def open(cls, files: Files, first: int, documents: int) -> "_Segment":
        facts = files.directory / FACTS
        written, count = files.plain(FACTS, lambda plain: (plain["format"], plain["documents"]))
        if written != FORMAT:
            raise IndexFormatMismatch(
                f"{facts}: format {written!r:.20}, this version reads {FORMAT}; "
                "rebuild it with: event-search index ARCHIVE"
            )
        if count != documents:
            raise damaged(facts, f"of {count!r:.20} events instead of {documents}")
        return cls(files, first, documents)

    def events_with(self, field: str, term: str, form: bool) -> NDArray[np.uint32]:
        extent = self._extent(field + FORMS * form, term)
        return _NOTHING if extent is None else self._ordinals(extent)

    def events_beginning(self, field: str, start: str) -> list[NDArray[np.uint32]]:
        extents = (self._terms[name].extent_beginning(start) for name in _both(field))
        return [self._ordinals(extent) for extent in extents if extent is not None]

    def packed_positions(self, field: str, term: str, code: int | None) -> NDArray[np.int64]:
        extent = self._extent(field, term)
        if extent is None:
            return np.empty(0, np.int64)
        events: NDArray[np.int64] = self._ordinals(extent).astype(np.int64)
        block = self._positions.between(extent.positions, extent.positions_end)
        if len(block) > len(events):
            counts, block = block[: len(events)], block[len(events) :]
            if counts.sum(dtype=np.uint64) != len(block):
                raise damaged(self.where / POSITIONS, "positions and their counts do not agree")
            events = np.repeat(events, counts)
        if len(events) != len(block):
            raise damaged(self.where / POSITIONS, "positions and events do not agree")
        if code is not None:
            is_spelled_so = block >> POSITION_BITS == code
            events, block = events[is_spelled_so], block[is_spelled_so]
        positions = block & _POSITION
        return np.asarray((events << POSITION_BITS) | positions, dtype=np.int64)

    def add_positions(
        self, field: str, term: str, ordinals: NDArray[np.uint32], found: list[list[int]]
    ) -> None:
        """Add the positions of a term in each of some events to the lists of ``found``."""
        extent = self._extent(field, term)
        if extent is None:
            return
        events = self._ordinals(extent)
        block = self._positions.between(extent.positions, extent.positions_end)
        at = events.searchsorted(ordinals)
        has_it = events.take(at, mode="clip") == ordinals
        if len(block) > len(events):
            ends = block[: len(events)].cumsum(dtype=np.int64) + len(events)
        else:
            ends = None
        for number in has_it.nonzero()[0].tolist():
            index = int(at[number])
            if ends is None:
                found[number].append(int(block[index] & _POSITION))
            else:
                begin = int(ends[index - 1]) if index else len(events)
                found[number] += (block[begin : int(ends[index])] & _POSITION).tolist()

    def lengths(self) -> NDArray[np.uint32]:
        return self._lengths.whole()

    def terms(self, field: str) -> list[str]:
        return list(self._terms[field].terms)

    def spellings(self, field: str, letter: str) -> list[str]:
        found: list[str] = []
        for name in _both(field):
            terms = self._terms[name].terms
            those = terms.beginning(letter)
            found += terms[those.start : those.stop]
        if max(map(len, found), default=0) > LONGEST_WORD:
            raise damaged(self.where, "a term is longer than any word")
        return found

    def _ordinals(self, extent: Extent) -> NDArray[np.uint32]:
        events: NDArray[np.uint32] = self._events.between(extent.events, extent.events_end)
        return events + np.uint32(self._first) if self._first else events


def _extent(terms: Mapping[str, FieldTerms], name: str, term: str) -> Extent | None:
    return terms[name].extent(term)


def _both(field: str) -> tuple[str, str]:
    return field, field + FORMS
