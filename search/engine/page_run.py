"""One run over the pages of an archive: which have to be read, and what the run learns of them."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search import archive as reading
from search.archive import OnSkip, ScannedFile, SitePage, Skipped, StatSignature
from search.archive.file_cache import NO_SIGNATURE
from search.archive.page.marks import may_have_marks
from search.archive.page.parser import Page
from search.archive.site import Site, sample_hash
from search.archive.walk import in_silence
from search.engine import build as building
from search.engine.build import Update
from search.engine.decisions.last_lists import LastLists, Touched
from search.engine.page_record import PageRecord, SeenPages
from search.index.arrays import are_among
from search.index.generations import Generation
from search.model.digests import event_digest
from search.model.errors import IndexLocked, TooMuchChurn
from search.model.hit import Hit
from search.model.options import RelatedOptions
from search.model.page_style import PageStyle

if TYPE_CHECKING:
    from search.archive.page.own_items import KnownLinks
    from search.archive.page.related_section import Change
    from search.engine.base_segment import OnProgress
    from search.engine.page_memory import PageMemory
    from search.engine.parallel_lists import Listed

_REPORT_EVERY: Final = 50
_PLANNED_AT_ONCE: Final = 64  # pages: noting their lists waits for the disk once
_SAMPLE: Final = 200  # pages that show whether an archive has lists


class SampledPage(NamedTuple):
    """What a page shows about its archive: the language of its lists, and whether it has one."""

    headings: tuple[str, ...]
    text: str
    has_list: bool

    @classmethod
    def of(cls, page: Page) -> SampledPage:
        return cls(tuple(page.headings()), page.text, bool(page.related_links))


class PageRun:
    """One run over the pages of an archive."""

    def __init__(
        self, update: Update, record: PageRecord, written: LastLists, on_skip: OnSkip
    ) -> None:
        self.written = written
        self.lists: dict[str, Sequence[Hit]] = {}
        self.below: dict[str, Sequence[bytes]] = {}
        self.known: dict[str, KnownLinks] = {}
        self._reasons: dict[Path, tuple[str, ...]] = {}
        self.seen = self.changed = self.unrelated = 0
        self._update = update
        self._record = record
        self._on_skip = on_skip
        file_cache = update.file_cache
        self._every = np.zeros(0, np.int64)
        self._pages = np.zeros(0, np.int64)  # numbers in the file cache, as the next three
        self._up_to_date = np.zeros(len(file_cache.names), np.bool_)
        self._unrelated = np.zeros(len(file_cache.names), np.bool_)
        self._signatures = file_cache.signatures.copy()
        self._ahead: deque[tuple[ScannedFile, SitePage]] = deque()
        self._sampled: dict[int, SampledPage | None] = {}
        self._marked: set[int] = set()  # pages that every run has to read
        self._awaited: dict[Path, tuple[ScannedFile, int]] = {}  # with the digest of the event
        self._written: dict[int, tuple[StatSignature, int]] = {}

    def find_stale(self, archive: Path) -> None:
        """Find the pages of the archive that are not up to date; only these are read."""
        file_cache = self._update.file_cache
        pages = self._update.scan.pages_below(archive)
        pages = pages[file_cache.ends[pages] > file_cache.starts[pages]]
        hashes = file_cache.records.hashes[file_cache.starts[pages]]
        pages = pages[~are_among(hashes, self._update.scan.replaced)]
        # If several pages have the same id, only the first has a list.
        pages = pages[reading.firsts(file_cache.records.hashes[file_cache.starts[pages]])]
        names = list(map(file_cache.names.__getitem__, pages.tolist()))
        signatures = file_cache.signatures[pages]
        events = file_cache.records.events[file_cache.starts[pages]]
        right, unrelated = self._record.up_to_date(names, signatures, events)
        if not right.all():
            self._compare_files(archive, pages, names, signatures)
        self._every, self._pages = pages, pages[~right]
        self._up_to_date[pages] = right
        self._unrelated[pages] = unrelated
        self.seen += int(right.sum())
        self.unrelated += int(unrelated.sum())

    def _compare_files(
        self,
        archive: Path,
        pages: NDArray[np.int64],
        names: Sequence[str],
        signatures: NDArray[np.int64],
    ) -> None:
        """Tell the record of lists what the files of pages show about the last run."""
        file_cache, scan = self._update.file_cache, self._update.scan
        records = file_cache.records.at(file_cache.starts[pages])
        hashes = records.hashes
        touched, backdated, untouched = (
            frozenset(hashes[some].tolist())
            for some in self._record.touched(names, signatures, records.digests)
        )

        def path_of(page: int) -> Path:
            number = int(pages[np.flatnonzero(hashes == page)[0]])
            return Path(scan.path_below(archive, scan.found(number)))

        self.written.compare_files(Touched(touched, backdated, untouched, path_of))

    @property
    def sites(self) -> list[Site]:
        """The site of each archive."""
        return [file_list.site for file_list in self._update.scan.file_lists]

    @property
    def generation(self) -> Generation:
        """The generation of the index that the lists are made from."""
        return self._update.generation

    @property
    def is_needed(self) -> bool:
        """Whether a page has to be read."""
        return len(self._pages) > 0

    def ids(self, archive: Path, boundary: Path) -> Iterator[str]:
        """The ids of the events whose pages must be read; ``pages`` yields the pages later.

        Nothing is written outside of the directory ``boundary``.
        """
        scan = self._update.scan
        for number in self._pages.tolist():
            found = scan.found(number)
            if page := reading.page_of(found.entry(), in_silence):
                path = Path(scan.path_below(archive, found))
                self._ahead.append((found, replace(page, path=path, boundary=boundary)))
                yield page.event.id

    def pages(
        self,
        listed: Iterator[Listed],
        memory: PageMemory,
        on_progress: OnProgress,
        *,
        only_missing: bool = False,
    ) -> Iterator[SitePage]:
        """The pages that must be read, each after its list was put into ``lists``.

        ``only_missing``: without pages that have a list.
        """
        for event_id, fresh in listed:
            found, page = self._ahead.popleft()
            if fresh is None:
                reason = "it was added after the index was built; run it again"
                self._on_skip(Skipped(str(page.path), None, reason))
                continue
            if only_missing and memory.has_items(page):
                self.seen += 1
                continue
            is_new = only_missing or self._is_new(found)
            done = memory.settled(page, fresh, is_new=is_new)
            self.seen += 1
            self.unrelated += not done.hits
            event = event_digest(page.event)
            # If a page was edited since the scan, the next run must read it.
            if memory.has_marks(page):
                self._marked.add(found.number)
            self._up_to_date[found.number] = (
                event == self._event_of(found) and found.number not in self._marked
            )
            self._unrelated[found.number] = not done.hits
            self._awaited[page.path] = (found, event)
            if self.seen % _REPORT_EVERY == 0:
                on_progress("regenerating", self.seen, self._update.summary.events)
            self.lists[event_id], self.below[event_id] = done.hits, done.below
            self.known[event_id] = memory.known_links(page)
            self._reasons = {page.path: done.reasons}  # before the next page is asked for
            yield page

    def _is_new(self, found: ScannedFile) -> bool:
        """Whether a page was never given a list, not even an empty one."""
        known = self._record.known
        if known is None:
            return not self._has_lists
        return self._update.file_cache.names[found.number] not in self._known_names

    @cached_property
    def _known_names(self) -> frozenset[str]:
        known = self._record.known
        return frozenset(() if known is None else known.names)

    @cached_property
    def _has_lists(self) -> bool:
        """Whether a page of the sample has a list."""
        return any(page.has_list for page in self.sample())

    def _event_of(self, found: ScannedFile) -> int:
        file_cache = self._update.file_cache
        return int(file_cache.records.events[file_cache.starts[found.number]])

    def skip(self, skipped: Skipped) -> None:
        """Note a page that cannot be given its list."""
        self.written.waits(Path(skipped.path))
        found, _ = self._awaited[Path(skipped.path)]
        self._up_to_date[found.number] = False
        self._on_skip(skipped)

    def awaiting(self, changes: Iterator[Change], *, writes: bool) -> Iterator[Change]:
        """The changes, each with its reasons; its page counts as stale until it is written.
        ``writes``: the lists are noted beforehand, in case the run does not come to its end."""
        while some := [
            replace(change, reasons=self._reasons[change.path])
            for change in islice(changes, _PLANNED_AT_ONCE)
        ]:
            for change in some:
                self._up_to_date[self._awaited[change.path][0].number] = False
                self.written.waits(change.path)
            if writes:
                self.written.plan(change.path for change in some)
            yield from some

    def within_churn(self, changes: Iterator[Change], max_churn: float) -> Iterator[Change]:
        """The changes, if they are not too many.

        Raises:
            TooMuchChurn: they are more than ``max_churn`` percent of the pages.
        """
        every = list(changes)
        share = 100 * len(every) / max(self.seen, 1)
        if share > max_churn:
            raise TooMuchChurn(
                f"{len(every):,} of {self.seen:,} pages would change ({share:.1f} %), more than "
                f"{max_churn:g} %: nothing was written; see them with --diff --reasons, or allow "
                "more with --max-churn"
            )
        yield from every

    def note(self, change: Change) -> None:
        """Note a page that was written, or would be."""
        self.changed += 1
        self.written.was_written(change.path)
        found, event = self._awaited.pop(change.path)
        signature = reading.signature_of(change.path)
        if (
            signature is not None
            and signature[0] == len(change.after)
            and event == self._event_of(found)
        ):
            is_marked = found.number in self._marked or may_have_marks(change.after)
            self._up_to_date[found.number] = not is_marked
            self._signatures[found.number] = signature
            digest = reading.page_digest(found.entry(), change.after)
            self._written[found.number] = (signature, digest)

    def sample(self) -> Iterator[SampledPage]:
        """A sample of the pages, the same in every run. No page is read twice."""
        names = self._update.file_cache.names
        numbers = self._every.tolist()
        for number in heapq.nsmallest(_SAMPLE, numbers, key=lambda at: sample_hash(names[at])):
            if number not in self._sampled:
                found = reading.page_of(self._update.scan.found(number).entry(), in_silence)
                self._sampled[number] = SampledPage.of(found.page) if found else None
            if (page := self._sampled[number]) is not None:
                yield page

    def remember(
        self,
        directory: Path,
        archive: Path,
        options: RelatedOptions,
        style: PageStyle,
        decisions: int,
    ) -> None:
        """Write what is known, so that later runs read fewer pages."""
        taken = time.time_ns()
        file_cache = self._update.file_cache
        known = ~reading.racily_clean(file_cache.signatures, file_cache.taken)
        known[list(self._written)] = True
        is_right = (self._up_to_date & known)[self._every]
        signatures = np.where(is_right[:, None], self._signatures[self._every], NO_SIGNATURE)
        records = file_cache.records.at(file_cache.starts[self._every])
        digests = np.zeros(len(file_cache.names), np.uint64)
        digests[self._every] = records.digests
        for number, (_, digest) in self._written.items():
            digests[number] = digest
        pages = SeenPages(
            list(map(file_cache.names.__getitem__, self._every.tolist())),
            signatures,
            digests[self._every],
            records.events,
            self._unrelated[self._every],
        )
        with suppress(IndexLocked):
            if self._written:
                building.remember_writing(directory, self._update, self._written, taken)
            self._record.save(
                directory, self.generation, archive, options, style, decisions, taken, pages
            )
