"""The two segments of an updated index: a big base, and a small delta over it.

The events of the base have the ordinals 0 to b - 1, in the order of date and id. Those of the delta
follow, in the same order. An event that was removed or edited since the base was built is deleted
in the base; if it was edited, its new form is in the delta. The delta adds two files:

    deleted.npy               uint32, ascending: the ordinals of the base that are deleted
    base_events_before.npy    uint32 [delta]: for each event of the delta, how many events of the
                              base come before it in the order of date and id
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.index.checked_array import Rule
from search.index.files import Files


def write(deleted: NDArray[np.int64], before: NDArray[np.int64], directory: Path) -> None:
    """Write both files."""
    np.save(directory / "deleted.npy", deleted.astype("<u4"))
    np.save(directory / "base_events_before.npy", before.astype("<u4"))


class Segments:
    """Which ordinals are live, and how both segments are ordered. Safe to share by threads."""

    def __init__(self, files: Files, base: int) -> None:
        self.files = files
        self.base = base
        deleted = files.array("deleted.npy", "<u4", (None,), Rule(0, base - 1, strictly=True))
        self.deleted: NDArray[np.uint32] = deleted.whole()
        before = files.array(
            "base_events_before.npy", "<u4", (None,), Rule(0, base, ascending=True)
        )
        self._before: NDArray[np.uint32] = before.whole()

    def __len__(self) -> int:
        """The number of ordinals in both segments, deleted ones included."""
        return self.base + len(self._before)

    @cached_property
    def is_live(self) -> NDArray[np.bool_]:
        """Whether the event of each ordinal is live: [ordinals]."""
        is_live = np.ones(len(self), np.bool_)
        is_live[self.deleted] = False
        return is_live

    @cached_property
    def ranks(self) -> NDArray[np.int64]:
        """The rank of each ordinal in the order of date and id: [ordinals]."""
        before = self._before.astype(np.int64)
        inserted = np.searchsorted(before, np.arange(self.base), side="right")
        return np.concatenate([np.arange(self.base) + inserted, before + np.arange(len(before))])

    def live(self, events: NDArray[Any]) -> NDArray[Any]:
        """The ordinals whose events are live."""
        return events[self.is_live[events]] if len(self.deleted) else events
