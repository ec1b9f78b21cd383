"""The description of the JSON interface, as OpenAPI 3.1."""

from __future__ import annotations

from importlib import metadata
from typing import Any, Final

from search.publish.web.requests import LIST_PARAMETERS, SEARCH_PARAMETERS

_TEXT: Final = {"type": "string"}


def _list_of(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


_CONTRIBUTION: Final = _object({"term": _TEXT, "contribution": {"type": "number"}, "kind": _TEXT})
_ITEM_FIELDS: Final = {
    "id": _TEXT,
    "date": {"type": "string", "format": "date"},
    "title": _TEXT,
    "score": {"type": "number", "minimum": 0, "maximum": 1},
    "context": _list_of(_TEXT),
    "explanation": _list_of(_CONTRIBUTION),
}
_ITEM_MORE: Final = {
    "url": _TEXT,
    "fields": {"type": "object", "additionalProperties": _TEXT},
    "snippet": _TEXT,
    "also": _list_of(_TEXT),
}
_ITEM: Final = _object(_ITEM_FIELDS, **_ITEM_MORE)
_COUNT: Final = {"type": "integer", "minimum": 0}
_SCHEMAS: Final = {
    "Item": _ITEM,
    "Search": _object(
        {"query": _TEXT, "total": _COUNT, "hits": _list_of(_ITEM)},
        notes=_list_of(_TEXT),
        suggestion=_TEXT,
        years=_list_of(_object({"year": {"type": "integer"}, "events": _COUNT})),
        sources=_list_of(_object({"source": _TEXT, "events": _COUNT})),
    ),
    "Related": _object({"related": _list_of(_ITEM)}, id=_TEXT, text=_TEXT),
    "Why": _object(
        {**_ITEM_FIELDS, "of": _TEXT, "rank": {"type": ["integer", "null"]}, "verdict": _TEXT},
        marks=_list_of(_TEXT),
        **_ITEM_MORE,
    ),
    "Info": {"type": "object"},
    "Suggestions": _object({"q": _TEXT, "suggestions": _list_of(_TEXT)}),
    "Health": _object({"status": _TEXT, "generation": _COUNT, "events": _COUNT}),
    "Error": _object({"error": _TEXT}),
}
_SPAN: Final = {"from": _TEXT, "to": _TEXT}
_LIST: Final = {name: each.schema for name, each in LIST_PARAMETERS.items()} | _SPAN
_SEARCH: Final = {
    **dict.fromkeys(("q", "source", "topic"), _TEXT),
    **{name: each.schema for name, each in SEARCH_PARAMETERS.items()},
    **_SPAN,
}


def description() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "event-search", "version": metadata.version("event-search")},
        "paths": {
            "/search": _get("Events that match a query, best first", "Search", _SEARCH),
            "/related/{id}": _get("Events related to an event", "Related", _LIST, path="id"),
            "/related": _get("Events related to a text", "Related", {"text": _TEXT, **_LIST}),
            "/why": _get("The explanation of a pair", "Why", {"a": _TEXT, "b": _TEXT, **_LIST}),
            "/info": _get("What the index holds", "Info", {}),
            "/suggest": _get("Names with this beginning", "Suggestions", {"q": _TEXT}),
            "/health": _get("Whether the server answers", "Health", {}),
        },
        "components": {"schemas": _SCHEMAS},
    }


def _get(
    summary: str, answer: str, parameters: dict[str, Any], path: str | None = None
) -> dict[str, Any]:
    listed = [{"name": name, "in": "query", "schema": it} for name, it in parameters.items()]
    if path is not None:
        listed.insert(0, {"name": path, "in": "path", "required": True, "schema": _TEXT})
    answers = {
        "200": (answer, "The answer"),
        "400": ("Error", "A parameter is wrong"),
        "404": ("Error", "No such event"),
        "503": ("Error", "The index cannot be used"),
    }
    responses = {
        status: {
            "description": meaning,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
        }
        for status, (schema, meaning) in answers.items()
    }
    return {"get": {"summary": summary, "parameters": listed, "responses": responses}}
