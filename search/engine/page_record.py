"""Records which pages have an up-to-date Related list, so that the next run need not read them.

The record is a ``FileCache`` of the pages that the last runs saw, with one record each: the digests
of the page's bytes and of its event, and 1 in place of a line if its list is empty. Its facts name
the generation and the options that the lists were made with, and the archives that runs went over.
A run over a part of them leaves what is known of the other pages. A page that was not up to date
has a stat signature that matches no file. Like the file cache of an index, the record only saves
work: without it every page is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.archive import RECORD, FileCache, racily_clean
from search.archive.file_cache import NO_SIGNATURE
from search.archive.scan import is_in
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

    ``facts`` are those of the present run, except the generation. ``last`` has the pages as the
    last runs left them, even if their facts differ; None without a record. ``outdated`` has the
    digests of the events whose lists may have changed since; None if any list may have.
    ``is_known``: whether a run went over this archive.
    """

    directory: Path
    facts: dict[str, Any]
    last: FileCache | None = None
    outdated: frozenset[int] | None = None
    is_known: bool = False

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

        ``decisions`` is the digest of the decisions in ``related.toml``. With ``fresh`` any list of
        this archive may have changed.
        """
        made_with = {"options": repr(options), "style": repr(style)}
        top, digest = str(archive.resolve()), f"{decisions:016x}"
        facts: dict[str, Any] = {**made_with, "archives": {top: digest}}
        last = FileCache.at(directory / _NAME)
        if last is None or not np.array_equal(last.ends, np.arange(1, len(last.names) + 1)):
            return cls(directory, facts)
        archives = last.facts.get("archives")
        if not isinstance(archives, dict) or any(
            last.facts.get(name) != fact for name, fact in made_with.items()
        ):
            return cls(directory, facts, last)
        try:
            earlier = generations.named(directory, str(last.facts.get("generation")))
            outdated = invalidated_lists(earlier, now, options)
        except IndexUnusable:  # it is not kept: the base is another one
            outdated = None
        if outdated is None:
            return cls(directory, facts, last)
        # A part of a whole with the same decisions needs no mention; other archives that share
        # pages with this one are known no more.
        whole = [name for name, its in archives.items() if its == digest and is_in(top, name)]
        apart = {
            name: its
            for name, its in archives.items()
            if not (is_in(top, name) or is_in(name, top))
        }
        facts["archives"] = {**apart, (whole or [top])[0]: digest}
        return cls(directory, facts, last, frozenset(outdated), bool(whole) and not fresh)

    @property
    def known(self) -> FileCache | None:
        """The pages of the last runs; None if any list of this archive may have changed."""
        return self.last if self.is_known else None

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
        is_current &= ~self._are_outdated(pages.events)
        return is_current, is_current & (known.records["line"][numbers] == 1)

    def _are_outdated(self, events: NDArray[np.uint64]) -> NDArray[np.bool_]:
        return are_among(events, np.array(list(self.outdated or ()), dtype=np.uint64))

    def save(
        self,
        now: Generation,
        taken: int,
        files: FileCache,
        pages: PageFacts,
        unrelated: NDArray[np.bool_],
    ) -> None:
        """Write the record of a run.

        Args:
            now: the generation that its lists were made from.
            taken: a time in ns when all stat signatures were known.
            files: all files of the index.
            pages: as the run left them.
            unrelated: whether their lists are empty: [pages].

        Raises:
            IndexLocked, IndexUnwritable: see ``search.model.errors``.
        """
        facts = {**self.facts, "generation": now.line}
        records = np.zeros(len(pages.names), RECORD)
        records["digest"], records["event"] = pages.digests, pages.events
        records["line"] = unrelated
        names, signatures = pages.names, pages.signatures
        if self.last is not None and self.outdated is not None:
            last, run = self.last, frozenset(names)
            others = files.numbers(last.names) >= 0
            others &= np.array([name not in run for name in last.names], dtype=np.bool_)
            theirs = last.signatures[others]
            is_void = racily_clean(theirs, last.taken)
            is_void |= self._are_outdated(last.records["event"][others])
            theirs[is_void] = NO_SIGNATURE
            names = [*compress(last.names, others), *names]
            order = np.argsort(files.numbers(names))
            names = [names[at] for at in order.tolist()]
            signatures = np.concatenate([theirs, signatures])[order]
            records = np.concatenate([last.records[others], records])[order]
        ends = np.arange(1, len(names) + 1)
        file_cache = FileCache(facts, taken, names, signatures, ends, records)
        if self.known is None or not file_cache.says_no_more_than(self.known):
            with publishing.writing(self.directory):
                publishing.keep(now)  # the next run compares it with the generation of its time
                publishing.replace_hint(self.directory / _NAME, file_cache.to_bytes())
