"""The main job: an archive's index brought up to date, and the Related section of every page."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from search import archive as reading
from search.archive import Found, OnSkip, SitePage, Skipped, Stamp
from search.engine import build as building
from search.engine.build import Update
from search.engine.page_record import PageRecord, PagesAsLeft
from search.index.arrays import are_among
from search.index.ownership import must_be_named
from search.model.digests import event_digest
from search.model.errors import IndexLocked, PageUnwritable, UnknownEvent
from search.model.hit import Explanation, Hit
from search.model.options import RelatedOptions

if TYPE_CHECKING:
    from search.archive.page.related_section import Change
    from search.engine.base_segment import OnProgress
    from search.engine.index import Index
    from search.engine.many_lists import Listed

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
    options: RelatedOptions | None = None,
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
        ArchiveError, IndexUnusable: see ``search.model.errors``. No page has been written then.
    """
    archive, directory = Path(archive), must_be_named(directory)
    options = options or RelatedOptions()
    archives = indexed_with(archive, directory)
    update = building.bring_up_to_date(archives, directory, on_skip, on_progress)
    job = _Job(update, PageRecord.opened(directory, archive, update.generation, options), on_skip)
    refused = 0

    def refuse(error: PageUnwritable) -> None:
        nonlocal refused
        refused += 1
        on_refusal(error)

    boundary = archive if archive.is_dir() else archive.parent
    job.sort_out(archive)
    if job.is_needed:
        # What makes lists takes long to load, and often there is nothing new.
        from search.archive.page.related_section import regenerate  # noqa: PLC0415
        from search.archive.writer import write_pages  # noqa: PLC0415
        from search.engine.index import Index  # noqa: PLC0415
        from search.engine.many_lists import made_of_lists  # noqa: PLC0415

        with Index(update.generation) as index:
            ids = job.ids(archive, boundary)
            listed = made_of_lists(index, ids, options, _as_printed, processes)
            pages = job.pages(listed, on_progress)
            known = _known_links(index, update)
            changes = job.awaiting(regenerate(pages, job.lists.pop, job.skip, known))
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
        ledger = update.ledger
        self._pages = np.zeros(0, np.int64)  # by their places in the ledger, as what follows
        self._right = np.zeros(len(ledger.names), np.bool_)
        self._unrelated = np.zeros(len(ledger.names), np.bool_)
        self._stamps = ledger.stamps.copy()
        self._ahead: deque[tuple[Found, SitePage]] = deque()
        self._awaited: dict[Path, tuple[Found, int]] = {}  # with the digest of the event
        self._written: dict[int, tuple[Stamp, int]] = {}

    def sort_out(self, archive: Path) -> None:
        """Tell the pages of the archive that are known to be right from those to be looked at."""
        ledger = self._update.ledger
        pages = self._update.census.pages_below(archive)
        pages = pages[ledger.ends[pages] > ledger.starts[pages]]
        hashes = ledger.records.hashes[ledger.starts[pages]]
        pages = pages[~are_among(hashes, self._update.census.replaced)]
        # Of pages of one event only the first has a list.
        pages = pages[reading.firsts(ledger.records.hashes[ledger.starts[pages]])]
        names = list(map(ledger.names.__getitem__, pages.tolist()))
        events = ledger.records.events[ledger.starts[pages]]
        right, unrelated = self._record.right(names, ledger.stamps[pages], events)
        self._pages = pages[~right]
        self._right[pages] = right
        self._unrelated[pages] = unrelated
        self.seen += int(right.sum())
        self.unrelated += int(unrelated.sum())

    @property
    def is_needed(self) -> bool:
        """Whether there is a page to be looked at."""
        return len(self._pages) > 0

    def ids(self, archive: Path, boundary: Path) -> Iterator[str]:
        """The events whose pages must be looked at; the pages wait until ``pages`` asks.

        ``boundary`` is the directory outside of which nothing is written.
        """
        census = self._update.census
        for place in self._pages.tolist():
            found = census.found(place)
            if page := reading.page_of(found.entry(), _in_silence):
                path = Path(census.path_below(archive, found))
                self._ahead.append((found, replace(page, path=path, boundary=boundary)))
                yield page.event.id

    def pages(self, listed: Iterator[Listed], on_progress: OnProgress) -> Iterator[SitePage]:
        """The pages to look at, each after its list has come to ``lists``."""
        for event_id, hits in listed:
            found, page = self._ahead.popleft()
            if hits is None:
                reason = "it was not there yet when the index was built; run it again"
                self._on_skip(Skipped(str(page.path), None, reason))
                continue
            self.seen += 1
            self.unrelated += not hits
            event = event_digest(page.event)
            # A page that was edited since the census has another event: the next run must read it.
            self._right[found.place] = event == self._event_of(found)
            self._unrelated[found.place] = not hits
            self._awaited[page.path] = (found, event)
            if self.seen % _REPORT_EVERY == 0:
                on_progress("regenerating", self.seen, self._update.summary.events)
            self.lists[event_id] = hits
            yield page

    def _event_of(self, found: Found) -> int:
        ledger = self._update.ledger
        return int(ledger.records.events[ledger.starts[found.place]])

    def skip(self, skipped: Skipped) -> None:
        """A page that should have a list, and cannot be given one."""
        found, _ = self._awaited[Path(skipped.path)]
        self._right[found.place] = False
        self._on_skip(skipped)

    def awaiting(self, changes: Iterator[Change]) -> Iterator[Change]:
        """Pages that are not as they should be, until they are written."""
        for change in changes:
            self._right[self._awaited[change.path][0].place] = False
            yield change

    def note(self, change: Change) -> None:
        """A page was written, or would be."""
        self.changed += 1
        found, event = self._awaited.pop(change.path)
        stamp = reading.stamp_of(change.path)
        if stamp is not None and stamp[0] == len(change.after) and event == self._event_of(found):
            self._right[found.place] = True
            self._stamps[found.place] = stamp
            digest = reading.page_digest(found.entry(), change.after)
            self._written[found.place] = (stamp, digest)

    def remember(self, directory: Path, archive: Path, options: RelatedOptions) -> None:
        """Write down what is known, where that may save a later run some reading."""
        taken = time.time_ns()
        ledger = self._update.ledger
        known = reading.settled(ledger.stamps, ledger.taken)
        known[list(self._written)] = True
        right = np.flatnonzero(self._right & known)
        pages = PagesAsLeft(
            list(map(ledger.names.__getitem__, right.tolist())),
            self._stamps[right],
            ledger.records.events[ledger.starts[right]],
            self._unrelated[right],
        )
        with suppress(IndexLocked):
            if self._written:
                building.remember_writing(directory, self._update, self._written, taken)
            self._record.save(directory, archive, self._update.generation, options, taken, pages)


def _as_printed(event_id: str, hits: tuple[Hit, ...] | None) -> Listed:
    """A list with what pages show of it."""
    if hits is None:
        return event_id, None
    return event_id, tuple(Hit(hit.event, hit.score, hit.context, Explanation()) for hit in hits)


def _known_links(index: Index, update: Update) -> Callable[[str], bool]:
    """Whether a link of a page, as printed, leads to an event that is in the index, or was."""
    from search.archive.page.escaping import destination  # noqa: PLC0415

    sites = [listing.site for listing in update.census.listings]

    def is_known(link: str) -> bool:
        try:
            event = index.event(index.resolve(link))
        except UnknownEvent:
            return any(site.lacks(link) for site in sites)
        return destination(event.link) == link

    return is_known


def _in_silence(skipped: Skipped) -> None:
    """What cannot be read was reported when the index was built."""


def indexed_with(archive: Path, directory: Path) -> Sequence[Path | str]:
    """The archives to index for this one: itself, or those of the index that hold it."""
    known = building.sources(directory)
    resolved = archive.resolve()
    if any(resolved.is_relative_to(source) for source in known):
        return known
    return [archive]
