"""Records which pages have an up-to-date Related list, so that the next run need not read them.

The record is a ``FileCache`` of the pages that the last run saw, with one record each: the digests
of the page's bytes and of its event, and 1 in place of a line if its list is empty. Its facts name
the generation and the options that the lists were made with. A page that was not up to date has a
stat signature that matches no file. Like the file cache of an index, the record only saves work:
without it every page is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.archive import RECORD, FileCache
from search.engine.invalidated_lists import invalidated_lists
from search.index import generations, publishing
from search.index.arrays import are_among
from search.index.generations import Generation
from search.model.errors import IndexUnusable
from search.model.options import RelatedOptions
from search.model.page_style import PageStyle

_NAME: Final = "PAGES"


class PageFacts(NamedTuple):
    """What a run knows of pages: all by page."""

    names: list[str]  # in the file cache
    signatures: NDArray[np.int64]  # stat signatures: [pages, 3]
    digests: NDArray[np.uint64]  # of their bytes
    events: NDArray[np.uint64]  # digests of their events


@dataclass(frozen=True, slots=True)
class PageRecord:
    """The record in an index directory.

    ``facts`` are what the lists of the present run depend on, except the generation. ``last`` has
    the pages as the last run left them, even if its facts differ; None without a record.
    ``outdated`` has the digests of the events whose lists may have changed since; None if any list
    may have.
    """

    directory: Path
    facts: dict[str, Any]
    last: FileCache | None = None
    outdated: frozenset[int] | None = None

    @classmethod
    def opened(
        cls,
        directory: Path,
        now: Generation,
        archive: Path,
        options: RelatedOptions,
        style: PageStyle,
        decisions: int,
        *,
        fresh: bool,
    ) -> PageRecord:
        """The record of the last run, compared with the generation ``now`` and these options.

        ``decisions`` is the digest of the decisions in ``related.toml``. With ``fresh`` any list
        may have changed.
        """
        facts = {
            "archive": str(archive.resolve()),
            "options": repr(options),
            "style": repr(style),
            "decisions": f"{decisions:016x}",
        }
        last = FileCache.at(directory / _NAME)
        if last is None or not np.array_equal(last.ends, np.arange(1, len(last.names) + 1)):
            return cls(directory, facts)
        if fresh or {name: last.facts.get(name) for name in facts} != facts:
            return cls(directory, facts, last)
        try:
            earlier = generations.named(directory, str(last.facts.get("generation")))
            outdated = invalidated_lists(earlier, now, options)
        except IndexUnusable:  # it is not kept: the base is another one
            outdated = None
        return cls(directory, facts, last, None if outdated is None else frozenset(outdated))

    @property
    def known(self) -> FileCache | None:
        """The pages of the last run, unless any of their lists may have changed."""
        return None if self.outdated is None else self.last

    def touched(
        self, pages: PageFacts
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Which pages have other bytes than the last run left in them, which of these also have an
        older time, and which have the same bytes: bool [pages] each."""
        if self.last is None or not self.last.names:
            nothing = np.zeros(len(pages.names), np.bool_)
            return nothing, nothing, nothing
        numbers = self.last.numbers(pages.names)
        left = self.last.records["digest"][numbers]
        is_known = (numbers >= 0) & (left != 0)
        is_touched = is_known & (left != pages.digests)
        is_older = pages.signatures[:, 1] < self.last.signatures[numbers][:, 1]
        return is_touched, is_touched & is_older, is_known & ~is_touched

    def up_to_date(self, pages: PageFacts) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which pages are certainly up to date, and which of these have empty lists: bool [pages]
        each."""
        known = self.known
        if known is None or not known.names:
            return np.zeros(len(pages.names), np.bool_), np.zeros(len(pages.names), np.bool_)
        numbers = known.numbers(pages.names)
        is_current = known.unchanged(numbers, pages.signatures)
        is_current &= known.records["event"][numbers] == pages.events
        if self.outdated:
            is_current &= ~are_among(pages.events, np.array(list(self.outdated), dtype=np.uint64))
        return is_current, is_current & (known.records["line"][numbers] == 1)

    def save(
        self, now: Generation, taken: int, pages: PageFacts, unrelated: NDArray[np.bool_]
    ) -> None:
        """Write the record of a run.

        Args:
            now: the generation that its lists were made from.
            taken: a time in ns when all stat signatures were known.
            pages: as the run left them.
            unrelated: whether their lists are empty: [pages].

        Raises:
            IndexLocked, IndexUnwritable: see ``search.model.errors``.
        """
        facts = {**self.facts, "generation": now.line}
        count = len(pages.names)
        records = np.zeros(count, RECORD)
        records["digest"], records["event"] = pages.digests, pages.events
        records["line"] = unrelated
        ends = np.arange(1, count + 1)
        file_cache = FileCache(facts, taken, pages.names, pages.signatures, ends, records)
        if self.known is None or not file_cache.says_no_more_than(self.known):
            with publishing.writing(self.directory):
                publishing.keep(now)  # the next run compares it with the generation of its time
                publishing.replace_hint(self.directory / _NAME, file_cache.to_bytes())
