"""The events that may fill up short lists, because they share several words of names."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.comparing import (
    any_reaches,
    append,
    clear,
    dot_of,
    is_out,
    push,
    raw_similarity,
    scatter,
    tiles_are_out,
)
from search.index.kernels.compiling import compiled
from search.index.kernels.layout import (
    NAME,
    ROOM,
    TILE,
    Columns,
    Cut,
    Listed,
    Rows,
    Tiles,
    inside,
    postings_in,
)

_UNSURE: Final = 2e-4  # scores are rounded to four decimals
_MOST_NAMES: Final = 65_535  # of a sum


class FillCut(NamedTuple):
    """Which events may fill up a list: those that score less than ``below`` and at least as much
    as ``floors`` asks of so many shared names, and of them the ``limit`` with the most names, but
    none with fewer than ``least_names``, at least 1.

    ``middle`` and ``steepness`` are those of the archive's calibration.
    """

    limit: int
    least_names: int
    below: float
    floors: NDArray[np.float64]  # [names], the last for more
    middle: float
    steepness: float


@compiled
def _count_names(
    counts: Any, columns: Columns, block: Any, blocks: Any, rows: Rows, query: Any, own: Any
) -> Any:
    """Count the words of names that each event of a block shares; returns the most that any may."""
    _, _, bounds, places = columns
    counts[: 1 << columns.shift] = 0
    most = 0
    for at in range(np.uint64(rows.starts[query]), np.uint64(rows.starts[query + 1])):
        term = inside(rows.terms, at, len(own))
        as_names = np.uint16(rows.roles[term] // NAME)
        if not as_names or own[term] <= 0.0 or most + as_names > _MOST_NAMES:
            continue
        most += int(as_names)
        begin, middle, end = postings_in(bounds, places, term, block, blocks)
        for posting in range(begin, middle):
            counts[places[posting]] += as_names
        for posting in range(middle, end, np.uint64(2)):
            weight = rows.count_weights[places[posting + np.uint64(1)] & np.uint16(255)]
            counts[places[posting]] += as_names * np.uint16(weight > 0.0)
    return most


@compiled
def _fill(
    query: Any, base: Any, tiles: Any, rows: Rows, fill: FillCut, cut: Cut, own: Any, counts: Any,
    most: Any, best: Any, found: Listed, count: Any,
) -> Any:  # fmt: skip
    """Append the events of some tiles from ``base`` on that may be among the best, by shared names
    and then by score, to the ``count`` found before; returns how many there are then."""
    ordinals, raws, names = found
    middle = fill.middle**fill.steepness
    for level in range(most, fill.least_names - 1, -1):
        if best[0] > level + 1:
            break
        floor = fill.floors[min(level, len(fill.floors) - 1)]
        for tile in range(np.uint64(tiles)):
            first = tile * np.uint64(TILE)
            if not any_reaches(counts, first, level):
                continue
            for i in range(np.uint64(TILE)):
                other = np.int64(base) + np.int64(first + i)
                if counts[first + i] != level or other == query or other >= len(rows.alive):
                    continue
                if not rows.alive[other]:
                    continue
                if is_out(query, other, rows.days, cut):
                    continue
                dot = dot_of(rows, query, other)
                raw, _ = raw_similarity(query, other, rows, own, dot)
                power = raw**fill.steepness
                score = power / (power + middle)
                if score < floor - _UNSURE or score > fill.below + _UNSURE or raw <= 0.0:
                    continue
                if floor + _UNSURE < score < fill.below - _UNSURE:
                    push(best, level + score)
                ordinals[count], raws[count], names[count] = other, raw, level
                count += 1
    return count


@compiled
def _kept(found: Listed, count: Any, fill: FillCut, worst: Any) -> Any:
    """Drop the events found that cannot be among the best; returns how many are left."""
    ordinals, raws, names = found
    kept, middle = 0, fill.middle**fill.steepness
    for at in range(count):
        power = raws[at] ** fill.steepness
        if names[at] + power / (power + middle) >= worst - _UNSURE:
            ordinals[kept], raws[kept], names[kept] = ordinals[at], raws[at], names[at]
            kept += 1
    return kept


@compiled
def fillers(
    queries: NDArray[np.int64], columns: Columns, rows: Rows, tiles: Tiles, fill: FillCut, cut: Cut,
    listed: Listed,
) -> tuple[int, NDArray[np.int64]]:  # fmt: skip
    """Write the events that may fill up lists, because they share so many words of names, to
    ``listed``; there may be a few more. Fewer than ``fill.limit`` are all.

    For the rest see ``related.links``.
    """
    size = len(rows.norms)
    width, blocks = 1 << columns.shift, ((size - 1) >> columns.shift) + 1
    counts = np.zeros(ROOM, np.uint16)
    found = Listed(np.empty(size, np.uint32), np.empty(size), np.empty(size, np.int64))
    best, own = np.zeros(fill.limit), np.zeros(len(rows.term_weights))
    starts = np.zeros(len(queries) + 1, np.int64)
    for number in range(len(queries)):
        event = queries[number]
        scatter(own, rows, event)
        best[:] = 0.0
        count = 0
        for turn in range(blocks):
            block = ((event >> columns.shift) + turn) % blocks
            first_tile = block * (width // TILE)
            last_tile = min(first_tile + width // TILE, len(tiles.per_share))
            if tiles_are_out(first_tile, last_tile, rows.days[event], tiles, cut):
                continue
            most = _count_names(counts, columns, block, blocks, rows, event, own)
            base = block * width
            its_tiles = last_tile - first_tile
            count = _fill(
                event, base, its_tiles, rows, fill, cut, own, counts, most, best, found, count
            )
        count = _kept(found, count, fill, best[0])
        clear(own, rows, event)
        if not append(listed, starts, number, found, count):
            return number, starts
    return len(queries), starts
