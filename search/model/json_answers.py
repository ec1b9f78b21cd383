"""Answers as JSON values: one schema for the command line, the web page and every other program.

An item of a search or of a related list; the date of an event without one is null:

    {"id", "date", "title", "score", "context": [term, ...],
     "explanation": [{"term", "contribution", "kind"}, ...],   they add up to the score
     "url", "fields": {name: text}, "snippet", "also": [id, ...]}   only if they are not empty

A search is {"query", "total", "hits": [item, ...]}, and, only if they are not empty, "notes":
[sentence, ...], "suggestion", "years": [{"year", "events"}], "sources": [{"source", "events"}].
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from search.model.answers import SearchAnswer, Why
from search.model.hit import Explanation, Hit
from search.model.printing import json_text


def item(hit: Hit) -> dict[str, Any]:
    """An item of a search or of a related list."""
    event = hit.event
    plain: dict[str, Any] = {
        "id": event.id,
        "date": event.day or None,
        "title": event.title,
        "score": hit.score,
        "context": list(hit.context),
        "explanation": explanation(hit.explanation),
    }
    if event.url and event.url != event.id:
        plain["url"] = event.url
    if event.fields:
        plain["fields"] = dict(event.fields)
    if hit.snippet:
        plain["snippet"] = hit.snippet
    if hit.also:
        plain["also"] = list(hit.also)
    return plain


def explanation(of: Explanation) -> list[dict[str, Any]]:
    """The contributions of an explanation."""
    return [
        {"term": part.surface, "contribution": part.contribution, "kind": part.kind}
        for part in of.contributions
    ]


def searched(answer: SearchAnswer, *, count: bool = False) -> dict[str, Any]:
    """A search; with ``count`` only how many events match."""
    plain: dict[str, Any] = {"query": answer.query, "total": answer.total}
    if not count:
        plain["hits"] = [item(hit) for hit in answer.hits]
    if answer.notes:
        plain["notes"] = list(answer.notes)
    if answer.suggestion is not None:
        plain["suggestion"] = answer.suggestion
    if answer.years:
        plain["years"] = [count._asdict() for count in answer.years]
    if answer.sources:
        plain["sources"] = [count._asdict() for count in answer.sources]
    return plain


def related(query: str, hits: Sequence[Hit], *, key: str = "id") -> dict[str, Any]:
    """A list. ``query`` is the id of an event (``key`` "id") or a text (``key`` "text")."""
    return {key: query, "related": [item(hit) for hit in hits]}


class RelatedLine(NamedTuple):
    """A list as a line of JSON, and how many items it has; None: no event has that id."""

    event_id: str
    items: int | None
    line: str


def related_line(event_id: str, hits: Sequence[Hit] | None) -> RelatedLine:
    """A list as a line of JSON Lines, with an error if ``event_id`` is the id of no event."""
    plain = related(event_id, hits or ())
    if hits is None:
        plain["error"] = no_event(event_id)
    return RelatedLine(event_id, None if hits is None else len(hits), json_text(plain))


def no_event(event_id: str) -> str:
    return f"{event_id}: no event of this id is in the index; leave it out"


def explained(why: Why) -> dict[str, Any]:
    """The pair of ``why``: an item with the id of the other event, its rank and the verdict."""
    plain = item(why.hit)
    plain["of"] = why.of.id
    plain["rank"] = why.rank
    plain["verdict"] = why.verdict
    if why.marks:
        plain["marks"] = list(why.marks)
    if why.nearest:
        plain["least_score"] = why.least_score
        plain["nearest"] = [{"id": event_id, "score": score} for event_id, score in why.nearest]
    return plain
