"""The main job: an archive's index brought up to date, and the Related section of every page."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from search import building, reading
from search.asking import Options
from search.base import OnProgress
from search.building import Update
from search.errors import IndexLocked, PageUnwritable
from search.event_file import event_digest
from search.index import Index
from search.lists import Listed, made_of_lists
from search.page_record import PageAsLeft, PageRecord
from search.ranking import Hit, Receipt
from search.reading import Census, Found, OnSkip, SitePage, Skipped, Stamp
from search.regenerate import Change, regenerate
from search.writing import write_pages

_REPORT_EVERY: Final = 50


@dataclass(frozen=True, slots=True)
class Run:
    """What ``regenerate_archive`` did, or, if not ``written``, would do. All are page counts."""

    pages: int
    changed: int
    unrelated: int
    refused: int
    written: bool

    def sentence(self) -> str:
        verb = "changed" if self.written else "to change"
        refused = f"; {self.refused:,} could not be written" if self.refused else ""
        return (
            f"{self.pages:,} pages, {self.changed:,} {verb}; "
            f"{self.unrelated:,} with nothing related{refused}"
        )


def regenerate_archive(
    archive: Path | str,
    directory: Path | str,
    options: Options | None = None,
    *,
    write: bool = True,
    processes: int = 1,
    on_skip: OnSkip = lambda skipped: None,
    on_progress: OnProgress = lambda stage, done, total: None,
    on_refusal: Callable[[PageUnwritable], None] = lambda error: None,
    on_change: Callable[[Change], None] = lambda change: None,
) -> Run:
    """Bring the index up to date, and make the Related section of every page of ``archive`` anew.

    Pages are read and compared one by one, but for those that are known to be right since the last
    run with the same options; each is replaced atomically. With ``write`` False
    nothing but the index is written. A page that cannot be written goes to ``on_refusal`` and the
    rest goes on. If the index was built from archives that hold this one, it stays one of those.
    ``processes`` make the lists; see ``lists.related_lists`` before asking for more than one.

    Raises:
        ArchiveError, IndexUnusable: see ``search.errors``. No page has been written then.
    """
    archive, directory, options = Path(archive), Path(directory), options or Options()
    archives = _indexed_with(archive, directory)
    update = building.bring_up_to_date(archives, directory, on_skip, on_progress)
    job = _Job(update, PageRecord.opened(directory, archive, update.generation, options), on_skip)
    refused = 0

    def refuse(error: PageUnwritable) -> None:
        nonlocal refused
        refused += 1
        on_refusal(error)

    with Index(update.generation) as index:
        boundary = archive if archive.is_dir() else archive.parent
        ids = job.ids(_pages(archive, update.census), boundary)
        listed = made_of_lists(index, ids, options, _as_printed, processes)
        changes = job.awaiting(regenerate(job.pages(listed, on_progress), job.lists.pop, job.skip))
        for change in write_pages(changes, refuse) if write else changes:
            job.note(change)
            on_change(change)
    if write:
        job.remember(directory, archive, options)
    return Run(job.seen, job.changed, job.unrelated, refused, write)


class _Job:
    """One run over the pages: which of them are looked at, and what is known of them then."""

    def __init__(self, update: Update, record: PageRecord, on_skip: OnSkip) -> None:
        self.lists: dict[str, Sequence[Hit]] = {}
        self.seen = self.changed = self.unrelated = 0
        self._update = update
        self._record = record
        self._on_skip = on_skip
        self._right: dict[str, PageAsLeft] = {}
        self._ahead: deque[tuple[Found, SitePage]] = deque()
        self._awaited: dict[Path, tuple[Found, PageAsLeft]] = {}
        self._written: dict[str, tuple[Stamp, int]] = {}

    def ids(self, pages: Iterator[tuple[Found, str]], boundary: Path) -> Iterator[str]:
        """The events whose pages must be looked at; the pages wait until ``pages`` asks.

        ``boundary`` is the directory outside of which nothing is written.
        """
        ledger = self._update.ledger
        taken: set[int] = set()
        for found, path in pages:
            for _, hashed, event, _ in ledger.of(found.name):
                if hashed in taken:
                    continue
                taken.add(hashed)
                if self._record.is_right(found.name, ledger.stamps[found.name], event):
                    self._count(found, event, self._record.is_unrelated(found.name))
                elif page := reading.page_of(found.entry(), _in_silence):
                    self._ahead.append((found, replace(page, path=Path(path), boundary=boundary)))
                    yield page.event.id

    def pages(self, listed: Iterator[Listed], on_progress: OnProgress) -> Iterator[SitePage]:
        """The pages to look at, each after its list has come to ``lists``."""
        for event_id, hits in listed:
            found, page = self._ahead.popleft()
            if hits is None:
                reason = "it was not there yet when the index was built; run it again"
                self._on_skip(Skipped(str(page.path), None, reason))
                continue
            known = self._count(found, event_digest(page.event), not hits)
            self._awaited[page.path] = (found, known)
            if self.seen % _REPORT_EVERY == 0:
                on_progress("regenerating", self.seen, self._update.summary.events)
            self.lists[event_id] = hits
            yield page

    def _count(self, found: Found, event: int, unrelated: bool) -> PageAsLeft:
        self.seen += 1
        self.unrelated += unrelated
        page = PageAsLeft(self._update.ledger.stamps[found.name], event, unrelated)
        self._right[found.name] = page
        return page

    def skip(self, skipped: Skipped) -> None:
        """A page that should have a list, and cannot be given one."""
        found, _ = self._awaited[Path(skipped.path)]
        del self._right[found.name]
        self._on_skip(skipped)

    def awaiting(self, changes: Iterator[Change]) -> Iterator[Change]:
        """Pages that are not as they should be, until they are written."""
        for change in changes:
            del self._right[self._awaited[change.path][0].name]
            yield change

    def note(self, change: Change) -> None:
        """A page was written, or would be."""
        self.changed += 1
        found, page = self._awaited.pop(change.path)
        stamp = reading.stamp_of(change.path)
        if stamp is not None and stamp[0] == len(change.after):
            # A page that was edited since the census has another event: the next run must read it.
            if page.event != self._update.ledger.of(found.name)[0][2]:
                return
            self._right[found.name] = page._replace(stamp=stamp)
            self._written[found.name] = (stamp, reading.page_digest(found.entry(), change.after))

    def remember(self, directory: Path, archive: Path, options: Options) -> None:
        """Write down what is known, where that may save a later run some reading."""
        taken = time.time_ns()
        ledger = self._update.ledger
        right = {
            name: page
            for name, page in self._right.items()
            if name in self._written or ledger.is_unchanged(name, page.stamp)
        }
        with suppress(IndexLocked):
            if self._written:
                building.remember_writing(directory, self._update, self._written, taken)
            self._record.save(directory, archive, self._update.generation, options, taken, right)


def _pages(archive: Path, census: Census) -> Iterator[tuple[Found, str]]:
    """The pages of ``archive`` among all files, with their paths below the path it was given by."""
    inside = str(archive.resolve())
    arguments = {found.site.argument for found in census.found}
    tops = {argument: str(argument.resolve()) for argument in arguments}
    for found in census.found:
        if found.file.form is reading.Form.PAGE:
            argument = found.site.argument
            path = tops[argument] + found.file.place[len(str(argument)) :]
            if path == inside or path.startswith(f"{inside}/"):
                yield found, str(archive) + path[len(inside) :]


def _as_printed(event_id: str, hits: tuple[Hit, ...] | None) -> Listed:
    """A list with what pages show of it."""
    if hits is None:
        return event_id, None
    return event_id, tuple(Hit(hit.event, hit.score, hit.context, Receipt()) for hit in hits)


def _in_silence(skipped: Skipped) -> None:
    """What cannot be read was reported when the index was built."""


def _indexed_with(archive: Path, directory: Path) -> Sequence[Path | str]:
    """The archives to index for this one: itself, or those of the index that hold it."""
    known = building.sources(directory)
    resolved = archive.resolve()
    if any(resolved.is_relative_to(source) for source in known):
        return known
    return [archive]
