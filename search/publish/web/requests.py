"""The parameters of requests: how they become options, and how ``openapi.json`` describes them.

They have the limits of ``model.limits``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple, get_args

from search.fulltext.query.dates import days_of
from search.model import limits
from search.model.errors import UsageError
from search.model.options import Order, RelatedOptions, SearchOptions, Sort

Parameters = Mapping[str, str]


class Parameter(NamedTuple):
    """A parameter: the option that it sets, its JSON Schema, and a function that reads its value,
    given its name and its text."""

    option: str
    schema: dict[str, Any]
    read: Callable[[str, str], Any]


def text_of(parameters: Parameters, name: str, longest: int) -> str:
    """The text of a parameter; "" if it is missing.

    Raises:
        UsageError: it is too long.
    """
    text = parameters.get(name, "")
    if len(text) > longest:
        raise UsageError(f"{name} has {len(text):,} characters; at most {longest:,} are answered")
    return text.replace("\0", " ")


def query_of(parameters: Parameters) -> str:
    """The query ``q``, with ``source`` and ``topic`` as clauses of the query language."""
    query = text_of(parameters, "q", limits.QUERY_LENGTH).strip()
    narrowed = []
    for name, field in (("source", "source"), ("topic", "term")):
        value = text_of(parameters, name, 300).replace('"', " ").strip()
        if value:
            narrowed.append(f'{field}:"{value}"')
    if narrowed and query.count('"') % 2:
        query = query.replace('"', " ")
    return " ".join([query, *narrowed]).strip()


def search_options(parameters: Parameters) -> SearchOptions:
    """The options of a search.

    Raises:
        UsageError: a parameter has a value that is not allowed.
    """
    options = SearchOptions(**_values(parameters, SEARCH_PARAMETERS))
    if options.limit * options.page > limits.LAST_RESULT:
        raise UsageError(f"pages go to result {limits.LAST_RESULT:,}; narrow the query instead")
    return options


def related_options(parameters: Parameters) -> RelatedOptions:
    """The options of a related list.

    Raises:
        UsageError: a parameter has a value that is not allowed.
    """
    return RelatedOptions(**_values(parameters, LIST_PARAMETERS))


def _values(parameters: Parameters, known: Mapping[str, Parameter]) -> dict[str, Any]:
    """The options that are set; an empty parameter sets none."""
    try:
        since, until = days_of(parameters.get("from") or None, parameters.get("to") or None)
    except ValueError as error:
        raise UsageError(f"{error}; from and to must be YYYY-MM-DD, YYYY-MM or YYYY") from None
    values = {
        each.option: each.read(name, text)
        for name, each in known.items()
        if (text := parameters.get(name))
    }
    return {"since": since, "until": until, **values}


def _number(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 1 <= int(text) <= most):
        raise UsageError(f"{name} must be a number from 1 to {most:,}")
    return int(text)


def _score(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{name} must be a number from 0 to 1") from None


def _is_on(name: str, text: str) -> bool:
    if text not in ("0", "1", "true", "false"):
        raise UsageError(f"{name} must be 1 or 0")
    return text in ("1", "true")


def _is_off(name: str, text: str) -> bool:
    return not _is_on(name, text)


def _text(name: str, text: str) -> str:
    return text_of({name: text}, name, limits.QUERY_LENGTH)


_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer", "minimum": 1}
_FLAG: Final = {**_TEXT, "enum": ["0", "1", "true", "false"]}
_LIMIT: Final = Parameter("limit", _NUMBER, partial(_number, most=limits.ITEMS_OF_AN_ANSWER))
LIST_PARAMETERS: Final = {
    "limit": _LIMIT,
    "order": Parameter("order", {**_TEXT, "enum": list(get_args(Order))}, _text),
    "min_score": Parameter("min_score", {"type": "number", "minimum": 0, "maximum": 1}, _score),
    "no_time": Parameter("time", _FLAG, _is_off),
    "no_fold": Parameter("fold", _FLAG, _is_off),
    "older": Parameter("older", _FLAG, _is_on),
    "newer": Parameter("newer", _FLAG, _is_on),
    "within": Parameter("within", _TEXT, _text),
    "match": Parameter("match", _TEXT, _text),
}
SEARCH_PARAMETERS: Final = {
    "limit": _LIMIT,
    "page": Parameter("page", _NUMBER, partial(_number, most=limits.LAST_RESULT)),
    "sort": Parameter("sort", {**_TEXT, "enum": list(get_args(Sort))}, _text),
    "no_fold": Parameter("fold", _FLAG, _is_off),
    "years": Parameter("years", _FLAG, _is_on),
    "sources": Parameter("sources", _FLAG, _is_on),
}
