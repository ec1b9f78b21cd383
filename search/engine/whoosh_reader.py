"""An open index as a ``whoosh.reading.IndexReader`` over our postings.

Whoosh's query parser, searcher, sorting, facets and highlighter work on it unchanged. It is
read-only and reads no file of Whoosh, so nothing is unpickled. Document n is the n-th event by date
and id. Deleted events have no number, because Whoosh's ``Not`` would find them.

The fields: ``title``, ``summary``, ``source`` and ``term`` have terms with positions, analysed as
in the rest of this package, and ``link`` has the words of addresses; ``id`` and ``date`` (ISO, such
as 2016-02-06) have one term an event; ``url`` is only stored. The lengths of ``source``, ``term``
and ``link`` count as 1.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from whoosh import analysis, fields
from whoosh.matching import ListMatcher
from whoosh.reading import IndexReader, TermInfo, TermNotFound

from search.index.fields import FIELDS, POSITION_BITS, TEXT_FIELDS
from search.index.snapshot import Snapshot
from search.model.event import date_of
from search.text.terms import Terms

_WHOLE: Final = ("date", "id")  # fields of one term an event
_ADDRESSES: Final = analysis.RegexTokenizer(r"[^\W_]+") | analysis.LowercaseFilter()
_POSITION: Final = (1 << POSITION_BITS) - 1


class TermAnalyzer(analysis.Analyzer):  # type: ignore[misc]
    """The terms of this package as tokens of Whoosh."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **options: Any,
    ) -> Iterator[analysis.Token]:
        token = analysis.Token(positions, chars, mode=mode, **options)
        for position, found in enumerate(self._terms.tokens(value)):
            token.text, token.boost, token.stopped = found.term, 1.0, False
            if keeporiginal:
                token.original = value[found.start : found.end]
            token.pos = start_pos + position
            token.startchar, token.endchar = start_char + found.start, start_char + found.end
            yield token


class WhooshReader(IndexReader):  # type: ignore[misc]
    """A snapshot with the interface of Whoosh. ``Index.whoosh_reader`` makes it."""

    def __init__(self, snapshot: Snapshot, generation: int) -> None:
        self._snapshot = snapshot
        self._generation = generation
        self._index = snapshot.inverted_index
        self._ordinals = snapshot.events.ordinals()
        self._numbers = np.full(len(snapshot.events), -1, np.int64)  # by ordinal; -1: deleted
        self._numbers[self._ordinals] = np.arange(len(self._ordinals))
        self._sorted_terms: dict[str, list[bytes]] = {}
        text = fields.TEXT(TermAnalyzer(snapshot.terms), stored=True)
        self.schema = fields.Schema(
            id=fields.ID(stored=True),
            date=fields.ID(stored=True, sortable=True),
            title=text,
            summary=text,
            source=text,
            term=text,
            link=fields.TEXT(_ADDRESSES, stored=True),
            url=fields.STORED,
        )

    # Documents

    def generation(self) -> int:
        return self._generation

    def doc_count_all(self) -> int:
        return len(self._ordinals)

    def doc_count(self) -> int:
        return len(self._ordinals)

    def has_deletions(self) -> bool:
        return False

    def is_deleted(self, docnum: int) -> bool:
        return False

    def stored_fields(self, docnum: int) -> dict[str, str]:
        """The fields of an event as text; several sources, terms or links are on a line each."""
        event = self._snapshot.events[int(self._ordinals[docnum])]
        return {
            "id": event.id,
            "date": event.day,
            "title": event.title,
            "summary": event.summary,
            "source": "\n".join(event.sources),
            "term": "\n".join(event.terms),
            "link": "\n".join(event.links),
            "url": event.url,
        }

    # Terms

    def indexed_field_names(self) -> list[str]:
        return sorted((*FIELDS, *_WHOLE))

    def all_terms(self) -> Iterator[tuple[str, bytes]]:
        for field in self.indexed_field_names():
            yield from ((field, term) for term in self._terms_of(field))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        terms = self._terms_of(fieldname)
        yield from ((fieldname, term) for term in terms[bisect_left(terms, prefix) :])
        later = [field for field in self.indexed_field_names() if field > fieldname]
        yield from ((field, term) for field in later for term in self._terms_of(field))

    def __contains__(self, term: tuple[str, str | bytes]) -> bool:
        return len(self._documents_with(*term)) > 0

    def _terms_of(self, field: str) -> list[bytes]:
        """All terms of a field, ascending by their bytes."""
        known = self._sorted_terms.get(field)
        if known is None:
            if field == "id":
                terms: Iterable[str] = (
                    self._snapshot.events[at].id for at in self._ordinals.tolist()
                )
            elif field == "date":
                terms = self._numbers_of_days
            else:
                terms = self._index.terms(field)
            known = sorted({term.encode("utf-8", "surrogatepass") for term in terms})
            self._sorted_terms[field] = known
        return known

    @cached_property
    def _days(self) -> NDArray[np.int32]:
        """The date of each document, ascending, in days since 1970-01-01."""
        return np.asarray(self._snapshot.events.days[self._ordinals])

    @cached_property
    def _numbers_of_days(self) -> dict[str, NDArray[np.int64]]:
        values, firsts = np.unique(self._days, return_index=True)
        parts = np.split(np.arange(len(self._days)), firsts[1:])
        return {_text_of_day(day): part for day, part in zip(values, parts, strict=True)}

    def _documents_with(self, field: str, text: str | bytes) -> NDArray[np.int64]:
        """The numbers, ascending, of the documents with a term."""
        term = _text_of(text)
        if field == "date":
            return self._numbers_of_days.get(term, np.zeros(0, np.int64))
        if field == "id":
            ordinal = self._snapshot.events.ordinal_of(term)
            numbers = self._numbers[[] if ordinal is None else [ordinal]]
        elif field in FIELDS:
            numbers = self._numbers[self._index.events_with(field, term)]
        else:
            return np.zeros(0, np.int64)
        return np.sort(numbers[numbers >= 0])

    def doc_frequency(self, fieldname: str, text: str | bytes) -> int:
        return len(self._documents_with(fieldname, text))

    def frequency(self, fieldname: str, text: str | bytes) -> float:
        return float(self._occurrences(fieldname, text)[1].sum())

    def term_info(self, fieldname: str, text: str | bytes) -> TermInfo:
        """Raises TermNotFound, an error of Whoosh."""
        return self._info(fieldname, text, *self._occurrences(fieldname, text)[:2])

    def _info(
        self, field: str, text: str | bytes, numbers: NDArray[np.int64], counts: NDArray[np.int64]
    ) -> TermInfo:
        if not len(numbers):
            raise TermNotFound(f"no term {field}:{text!r:.80}")
        lengths = self._lengths_of(field)[numbers]
        return TermInfo(
            float(counts.sum()),
            len(numbers),
            int(lengths.min()),
            int(lengths.max()),
            float(counts.max()),
            int(numbers[0]),
            int(numbers[-1]),
        )

    def _occurrences(
        self, field: str, text: str | bytes
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The documents with a term, ascending, how often each has it, and all its positions."""
        if field not in FIELDS:
            numbers = self._documents_with(field, text)
            return numbers, np.ones(len(numbers), np.int64), np.zeros(len(numbers), np.int64)
        term = _text_of(text)
        packed = self._index.packed_positions(field, term)
        numbers = self._numbers[packed >> POSITION_BITS]
        is_live = numbers >= 0
        packed = np.sort(numbers[is_live] << POSITION_BITS | packed[is_live] & _POSITION)
        numbers, counts = np.unique(packed >> POSITION_BITS, return_counts=True)
        return numbers, counts, packed & _POSITION

    def postings(self, fieldname: str, text: str | bytes, scorer: Any = None) -> ListMatcher:
        """Raises TermNotFound, an error of Whoosh."""
        numbers, counts, positions = self._occurrences(fieldname, text)
        info = self._info(fieldname, text, numbers, counts)
        return _Postings(
            numbers.tolist(),
            counts.astype(np.float64).tolist(),
            [part.tolist() for part in np.split(positions, np.cumsum(counts)[:-1])],
            self.schema[fieldname].format,
            scorer,
            term=(fieldname, text),
            terminfo=info,
        )

    # Lengths

    def _lengths_of(self, field: str) -> NDArray[np.uint32]:
        if field in TEXT_FIELDS:
            lengths: NDArray[np.uint32] = self._index.lengths[:, TEXT_FIELDS.index(field)]
            return lengths[self._ordinals]
        return np.ones(self.doc_count_all(), np.uint32)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._lengths_of(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths_of(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths_of(fieldname).min(initial=0))

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths_of(fieldname).max(initial=0))

    # Features that are not stored

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        return False

    def vector(self, docnum: int, fieldname: str, format_: Any = None) -> Any:
        """Raises KeyError: there are no term vectors."""
        raise KeyError(f"no term vector of {fieldname} is stored")

    def has_column(self, fieldname: str) -> bool:
        return fieldname == "date"

    def column_reader(
        self, fieldname: str, column: Any = None, reverse: bool = False, translate: bool = False
    ) -> "_DateColumn":
        return _DateColumn(self._days, reverse, translate)


def _text_of(term: str | bytes) -> str:
    """A term as text. Whoosh passes terms as bytes, and other callers as text."""
    return term.decode("utf-8", "surrogatepass") if isinstance(term, bytes) else term


class _Postings(ListMatcher):  # type: ignore[misc]
    """Postings whose values are lists of positions, rather than encoded ones."""

    def value_as(self, astype: str) -> Any:
        if astype == "positions":
            return self._values[self._i]
        return self.weight()

    def value(self) -> Any:
        return self._values[self._i]

    def supports(self, astype: str) -> bool:
        return astype in ("positions", "frequency", "weight")


def _text_of_day(day: int) -> str:
    return str(date_of(day) or "")


class _DateColumn:
    """The dates by which Whoosh sorts and groups."""

    def __init__(self, days: NDArray[np.int32], reverse: bool, translate: bool) -> None:
        self._days = days
        self._reverse = reverse
        self._translate = translate

    def __len__(self) -> int:
        return len(self._days)

    def __getitem__(self, docnum: int) -> str | bytes:
        text = _text_of_day(self._days[docnum])
        return text if self._translate else text.encode()

    def __iter__(self) -> Iterator[str | bytes]:
        return map(self.__getitem__, range(len(self)))

    def sort_key(self, docnum: int) -> bytes:
        key = _text_of_day(self._days[docnum]).encode() or b"\xff"  # undated ones are last
        return bytes(255 - byte for byte in key) if self._reverse and key != b"\xff" else key
