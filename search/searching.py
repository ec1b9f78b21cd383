"""A search of a snapshot: from what a person typed to hits that say why they are there."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from typing import NamedTuple

from search.asking import SearchAnswer, SearchOptions
from search.context import Told, surfaces_of, wholes
from search.counting import by_source, by_year
from search.events import Event, day_number
from search.finding import find, in_full, read
from search.loading import kernels_if_many
from search.paging import Page
from search.plain_words import plain_words, wishes_of_words
from search.query import Query
from search.question import ENOUGH, Question, outside
from search.ranking import Hit, Receipt, Share
from search.search_ranking import Compiled, Ranking
from search.snapshot import Snapshot, surface_in
from search.snippets import Marker
from search.suggesting import suggestion


def search(snapshot: Snapshot, text: str, options: SearchOptions) -> SearchAnswer:
    """See ``Index.search``."""
    if not len(snapshot):
        return SearchAnswer(text, (), 0, first=options.first)
    kernels = kernels_if_many()
    of_order, of_page = (None, None) if kernels is None else snapshot.compiled(kernels)
    asked = read(snapshot, text)
    ranked = None
    if of_order is not None and asked.period is None and not options.narrowed:
        ranked = _ranked_at_once(snapshot, asked, of_order)
    if ranked is None:
        ranked = _ranked(snapshot, asked, options, of_order)
    query, ranking, notes, mended = ranked
    page = Page(snapshot.vectors, ranking.first, options, of_page)
    answered = _Answered(snapshot, cache(lambda: Marker(query, snapshot.terms)), ranking, page)
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
        years=by_year(snapshot, ranking.candidates) if options.years else (),
        sources=by_source(snapshot, ranking.candidates) if options.sources else (),
    )


class _Ranked(NamedTuple):
    """A query as it was understood, the order of what it finds, and what to tell the person."""

    query: Query
    ranking: Ranking
    notes: tuple[str, ...]
    suggestion: str | None


def _ranked_at_once(snapshot: Snapshot, asked: Question, compiled: Compiled) -> _Ranked | None:
    """As ``_ranked`` a question of plain words that finds enough, by one compiled call."""
    words = plain_words(asked.query.clause, snapshot.plain_word)
    if words is None:
        return None
    wishes = wishes_of_words(words, snapshot.vectors, snapshot.events_named, snapshot.has_aliases)
    if wishes is None:
        return None
    ranking = Ranking(wishes, snapshot.vectors, None, compiled=compiled)
    if len(ranking) < ENOUGH:
        return None
    # What events say is no slip where enough is found.
    slips = any(not word.said for word in words)
    mended = suggestion(snapshot, asked.query, wishes, len(ranking)) if slips else None
    return _Ranked(asked.query, ranking, asked.notes, mended)


def _ranked(
    snapshot: Snapshot, asked: Question, options: SearchOptions, compiled: Compiled | None
) -> _Ranked:
    days = snapshot.events.days
    asked, wishes, candidates, notes = find(
        snapshot, asked, None if compiled is None else compiled.kernels
    )
    if options.since is not None:
        candidates = candidates[days[candidates] >= day_number(options.since)]
    if options.until is not None:
        candidates = candidates[days[candidates] <= day_number(options.until)]
    away = outside(asked.period, days[candidates]) if asked.period else None
    if options.sort != "relevance":
        kept, told = in_full(asked.query, wishes, candidates, away)
        candidates = candidates[kept]
        away = None if away is None else away[kept]
        notes = (*notes, *told)
    ranking = Ranking(wishes, snapshot.vectors, candidates, away, options.sort, compiled)
    mended = suggestion(snapshot, asked.query, wishes, len(candidates))
    return _Ranked(asked.query, ranking, notes, mended)


class _Answered(NamedTuple):
    """What all hits of an answer are told from."""

    snapshot: Snapshot
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
        return self._of.snapshot.events[self._ordinal]

    @property
    def also(self) -> tuple[str, ...]:
        also = self._of.page.items[self._number].also
        ordinals = self._of.ranking.first(max(also, default=0) + 1)
        return tuple(self._of.snapshot.events[ordinals[place]].id for place in also)

    @property
    def snippet(self) -> str:
        return self._of.marker().excerpt(self._told.event, self._told.analysis.tokens).marked()

    @property
    def context(self) -> tuple[str, ...]:
        return wholes(
            surface_in(self._of.snapshot, share, self._surfaces | self._spelled)
            for share in self._receipt.shares
            if share.kind in ("name", "term") and share.share > 0
        )

    @property
    def receipt(self) -> Receipt:
        shares = self._receipt.shares
        return Receipt(
            tuple(_as_said(self._of.snapshot, self._told, self._spelled, share) for share in shares)
        )

    @cached_property
    def _told(self) -> Told:
        return self._of.snapshot.told(self._ordinal)

    @property
    def _ordinal(self) -> int:
        return self._of.ranking.ordinal(self._of.page.places[self._number])

    @cached_property
    def _receipt(self) -> Receipt:
        return self._of.ranking.receipt(self._of.page.places[self._number])

    @cached_property
    def _surfaces(self) -> dict[str, str]:
        return surfaces_of(self._told)

    @cached_property
    def _spelled(self) -> dict[str, str]:
        return _by_other_spellings(self._of.snapshot, self._receipt, self._surfaces)


def _by_other_spellings(
    snapshot: Snapshot, receipt: Receipt, surfaces: Mapping[str, str]
) -> dict[str, str]:
    """How an event writes the terms of a receipt that it has in another spelling only."""
    terms = snapshot.terms
    return {
        share.term: surfaces[term]
        for share in receipt.shares
        if share.kind in ("name", "term") and share.term not in surfaces
        for term in map(terms.word_term, snapshot.other_spellings(share.surface))
        if term in surfaces
    }


def _as_said(snapshot: Snapshot, told: Told, spelled: Mapping[str, str], share: Share) -> Share:
    """The share, with what the event says instead if it has another spelling or name of it."""
    said = spelled.get(share.term)
    if said is None and share.kind == "name" and snapshot.has_aliases(share.term):
        canonical = snapshot.aliases.canonical
        names = [n for n in told.analysis.names if canonical(n.term) == canonical(share.term)]
        if names and all(name.term != share.term for name in names):
            said = told.event.text[names[0].start : names[0].end]
    return share if said is None else share._replace(surface=f"{share.surface} = {said}")
