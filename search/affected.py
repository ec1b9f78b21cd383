"""Which related lists may have changed from one generation to the next.

Two events are compared by nothing but themselves and the base (see ``vectors`` and ``reports``), so
a list can differ only if an event that came, went or was altered is, or was, one that it is made
of. Those are the lists of the events that such an event itself is linked to.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from search.asking import Options
from search.generations import Generation
from search.snapshot import Snapshot


def affected(earlier: Generation, now: Generation, options: Options) -> set[int] | None:
    """The digests of all events whose lists may differ; None if that may be any.

    Raises:
        IndexDamaged: a file of one of the generations is.
    """
    if earlier.number == now.number:
        return set()
    if options.filtered or not _have_the_same_base(earlier, now):
        return None
    before, after = _Side(Snapshot(earlier.files)), _Side(Snapshot(now.files))
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


class _Side:
    """One of the two generations."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.digests = snapshot.events.digests()
        self._snapshot = snapshot
        self._first = snapshot.base_count
        self._gone = set(snapshot.gone.tolist())
        # The weight of a term that only the delta has depends on how many of its events have it.
        self._delta = {
            int(self.digests[ordinal]): self._weighed(ordinal)
            for ordinal in range(self._first, len(self.digests))
        }

    def changed(self, other: "_Side") -> Iterator[int]:
        """The events that the other side does not have, or has with other weights."""
        yield from sorted(other._gone - self._gone)
        for ordinal in range(self._first, len(self.digests)):
            digest = int(self.digests[ordinal])
            if other._delta.get(digest) != self._delta[digest]:
                yield ordinal

    def linked(self, ordinal: int, options: Options) -> NDArray[np.int64]:
        """The events whose lists, or what they are chosen from, may hold this one."""
        if options.order == "context":
            names = self._snapshot.names
            return np.flatnonzero(names.shared(names.of(ordinal)))
        vectors = self._snapshot.vectors
        least = vectors.calibration.min_score if options.min_score is None else options.min_score
        return vectors.linked(ordinal, time=options.time, min_score=least)

    def _weighed(self, ordinal: int) -> bytes:
        matrix = self._snapshot.vectors.matrix
        return matrix.weights(matrix.row(ordinal)[0]).tobytes()
