"""Brings an archive's index, and then the Related section of every page, up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from search.archive import OnSkip
from search.archive.decisions import decisions_beside
from search.engine import build as building
from search.engine.build_input import Archives, whole_of
from search.engine.decisions.last_lists import LastLists
from search.engine.indexed_archives import sources
from search.engine.page_record import PageRecord
from search.engine.page_run import PageRun
from search.engine.workers import Workers
from search.model.arguments import checked_path, instance_of, must_be_callable
from search.model.errors import PageUnwritable, UsageError
from search.model.hit import Explanation, Hit
from search.model.options import RelatedOptions, at_least_one, options_from
from search.model.progress import OnProgress
from search.model.read_options import ReadOptions

if TYPE_CHECKING:
    from search.archive.page.related_section import Change
    from search.engine.index import Index
    from search.engine.parallel_lists import Listed


@dataclass(frozen=True, slots=True)
class Run:
    """What ``regenerate_archive`` did or, if not ``written``, would do. Numbers count pages.

    ``replaced`` is the reason why the old index could not be used and a new one was built; it is
    empty if the old index was used, or if there was none. ``whole`` is the directory of which the
    archive is a part, if only the part is in the index. ``stale_marks`` counts events that editors'
    marks in the pages read name, and that do not exist.
    """

    pages: int
    changed: int
    unrelated: int
    refused: int
    written: bool
    replaced: str = ""
    whole: Path | None = None
    stale_marks: int = 0

    def sentence(self) -> str:
        """The run as a sentence."""
        if not self.pages:
            return (
                "there are no Markdown pages, so nothing was written; list what is related with: "
                "event-search related --all"
            )
        verb = "changed" if self.written else "to change"
        refused = f"; {self.refused:,} could not be written" if self.refused else ""
        part = (
            f"; this is a part of {self.whole}, and pages outside it were not considered: "
            f"index the whole first, with event-search index {self.whole}"
            if self.whole
            else ""
        )
        stale = (
            f"; marks of editors name {self.stale_marks:,} pages that are not there: "
            "list them with event-search marks"
            if self.stale_marks
            else ""
        )
        replaced = f"; the old index was replaced: {self.replaced}" if self.replaced else ""
        return (
            f"{self.pages:,} pages, {self.changed:,} {verb}; "
            f"{self.unrelated:,} with nothing related{refused}{stale}{replaced}{part}"
        )


def sum_of(runs: Iterable[Run]) -> Run:
    """Several runs as one."""
    every = list(runs)
    counts = ("pages", "changed", "unrelated", "refused", "stale_marks")
    added = {name: sum(getattr(run, name) for run in every) for name in counts}
    return replace(every[0], **added)


def regenerate_archive(
    archive: Path | str,
    directory: Path | str,
    options: RelatedOptions | None = None,
    read_options: ReadOptions | None = None,
    *,
    write: bool = True,
    fresh: bool = False,
    max_churn: float | None = None,
    lists: Path | str | None = None,
    only_missing: bool = False,
    processes: int = 1,
    map: Mapping[str, str] | None = None,
    on_skip: OnSkip = lambda skipped: None,
    on_progress: OnProgress = lambda stage, done, total: None,
    on_refusal: Callable[[PageUnwritable], None] = lambda error: None,
    on_change: Callable[[Change], None] = lambda change: None,
) -> Run:
    """Bring the index and then the Related section of every page of ``archive`` up to date.

    An item in a page stays while it is good enough (see ``search.engine.stable_lists``). Only pages
    whose lists may have changed since the last run with the same options are read. Each is replaced
    atomically. If the index was built from archives that contain this one, all of them stay in it.

    Args:
        archive: a folder of pages, or one page.
        directory: of the index.
        options: of the lists.
        read_options: how pages are read and, by their style, how their lists look.
        write: whether to write pages; without it only the index is written.
        fresh: whether to make lists from the ranking alone, as for pages without a list.
        max_churn: the largest percentage of the pages that may change; if more would, none is
            written.
        lists: a directory of parts written by ``list_parts``, to take the lists from.
        only_missing: whether to leave pages that have a list of any kind alone.
        processes: how many analyse texts and make lists; for more than one see
            ``related_lists``.
        map: which fields of front matter are an event's, as for ``build``.
        on_skip, on_progress: as for ``build``.
        on_refusal: called with the error of each page that cannot be written; others are written.
        on_change: called with each page that changed, and the reasons.

    Raises:
        ArchiveError, IndexUnusable: see ``search.model.errors``. No page has been written then.
            An ArchiveError as well if the parts in ``lists`` are not whole, or do not fit.
        TooMuchChurn: more pages than ``max_churn`` would change. None has been written;
            ``on_change`` was called with each that would.

    >>> regenerate_archive("news", "index-of-pages", write=False).sentence()
    '20 pages, 18 to change; 2 with nothing related'
    """
    must_be_callable(
        on_skip=on_skip, on_progress=on_progress, on_refusal=on_refusal, on_change=on_change
    )
    at_least_one(processes, "processes")
    if max_churn is not None and not 0 <= max_churn <= 100:
        raise UsageError(f"max_churn is {max_churn!r:.40}; it must be from 0 to 100")
    archive = checked_path(archive, "archive")
    directory = checked_path(directory, "the index directory")
    options = options_from(RelatedOptions, options, {})
    read_options = instance_of(ReadOptions, read_options or ReadOptions(), "read_options")
    parts = None if lists is None else checked_path(lists, "lists")
    paths = indexed_with(archive, directory)
    archives = Archives.of(paths, None, map, read_options)
    workers = Workers(processes=processes)
    update = building.bring_up_to_date(archives, directory, on_skip, on_progress, workers)
    decisions = decisions_beside(archive)
    style = read_options.style
    made_with = archive, options, style, decisions.digest
    record = PageRecord.opened(directory, update.generation, *made_with, fresh=fresh)
    run = PageRun(archive, update, record, LastLists(directory), on_skip)
    refused: list[PageUnwritable] = []

    def refuse(error: PageUnwritable) -> None:
        refused.append(error)
        on_refusal(error)

    stale_marks = 0
    if run.is_needed:
        # What makes and writes lists takes long to load.
        from search.archive.writer import write_pages  # noqa: PLC0415
        from search.engine.decisions.rules import Rules  # noqa: PLC0415
        from search.engine.index import Index  # noqa: PLC0415
        from search.engine.page_lists import PageLists  # noqa: PLC0415

        with Index(update.generation) as index:
            rules = Rules(index, [decisions])
            sites = [file_list.site for file_list in update.scan.file_lists]
            lists_of = PageLists(index, sites, options, style, rules, run.last_lists, fresh=fresh)
            listed = _fresh_lists(index, run.ids(), options, parts, processes)
            changes = run.changes(listed, lists_of, on_progress, only_missing=only_missing)
            if max_churn is not None:
                changes = run.within_churn(changes, max_churn, on_change)
            written = write_pages(run.planned(changes), refuse) if write else changes
            for change in written:
                run.note(change)
                on_change(change)
            if write:
                run.last_lists.save(index.ids())
            stale_marks = len(rules.unknown)
    if write:
        run.remember(directory)
    is_whole = [Path(path).resolve() for path in paths] == [archive.resolve()]
    whole = whole_of(archive) if is_whole else None
    counts = run.seen, run.changed, run.unrelated, len(refused)
    return Run(*counts, write, update.summary.replaced, whole, stale_marks)


def _fresh_lists(
    index: Index,
    event_ids: Iterator[str],
    options: RelatedOptions,
    parts: Path | None,
    processes: int,
) -> Iterator[Listed]:
    """The lists of the ranking alone, made now or taken from a directory of ``parts``."""
    from search.engine.list_parts import lists_of_parts  # noqa: PLC0415 - loads the index, too
    from search.engine.parallel_lists import made_of_lists  # noqa: PLC0415

    if parts is not None:
        return lists_of_parts(parts, index, options, event_ids)
    return made_of_lists(index, event_ids, options, _as_printed, processes)


def _as_printed(event_id: str, hits: tuple[Hit, ...] | None) -> Listed:
    """A list with only what pages print of it."""
    if hits is None:
        return event_id, None
    return event_id, tuple(
        Hit(hit.event, hit.score, hit.context, Explanation(), also=hit.also) for hit in hits
    )


def indexed_with(archive: Path, directory: Path) -> Sequence[Path | str]:
    """The archives to index for this one: itself, or those of the index if one contains it."""
    known = sources(directory)
    resolved = archive.resolve()
    if any(resolved.is_relative_to(source) for source in known):
        return known
    return [archive]
