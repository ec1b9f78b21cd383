"""The context order of many events: by the weight of shared names, then newest, then by rank."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.compiling import compiled

_TILE: Final = 64  # events that are compared together


class Postings(NamedTuple):
    """Names by event and events by name; both ascend. Events are numbered newest first."""

    rows: NDArray[np.int64]  # [events + 1], into numbers
    numbers: NDArray[np.uint32]
    columns: NDArray[np.int64]  # [names + 1], into events
    events: NDArray[np.uint32]
    weights: NDArray[np.uint32]  # [names]


def room(events: int, most: int) -> NDArray[np.unsignedinteger[Any]]:
    """Room to add in, where the names of no event weigh more than so much."""
    size = -(-events // _TILE) * _TILE
    return np.zeros(size, np.uint16 if most < 1 << 16 else np.uint32)


@compiled
def _beyond(counts: Any, first: Any, least: Any) -> Any:
    """How many events of a tile share names of more weight than this."""
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
    """The events whose shared names weigh most, at most ``limit`` of each, and what these weigh:
    [asked, limit].

    The rest of a row is 0: nothing is shared. ``counts`` is what ``room`` gives.
    """
    rows, numbers, columns, events, weights = postings
    found = np.zeros((len(asked), limit), np.uint32)
    shared = np.zeros((len(asked), limit), np.uint32)
    for row in range(len(asked)):
        event = asked[row]
        counts[:] = 0
        for at in range(np.uint64(rows[event]), np.uint64(rows[event + 1])):
            name = np.uint64(numbers[at])
            begin, end = np.uint64(columns[name]), np.uint64(columns[name + np.uint64(1)])
            for posting in range(begin, end):
                counts[events[posting]] += counts.dtype.type(weights[name])
        counts[event] = 0
        # Newest first: of those that share as much, the ones that were found before stay.
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
