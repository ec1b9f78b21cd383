"""The context order of many events: by the number of shared names, then newest, then by place."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.kernels.compiling import compiled

_TILE: Final = 64  # events that are looked at together


class Postings(NamedTuple):
    """Names by event and events by name; both ascend. Events are numbered newest first."""

    rows: NDArray[np.int64]  # [events + 1], into numbers
    numbers: NDArray[np.uint32]
    columns: NDArray[np.int64]  # [names + 1], into events
    events: NDArray[np.uint32]


def room(events: int, names: int) -> NDArray[np.unsignedinteger[Any]]:
    """Room to count in, where no event has more than so many names."""
    size = -(-events // _TILE) * _TILE
    return np.zeros(size, np.uint8 if names < 1 << 8 else np.uint32)


@compiled
def _beyond(counts: Any, first: Any, least: Any) -> Any:
    """How many events of a tile share more names than so many."""
    found = np.uint8(0)
    for i in range(np.uint64(_TILE)):
        found = np.uint8(found + np.uint8(counts[first + i] > least))
    return found


@compiled
def most_shared(
    asked: NDArray[np.int64],
    postings: Postings,
    limit: int,
    counts: NDArray[np.unsignedinteger[Any]],
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The events that share most names with each, at most ``limit``, and how many: [asked, limit].

    The rest of a row is 0: nothing is shared. ``counts`` is room to count in, as long as ``room``
    says and of a type that holds the number of names of any event.
    """
    rows, numbers, columns, events = postings
    found = np.zeros((len(asked), limit), np.uint32)
    shared = np.zeros((len(asked), limit), np.uint32)
    for row in range(len(asked)):
        event = asked[row]
        counts[:] = 0
        for at in range(np.uint64(rows[event]), np.uint64(rows[event + 1])):
            name = np.uint64(numbers[at])
            begin, end = np.uint64(columns[name]), np.uint64(columns[name + np.uint64(1)])
            for posting in range(begin, end):
                counts[events[posting]] += counts.dtype.type(1)
        counts[event] = 0
        # Newest first: of those that share as many, the ones that were found before stay.
        least = counts.dtype.type(0)
        for tile in range(np.uint64(len(counts) // _TILE)):
            first = tile * np.uint64(_TILE)
            if not _beyond(counts, first, least):
                continue
            for i in range(np.uint64(_TILE)):
                count = counts[first + i]
                if count <= least:
                    continue
                place = limit - 1
                while place > 0 and shared[row, place - 1] < count:
                    found[row, place] = found[row, place - 1]
                    shared[row, place] = shared[row, place - 1]
                    place -= 1
                found[row, place], shared[row, place] = first + i, count
                least = counts.dtype.type(shared[row, limit - 1])
    return found, shared
