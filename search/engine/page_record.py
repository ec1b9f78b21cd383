"""Records which pages have an up-to-date Related list, so that the next run need not read them.

The record is a ``FileCache`` of the pages that the last run saw. A page that was not up to date has
a signature that matches no file. The signature of the others shows whether the page was touched
since; the facts name the generation and the options. Like the file cache of an index, the record
only saves work: without it every page is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.archive import FileCache, Records
from search.engine.stable_lists import bounds_of
from search.index import generations, publishing
from search.index.arrays import are_among
from search.index.generations import Generation
from search.index.snapshot import Snapshot
from search.model.errors import IndexUnusable
from search.model.options import RelatedOptions
from search.model.page_style import PageStyle
from search.related.similarity import Vectors

_SAMPLE_STYLE: Final = PageStyle()
_NAME: Final = "PAGES"


class SeenPages(NamedTuple):
    """The pages of a run, by file name in the file cache.

    With their stat signatures, int64 [p, 3], the digests of their bytes and of their events,
    uint64 [p] each, and whether their lists are empty, bool [p].
    """

    names: Sequence[str]
    signatures: NDArray[np.int64]
    digests: NDArray[np.uint64]
    events: NDArray[np.uint64]
    unrelated: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PageRecord:
    """``last``: the pages as the last run left them, whatever its options were, or None without a
    record. ``outdated``: the digests of the events whose lists may have changed since, or None if
    any may."""

    last: FileCache | None = None
    outdated: frozenset[int] | None = None

    @classmethod
    def opened(
        cls,
        directory: Path,
        now: Generation,
        archive: Path,
        options: RelatedOptions,
        style: PageStyle = _SAMPLE_STYLE,
        decisions: int = 0,
    ) -> "PageRecord":
        """The record of the last run over the same pages with the same options; else an empty one.

        ``decisions`` is the digest of the decisions in ``related.toml``.
        """
        last = FileCache.at(directory / _NAME)
        if last is None or not np.array_equal(last.ends, np.arange(1, len(last.names) + 1)):
            return cls()
        wanted = _facts(archive, options, style, decisions)
        if {name: last.facts.get(name) for name in wanted} != wanted:
            return cls(last)
        try:
            earlier = generations.named(directory, str(last.facts.get("generation")))
            outdated = invalidated_lists(earlier, now, options)
        except IndexUnusable:  # it was swept
            return cls(last)
        return cls(last, None if outdated is None else frozenset(outdated))

    @property
    def known(self) -> FileCache | None:
        """The pages of the last run if some of its lists are certainly as this run makes them."""
        return None if self.outdated is None else self.last

    def touched(
        self,
        names: Sequence[str],
        signatures: NDArray[np.int64],
        digests: NDArray[np.uint64],
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Which pages have other bytes than the last run left in them, which of these an earlier
        mtime than then, and which the same bytes: bool [p] each."""
        if self.last is None or not self.last.names:
            nothing = np.zeros(len(names), np.bool_)
            return nothing, nothing, nothing
        numbers = self.last.numbers(names)
        left = self.last.records.digests[numbers]
        is_known = (numbers >= 0) & (left != 0)
        is_touched = is_known & (left != digests)
        is_older = signatures[:, 1] < self.last.signatures[numbers][:, 1]
        return is_touched, is_touched & is_older, is_known & ~is_touched

    def up_to_date(
        self, names: Sequence[str], signatures: NDArray[np.int64], events: NDArray[np.uint64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which pages are certainly up to date, and which of these have empty lists: bool [p]
        each."""
        known = self.known
        if known is None or not known.names:
            return np.zeros(len(names), np.bool_), np.zeros(len(names), np.bool_)
        numbers = known.numbers(names)
        right = known.unchanged(numbers, signatures) & (known.records.events[numbers] == events)
        if self.outdated:
            right &= ~are_among(events, np.array(list(self.outdated), dtype=np.uint64))
        return right, right & (known.records.lines[numbers] == 1)

    def save(
        self,
        directory: Path,
        now: Generation,
        archive: Path,
        options: RelatedOptions,
        style: PageStyle,
        decisions: int,
        taken: int,
        pages: SeenPages,
    ) -> None:
        """Remember pages; ``taken`` is a time in ns when all stat signatures were known.

        Raises:
            IndexLocked, IndexUnwritable: see ``search.model.errors``.
        """
        facts = {**_facts(archive, options, style, decisions), "generation": now.line}
        nothing = np.zeros(len(pages.names), np.uint64)
        records = Records(pages.digests, nothing, pages.events, pages.unrelated.astype(np.uint32))
        ends = np.arange(1, len(pages.names) + 1)
        file_cache = FileCache(facts, taken, list(pages.names), pages.signatures, ends, records)
        if self.known is None or not file_cache.says_no_more_than(self.known):
            with publishing.writing(directory):
                publishing.replace_hint(directory / _NAME, file_cache.to_bytes())


def _facts(
    archive: Path, options: RelatedOptions, style: PageStyle, decisions: int
) -> dict[str, Any]:
    return {
        "archive": str(archive.resolve()),
        "options": repr(options),
        "style": repr(style),
        "decisions": f"{decisions:016x}",
    }


def invalidated_lists(
    earlier: Generation, now: Generation, options: RelatedOptions
) -> set[int] | None:
    """The digests of all events whose lists may differ; None if any list may.

    A list can change only if one of its candidates was added, removed or edited.

    Raises:
        IndexDamaged: a file of one of the generations is damaged.
    """
    if earlier.number == now.number:
        return set()
    if not _have_the_same_base(earlier, now):
        return None
    before, after = _Version(Snapshot(earlier.files)), _Version(Snapshot(now.files))
    found: set[int] = set()
    for side, other in ((before, after), (after, before)):
        for ordinal in side.changed(other):
            found.add(int(side.digests[ordinal]))
            found.update(side.digests[side.linked(ordinal, options)].tolist())
    return found


def _have_the_same_base(earlier: Generation, now: Generation) -> bool:
    one, other = (generation.files.only("base").sums for generation in (earlier, now))
    return one.keys() == other.keys() and all(
        np.array_equal(sums.blocks, other[name].blocks) for name, sums in one.items()
    )


class _Version:
    """One of the two generations that are compared."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.digests = snapshot.events.digests()
        self._snapshot = snapshot
        self._vectors = Vectors(snapshot.matrix)
        self._first = snapshot.base_count
        self._gone = set(snapshot.deleted.tolist())
        # The weight of a term that only the delta has depends on how many of its events have it.
        self._delta = {
            int(self.digests[ordinal]): self._weighed(ordinal)
            for ordinal in range(self._first, len(self.digests))
        }

    def changed(self, other: "_Version") -> Iterator[int]:
        """The events that the other generation does not have, or has with other weights."""
        yield from sorted(other._gone - self._gone)
        for ordinal in range(self._first, len(self.digests)):
            digest = int(self.digests[ordinal])
            if other._delta.get(digest) != self._delta[digest]:
                yield ordinal

    def linked(self, ordinal: int, options: RelatedOptions) -> NDArray[np.int64]:
        """The events that may have this one as a candidate for their lists."""
        if options.order == "context":
            names = self._snapshot.names
            return np.flatnonzero(names.shared(names.of(ordinal)))
        least = bounds_of(options).lowest
        return self._vectors.linked(ordinal, time=options.time, min_score=least)

    def _weighed(self, ordinal: int) -> bytes:
        matrix = self._snapshot.matrix
        return matrix.weights(matrix.row(ordinal)[0]).tobytes()
