"""Full-text search and explained related lists for archives of dated event summaries.

    from search import Index, build

    build(["news/"], "index")
    with Index.open("index") as index:
        for hit in index.search('"deep space" probe').hits:
            print(hit.score, hit.event.title, hit.context)
        for hit in index.related("/news/2016/02/6/some-page.md"):
            print(hit.score, hit.event.title, hit.receipt.shares)

Names are imported when they are first used, so that a question from the shell loads little.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.asking import Options, SearchAnswer, SearchOptions, SourceCount, Why, YearCount
    from search.batch import Run, regenerate_archive
    from search.building import BuildSummary, build
    from search.errors import (
        ArchiveError,
        EventSearchError,
        IndexDamaged,
        IndexFormatMismatch,
        IndexLocked,
        IndexMissing,
        IndexUnusable,
        IndexUnwritable,
        PageUnwritable,
        UnknownEvent,
        UsageError,
    )
    from search.events import Event
    from search.index import Index
    from search.ranking import Hit, Receipt, Share
    from search.reading import Skipped, read
    from search.regenerate import Change

__all__ = [
    "ArchiveError",
    "BuildSummary",
    "Change",
    "Event",
    "EventSearchError",
    "Hit",
    "Index",
    "IndexDamaged",
    "IndexFormatMismatch",
    "IndexLocked",
    "IndexMissing",
    "IndexUnusable",
    "IndexUnwritable",
    "Options",
    "PageUnwritable",
    "Receipt",
    "Run",
    "SearchAnswer",
    "SearchOptions",
    "Share",
    "Skipped",
    "SourceCount",
    "UnknownEvent",
    "UsageError",
    "Why",
    "YearCount",
    "build",
    "read",
    "regenerate_archive",
]

# Light ones first; a name that several of them know is the same thing in all.
_ROOMS = (
    "errors",
    "events",
    "ranking",
    "asking",
    "index",
    "reading",
    "regenerate",
    "building",
    "batch",
)


def __getattr__(name: str) -> Any:
    for room in _ROOMS if name in __all__ else ():
        known = vars(import_module(f"search.{room}"))
        if name in known:
            return known[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
