"""One run over the pages of an archive: which have to be read, and what the run learns of them."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search import archive as reading
from search.archive import OnSkip, SitePage, Skipped, StatSignature
from search.archive.file_cache import NO_SIGNATURE
from search.archive.page.labels import usual_labels
from search.archive.page.marks import may_have_marks
from search.archive.page.parser import CannotPlace, Page
from search.archive.site import sample_hash
from search.archive.walk import in_silence
from search.engine import build as building
from search.engine.build import Update
from search.engine.decisions.last_lists import LastLists, PageFiles
from search.engine.page_record import PageFacts, PageRecord
from search.index.arrays import are_among
from search.model.digests import event_digest
from search.model.errors import IndexLocked, TooMuchChurn
from search.model.progress import OnProgress

if TYPE_CHECKING:
    from search.archive.page.related_section import Change
    from search.engine.page_lists import PageLists
    from search.engine.parallel_lists import Listed

_ONLY_EDITORS_LINES: Final = (
    "its Related section has only lines with other titles than those of the events that they link "
    "to: they stay, as an editor's; delete them to have the list made"
)
_REPORT_EVERY: Final = 50  # pages
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
    """One run over the pages of an archive. Pages have the numbers of the file cache.

    ``seen``, ``changed`` and ``unrelated`` count pages, as in ``Run``.
    """

    def __init__(
        self,
        archive: Path,
        update: Update,
        record: PageRecord,
        last_lists: LastLists,
        on_skip: OnSkip,
    ) -> None:
        """Find the pages that are not up to date; only these are read."""
        self.seen = self.changed = self.unrelated = 0
        self.last_lists = last_lists
        self._archive = archive
        self._update = update
        self._record = record
        self._on_skip = on_skip
        self._files = file_cache = update.file_cache
        self._up_to_date = np.zeros(len(file_cache.names), np.bool_)
        self._unrelated = np.zeros(len(file_cache.names), np.bool_)
        self._signatures = file_cache.signatures.copy()
        self._ahead: deque[tuple[int, SitePage]] = deque()
        self._sampled: dict[int, SampledPage | None] = {}
        self._marked: set[int] = set()  # pages that every run has to read
        self._awaited: dict[Path, tuple[int, int]] = {}  # with the digest of the event
        self._written: dict[int, tuple[StatSignature, int]] = {}
        self._pages = self._pages_with_lists()
        self._stale = self._find_stale()

    def _pages_with_lists(self) -> NDArray[np.int64]:
        """The pages of the archive that are events. Of pages with the same id only the first."""
        file_cache, scan = self._files, self._update.scan
        pages = scan.pages_below(self._archive)
        pages = pages[file_cache.ends[pages] > file_cache.starts[pages]]
        hashes = file_cache.records["hash"][file_cache.starts[pages]]
        pages = pages[~are_among(hashes, scan.replaced)]
        return pages[reading.firsts(file_cache.records["hash"][file_cache.starts[pages]])]

    def _find_stale(self) -> NDArray[np.int64]:
        up_to_date, unrelated = self._record.up_to_date(self._facts)
        if not up_to_date.all():
            hashes = self._files.records["hash"][self._files.starts[self._pages]]
            touched, backdated, untouched = (
                frozenset(hashes[some].tolist()) for some in self._record.touched(self._facts)
            )
            self.last_lists.compare_files(PageFiles(touched, backdated, untouched, self._path_of))
        self._up_to_date[self._pages] = up_to_date
        self._unrelated[self._pages] = unrelated
        self.seen = int(up_to_date.sum())
        self.unrelated = int(unrelated.sum())
        return self._pages[~up_to_date]

    @cached_property
    def _facts(self) -> PageFacts:
        """The pages as the scan found them."""
        names = [self._files.names[page] for page in self._pages.tolist()]
        records = self._files.records[self._files.starts[self._pages]]
        signatures = self._files.signatures[self._pages]
        return PageFacts(names, signatures, records["digest"], records["event"])

    def _path_of(self, id_hash: int) -> Path:
        hashes = self._files.records["hash"][self._files.starts[self._pages]]
        number = int(self._pages[np.flatnonzero(hashes == id_hash)[0]])
        return Path(self._update.scan.path_below(self._archive, number))

    @property
    def is_needed(self) -> bool:
        """Whether a page has to be read."""
        return len(self._stale) > 0

    def ids(self) -> Iterator[str]:
        """The ids of the events whose pages must be read; ``changes`` takes the pages later."""
        scan = self._update.scan
        boundary = self._archive if self._archive.is_dir() else self._archive.parent
        for number in self._stale.tolist():
            if page := reading.page_of(scan.entry(number), in_silence):
                path = Path(scan.path_below(self._archive, number))
                self._ahead.append((number, replace(page, path=path, boundary=boundary)))
                yield page.event.id

    def changes(
        self,
        listed: Iterator[Listed],
        lists: PageLists,
        on_progress: OnProgress,
        *,
        only_missing: bool,
    ) -> Iterator[Change]:
        """The pages that must change, given the fresh lists of all ``ids``, in their order.

        ``only_missing``: without pages that have a list.
        """
        from search.archive.page.related_section import Change, with_related  # noqa: PLC0415

        shown = ((page.headings, page.text) for page in self._sample())
        usual = cache(lambda: usual_labels(shown, lists.style.language))
        for _, fresh in listed:
            number, page = self._ahead.popleft()
            if fresh is None:
                reason = "it was added after the index was built; run it again"
                self._on_skip(Skipped(str(page.path), None, reason))
                continue
            self.seen += 1
            if only_missing and lists.has_items(page):
                continue
            done = lists.list_of(page, fresh, is_new=only_missing or self._is_new(number))
            self._note_list(number, page, is_empty=not done.hits, has_marks=lists.has_marks(page))
            if fresh and done.linked and not done.hits:
                self._on_skip(Skipped(str(page.path), None, _ONLY_EDITORS_LINES))
            if self.seen % _REPORT_EVERY == 0:
                on_progress("regenerating", self.seen, self._update.summary.events)
            known = lists.known_links(page)
            data = page.page.data
            try:
                after = with_related(page.page, done.hits, known, lists.style, usual, done.below)
            except CannotPlace as error:
                self._expect_writing(number, page)
                self._on_skip(Skipped(str(page.path), error.line, str(error)))
                continue
            if after != data:
                self._expect_writing(number, page)
                yield Change(
                    page.path,
                    page.boundary,
                    data,
                    after,
                    reasons=done.reasons,
                    renamed=done.renamed,
                )

    def _note_list(self, number: int, page: SitePage, *, is_empty: bool, has_marks: bool) -> None:
        """Note the list of a page, as if the page had it already."""
        self.unrelated += is_empty
        self._unrelated[number] = is_empty
        if has_marks:
            self._marked.add(number)
        # If a page was edited since the scan, the next run must read it.
        is_as_scanned = event_digest(page.event) == self._event_of(number)
        self._up_to_date[number] = is_as_scanned and not has_marks

    def _expect_writing(self, number: int, page: SitePage) -> None:
        """Count a page as stale until it is written."""
        self._up_to_date[number] = False
        self._awaited[page.path] = (number, event_digest(page.event))
        self.last_lists.expect_writing(page.path)

    def _is_new(self, number: int) -> bool:
        """Whether a page was never given a list, not even an empty one."""
        if self._record.known is None:
            return not self._have_lists
        return self._files.names[number] not in self._known_names

    @cached_property
    def _known_names(self) -> frozenset[str]:
        known = self._record.known
        return frozenset(() if known is None else known.names)

    @cached_property
    def _have_lists(self) -> bool:
        """Whether most pages of the sample have a list, so that a run gave all of them one."""
        have_list = [page.has_list for page in self._sample()]
        return 2 * sum(have_list) > len(have_list)

    def _event_of(self, number: int) -> int:
        return int(self._files.records["event"][self._files.starts[number]])

    def planned(self, changes: Iterator[Change]) -> Iterator[Change]:
        """The changes, which are about to be written. Their lists are noted before, in case the run
        does not come to its end."""
        while some := list(islice(changes, _PLANNED_AT_ONCE)):
            self.last_lists.plan(change.path for change in some)
            yield from some

    def within_churn(
        self, changes: Iterator[Change], max_churn: float, on_refused: Callable[[Change], None]
    ) -> Iterator[Change]:
        """The changes, if they are not too many. Pages that only get the new links of renamed pages
        do not count.

        Raises:
            TooMuchChurn: they are more than ``max_churn`` percent of the pages; ``on_refused`` was
                called with each.
        """
        every = list(changes)
        count = sum(not change.only_follows_renames for change in every)
        share = 100 * count / max(self.seen, 1)
        if share > max_churn:
            for change in every:
                on_refused(change)
            raise TooMuchChurn(
                f"{count:,} of {self.seen:,} pages would change ({share:.1f} %), more than "
                f"{max_churn:g} %: nothing was written; see them with --diff --reasons, or allow "
                "more with --max-churn"
            )
        yield from every

    def note(self, change: Change) -> None:
        """Note a page that was written, or would be."""
        self.changed += 1
        self.last_lists.was_written(change.path)
        number, event = self._awaited.pop(change.path)
        signature = reading.signature_of(change.path)
        if (
            signature is not None
            and signature[0] == len(change.after)
            and event == self._event_of(number)
        ):
            is_marked = number in self._marked or may_have_marks(change.after)
            self._up_to_date[number] = not is_marked
            signature = reading.page_signature(change.path, signature)
            self._signatures[number] = signature
            digest = reading.page_digest(self._update.scan.entry(number), change.after)
            self._written[number] = (signature, digest)

    def _sample(self) -> Iterator[SampledPage]:
        """A sample of the pages, the same in every run. No page is read twice."""
        names = self._files.names
        numbers = self._pages.tolist()
        for number in heapq.nsmallest(_SAMPLE, numbers, key=lambda at: sample_hash(names[at])):
            if number not in self._sampled:
                found = reading.page_of(self._update.scan.entry(number), in_silence)
                self._sampled[number] = SampledPage.of(found.page) if found else None
            if (page := self._sampled[number]) is not None:
                yield page

    def remember(self, directory: Path) -> None:
        """Write what is known to the index directory, so that later runs read fewer pages."""
        taken = time.time_ns()
        known = ~reading.racily_clean(self._files.signatures, self._files.taken)
        known[list(self._written)] = True
        is_up_to_date = (self._up_to_date & known)[self._pages]
        digests = self._facts.digests.copy()
        for at, number in enumerate(self._pages.tolist()):
            if number in self._written:
                digests[at] = self._written[number][1]
        signatures = np.where(is_up_to_date[:, None], self._signatures[self._pages], NO_SIGNATURE)
        pages = self._facts._replace(signatures=signatures, digests=digests)
        with suppress(IndexLocked):
            if self._written:
                building.remember_writing(directory, self._update, self._written, taken)
            now = self._update.generation
            self._record.save(now, taken, self._files, pages, self._unrelated[self._pages])
