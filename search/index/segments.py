"""The segments of an index: a big base, and, once it was updated, a small delta over it.

The events of the base have the ordinals 0 to b - 1, in the order of date and id. Those of the delta
follow, in the same order. An event that was removed or edited since the base was built is deleted
in the base; if it was edited, its new form is in the delta. The delta adds two files:

    deleted.npy               uint32, ascending: the ordinals of the base that are deleted
    base_events_before.npy    uint32 [delta]: for each event of the delta, how many events of the
                              base come before it in the order of date and id
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.index.checked_array import Rule
from search.index.files import Files


def write(deleted: NDArray[np.int64], before: NDArray[np.int64], directory: Path) -> None:
    """Write both files."""
    np.save(directory / "deleted.npy", deleted.astype("<u4"))
    np.save(directory / "base_events_before.npy", before.astype("<u4"))


class Segments:
    """Which ordinals are live, and how the segments are ordered. Safe to share by threads.

    ``base`` is the number of events of the base. ``delta`` are the files of the delta, None if
    there is none. ``deleted`` are the ordinals of deleted events, ascending.
    """

    def __init__(self, base: int, delta: Files | None = None) -> None:
        self.base = base
        self.delta = delta
        self.deleted = self._before = np.zeros(0, np.uint32)
        if delta is not None:
            rule = Rule(0, base - 1, strictly=True)
            self.deleted = delta.array("deleted.npy", "<u4", (None,), rule).whole()
            rule = Rule(0, base, ascending=True)
            self._before = delta.array("base_events_before.npy", "<u4", (None,), rule).whole()

    def __len__(self) -> int:
        """The number of ordinals, deleted events included."""
        return self.base + len(self._before)

    def files(self, base: Files, name: str) -> list[Files]:
        """The files of each segment: ``base``, and those of the delta in a directory."""
        return [base] if self.delta is None else [base, self.delta.part(name)]

    @cached_property
    def is_live(self) -> NDArray[np.bool_]:
        """Whether the event of each ordinal is live: [ordinals]."""
        is_live = np.ones(len(self), np.bool_)
        is_live[self.deleted] = False
        return is_live

    def live(self, events: NDArray[Any]) -> NDArray[Any]:
        """The ordinals whose events are live."""
        return events[self.is_live[events]] if len(self.deleted) else events

    def in_order(self) -> NDArray[np.int64]:
        """The ordinals of all live events, in the order of date and id."""
        if self.delta is None:
            return np.arange(self.base)
        return self.live(np.argsort(self._ranks))

    def ranks(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """The ranks of events in the order of date and id."""
        return ordinals if self.delta is None else self._ranks[ordinals]

    @cached_property
    def _ranks(self) -> NDArray[np.int64]:
        before = self._before.astype(np.int64)
        inserted = np.searchsorted(before, np.arange(self.base), side="right")
        return np.concatenate([np.arange(self.base) + inserted, before + np.arange(len(before))])


class _Segment(Protocol):
    @property
    def events(self) -> int: ...


_AnySegment = TypeVar("_AnySegment", bound=_Segment)


def located(segments: Sequence[_AnySegment], ordinal: int) -> tuple[_AnySegment, int]:
    """The segment of an event, and the offset of the event in it."""
    base = segments[0]
    return (base, ordinal) if ordinal < base.events else (segments[1], ordinal - base.events)


def joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """The arrays of all segments as one; that of a single segment is not copied."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
