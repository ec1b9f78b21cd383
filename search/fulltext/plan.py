"""Plans a search: which events match, which ones to rank, and which times the query means."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.fulltext.bm25 import QueryTerm
from search.fulltext.query.parser import Query, parse
from search.fulltext.query.tree import Boolean, Period, Phrase, Word, demands
from search.fulltext.query_terms import (
    can_be_taken_apart,
    is_unspaced,
    query_terms_of,
    telling_parts,
)
from search.fulltext.searcher import Searcher
from search.index.arrays import distinct
from search.model.event import day_number

ENOUGH: Final = 10  # matches; with fewer, events that match in part are offered as well
_LONGEST_TITLE: Final = 2_000  # characters of a query that may be a title with markup
_MARKUP: Final = re.compile(r"[`*_<\[\\&]")


class Found(NamedTuple):
    """What a query finds; ordinals ascend.

    ``matching``: the events that match. ``exact``: those whose id, link or title is the query; one
    titled "2015?" may be of another year, and not match. ``candidates``: the events to rank, which
    are both of these and others that match in part. ``outside`` [candidates]: how many days each is
    outside of the time that the query names; None without such a time. ``notes``: sentences for
    people.
    """

    query: Query
    query_terms: list[QueryTerm]
    matching: NDArray[np.int64]
    candidates: NDArray[np.int64]
    exact: NDArray[np.int64]
    outside: NDArray[np.float64] | None
    notes: tuple[str, ...]

    def only(self, kept: NDArray[np.bool_]) -> "Found":
        """Only some of the candidates: [candidates]."""
        if kept.all():
            return self
        candidates = self.candidates[kept]
        outside = None if self.outside is None else self.outside[kept]
        matching = candidates
        if len(self.matching) < len(self.candidates):
            matching = candidates[np.isin(candidates, self.matching, assume_unique=True)]
        return self._replace(matching=matching, candidates=candidates, outside=outside)


def find(searcher: Searcher, text: str) -> Found:
    """Read a query and match it with a snapshot that holds at least one event.

    Raises:
        IndexDamaged: a file contradicts itself.
    """
    query = parse(text, searcher.times, searcher.has_field)
    matches = searcher.matching(query.clause)
    query_terms = query_terms_of(searcher, query)
    exact = _named(searcher, text)
    matching = matches.ordinals.astype(np.int64)
    candidates = _with_partial(searcher, query, query_terms, matching)
    if len(exact):
        candidates = distinct(candidates, exact)
    preferred = _preferred(query)
    days = searcher.snapshot.events.days[candidates]
    outside = _outside(preferred, days) if preferred else None
    notes = (*query.notes, *matches.notes, *_notes(query, query_terms, preferred))
    return Found(query, query_terms, matching, candidates, exact, outside, notes)


def _named(searcher: Searcher, text: str) -> NDArray[np.int64]:
    """The events whose id, link, slug, identifier or title a query is, ascending. A title may be
    pasted with its Markdown, which events do not keep."""
    events = searcher.snapshot.events
    named = events.ordinals_meant(text)
    if not named and len(text) <= _LONGEST_TITLE and _MARKUP.search(text):
        from search.archive.page.markup import shown_line  # noqa: PLC0415 - few queries need it

        named = events.ordinals_meant(shown_line(text))
    return np.array(named, np.int64)


def in_full(found: Found, has_all_words: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], str | None]:
    """The candidates to list when sorting by day: [candidates]; and a note if others are dropped.

    By day, the score cannot move partial matches down. So if any event matches fully, the others
    are dropped.
    """
    kept = np.ones(len(found.candidates), np.bool_)
    if found.outside is not None and (inside := found.outside == 0).any():
        kept = inside
    if all(isinstance(leaf, Word | Period) for _, leaf in found.query.positive):
        full = kept & has_all_words
        kept = full if full.any() else kept
    if kept.all():
        return kept, None
    return kept, (
        f"By day, only events that match in full are listed: {kept.sum():,} of {len(kept):,}."
    )


def _with_partial(
    searcher: Searcher, query: Query, query_terms: Sequence[QueryTerm], matching: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The matches and, if they are few, events with a part of a word.

    A run of Chinese is several words, so an event with some of them is offered. An event with a
    part of a compound is offered if the part is telling, or if nothing matches. Quoted,
    required, excluded and fielded words are not split.
    """
    clause = query.clause
    if len(matching) >= ENOUGH or clause is None or demands(clause):
        return matching
    if isinstance(clause, Boolean) and clause.must_not:
        return matching
    leaves = [leaf for _, leaf in query.positive if not isinstance(leaf, Period)]
    if not leaves or not all(isinstance(leaf, Word) for leaf in leaves):
        return matching
    terms = searcher.snapshot.terms
    words = [terms.readings(leaf.text)[0] for leaf in leaves if isinstance(leaf, Word)]
    offered: set[str] = set()
    for tokens in words:
        if is_unspaced(tokens):
            offered.update(token.term for token in tokens)
        elif len(tokens) > 1 and (parts := telling_parts(searcher, tokens)):
            offered.update(token.term for token in parts)
        elif not len(matching) and can_be_taken_apart(tokens):
            offered.update(token.term for token in tokens)
    others = [term.events.astype(np.int64) for term in query_terms if term.term in offered]
    return distinct(matching, *others) if others else matching


def _preferred(query: Query) -> tuple[Period, ...]:
    """The times that a query names beside other words; they are a preference, not a condition."""
    match query.clause:
        case Boolean(must, should, _):
            periods = tuple(clause for clause in should if isinstance(clause, Period))
            return periods if len(periods) < len(must) + len(should) else ()
    return ()


def _outside(periods: Sequence[Period], days: NDArray[np.int32]) -> NDArray[np.float64]:
    """How many days each event is outside of the nearest period: [events]."""
    nearest = np.full(len(days), np.inf)
    for period in periods:
        distance = np.zeros(len(days))
        if period.first is not None:
            distance = np.maximum(distance, day_number(period.first) - days)
        if period.last is not None:
            distance = np.maximum(distance, days - day_number(period.last))
        nearest = np.minimum(nearest, distance)
    return nearest


def _notes(
    query: Query, query_terms: Sequence[QueryTerm], preferred: Sequence[Period]
) -> list[str]:
    notes = [
        f"“{period.text}” is taken as a time: events of that time come first."
        for period in preferred
    ]
    leaves = [leaf for _, leaf in query.positive]
    notes += [
        f"“{leaf.text}” is taken as a time: these are the events of that time."
        for leaf in leaves
        if isinstance(leaf, Period) and leaf not in preferred
    ]
    has_words = any(isinstance(leaf, Word) for leaf in leaves)
    if not query_terms and has_words and not any(isinstance(x, Phrase | Period) for x in leaves):
        notes.append("The query has only stop words; the newest events come first.")
    return notes
