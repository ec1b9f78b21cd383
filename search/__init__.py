"""Full-text search and explained related lists for archives of dated event summaries.

    from search import Index, build

    build(["news/"], "index")
    with Index.open("index") as index:
        for hit in index.search('"deep space" probe').hits:
            print(hit.score, hit.event.title, hit.context)
        for hit in index.related("/news/2016/02/6/some-page.md"):
            print(hit.score, hit.event.title, hit.explanation.contributions)

Names are imported on first use, so that a query from the shell loads little.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.archive import Skipped, read
    from search.archive.page.related_section import Change
    from search.engine.build import build
    from search.engine.index import Index
    from search.engine.list_parts import PartSummary, merged_lines, write_part
    from search.engine.own_vectors import Encoder
    from search.engine.parallel_lists import related_lists
    from search.engine.regenerate import Run, regenerate_archive
    from search.model.answers import SearchAnswer, SourceCount, Why, YearCount
    from search.model.build_summary import BuildSummary
    from search.model.errors import (
        ArchiveError,
        EventSearchError,
        IndexDamaged,
        IndexFormatMismatch,
        IndexLocked,
        IndexMissing,
        IndexNewer,
        IndexUnusable,
        IndexUnwritable,
        PageUnwritable,
        TooMuchChurn,
        UnknownEvent,
        UsageError,
    )
    from search.model.event import Event
    from search.model.hit import Contribution, Explanation, Hit, HitList
    from search.model.options import Options as Options
    from search.model.options import RelatedOptions, SearchOptions
    from search.model.page_style import PageStyle
    from search.model.read_options import ReadOptions

__all__ = [
    "ArchiveError",
    "BuildSummary",
    "Change",
    "Contribution",
    "Encoder",
    "Event",
    "EventSearchError",
    "Explanation",
    "Hit",
    "HitList",
    "Index",
    "IndexDamaged",
    "IndexFormatMismatch",
    "IndexLocked",
    "IndexMissing",
    "IndexNewer",
    "IndexUnusable",
    "IndexUnwritable",
    "PageStyle",
    "PageUnwritable",
    "PartSummary",
    "ReadOptions",
    "RelatedOptions",
    "Run",
    "SearchAnswer",
    "SearchOptions",
    "Skipped",
    "SourceCount",
    "TooMuchChurn",
    "UnknownEvent",
    "UsageError",
    "Why",
    "YearCount",
    "build",
    "merged_lines",
    "read",
    "regenerate_archive",
    "related_lists",
    "write_part",
]

# The public names, and `Options`, an earlier one, by module; a module is loaded when one of its
# names is first used.
_NAMES = {
    "search.archive": "Skipped read",
    "search.archive.page.related_section": "Change",
    "search.engine.build": "build",
    "search.engine.index": "Index",
    "search.engine.list_parts": "PartSummary merged_lines write_part",
    "search.engine.own_vectors": "Encoder",
    "search.engine.parallel_lists": "related_lists",
    "search.engine.regenerate": "Run regenerate_archive",
    "search.model.answers": "SearchAnswer SourceCount Why YearCount",
    "search.model.build_summary": "BuildSummary",
    "search.model.errors": (
        "ArchiveError EventSearchError IndexDamaged IndexFormatMismatch IndexLocked "
        "IndexMissing IndexNewer IndexUnusable IndexUnwritable PageUnwritable TooMuchChurn "
        "UnknownEvent UsageError"
    ),
    "search.model.event": "Event",
    "search.model.hit": "Contribution Explanation Hit HitList",
    "search.model.options": "Options RelatedOptions SearchOptions",
    "search.model.page_style": "PageStyle",
    "search.model.read_options": "ReadOptions",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib import metadata  # noqa: PLC0415 - loads the packages for mail

        return metadata.version("event-search")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
