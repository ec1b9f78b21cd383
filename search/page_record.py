"""Which pages are known to hold the list that they should, so that the next run leaves them alone.

The record is a ``Ledger`` of pages as they were left: its stamps say whether a page was touched
since, its facts which generation and options the lists were made by. It is a hint like the ledger
of an index: without it every page is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search import generations
from search.affected import affected
from search.asking import Options
from search.distinct import are_among
from search.errors import IndexUnusable
from search.generations import Generation
from search.reading import Ledger, Records

_NAME: Final = "PAGES"


class PagesAsLeft(NamedTuple):
    """Pages that hold their lists, by their names in the ledger of the index: their stamps, int64
    [p, 3], the digests of their events, uint64 [p], and whether their lists are empty, bool [p]."""

    names: Sequence[str]
    stamps: NDArray[np.int64]
    events: NDArray[np.uint64]
    unrelated: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What is known of pages: ``known`` is None if nothing is, ``outdated`` the digests of the
    events whose lists may have changed since."""

    known: Ledger | None = None
    outdated: frozenset[int] = frozenset()

    @classmethod
    def opened(
        cls, directory: Path, archive: Path, now: Generation, options: Options
    ) -> "PageRecord":
        """The record of the last run over the same pages with the same options, if of use."""
        known = Ledger.at(directory / _NAME)
        wanted = _facts(archive, options)
        if known is None or {name: known.facts.get(name) for name in wanted} != wanted:
            return cls()
        if not np.array_equal(known.ends, np.arange(1, len(known.names) + 1)):
            return cls()
        try:
            earlier = generations.named(directory, str(known.facts.get("generation")))
            outdated = affected(earlier, now, options)
        except IndexUnusable:  # it was swept
            return cls()
        return cls() if outdated is None else cls(known, frozenset(outdated))

    def right(
        self, names: Sequence[str], stamps: NDArray[np.int64], events: NDArray[np.uint64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which pages surely hold their lists, and which of those lists are empty."""
        known = self.known
        if known is None or not known.names:
            return np.zeros(len(names), np.bool_), np.zeros(len(names), np.bool_)
        places = known.places(names)
        right = known.unchanged(places, stamps) & (known.records.events[places] == events)
        if self.outdated:
            right &= ~are_among(events, np.array(list(self.outdated), dtype=np.uint64))
        return right, right & (known.records.lines[places] == 1)

    def save(
        self,
        directory: Path,
        archive: Path,
        now: Generation,
        options: Options,
        taken: int,
        pages: PagesAsLeft,
    ) -> None:
        """Remember pages; ``taken`` is a time in ns when all stamps were known."""
        facts = {**_facts(archive, options), "generation": now.line}
        nothing = np.zeros(len(pages.names), np.uint64)
        records = Records(nothing, nothing, pages.events, pages.unrelated.astype(np.uint32))
        ends = np.arange(1, len(pages.names) + 1)
        ledger = Ledger(facts, taken, list(pages.names), pages.stamps, ends, records)
        if self.known is None or not ledger.says_no_more_than(self.known):
            generations.replace_bytes(directory / _NAME, ledger.to_bytes())


def _facts(archive: Path, options: Options) -> dict[str, Any]:
    return {"archive": str(archive.resolve()), "options": repr(options)}
