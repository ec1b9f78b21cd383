"""Which events share most names with each of many: the context order, compiled with numba."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.name_postings import NamePostings

_BLOCK: Final = 256  # events that are looked at in one call


class SharedNames:
    """The names of one generation, laid out for many questions. Safe to share by threads."""

    def __init__(self, names: NamePostings, newest_first: NDArray[np.int64]) -> None:
        """``newest_first`` are the ordinals that may be listed, in the order of those that share
        as many names."""
        starts, numbers = names.rows()
        self._ordinals = newest_first
        self._places = np.full(len(starts) - 1, -1, np.int64)
        self._places[newest_first] = np.arange(len(newest_first))
        counts = np.diff(starts)[newest_first]
        rows = np.concatenate(([0], np.cumsum(counts)))
        within = np.arange(rows[-1]) - np.repeat(rows[:-1], counts)
        self._numbers = numbers[np.repeat(starts[newest_first], counts) + within].astype(np.uint32)
        self._rows = rows
        events = np.repeat(np.arange(len(newest_first), dtype=np.uint32), counts)
        self._events = events[np.argsort(self._numbers, kind="stable")]
        sizes = np.bincount(self._numbers, minlength=len(names))
        self._columns = np.concatenate(([0], np.cumsum(sizes)))
        self._most = int(counts.max(initial=0))

    def most(self, ordinals: Sequence[int], limit: int) -> Iterator[list[tuple[int, int]]]:
        """For each of these events those that share most names with it, and how many, at most
        ``limit``: most names first, of those that share as many the one that comes first.

        Raises:
            ImportError: numba is missing.
        """
        from search.kernels import names as kernel  # noqa: PLC0415

        postings = kernel.Postings(self._rows, self._numbers, self._columns, self._events)
        counts = kernel.room(len(self._ordinals), self._most)
        limit = min(limit, len(self._ordinals))
        for at in range(0, len(ordinals), _BLOCK):
            asked = self._places[np.array(ordinals[at : at + _BLOCK], dtype=np.int64)]
            places, shared = kernel.most_shared(asked, postings, limit, counts)
            found = self._ordinals[places].tolist()
            for its, numbers in zip(found, shared.tolist(), strict=True):
                yield [pair for pair in zip(its, numbers, strict=True) if pair[1]]
