"""A search of a snapshot: from what a person typed to hits that say why they are there."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import NamedTuple

from search.asking import SearchAnswer, SearchOptions
from search.context import Told, surfaces_of, wholes
from search.counting import by_source, by_year
from search.events import Event, day_number
from search.finding import find, in_full
from search.loading import kernels_if_many
from search.paging import Page
from search.question import outside
from search.ranking import Hit, Receipt, Share
from search.search_ranking import Ranking
from search.snapshot import Snapshot, surface_in
from search.snippets import Marker
from search.suggesting import suggestion


def search(snapshot: Snapshot, text: str, options: SearchOptions) -> SearchAnswer:
    """See ``Index.search``."""
    if not len(snapshot):
        return SearchAnswer(text, (), 0, first=options.first)
    kernels = kernels_if_many()
    of_order, of_page = (None, None) if kernels is None else snapshot.compiled(kernels)
    days = snapshot.events.days
    asked, wishes, candidates, notes = find(snapshot, text, kernels)
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
    ranking = Ranking(wishes, snapshot.vectors, candidates, away, options.sort, of_order)
    marker = cache(lambda: Marker(asked.query, snapshot.terms))
    page = Page(snapshot.vectors, ranking.first, options, of_page)
    answered = _Answered(snapshot, marker, ranking, page)
    scores = ranking.scores(page.places)
    hits = tuple(
        [Hit.told_later(score, _Telling(answered, number)) for number, score in enumerate(scores)]
    )
    return SearchAnswer(
        text,
        hits,
        len(candidates),
        notes,
        options.first,
        suggestion(snapshot, asked.query, wishes, len(candidates)),
        years=by_year(snapshot, candidates) if options.years else (),
        sources=by_source(snapshot, candidates) if options.sources else (),
    )


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
