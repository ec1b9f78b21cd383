"""The weighted term frequency of BM25F: how often events have a term, over all fields.

    tf(t, e) = Σ over fields f of weight_f · count_f(t, e) / (1 − b_f + b_f · length_f(e) / mean_f)

Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (CIKM 2004). The
fields are title, summary, the lead of a long summary (counted in addition), the editors' terms and
the sources. The figures behind the constants are in benchmarks/search/README.md.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.fulltext.matching import adjacent
from search.index.arrays import distinct
from search.index.fields import POSITION_BITS

if TYPE_CHECKING:
    from search.index.postings.reader import InvertedIndex

TITLE_WEIGHT: Final = 10.0
SUMMARY_WEIGHT: Final = 1.0
LEAD_WEIGHT: Final = 1.0
TERM_WEIGHT: Final = 5.0
SOURCE_WEIGHT: Final = 0.5
FORM_WEIGHT: Final = 0.3  # of another form of a word than the one that was typed
TITLE_B: Final = 0.5
SUMMARY_B: Final = 0.5
LEAD: Final = 60  # words; a summary as short as that has no lead of its own
_REMEMBERED: Final = 1_024  # terms

_Floats = NDArray[np.float32]
_Ordinals = NDArray[np.uint32]
_NOTHING: Final = np.zeros(0, np.uint32)


class Part(NamedTuple):
    """The events that have a term in one field, ascending, and the weighted frequency of each.

    ``titles``: these are titles of events that have more text. How much they count depends on the
    query, see ``bm25``; a title that is all the text of its event counts in full.
    """

    events: _Ordinals
    frequencies: _Floats
    titles: bool = False


class Frequencies:
    """The weighted frequencies of an archive. Safe to share by threads."""

    def __init__(self, keywords: "InvertedIndex") -> None:
        self._fields = _Fields(keywords)
        # A function of the fields: a method would keep this object, and its files, alive.
        self.parts_of = lru_cache(_REMEMBERED)(self._fields.parts_of)
        """The parts of a term, or of several terms side by side, one for each field that has it.
        ``code`` is how the only term is written in the query, see ``fields.spelling_code``."""
        self.typed_form = lru_cache(_REMEMBERED)(self._fields.typed_form)

    def unplaced(self, events: _Ordinals) -> Part:
        """One occurrence in each of these events: in the title if the event has no other text."""
        fields = self._fields
        only_title = fields.lengths[events, 1] == 0
        frequencies = np.where(
            only_title,
            TITLE_WEIGHT / fields.title_norms[events],
            SUMMARY_WEIGHT / fields.summary_norms[events],
        )
        return Part(events, frequencies.astype(np.float32))

    def in_title(self, events: _Ordinals) -> Part:
        """One occurrence in the title of each of these events."""
        return Part(events, np.float32(TITLE_WEIGHT) / self._fields.title_norms[events], True)


class _Fields:
    """The counts of terms by field, and the norms of the fields' lengths."""

    def __init__(self, keywords: "InvertedIndex") -> None:
        self._keywords = keywords

    def parts_of(self, *terms: str, code: int | None = None) -> tuple[Part, ...]:
        parts = []
        events, counts, _ = self._counts("title", terms, code)
        if len(events):
            weighted = np.float32(TITLE_WEIGHT) * counts / self.title_norms[events]
            has_text = self._have_text[events]
            if has_text.all():
                parts.append(Part(events, weighted, True))
            else:
                parts.append(Part(events[~has_text], weighted[~has_text]))
                if has_text.any():
                    parts.append(Part(events[has_text], weighted[has_text], True))
        if in_summaries := self._in_summaries(terms, code):
            parts.append(in_summaries)
        for field, weight in (("term", TERM_WEIGHT), ("source", SOURCE_WEIGHT)):
            places = self._places(field, terms)
            if not len(places):
                continue
            events = distinct((places >> POSITION_BITS).astype(np.uint32))
            events = self._keywords.live(events)
            if len(events):
                parts.append(Part(events, np.full(len(events), weight, np.float32)))
        return tuple(parts)

    def typed_form(self, term: str, code: int) -> tuple[Part, int] | None:
        """The summaries that have a term in the form with this code, and how many have any form;
        None if all have that form."""
        typed = self._in_summaries((term,), code, typed_only=True)
        if typed is None:
            return None
        with_any = len(self._counts("summary", (term,), None)[0])
        return (typed, with_any) if len(typed.events) < with_any else None

    def _in_summaries(
        self, terms: Sequence[str], code: int | None, *, typed_only: bool = False
    ) -> Part | None:
        events, counts, leads = self._counts("summary", terms, code, typed_only=typed_only)
        if not len(events):
            return None
        weighted = np.float32(SUMMARY_WEIGHT) * counts
        weighted += np.float32(LEAD_WEIGHT) * leads * self._lead_shares[events]
        return Part(events, weighted / self.summary_norms[events])

    def _places(
        self, field: str, terms: Sequence[str], code: int | None = None
    ) -> NDArray[np.int64]:
        """Where the terms are side by side in a field: the places of the first, ascending."""
        rows = []
        for term in terms:
            rows.append(self._keywords.packed_positions(field, term, code))
            if not len(rows[-1]):
                return rows[-1]
        return rows[0] if len(rows) == 1 else np.sort(adjacent(rows)[0])

    def _counts(
        self, field: str, terms: Sequence[str], code: int | None, *, typed_only: bool = False
    ) -> tuple[_Ordinals, _Floats, _Floats]:
        """The events that have the terms in a field, how often, and how often in the lead."""
        places = self._places(field, terms, code if typed_only else None)
        if not len(places):
            return _NOTHING, _NOTHING.astype(np.float32), _NOTHING.astype(np.float32)
        owners = (places >> POSITION_BITS).astype(np.uint32)
        firsts = np.append(0, np.flatnonzero(owners[1:] != owners[:-1]) + 1)
        events = owners[firsts]
        counts = (np.append(firsts[1:], len(owners)) - firsts).astype(np.float32)
        if code is not None and not typed_only:
            exact = self._keywords.packed_positions(field, terms[0], code)
            if len(exact) < len(places):
                weights = np.full(len(places), FORM_WEIGHT, np.float32)
                weights[np.searchsorted(places, exact)] = 1.0
                counts = np.add.reduceat(weights, firsts, dtype=np.float32)
        leads = np.zeros(len(events), np.float32)
        if field == "summary" and self._has_leads:
            in_lead = places & ((1 << POSITION_BITS) - 1) < LEAD
            leads = np.add.reduceat(in_lead, firsts, dtype=np.float32)
        living = self._keywords.live(events)
        if len(living) < len(events):
            alive = np.isin(events, living, assume_unique=True)
            return living, counts[alive], leads[alive]
        return events, counts, leads

    @cached_property
    def lengths(self) -> NDArray[np.uint32]:
        return self._keywords.lengths

    @cached_property
    def _have_text(self) -> NDArray[np.bool_]:
        """Which events have a text besides their title."""
        return np.asarray(self.lengths[:, 1] > 0)

    @cached_property
    def _means(self) -> tuple[float, float]:
        """The mean length of titles and of summaries, over the events that have one."""
        lengths = self.lengths[self._keywords.live(np.arange(len(self.lengths), dtype=np.uint32))]
        title, summary = (_mean(lengths[:, field]) for field in (0, 1))
        return title, summary

    @cached_property
    def title_norms(self) -> _Floats:
        return _norms(self.lengths[:, 0], self._means[0], TITLE_B)

    @cached_property
    def summary_norms(self) -> _Floats:
        return _norms(self.lengths[:, 1], self._means[1], SUMMARY_B)

    @cached_property
    def _has_leads(self) -> bool:
        return bool((self.lengths[:, 1] > LEAD).any())

    @cached_property
    def _lead_shares(self) -> _Floats:
        """The weight of each summary's lead: 0 if the lead is the whole summary."""
        lengths = np.maximum(self.lengths[:, 1], LEAD).astype(np.float32)
        return np.asarray(1.0 - np.float32(LEAD) / lengths)


def _mean(lengths: NDArray[Any]) -> float:
    some = lengths[lengths > 0]
    return float(some.mean()) if len(some) else 1.0


def _norms(lengths: NDArray[Any], mean: float, b: float) -> _Floats:
    return np.asarray((1.0 - b + (b / mean) * lengths).astype(np.float32))


def events_of(parts: Sequence[Part]) -> _Ordinals:
    """The events of all parts, ascending, each once."""
    if len(parts) == 1:
        return parts[0].events
    if not parts:
        return _NOTHING
    return distinct(*(part.events for part in parts))
