"""The HTML pages. Everything works without JavaScript."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote_plus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from search.engine.decisions.answers import related
from search.engine.decisions.review import why as explain
from search.engine.index import Index
from search.model import limits
from search.model.answers import YearCount
from search.model.errors import EventSearchError
from search.model.event import Event, day_number
from search.model.hit import Explanation, Hit
from search.model.options import RelatedOptions, SearchOptions
from search.publish.web.api import event_id_of, index_of, status_of
from search.publish.web.requests import query_of, related_options, search_options, text_of
from search.publish.web.story import stories_around
from search.publish.web.templating import TEMPLATES

_KEPT: Final = ("q", "from", "to", "sort", "source", "topic")
_SORTS: Final = {"relevance": "best first", "newest": "newest first", "oldest": "oldest first"}
_REASONS: Final = {"vectors": "similar words", "time": "time between them"}
_FACTS: Final = ("events", "from", "to", "names", "terms", "generation")
_RIGHT_TO_LEFT: Final = ("R", "AL")


def page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    index = index_of(request)
    text = TEMPLATES.get_template(f"{name}.html").render(
        direction=request.app.state.directions.of(index),
        query=request.query_params.get("q", "")[:2_000],
        **values,
    )
    return HTMLResponse(text.encode("utf-8", "replace"), status)


class Directions:
    """The writing direction of the pages of a generation; that of the newest one is kept."""

    def __init__(self) -> None:
        self._known = (0, "ltr")

    def of(self, index: Index) -> str:
        """ "rtl" if most of the archive's newest titles are written from right to left.

        If the index cannot be read, the page that says so is shown from left to right.
        """
        generation, known = self._known
        if generation == index.generation:
            return known
        try:
            newest = index.search("*", SearchOptions(sort="newest", limit=50, fold=False)).hits
            votes = [_first_strong(hit.event.title) in _RIGHT_TO_LEFT for hit in newest]
        except EventSearchError:
            return "ltr"
        found = "rtl" if sum(votes) * 2 > len(votes) else "ltr"
        self._known = index.generation, found
        return found


def _first_strong(text: str) -> str:
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in kinds if kind in ("L", *_RIGHT_TO_LEFT)), "L")


def _shown(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        try:
            return answer(request)
        except EventSearchError as error:
            return page(request, "error", status_of(error), message=str(error))

    return endpoint


def _home(request: Request) -> Response:
    parameters = request.query_params
    index = index_of(request)
    options = search_options({"limit": "10", **parameters, "years": "1", "sources": "1"})
    query = query_of(parameters)
    if not query and options.sort == "relevance":
        options = search_options({**parameters, "years": "1", "sources": "1", "sort": "newest"})
    answer = index.search(query or "*", options)
    kept = {name: parameters[name] for name in _KEPT if parameters.get(name)}
    encoded = {name: quote_plus(value) for name, value in kept.items()}
    return page(
        request,
        "search",
        answer=answer,
        years=year_bars(answer.years, encoded),
        sources=[(count, _address(encoded, source=count.source)) for count in answer.sources[:10]],
        terms=[
            (term, _address(encoded, q=f"{query} +{_quoted(term)}".strip()))
            for term in _terms(answer.hits)
        ],
        kept=kept,
        without={name: _address(encoded, **{name: ""}) for name in ("source", "topic", "from")},
        suggestion=answer.suggestion and _address(encoded, q=answer.suggestion),
        earlier=_address(encoded, page=options.page - 1) if options.page > 1 else "",
        later=(
            _address(encoded, page=options.page + 1)
            if answer.first + options.limit < answer.total
            else ""
        ),
        sorts=[
            (words, "" if sort == options.sort else _address(encoded, sort=sort))
            for sort, words in _SORTS.items()
        ],
        index_size=len(index),
    )


def _terms(hits: Sequence[Hit]) -> list[str]:
    """The topics of the hits shown, and the terms that they share with the query, each once."""
    terms = dict.fromkeys(term for hit in hits for term in (*hit.event.terms, *hit.context))
    return list(terms)[:12]


def _quoted(term: str) -> str:
    return '"' + term.replace('"', " ") + '"'


def _address(kept: Mapping[str, str], **more: object) -> str:
    """The address of a search with the parameters ``kept``, which are encoded, and ``more``. A
    parameter that is "" is left out; without "from" there is no "to" either."""
    values = {**kept, **{name: quote_plus(str(value)) for name, value in more.items()}}
    if values.get("from") == "":
        values.pop("to", None)
    return "/?" + "&".join(f"{name}={value}" for name, value in values.items() if value)


def year_bars(
    counts: Sequence[YearCount], kept: Mapping[str, str]
) -> list[tuple[int, int, int, str]]:
    """Year, events, width of its bar from 1 to 100, and the address that filters by it; ``kept``
    as in ``_address``."""
    most = max((count.events for count in counts), default=1)
    return [
        (
            count.year,
            count.events,
            max(count.events * 100 // most, 1),
            _address(kept, **dict.fromkeys(("from", "to"), f"{count.year:04}")),
        )
        for count in counts
    ]


def bars(explanation: Explanation) -> list[tuple[str, float, str, int]]:
    """Term, contribution, kind, and the width of its bar from 1 to 100."""
    parts = explanation.contributions
    most = max((abs(part.contribution) for part in parts), default=1.0)
    return [
        (
            _REASONS.get(part.surface, part.surface) if part.surface == part.kind else part.surface,
            part.contribution,
            part.kind,
            max(round(abs(part.contribution) / most * 100), 1),
        )
        for part in parts
    ]


def _event(request: Request) -> Response:
    index = index_of(request)
    event = index.event(event_id_of(request))
    hits = related(index, event.id, related_options(request.query_params))
    return page(
        request,
        "event",
        event=event,
        hits=[(hit, bars(hit.explanation)) for hit in hits],
        names=index.names(event.id)[:12],
        may_decide=bool(_verbs(request)),
    )


def _explain(request: Request) -> Response:
    """Why an event is in the list of another or not, with what each term adds to the score."""
    index = index_of(request)
    parameters = request.query_params
    one = index.resolve(text_of(parameters, "a", limits.ID_LENGTH))
    wanted = text_of(parameters, "b", limits.ID_LENGTH).strip()
    try:
        other = index.resolve(wanted)
    except EventSearchError:
        found = index.search(wanted, SearchOptions(limit=10))
        choices = [hit.event for hit in found.hits if hit.event.id != one]
        return page(request, "choose", of=index.event(one), wanted=wanted, choices=choices)
    why = explain(index, one, other, RelatedOptions())
    verbs = _verbs(request) if one != other else {}
    return page(request, "why", why=why, bars=bars(why.hit.explanation), verbs=verbs)


def _verbs(request: Request) -> Mapping[str, str]:
    """The decisions that the open desk offers, with their labels; none without an open desk."""
    if request.app.state.desk is None:
        return {}
    from search.publish.web.desk import VERBS, desk_of  # noqa: PLC0415

    return {} if desk_of(request) is None else VERBS


def _story(request: Request) -> Response:
    index = index_of(request)
    event = index.event(event_id_of(request))
    stories = stories_around(index, event.id)
    days = [day_number(one.date) for story in stories for one in story.events if one.date]
    first, span = min(days, default=0), max(max(days, default=0) - min(days, default=0), 1)

    def place_of(one: Event) -> int | None:
        return 2 + (day_number(one.date) - first) * 96 // span if one.date else None

    placed = [(story, [(one, place_of(one)) for one in story.events]) for story in stories]
    count = sum(len(story.events) for story in stories)
    return page(request, "story", event=event, stories=placed, count=count)


def _archive(request: Request) -> Response:
    index = index_of(request)
    found, fresh = request.app.state.overviews.get(index)
    years = found.years if found else ()
    most = max([1, *(year.events for year in years)])
    links = max([1, *(year.links for year in years)])
    how = {"found": found, "fresh": fresh, "most": most, "most_links": links}
    known = index.info()
    facts = [(name, known[name]) for name in _FACTS]
    response = page(request, "archive", facts=facts, **how)
    if not fresh:
        response.headers["Refresh"] = "5"
    return response


def not_found(request: Request, error: Exception) -> Response:
    return page(request, "error", 404, message="There is no such page; search for it instead.")


def failed(request: Request, error: Exception) -> Response:
    """The page for an error of the server itself, which is in its log."""
    return page(request, "error", 500, message="Something went wrong; see the log of the server.")


def routes() -> list[Route]:
    return [
        Route("/", _shown(_home)),
        Route("/event/{id:path}", _shown(_event)),
        Route("/explain", _shown(_explain)),
        Route("/story/{id:path}", _shown(_story)),
        Route("/archive", _shown(_archive)),
    ]
