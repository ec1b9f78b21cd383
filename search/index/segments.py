"""How a small delta lies over a big base: the two segments that an updated index is made of.

Events of the base have the ordinals 0 to b − 1, in the order of date and id; those of the delta
follow, in the same order. An event that was removed or altered since the base was built is gone
from the base; its new form, if any, is in the delta. The delta's files, beside those of the rooms:

    gone.npy      uint32, ascending: the ordinals of the base that are gone
    before.npy    uint32 [delta]: how many events of the base stand before each of the delta
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.index.checked_array import Rule
from search.index.files import Files


def write(gone: NDArray[np.int64], before: NDArray[np.int64], directory: Path) -> None:
    """Write both files."""
    np.save(directory / "gone.npy", gone.astype("<u4"))
    np.save(directory / "before.npy", before.astype("<u4"))


class Overlay:
    """The delta over a base of so many events. Immutable, and safe to share by threads."""

    def __init__(self, files: Files, base: int) -> None:
        self.files = files
        self.base = base
        gone = files.array("gone.npy", "<u4", (None,), Rule(0, base - 1, strictly=True))
        self.gone: NDArray[np.uint32] = gone.whole()
        before = files.array("before.npy", "<u4", (None,), Rule(0, base, ascending=True))
        self._before: NDArray[np.uint32] = before.whole()

    def __len__(self) -> int:
        """All ordinals: those of the base, gone or not, and those of the delta."""
        return self.base + len(self._before)

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Whether there is an event of each ordinal: [ordinals]."""
        alive = np.ones(len(self), np.bool_)
        alive[self.gone] = False
        return alive

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Where each ordinal stands in the order of date and id: [ordinals]."""
        before = self._before.astype(np.int64)
        inserted = np.searchsorted(before, np.arange(self.base), side="right")
        return np.concatenate([np.arange(self.base) + inserted, before + np.arange(len(before))])

    def living(self, events: NDArray[Any]) -> NDArray[Any]:
        """Those of the ordinals that are not gone."""
        return events[self.alive[events]] if len(self.gone) else events
