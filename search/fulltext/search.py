"""A search of a snapshot: from what a person typed to hits that say why they are there."""

import datetime
from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.fulltext.paging import Page
from search.fulltext.plan import Question, find, in_full, outside, read
from search.fulltext.query.parser import Query
from search.fulltext.ranking import Compiled, Ranking
from search.fulltext.searcher import Searcher
from search.fulltext.snippets import Marker
from search.fulltext.suggestions import suggestion
from search.kernels.loader import kernels_if_many
from search.model.answers import SearchAnswer, SourceCount, YearCount
from search.model.errors import UsageError
from search.model.event import Event, day_number
from search.model.hit import Contribution, Explanation, Hit
from search.model.options import SearchOptions
from search.related.filters import Mask
from search.related.shared_terms import surface_in, surfaces_of, wholes
from search.text.analysed_event import AnalysedEvent


def search(searcher: Searcher, text: str, options: SearchOptions) -> SearchAnswer:
    """See ``Index.search``."""
    if not len(searcher.snapshot):
        return SearchAnswer(text, (), 0, first=options.first)
    kernels = kernels_if_many()
    of_order, of_page = (None, None) if kernels is None else searcher.compiled(kernels)
    asked = read(searcher, text)
    query, ranking, notes, mended = _ranked(searcher, asked, options, of_order)
    page = Page(searcher.vectors, ranking.first, options, of_page)
    answered = _Answered(
        searcher, cache(lambda: Marker(query, searcher.snapshot.terms)), ranking, page
    )
    scores = ranking.scores(page.places)
    hits = tuple(
        [
            Hit.told_later(score, partial(_Telling, answered, number))
            for number, score in enumerate(scores)
        ]
    )
    return SearchAnswer(
        text,
        hits,
        len(ranking),
        notes,
        options.first,
        mended,
        years=by_year(searcher, ranking.candidates) if options.years else (),
        sources=by_source(searcher, ranking.candidates) if options.sources else (),
    )


class _Ranked(NamedTuple):
    """A query as it was understood, the order of what it finds, and what to tell the person."""

    query: Query
    ranking: Ranking
    notes: tuple[str, ...]
    suggestion: str | None


def _ranked(
    searcher: Searcher, asked: Question, options: SearchOptions, compiled: Compiled | None
) -> _Ranked:
    days = searcher.snapshot.events.days
    asked, query_terms, candidates, notes = find(searcher, asked)
    if options.since is not None:
        candidates = candidates[days[candidates] >= day_number(options.since)]
    if options.until is not None:
        candidates = candidates[days[candidates] <= day_number(options.until)]
    away = outside(asked.period, days[candidates]) if asked.period else None
    if options.sort != "relevance":
        kept, told = in_full(asked.query, query_terms, candidates, away)
        candidates = candidates[kept]
        away = None if away is None else away[kept]
        notes = (*notes, *told)
    ranking = Ranking(query_terms, searcher.vectors, candidates, away, options.sort, compiled)
    mended = suggestion(searcher, asked.query, query_terms, len(candidates))
    return _Ranked(asked.query, ranking, notes, mended)


class _Answered(NamedTuple):
    """What all hits of an answer are told from."""

    searcher: Searcher
    marker: Callable[[], Marker]
    ranking: Ranking
    page: Page


class _Telling:
    """What a hit is told by: its fields, each made when it is asked for."""

    def __init__(self, of: _Answered, number: int) -> None:
        self._of = of
        self._number = number

    @property
    def event(self) -> Event:
        if "_told" in self.__dict__:
            return self._told.event
        return self._of.searcher.snapshot.events[self._ordinal]

    @property
    def also(self) -> tuple[str, ...]:
        also = self._of.page.items[self._number].also
        ordinals = self._of.ranking.first(max(also, default=0) + 1)
        return tuple(self._of.searcher.snapshot.events[ordinals[place]].id for place in also)

    @property
    def snippet(self) -> str:
        return self._of.marker().excerpt(self._told.event, self._told.analysis.tokens).marked()

    @property
    def context(self) -> tuple[str, ...]:
        return wholes(
            surface_in(self._of.searcher.snapshot, part, self._surfaces | self._spelled)
            for part in self._explanation.contributions
            if part.kind in ("name", "term") and part.contribution > 0
        )

    @property
    def explanation(self) -> Explanation:
        contributions = self._explanation.contributions
        return Explanation(
            tuple(
                _as_said(self._of.searcher, self._told, self._spelled, part)
                for part in contributions
            )
        )

    @cached_property
    def _told(self) -> AnalysedEvent:
        return self._of.searcher.snapshot.analysed(self._ordinal)

    @property
    def _ordinal(self) -> int:
        return self._of.ranking.ordinal(self._of.page.places[self._number])

    @cached_property
    def _explanation(self) -> Explanation:
        return self._of.ranking.explanation(self._of.page.places[self._number])

    @cached_property
    def _surfaces(self) -> dict[str, str]:
        return surfaces_of(self._told)

    @cached_property
    def _spelled(self) -> dict[str, str]:
        return _by_other_spellings(self._of.searcher, self._explanation, self._surfaces)


def _by_other_spellings(
    searcher: Searcher, explanation: Explanation, surfaces: Mapping[str, str]
) -> dict[str, str]:
    """How an event writes the terms of an explanation that it has in another spelling only."""
    terms = searcher.snapshot.terms
    return {
        part.term: surfaces[term]
        for part in explanation.contributions
        if part.kind in ("name", "term") and part.term not in surfaces
        for term in map(terms.word_term, searcher.other_spellings(part.surface))
        if term in surfaces
    }


def _as_said(
    searcher: Searcher, told: AnalysedEvent, spelled: Mapping[str, str], part: Contribution
) -> Contribution:
    """The share, with what the event says instead if it has another spelling or name of it."""
    said = spelled.get(part.term)
    if said is None and part.kind == "name" and searcher.snapshot.has_aliases(part.term):
        canonical = searcher.snapshot.aliases.canonical
        names = [n for n in told.analysis.names if canonical(n.term) == canonical(part.term)]
        if names and all(name.term != part.term for name in names):
            said = told.event.text[names[0].start : names[0].end]
    return part if said is None else part._replace(surface=f"{part.surface} = {said}")


def by_year(searcher: Searcher, ordinals: NDArray[np.int64]) -> tuple[YearCount, ...]:
    """The years that have any of the events, ascending."""
    days = searcher.snapshot.events.days[ordinals].astype("datetime64[D]")
    years, counts = np.unique(days.astype("datetime64[Y]").astype(np.int64), return_counts=True)
    return tuple(map(YearCount, (years + 1970).tolist(), counts.tolist()))


def by_source(searcher: Searcher, ordinals: NDArray[np.int64]) -> tuple[SourceCount, ...]:
    """The sources of the events, most events first, then by name."""
    counts = searcher.snapshot.events.by_source(ordinals)
    return tuple(
        SourceCount(source, events)
        for source, events in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def allowed(
    searcher: Searcher,
    since: datetime.date | None,
    until: datetime.date | None,
    match: str | None,
) -> Mask | None:
    """The events that may stand in any list, whatever was asked: [events]; None is all of them.

    Raises:
        UsageError: the query that items must match holds no word.
    """
    days = searcher.snapshot.events.days
    mask = np.ones(len(days), np.bool_)
    if since is not None:
        mask &= days >= day_number(since)
    if until is not None:
        mask &= days <= day_number(until)
    if match is not None and len(days):
        found = find(searcher, read(searcher, match))
        if found.asked.query.clause is None:
            raise UsageError(f"match is {match!r}; it must hold a word to look for")
        matching = np.zeros(len(days), np.bool_)
        matching[found.ordinals] = True
        mask &= matching
    return None if mask.all() else mask
