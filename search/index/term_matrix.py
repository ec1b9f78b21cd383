"""The term matrix on disk: a row per event, a column per term, and vectors of events and terms.

``related.training`` writes the files of the base, ``engine.delta_segment`` those of the delta. Here
both are one matrix, by ordinal and by term number. Terms that only the delta has are numbered after
the terms of the base.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.index.blocks import count_of, lay_out, shift_of
from search.index.checked_array import NOT_NEGATIVE, POSITIVE, CheckedArray, Rule, below, starts
from search.index.damage import damaged, parse_guard
from search.index.files import Files
from search.index.lines import Lines
from search.index.segments import Segments, joined, located
from search.index.term_counts import KINDS
from search.model.learned import Learned

HEAD: Final = 64  # dimensions: as many bytes as a processor reads from memory at a time
_REMEMBERED: Final = 1 << 14  # terms
_NONE = np.zeros(0, np.uint32)


def halves(vectors: NDArray[np.int8]) -> dict[str, NDArray[np.int8]]:
    """Vectors of events as they are stored: their first ``HEAD`` dimensions, and the others. In
    most comparisons the heads alone show that two events are not alike."""
    return {"vector_heads": vectors[:, :HEAD], "vector_tails": vectors[:, HEAD:]}


class TermMatrix:
    """One generation's matrix. Immutable, and safe to share by threads."""

    def __init__(self, base: Files, dates: NDArray[np.int32], segments: Segments) -> None:
        """``dates`` [ordinals] are the days of all events, since 1970-01-01."""
        self.dates = dates
        self._word_vectors = base.array("word_vectors.npy", "|i1", (None, None))
        self._segments = segments
        self._files = segments.files(base, "vectors")
        self._parts: list[_Segment] = []
        terms = 0
        for files in self._files:
            self._parts.append(_Segment(files, terms, self.dimensions))
            terms = self._parts[-1].known_terms
        self._base = self._parts[0]
        self._delta = self._parts[1] if len(self._parts) > 1 else None
        if not len(dates) == len(segments) == sum(part.events for part in self._parts):
            raise damaged(self._files[-1].directory, "it has other events")
        facts = base.plain("training.json", dict[str, Any])
        with parse_guard(base.directory / "training.json"):
            self.learned = Learned.from_plain(facts)

    def __len__(self) -> int:
        """The number of ordinals, deleted ones included."""
        return len(self.dates)

    @property
    def is_updated(self) -> bool:
        """Whether there is a delta over the base."""
        return self._delta is not None

    @property
    def base(self) -> int:
        """The number of ordinals of the base; those of the delta follow."""
        return self._base.events

    @cached_property
    def live_count(self) -> int:
        """The number of live events."""
        return len(self) - len(self._segments.deleted)

    @cached_property
    def term(self) -> Callable[[int], str]:
        """The term of a number. Those of the base ascend, then come those of the delta."""
        return lru_cache(_REMEMBERED)(partial(_term_of, self._terms))

    @property
    def known_terms(self) -> int:
        """The number of terms."""
        return self._parts[-1].known_terms

    @cached_property
    def _terms(self) -> list[Lines]:
        return [
            files.lines("terms.txt", part.own_terms)
            for files, part in zip(self._files, self._parts, strict=True)
        ]

    def number_of(self, term: str) -> int | None:
        """The number of a term; None if the archive does not have it."""
        first = 0
        for terms in self._terms:
            at = terms.index_of(term)
            if at is not None:
                return first + at
            first += len(terms)
        return None

    @cached_property
    def lengths(self) -> NDArray[np.float32]:
        """The Euclidean length of each event's weights: [n]."""
        return self._by_event("lengths", "<f4", NOT_NEGATIVE)

    @cached_property
    def vector_sizes(self) -> NDArray[np.float32]:
        """The Euclidean length of each event's vector as it is stored: [n]."""
        return self._by_event("event_sizes", "<f4", POSITIVE)

    @cached_property
    def hubs(self) -> NDArray[np.float32]:
        """``scoring.hub`` of each event: [n]."""
        return self._by_event("hubs", "<f4", POSITIVE)

    @cached_property
    def sample(self) -> NDArray[np.int64]:
        """The ordinals of the events that hubs are measured on; some may be deleted since."""
        sample = self._files[0].array("sample.npy", "<u4", (None,), below(self._base.events))
        return sample.whole().astype(np.int64)

    @property
    def dimensions(self) -> int:
        """Of the vectors."""
        return self._word_vectors.shape[1]

    @cached_property
    def _kinds(self) -> NDArray[np.uint8]:
        return self._by_term("term_kinds", "|u1", below(len(KINDS)))

    @cached_property
    def _weights(self) -> NDArray[np.float32]:
        return self._by_term("term_weights", "<f4", NOT_NEGATIVE)

    def kinds(self, terms: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The kind of each of these terms: an index of ``term_counts.KINDS``."""
        return np.asarray(self._kinds[terms])

    def weights(self, terms: NDArray[np.int64]) -> NDArray[np.float32]:
        """The weight of each of these terms: idf times the boost of its kind."""
        return np.asarray(self._weights[terms])

    def row(self, ordinal: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """The terms of an event, ascending, and how often each occurs in it."""
        part, offset = located(self._parts, ordinal)
        return part.row(offset)

    def row_terms(self, ordinal: int) -> NDArray[np.uint32]:
        """The terms of an event, ascending."""
        part, offset = located(self._parts, ordinal)
        return part.row_terms(offset)

    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint8]]:
        """The terms of all ordinals with their counts, and where those of each begin."""
        parts = [part.rows() for part in self._parts]
        starts, terms, counts = parts[0]
        for more, its_terms, its_counts in parts[1:]:
            starts = np.concatenate([starts, more[1:] + starts[-1]])
            terms, counts = np.concatenate([terms, its_terms]), np.concatenate([counts, its_counts])
        return starts, terms, counts

    def blocks(self) -> tuple[int, NDArray[np.uint32], NDArray[np.uint16]]:
        """The postings of all ordinals by blocks: the shift, and what ``blocks.lay_out`` returns.
        They are mapped if there is no delta, and computed otherwise."""
        known, shift = self.known_terms, shift_of(len(self))
        if self._delta is not None:
            terms, events, counts = map(np.concatenate, zip(*self._columns(), strict=True))
            order = np.argsort(terms, kind="stable")
            laid = lay_out(terms[order], events[order], counts[order], known, len(self), shift)
            return shift, *laid
        postings = self._files[0].array("block_places.npy", "<u2", (None,))
        size = 2 * known * count_of(len(self), shift) + 1
        bounds = self._files[0].array("block_bounds.npy", "<u4", (size,), starts(len(postings) - 1))
        return shift, bounds.whole(), postings.whole()

    def _columns(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]]:
        """Of each segment the term, the ordinal and the count of all postings, by term."""
        first = 0
        for part in self._parts:
            terms, events, counts = part.columns()
            yield terms, events.astype(np.int64) + first, counts
            first += part.events

    def column(self, term: int) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        """The live events that have a term, ascending, and how often; 0 for a name of several
        words."""
        return self._column(term, weighted=False)

    def weighted_column(self, term: int) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        """The events that have a term, deleted or not, with their counts for relatedness."""
        return self._column(term, weighted=True)

    def _column(self, term: int, *, weighted: bool) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        events, counts = self._base.column(term, weighted)
        if self._delta is None:
            return events, counts
        if not weighted and len(self._segments.deleted) and len(events):
            is_live = self._segments.is_live[events]
            events, counts = events[is_live], counts[is_live]
        later, its = self._delta.column(term, weighted)
        if not len(later):
            return events, counts
        first = np.uint32(self._base.events)
        return np.concatenate([events, later + first]), np.concatenate([counts, its])

    def event_counts(self, terms: NDArray[np.int64]) -> NDArray[np.int64]:
        """The document frequency of each term in the base; of a new term, in the delta."""
        if self._delta is None:
            return self._base.event_counts(terms)
        counts = np.empty(len(terms), np.int64)
        new = terms >= self._base.known_terms
        counts[~new] = self._base.event_counts(terms[~new])
        counts[new] = [len(self._delta.column(term, False)[0]) for term in terms[new].tolist()]
        return counts

    def vectors(self, ordinals: NDArray[np.int64]) -> NDArray[np.int8]:
        """The vectors of events: [events, dimensions]."""
        return np.concatenate([self.heads(ordinals), self.tails(ordinals)], axis=1)

    def heads(self, ordinals: NDArray[np.int64]) -> NDArray[np.int8]:
        """The first ``HEAD`` dimensions of the vectors of events: [events, ``HEAD`` or fewer]."""
        return self._rows_of([part.heads for part in self._parts], ordinals)

    def tails(self, ordinals: NDArray[np.int64]) -> NDArray[np.int8]:
        """The other dimensions of the vectors of events: [events, the others]."""
        return self._rows_of([part.tails for part in self._parts], ordinals)

    def _rows_of(
        self, arrays: Sequence[CheckedArray], ordinals: NDArray[np.int64]
    ) -> NDArray[np.int8]:
        """The rows of an array by event, of which each segment has a part."""
        if self._delta is None or not (ordinals >= self._base.events).any():
            return arrays[0].at(ordinals)
        later = ordinals >= self._base.events
        found = np.empty((len(ordinals), *arrays[0].shape[1:]), np.int8)
        found[~later] = arrays[0].at(ordinals[~later])
        found[later] = arrays[1].at(ordinals[later] - self._base.events)
        return found

    def all_vectors(self) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        """The heads and the tails of the vectors of all ordinals: [n, ...]."""
        heads = joined([part.heads.whole() for part in self._parts])
        tails = joined([part.tails.whole() for part in self._parts])
        return heads, tails

    @cached_property
    def word_numbers(self) -> NDArray[np.uint32]:
        """The numbers of the terms that have a vector, ascending."""
        rule = Rule(0, self._base.known_terms - 1, strictly=True)
        shape = (len(self._word_vectors),)
        return self._files[0].array("word_numbers.npy", "<u4", shape, rule).whole()

    def word_vectors(self, rows: NDArray[np.int64]) -> NDArray[np.int8]:
        """The vectors of terms, by their index in ``word_numbers``."""
        return self._word_vectors.at(rows)

    def alive(self) -> NDArray[np.bool_]:
        """Whether the event of each ordinal is live: [n]."""
        return self._segments.is_live

    def ranks(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """The ranks of events in the order of date and id."""
        return self._segments.ranks(ordinals)

    def _by_event(self, name: str, dtype: str, rule: Rule) -> NDArray[Any]:
        """An array by event: that of the base, then that of the delta."""
        return self._joined(name, dtype, rule, [part.events for part in self._parts])

    def _by_term(self, name: str, dtype: str, rule: Rule) -> NDArray[Any]:
        """An array by term: that of the base, then that of the terms that only the delta has."""
        return self._joined(name, dtype, rule, [part.own_terms for part in self._parts])

    def _joined(self, name: str, dtype: str, rule: Rule, counts: list[int]) -> NDArray[Any]:
        return joined(
            [
                files.array(f"{name}.npy", dtype, (count,), rule).whole()
                for files, count in zip(self._files, counts, strict=True)
            ]
        )


def _term_of(terms: Sequence[Lines], number: int) -> str:
    for lines in terms:
        if number < len(lines):
            break
        number -= len(lines)
    return lines[number]


class _Segment:
    """The rows, columns and vectors of one segment; events by their offset in it."""

    def __init__(self, files: Files, earlier_terms: int, dimensions: int) -> None:
        """``earlier_terms`` are the terms of the segments before this one."""
        any_length = (None,)
        events = len(files.array("row_starts.npy", "<u4", any_length)) - 1
        self.own_terms = len(files.array("term_kinds.npy", "|u1", any_length))
        self.known_terms = earlier_terms + self.own_terms
        # A delta has columns for these terms only. The base has one for every term.
        self._column_terms: NDArray[np.uint32] | None = None
        columns = self.own_terms
        if "column_terms.npy" in files:
            rule = Rule(0, self.known_terms - 1, strictly=True)
            self._column_terms = files.array("column_terms.npy", "<u4", any_length, rule).whole()
            columns = len(self._column_terms)
        self._row_terms = files.array("row_terms.npy", "<u4", any_length, below(self.known_terms))
        cells = len(self._row_terms)
        rule = starts(cells)
        self._row_starts = files.array("row_starts.npy", "<u4", any_length, rule)
        self._row_counts = files.array("row_counts.npy", "|u1", (cells,))
        self._column_starts = files.array("column_starts.npy", "<u4", (columns + 1,), rule)
        self._column_events = files.array("column_events.npy", "<u4", (cells,), below(events))
        self._column_counts = files.array("column_counts.npy", "|u1", (cells,))
        self._column_weighted = files.array("column_weighted.npy", "|u1", (cells,))
        head = min(HEAD, dimensions)
        self.heads = files.array("vector_heads.npy", "|i1", (events, head))
        self.tails = files.array("vector_tails.npy", "|i1", (events, dimensions - head))

    @property
    def events(self) -> int:
        return len(self.heads)

    def row(self, event: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        begin, end = self._row_starts.between(event, event + 2).tolist()
        terms: NDArray[np.uint32] = self._row_terms.between(begin, end)
        return terms.astype(np.int64), self._row_counts.between(begin, end)

    def row_terms(self, event: int) -> NDArray[np.uint32]:
        begin, end = self._row_starts.between(event, event + 2).tolist()
        return self._row_terms.between(begin, end)

    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint8]]:
        starts: NDArray[np.uint32] = self._row_starts.whole()
        return starts.astype(np.int64), self._row_terms.whole(), self._row_counts.whole()

    def column(self, term: int, weighted: bool) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        index = self._column_index(term)
        if index is None:
            return _NONE, _NONE.astype(np.uint8)
        begin, end = self._column_starts.between(index, index + 2).tolist()
        counts = self._column_weighted if weighted else self._column_counts
        return self._column_events.between(begin, end), counts.between(begin, end)

    def columns(self) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint8]]:
        starts = self._column_starts.whole()
        terms = np.arange(len(starts) - 1) if self._column_terms is None else self._column_terms
        each = np.repeat(terms.astype(np.int64), self.event_counts(np.arange(len(terms))))
        return each, self._column_events.whole(), self._column_weighted.whole()

    def event_counts(self, terms: NDArray[np.int64]) -> NDArray[np.int64]:
        starts = self._column_starts.whole()
        return np.asarray(starts[terms + 1].astype(np.int64) - starts[terms])

    def _column_index(self, term: int) -> int | None:
        if self._column_terms is None:
            return term if term < len(self._column_starts) - 1 else None
        index = int(np.searchsorted(self._column_terms, term))
        is_known = index < len(self._column_terms) and self._column_terms[index] == term
        return index if is_known else None
