"""A search of a snapshot: from what a person typed to hits that say why they are there."""

import datetime

from search.asking import SearchAnswer, at_least_one
from search.context import surfaces_of, wholes
from search.event_file import date_of
from search.events import day_number
from search.question import candidates_of, outside, question_of, wishes_of
from search.ranking import Hit
from search.relating import surface_in
from search.search_ranking import ranked
from search.snapshot import Snapshot
from search.snippets import Marker


def search(
    snapshot: Snapshot,
    text: str,
    *,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    limit: int = 10,
) -> SearchAnswer:
    """See ``Index.search``."""
    at_least_one(limit)
    days = snapshot.events.days
    if not len(snapshot):
        return SearchAnswer(text, (), 0)
    asked = question_of(text, date_of(days.min()), date_of(days.max()))
    matches = snapshot.keywords.matching(asked.query.clause, snapshot.terms, days)
    wishes = wishes_of(
        asked.query,
        snapshot.terms,
        snapshot.keywords,
        snapshot.vectors,
        days,
        snapshot.events_named,
    )
    candidates = candidates_of(asked.query, wishes, matches.ordinals)
    if since is not None:
        candidates = candidates[days[candidates] >= day_number(since)]
    if until is not None:
        candidates = candidates[days[candidates] <= day_number(until)]
    distance = outside(asked.period, days) if asked.period else None
    marker = Marker(asked.query, snapshot.terms)
    hits = []
    for found in ranked(wishes, snapshot.vectors, candidates, distance, limit):
        told = snapshot.told(found.ordinal)
        surfaces = surfaces_of(told)
        printed = wholes(
            surface_in(snapshot, share, surfaces)
            for share in found.receipt.shares
            if share.kind in ("name", "term") and share.share > 0
        )
        snippet = marker.excerpt(told.event).marked()
        hits.append(Hit(told.event, found.score, printed, found.receipt, snippet))
    notes = (*asked.notes, *matches.notes)
    return SearchAnswer(text, tuple(hits), len(candidates), notes)
