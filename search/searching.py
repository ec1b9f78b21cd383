"""A search of a snapshot: from what a person typed to hits that say why they are there."""

from collections.abc import Mapping

from search.asking import SearchAnswer, SearchOptions
from search.context import Told, surfaces_of, wholes
from search.counting import by_source, by_year
from search.events import day_number
from search.finding import find, in_full
from search.paging import Item, on_page
from search.question import outside
from search.ranking import Hit, Receipt, Share
from search.relating import surface_in
from search.search_ranking import Ranking
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
    away = outside(asked.period, days[candidates]) if asked.period else None
    if options.sort != "relevance":
        kept, told = in_full(asked.query, wishes, candidates, away)
        candidates = candidates[kept]
        away = None if away is None else away[kept]
        notes = (*notes, *told)
    ranking = Ranking(wishes, snapshot.vectors, candidates, away, options.sort)
    marker = Marker(asked.query, snapshot.terms)
    hits = tuple(
        _hit(snapshot, marker, ranking, item)
        for item in on_page(snapshot.vectors, ranking.first, options)
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


def _hit(snapshot: Snapshot, marker: Marker, ranking: Ranking, item: Item) -> Hit:
    """An item as people read it."""
    ordinals = ranking.first(max((item.place, *item.also)) + 1)
    told = snapshot.told(ordinals[item.place])
    receipt = ranking.receipt(item.place)
    surfaces = surfaces_of(told)
    spelled = _by_other_spellings(snapshot, receipt, surfaces)
    surfaces = surfaces | spelled
    printed = wholes(
        surface_in(snapshot, share, surfaces)
        for share in receipt.shares
        if share.kind in ("name", "term") and share.share > 0
    )
    return Hit(
        told.event,
        ranking.score(item.place),
        printed,
        Receipt(tuple(_as_said(snapshot, told, spelled, share) for share in receipt.shares)),
        marker.excerpt(told.event).marked(),
        tuple(snapshot.events[ordinals[place]].id for place in item.also),
    )


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
