"""Brings an archive's index, and then the Related section of every page, up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from search.archive import OnSkip
from search.archive.decisions import Decisions, decisions_beside
from search.archive.page.labels import usual_labels
from search.engine import build as building
from search.engine.archives import Archives, whole_of
from search.engine.decisions.last_lists import LastLists
from search.engine.indexed_archives import sources
from search.engine.page_record import PageRecord
from search.engine.page_run import PageRun
from search.engine.workers import Workers
from search.model.arguments import checked_path, instance_of, must_be_callable
from search.model.errors import PageUnwritable, UsageError
from search.model.hit import Explanation, Hit
from search.model.options import RelatedOptions, at_least_one, options_from
from search.model.read_options import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search.archive.page.related_section import Change
    from search.engine.base_segment import OnProgress
    from search.engine.decisions.rules import Rules
    from search.engine.index import Index
    from search.engine.parallel_lists import Listed
    from search.model.page_style import PageStyle


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
        TooMuchChurn: more pages than ``max_churn`` would change. None has been written.

    >>> regenerate_archive("news", "index-of-pages", write=False).sentence()
    '20 pages, 18 to change; 2 with nothing related'
    """
    must_be_callable(
        on_skip=on_skip, on_progress=on_progress, on_refusal=on_refusal, on_change=on_change
    )
    at_least_one(processes, "processes")
    archive = checked_path(archive, "archive")
    directory = checked_path(directory, "the index directory")
    wanted = _Wanted(
        archive,
        options_from(RelatedOptions, options, {}),
        instance_of(ReadOptions, read_options or ReadOptions(), "read_options"),
        None if lists is None else checked_path(lists, "lists"),
        processes,
        fresh,
        only_missing,
        _percentage(max_churn, "max_churn"),
    )
    paths = indexed_with(archive, directory)
    archives = Archives.of(paths, None, map, directory, wanted.read_options)
    workers = Workers(processes=processes)
    update = building.bring_up_to_date(archives, directory, on_skip, on_progress, workers)
    decisions = decisions_beside(archive)
    recorded = archive, wanted.options, wanted.style, decisions.digest
    record = PageRecord.opened(directory, update.generation, *recorded)
    record = PageRecord(record.last) if fresh else record
    job = PageRun(update, record, LastLists(directory), on_skip)
    refused: list[PageUnwritable] = []

    def refuse(error: PageUnwritable) -> None:
        refused.append(error)
        on_refusal(error)

    job.find_stale(archive)
    stale = _bring_pages_up_to_date(
        job, wanted, decisions, refuse if write else None, on_progress, on_change
    )
    if write:
        job.remember(directory, *recorded)
    is_whole = [Path(path).resolve() for path in paths] == [archive.resolve()]
    whole = whole_of(archive) if is_whole else None
    replaced = update.summary.replaced
    return Run(job.seen, job.changed, job.unrelated, len(refused), write, replaced, whole, stale)


def _percentage(value: float | None, name: str) -> float | None:
    if value is not None and not 0 <= value <= 100:
        raise UsageError(f"{name} is {value!r:.40}; it must be from 0 to 100")
    return value


class _Wanted(NamedTuple):
    """The lists of a run: of which archive, with which options, and how they are made."""

    archive: Path
    options: RelatedOptions
    read_options: ReadOptions
    lists: Path | None
    processes: int
    fresh: bool
    only_missing: bool
    max_churn: float | None

    @property
    def style(self) -> PageStyle:
        return self.read_options.style


def _bring_pages_up_to_date(
    job: PageRun,
    wanted: _Wanted,
    decisions: Decisions,
    refuse: Callable[[PageUnwritable], None] | None,
    on_progress: OnProgress,
    on_change: Callable[[Change], None],
) -> int:
    """Write the pages that are not as they should be; only tell of them if ``refuse`` is None.

    How many references of editors name no event, as far as the run met them.
    """
    if not job.is_needed:  # what makes lists takes long to load
        return 0
    from search.archive.writer import write_pages  # noqa: PLC0415
    from search.engine.decisions.rules import Rules  # noqa: PLC0415
    from search.engine.index import Index  # noqa: PLC0415

    with Index(job.generation) as index:
        rules = Rules(index, [decisions])
        made = _changes(job, index, rules, wanted, on_progress)
        changes = job.awaiting(made, writes=refuse is not None)
        if wanted.max_churn is not None:
            changes = job.within_churn(changes, wanted.max_churn)
        for change in changes if refuse is None else write_pages(changes, refuse):
            job.note(change)
            on_change(change)
        if refuse is not None:
            job.written.save(index.ids())
        return len(rules.unknown)


def _changes(
    job: PageRun, index: Index, rules: Rules, wanted: _Wanted, on_progress: OnProgress
) -> Iterator[Change]:
    """The stale pages, with their new bytes."""
    from search.archive.page.related_section import regenerate  # noqa: PLC0415
    from search.engine.list_parts import PartLists  # noqa: PLC0415
    from search.engine.page_memory import PageMemory  # noqa: PLC0415
    from search.engine.parallel_lists import made_of_lists  # noqa: PLC0415

    archive, options, style = wanted.archive, wanted.options, wanted.style
    ids = job.ids(archive, archive if archive.is_dir() else archive.parent)
    listed = (
        made_of_lists(index, ids, options, _as_printed, wanted.processes)
        if wanted.lists is None
        else PartLists(wanted.lists, index, options).listed(ids)
    )
    memory = PageMemory(index, job.sites, options, style, rules, job.written, fresh=wanted.fresh)
    pages = job.pages(listed, memory, on_progress, only_missing=wanted.only_missing)
    told = ((page.headings, page.text) for page in job.sample())
    usual = cache(lambda: usual_labels(told, style.language))
    return regenerate(pages, job.lists.pop, job.skip, job.known.pop, style, usual, job.below.pop)


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
