"""A search of a snapshot: from what a person typed to hits that say why they are there."""

from collections.abc import Sequence

from search.asking import SearchAnswer, SearchOptions
from search.context import surfaces_of, wholes
from search.counting import by_source, by_year
from search.events import day_number
from search.finding import find, in_full
from search.paging import on_page
from search.question import outside
from search.ranking import Hit
from search.relating import surface_in
from search.search_ranking import Ranked, ranked
from search.snapshot import Snapshot
from search.snippets import Marker
from search.suggesting import suggestion


def search(snapshot: Snapshot, text: str, options: SearchOptions) -> SearchAnswer:
    """See ``Index.search``."""
    if not len(snapshot):
        return SearchAnswer(text, (), 0, first=options.first)
    days = snapshot.events.days
    asked, wishes, candidates, notes = find(snapshot, text)
    if options.since is not None:
        candidates = candidates[days[candidates] >= day_number(options.since)]
    if options.until is not None:
        candidates = candidates[days[candidates] <= day_number(options.until)]
    distance = outside(asked.period, days) if asked.period else None
    if options.sort != "relevance":
        candidates, told = in_full(asked.query, wishes, candidates, distance)
        notes = (*notes, *told)
    found: list[Ranked] = []

    def first(count: int) -> list[int]:
        found[:] = ranked(wishes, snapshot.vectors, candidates, distance, count, options.sort)
        return [hit.ordinal for hit in found]

    marker = Marker(asked.query, snapshot.terms)
    hits = tuple(
        _hit(snapshot, marker, found[item.place], [found[place] for place in item.also])
        for item in on_page(snapshot.vectors, first, options)
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


def _hit(snapshot: Snapshot, marker: Marker, found: Ranked, also: Sequence[Ranked]) -> Hit:
    """A hit as people read it. ``also`` are those folded into it."""
    told = snapshot.told(found.ordinal)
    surfaces = surfaces_of(told)
    printed = wholes(
        surface_in(snapshot, share, surfaces)
        for share in found.receipt.shares
        if share.kind in ("name", "term") and share.share > 0
    )
    return Hit(
        told.event,
        found.score,
        printed,
        found.receipt,
        marker.excerpt(told.event).marked(),
        tuple(snapshot.events[other.ordinal].id for other in also),
    )
