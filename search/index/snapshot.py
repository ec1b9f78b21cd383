"""One generation, open for reading: the data that answers are made from."""

from functools import cached_property, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index.damage import parse_guard
from search.index.event_store import EventStore
from search.index.files import Files
from search.index.lines import LineMap
from search.index.name_index import NameIndex
from search.index.postings.reader import InvertedIndex
from search.index.segments import Segments
from search.index.term_matrix import TermMatrix
from search.index.written_names import WrittenNames
from search.text.analysed_event import AnalysedEvent
from search.text.bounded_cache import PIECE_BYTES, BoundedCache
from search.text.names.aliases import Aliases
from search.text.names.lexicon import PARTS, Lexicon
from search.text.terms import Analysis, Terms

DELTA: Final = "delta/deleted.npy"  # exists if the index was updated
_NOTHING: Final = np.zeros(0, np.int64)
_REMEMBERED: Final = 16 << 20  # bytes of analyses, and as many of the names of events


class Snapshot:
    """One generation's events and everything learned from them. Safe to share by threads.

    Parts that not every query needs are opened on first use.
    """

    def __init__(self, files: Files) -> None:
        self._base = files.part("base")
        days = self._base.array("events/days.npy", "<i4", (None,))
        self._segments = Segments(len(days), files.part("delta") if DELTA in files else None)
        self.events = EventStore(self._base.part("events"), self._segments)
        self.matrix = TermMatrix(self._base.part("vectors"), self.events.days, self._segments)
        self._analysed = BoundedCache[AnalysedEvent](_REMEMBERED)
        self._analyses = BoundedCache[Analysis](_REMEMBERED)

    def __len__(self) -> int:
        """The number of events."""
        return self.matrix.live_count

    @property
    def deleted(self) -> NDArray[np.uint32]:
        """The ordinals of deleted events, ascending."""
        return self._segments.deleted

    @property
    def base_count(self) -> int:
        """The number of ordinals of the base; those of the delta follow."""
        return self.matrix.base

    @cached_property
    def terms(self) -> Terms:
        lexicon = self._base.part("lexicon")
        with parse_guard(lexicon.directory):
            return Terms(Lexicon.from_plain({part: lexicon.lines(f"{part}.txt") for part in PARTS}))

    @cached_property
    def aliases(self) -> Aliases:
        return Aliases(
            LineMap(self._base.lines("canonical_names.txt")),
            LineMap(self._base.lines("printed_names.txt")),
        )

    @cached_property
    def names(self) -> NameIndex:
        return NameIndex(self._base.part("names"), self._segments)

    @cached_property
    def _written_names(self) -> WrittenNames:
        return WrittenNames(self._base.part("written_names"), self._segments)

    @cached_property
    def inverted_index(self) -> InvertedIndex:
        return InvertedIndex.open(self._base.part("postings"), self._segments)

    def has_aliases(self, term: str) -> bool:
        """Whether a name has other names than this one."""
        return self.aliases.canonical(term) in self._aliased

    def events_named(self, term: str) -> NDArray[np.int64]:
        """The events, ascending, that have a name by any of its aliases; none without aliases."""
        if not self.has_aliases(term):
            return _NOTHING
        return self.names.events(self.aliases.canonical(term))

    @cached_property
    def _aliased(self) -> frozenset[str]:
        return frozenset(self.aliases.canonical_of.values())

    def analysed(self, ordinal: int) -> AnalysedEvent:
        """An event with its names. Its text is analysed on first use. Recent ones stay in memory,
        within a bound."""
        key = str(ordinal)
        known = self._analysed.get(key)
        if known is not None:
            return known
        event = self.events[ordinal]
        # Not a method of this object: a reference cycle would outlive a closed index.
        analyse = partial(_analysis_of, self.terms, self._analyses, key, event.text)
        found = AnalysedEvent(event, analyse, self.aliases, self._written_names.of(ordinal))
        self._analysed.put(key, found, PIECE_BYTES * (1 + len(found.named)) + 4 * len(event.text))
        return found


def _analysis_of(terms: Terms, known: BoundedCache[Analysis], key: str, text: str) -> Analysis:
    found = known.get(key)
    if found is None:
        found = terms.analyse(text)
        known.put(key, found, PIECE_BYTES * (1 + len(found.tokens)) + 4 * len(text))
    return found
