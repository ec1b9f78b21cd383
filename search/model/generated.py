"""Recognises what event-search wrote, in folders that may also hold files of an archive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

GENERATOR: Final = "event-search"  # of feeds
JSON_FEED_MARK: Final = "_event_search"  # extensions of a JSON Feed begin with an underscore
EXPORT_RECORD: Final = ".event-search-export.{form}.json"  # in each folder of an export
GENERATED: Final = "written by event-search, so it holds no events of its own"


def is_generated(value: Any) -> bool:
    """Whether event-search wrote a JSON value: one that is marked, a list of related events, a
    document of an export, or an answer."""
    if not isinstance(value, Mapping):
        return False
    names = value.keys()
    return (
        JSON_FEED_MARK in names
        or (names == {"id", "related"} and isinstance(value["related"], list))
        or {"topics", "shared_terms", "related"} <= names
        or {"query", "total", "hits"} <= names
        or {"id", "score", "context", "explanation"} <= names
    )
