"""The JSON interface: the answers of ``--json``, at addresses that ``openapi.json`` describes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from search.engine.decisions.answers import related, related_text
from search.engine.decisions.review import why
from search.engine.index import Index
from search.model import json_answers, limits
from search.model.errors import EventSearchError, IndexUnusable, UnknownEvent
from search.publish.web.current_index import CurrentIndex
from search.publish.web.openapi import description
from search.publish.web.requests import query_of, related_options, search_options, text_of

Plain = dict[str, Any]


class JsonAnswer(Response):
    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def index_of(request: Request) -> Index:
    """The index that answers the whole request."""
    found = getattr(request.state, "index", None)
    if found is None:
        current: CurrentIndex = request.app.state.current
        found = request.state.index = current.get()
    assert isinstance(found, Index)
    return found


def event_id_of(request: Request) -> str:
    """The id of the event that the end of the request's path names.

    Ids of pages begin with a slash, which the path leaves out. The end is taken as it is if no
    event has the id with a slash, or if the request has ``id=1``.

    Raises:
        UnknownEvent: no event has either id.
    """
    path = str(request.path_params["id"])[: limits.ID_LENGTH]
    index = index_of(request)
    if not request.query_params.get("id"):
        with suppress(UnknownEvent):
            return index.resolve("/" + path.lstrip("/"))
    return index.resolve(path)


def status_of(error: EventSearchError) -> int:
    """The HTTP status of an error: 404, 400 or, if the index cannot be used, 503."""
    if isinstance(error, UnknownEvent):
        return 404
    return 503 if isinstance(error, IndexUnusable) else 400


def _answering(answer: Callable[[Request], Plain]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        try:
            return JsonAnswer(answer(request))
        except EventSearchError as error:
            return JsonAnswer({"error": str(error)}, status_of(error))

    return endpoint


def _search(request: Request) -> Plain:
    options = search_options(request.query_params)
    return json_answers.searched(index_of(request).search(query_of(request.query_params), options))


def _related(request: Request) -> Plain:
    index = index_of(request)
    event_id = event_id_of(request)
    hits = related(index, event_id, related_options(request.query_params))
    return json_answers.related(event_id, hits)


def _related_text(request: Request) -> Plain:
    text = text_of(request.query_params, "text", limits.TEXT_LENGTH)
    hits = related_text(index_of(request), text, related_options(request.query_params))
    return json_answers.related(text, hits, key="text")


def _why(request: Request) -> Plain:
    index = index_of(request)
    one, other = (
        index.resolve(text_of(request.query_params, name, limits.ID_LENGTH)) for name in ("a", "b")
    )
    options = related_options(request.query_params)
    return json_answers.explained(why(index, one, other, options))


def _info(request: Request) -> Plain:
    facts = index_of(request).info()
    # Paths on the server are not shown.
    return {name: value for name, value in facts.items() if name not in ("index", "aliases")}


def _suggest(request: Request) -> Plain:
    start = text_of(request.query_params, "q", 200)
    return {"q": start, "suggestions": list(index_of(request).complete(start))}


def _health(request: Request) -> Plain:
    index = index_of(request)
    return {"status": "ok", "generation": index.generation, "events": len(index)}


def routes() -> list[Route]:
    return [
        Route("/search", _answering(_search)),
        Route("/related", _answering(_related_text)),
        Route("/related/{id:path}", _answering(_related)),
        Route("/why", _answering(_why)),
        Route("/info", _answering(_info)),
        Route("/suggest", _answering(_suggest)),
        Route("/health", _answering(_health)),
        Route("/openapi.json", _answering(lambda request: description())),
    ]
