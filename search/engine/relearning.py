"""Learns the ranking again from the present events, on request, and shows what that changes.

What is learned from an archive (word vectors, document frequencies, time decay, aliases) is kept
until a fiftieth of the archive has changed (``update_plan.DRIFT``). Then a new base is built, and
pages keep the items that are still good (``stable_lists``). This module previews that step, or
takes it before it is due.
"""

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from search.archive import OnSkip
from search.engine.build import bring_up_to_date, repair, same_archives
from search.engine.index import Index
from search.model.arguments import checked_path
from search.model.digests import hash_of
from search.model.options import RelatedOptions
from search.model.progress import OnProgress

SAMPLE: Final = 200  # lists that are compared
_EXAMPLES: Final = 3
_REASON: Final = "its ranking was learned again"


@dataclass(frozen=True, slots=True)
class Relearning:
    """What learning again changes, or changed.

    ``learned_from`` are the numbers of events that relatedness was learned from, before and after.
    ``compared`` default lists of events that both indexes have were compared; ``changed`` of them
    have other items, ``gained`` and ``lost`` items in all. ``examples`` are ids of such events with
    what their lists gain and lose.
    """

    learned_from: tuple[int, int]
    compared: int
    changed: int
    gained: int
    lost: int
    examples: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]

    def lines(self) -> list[str]:
        """The changes, as lines for a terminal."""
        before, after = self.learned_from
        lines = [
            f"learned from {before:,} events before, from {after:,} now",
            f"{self.changed} of {self.compared} lists have other items: "
            f"{self.gained} gained, {self.lost} lost",
        ]
        for event_id, gained, lost in self.examples:
            signs = [*(f"+ {other}" for other in gained), *(f"- {other}" for other in lost)]
            lines += [event_id, *(f"  {sign}" for sign in signs)]
        return lines


def relearn(
    directory: Path | str,
    *,
    write: bool = False,
    vectors: Any = None,
    on_skip: OnSkip = lambda skipped: None,
    on_progress: OnProgress = lambda stage, done, total: None,
) -> Relearning:
    """Compare an index with one that is learned again from the same archives.

    With ``write`` the new index is published; otherwise nothing is changed. ``vectors`` are needed
    if the index was built with some; see ``build``.

    Raises:
        IndexMissing, IndexDamaged, IndexFormatMismatch: there is no index that can be compared.
        UsageError: it is not recorded what the index was built from, or it was standard input.
        ArchiveError, IndexLocked, IndexUnwritable: as `build` does.
    """
    directory = checked_path(directory, "the index directory")
    with Index.open(directory) as before:
        if write:
            how = {"vectors": vectors, "on_skip": on_skip, "on_progress": on_progress}
            repair(directory, reason=_REASON, **how)
            with Index.open(directory) as after:
                return _compared(before, after)
        archives = same_archives(directory, vectors)
        with tempfile.TemporaryDirectory(prefix="event-search-") as folder:
            trial = Path(folder, "index")
            trial.mkdir()
            with suppress(FileNotFoundError):
                shutil.copyfile(directory / "aliases.tsv", trial / "aliases.tsv")
            bring_up_to_date(archives, trial, on_skip, on_progress)
            with Index.open(trial) as after:
                return _compared(before, after)


def _compared(before: Index, after: Index) -> Relearning:
    ids = sorted(set(before.ids()) & set(after.ids()), key=hash_of)
    ids = ids[:SAMPLE]
    changes = []
    for event_id, old, new in zip(ids, _items(before, ids), _items(after, ids), strict=True):
        if old != new:
            changes.append((event_id, tuple(sorted(new - old)), tuple(sorted(old - new))))
    return Relearning(
        (before.info()["learned_from"], after.info()["learned_from"]),
        len(ids),
        len(changes),
        sum(len(gained) for _, gained, _ in changes),
        sum(len(lost) for _, _, lost in changes),
        tuple(changes[:_EXAMPLES]),
    )


def _items(index: Index, ids: Sequence[str]) -> list[frozenset[str]]:
    """The items of the default list of each event, with their near-duplicates."""
    lists = index.related_to_each(ids, RelatedOptions())
    return [
        frozenset(found for hit in hits or () for found in (hit.event.id, *hit.also))
        for hits in lists
    ]
