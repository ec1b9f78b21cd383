"""Which pages are known to hold the list that they should, so that the next run leaves them alone.

The record is a ``Ledger`` of pages as they were left: its stamps say whether a page was touched
since, its facts which generation and options the lists were made by. It is a hint like the ledger
of an index: without it every page is looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from search import generations
from search.affected import affected
from search.asking import Options
from search.errors import IndexUnusable
from search.generations import Generation
from search.reading import Ledger, Stamp

_NAME: Final = "PAGES"


class PageAsLeft(NamedTuple):
    """A page that holds its list: its stamp, the digest of its event, whether the list is empty."""

    stamp: Stamp
    event: int
    unrelated: bool


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What is known of pages: ``known`` is None if nothing is, ``outdated`` the digests of the
    events whose lists may have changed since."""

    known: Ledger | None = None
    outdated: set[int] = field(default_factory=set)

    @classmethod
    def opened(
        cls, directory: Path, archive: Path, now: Generation, options: Options
    ) -> "PageRecord":
        """The record of the last run over the same pages with the same options, if of use."""
        known = Ledger.at(directory / _NAME)
        wanted = _facts(archive, options)
        if known is None or {name: known.facts.get(name) for name in wanted} != wanted:
            return cls()
        try:
            earlier = generations.named(directory, str(known.facts.get("generation")))
            outdated = affected(earlier, now, options)
        except IndexUnusable:  # it was swept
            return cls()
        return cls() if outdated is None else cls(known, outdated)

    def is_right(self, name: str, stamp: Stamp, event: int) -> bool:
        """Whether a page surely holds its list, by its ledger's name and its event's digest."""
        known = self.known
        return (
            known is not None
            and event not in self.outdated
            and known.is_unchanged(name, stamp)
            and [event] == [seen[2] for seen in known.of(name)]
        )

    def is_unrelated(self, name: str) -> bool:
        """Whether a page that is right has no list."""
        return self.known is not None and self.known.of(name)[0][3] == 1

    def save(
        self,
        directory: Path,
        archive: Path,
        now: Generation,
        options: Options,
        taken: int,
        pages: Mapping[str, PageAsLeft],
    ) -> None:
        """Remember pages by their names; ``taken`` is a time in ns when all stamps were known."""
        facts = {**_facts(archive, options), "generation": now.line}
        pages = dict(sorted(pages.items()))
        starts = {name: (at, at + 1) for at, name in enumerate(pages)}
        seen = [(0, 0, page.event, int(page.unrelated)) for page in pages.values()]
        stamps = {name: page.stamp for name, page in pages.items()}
        ledger = Ledger(facts, taken, stamps, starts, seen)
        if self.known is None or not ledger.says_no_more_than(self.known):
            generations.replace_bytes(directory / _NAME, ledger.to_bytes())


def _facts(archive: Path, options: Options) -> dict[str, Any]:
    return {"archive": str(archive.resolve()), "options": repr(options)}
