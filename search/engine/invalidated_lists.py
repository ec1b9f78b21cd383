"""Compares two generations of an index: which related lists may differ between them.

A list can change only if one of its candidates was added, removed or edited. So after a small
update most pages of an archive need not be read.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from search.engine.stable_lists import bounds_of
from search.index.generations import Generation
from search.index.snapshot import Snapshot
from search.model.options import RelatedOptions
from search.related.similarity import Similarity


def invalidated_lists(
    earlier: Generation, now: Generation, options: RelatedOptions
) -> set[int] | None:
    """The digests of all events whose lists may differ; None if any list may.

    Raises:
        IndexDamaged: a file of one of the generations is damaged.
    """
    if earlier.number == now.number:
        return set()
    if not _have_the_same_base(earlier, now):
        return None
    before, after = _Version(Snapshot(earlier.files)), _Version(Snapshot(now.files))
    found: set[int] = set()
    for version, other in ((before, after), (after, before)):
        for ordinal in version.changed(other):
            found.add(int(version.digests[ordinal]))
            found.update(version.digests[version.candidates_of(ordinal, options)].tolist())
    return found


def _have_the_same_base(earlier: Generation, now: Generation) -> bool:
    one, other = (generation.files.only("base").sums for generation in (earlier, now))
    return one.keys() == other.keys() and all(
        np.array_equal(sums.blocks, other[name].blocks) for name, sums in one.items()
    )


class _Version:
    """One of the two generations. ``digests`` are those of its events, uint64 [ordinals]."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.digests = snapshot.events.digests()
        self._snapshot = snapshot
        self._similarity = Similarity(snapshot.matrix)
        self._deleted = set(snapshot.deleted.tolist())
        self._delta = range(snapshot.base_count, len(self.digests))
        # The weight of a term that only the delta has depends on how many of its events have it.
        self._weights = {
            int(self.digests[ordinal]): self._term_weights(ordinal) for ordinal in self._delta
        }

    def changed(self, other: _Version) -> Iterator[int]:
        """The events that the other generation does not have, or has with other term weights."""
        yield from sorted(other._deleted - self._deleted)
        for ordinal in self._delta:
            digest = int(self.digests[ordinal])
            if other._weights.get(digest) != self._weights[digest]:
                yield ordinal

    def candidates_of(self, ordinal: int, options: RelatedOptions) -> NDArray[np.int64]:
        """The events that may list this one."""
        if options.order == "context":
            names = self._snapshot.names
            return np.flatnonzero(names.shared_weights(names.of(ordinal)))
        least = bounds_of(options).lowest
        return self._similarity.linked(ordinal, time=options.time, min_score=least)

    def _term_weights(self, ordinal: int) -> bytes:
        matrix = self._snapshot.matrix
        return matrix.weights(matrix.row(ordinal)[0]).tobytes()
