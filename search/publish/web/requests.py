"""Reads the parameters of a request as options, within the limits of ``model.limits``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast, get_args

from search.fulltext.query.dates import days_of
from search.model import limits
from search.model.errors import UsageError
from search.model.options import Order, RelatedOptions, SearchOptions, Sort

Parameters = Mapping[str, str]


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
    limit, page = (
        _number(parameters, "limit", 10, limits.ITEMS_OF_AN_ANSWER),
        _number(parameters, "page", 1),
    )
    if limit * page > limits.LAST_RESULT:
        raise UsageError(f"pages go to result {limits.LAST_RESULT:,}; narrow the query instead")
    sort = parameters.get("sort") or "relevance"
    if sort not in get_args(Sort):
        raise UsageError(f"sort is {sort[:40]!r}; it must be relevance, newest or oldest")
    since, until = _days(parameters)
    return SearchOptions(
        since=since,
        until=until,
        limit=limit,
        page=page,
        sort=cast("Sort", sort),
        fold=not _is_on(parameters, "no_fold"),
        years=_is_on(parameters, "years"),
        sources=_is_on(parameters, "sources"),
    )


def related_options(parameters: Parameters) -> RelatedOptions:
    """The options of a related list.

    Raises:
        UsageError: a parameter has a value that is not allowed.
    """
    order = parameters.get("order") or "relevance"
    if order not in get_args(Order):
        raise UsageError(f"order is {order[:40]!r}; it must be relevance or context")
    least = parameters.get("min_score")
    try:
        min_score = float(least) if least else None
    except ValueError:
        raise UsageError("min_score must be a number from 0 to 1") from None
    since, until = _days(parameters)
    return RelatedOptions(
        limit=_number(parameters, "limit", 10, limits.ITEMS_OF_AN_ANSWER),
        order=cast("Order", order),
        min_score=min_score,
        time=not _is_on(parameters, "no_time"),
        fold=not _is_on(parameters, "no_fold"),
        since=since,
        until=until,
        older=_is_on(parameters, "older"),
        newer=_is_on(parameters, "newer"),
        within=parameters.get("within") or None,
        match=text_of(parameters, "match", limits.QUERY_LENGTH) or None,
    )


def _number(parameters: Parameters, name: str, default: int, most: int = limits.LAST_RESULT) -> int:
    text = parameters.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 1 <= int(text) <= most):
        raise UsageError(f"{name} must be a number from 1 to {most:,}")
    return int(text)


def _is_on(parameters: Parameters, name: str) -> bool:
    value = parameters.get(name, "")
    if value not in ("", "0", "1", "true", "false"):
        raise UsageError(f"{name} must be 1 or 0")
    return value in ("1", "true")


def _days(parameters: Parameters) -> tuple[date | None, ...]:
    try:
        return days_of(parameters.get("from") or None, parameters.get("to") or None)
    except ValueError as error:
        raise UsageError(f"{error}; from and to must be YYYY-MM-DD, YYYY-MM or YYYY") from None
