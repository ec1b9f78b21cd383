"""The best links of many events by relevance, exactly.

Events are searched block by block. The sums of products of a block are approximate: whole numbers
of 16 bits, each product rounded up, so that they stay in the nearest cache, beside the numbers of
shared words of names. They rule out what cannot be listed. What may be listed is compared exactly,
bit for bit as ``related.similarity`` does. Bounds hold because no product is negative and no cosine
is above 1.

Indices are unsigned: signed ones cost a test for negative numbers at each access.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.bounds import (
    CAREFUL,
    CLASSES,
    MOST_UNITS,
    ROUNDED,
    TOO_LITTLE,
    Space,
    any_marked,
    dot_if_enough,
    find_needs,
    lifts_of_words,
    mark,
    need_of,
    scales_of,
)
from search.index.kernels.comparing import (
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
from search.model.event import UNDATED

_MOST_TERMS: Final = 4_096  # of an event, each of which may be rounded up by a unit
_WORTH_RAISING: Final = 1.03  # to find the least of a score takes longer than a few comparisons


@compiled
def _add(
    sums: Any, shared: Any, columns: Columns, block: Any, blocks: Any, rows: Rows, query: Any,
    per_unit: Any,
) -> None:  # fmt: skip
    """Compute the sums of an event with each event of a block, in units, each product rounded up,
    and how many words of names they share, or a few more."""
    _, _, bounds, places = columns
    starts, terms, counts, term_weights, count_weights, roles = rows[:6]
    sums[: 1 << columns.shift] = 0
    shared[: 1 << columns.shift] = 0
    for at in range(np.uint64(starts[query]), np.uint64(starts[query + 1])):
        term = inside(terms, at, len(term_weights))
        begin, middle, end = postings_in(bounds, places, term, block, blocks)
        weight = term_weights[term]
        own = count_weights[counts[at]] * weight
        one = np.uint16(np.ceil(weight * own * per_unit))
        for posting in range(begin, middle):
            sums[places[posting]] += one
        for posting in range(middle, end, np.uint64(2)):
            count = places[posting + np.uint64(1)] & np.uint16(255)
            value = (count_weights[count] * weight) * own
            sums[places[posting]] += np.uint16(np.ceil(value * per_unit))
        as_names = np.uint16(roles[term] // NAME)
        if as_names and own > 0.0:
            for posting in range(begin, middle):
                shared[places[posting]] += as_names
            for posting in range(middle, end, np.uint64(2)):
                shared[places[posting]] += as_names


@compiled
def _raised(least: Any, worst: Any, floors: Any) -> Any:
    """The least raw similarity that may still be listed, given the lowest of the best so far."""
    # Scores are rounded, and the floors too: one more unit below is on the safe side.
    at = np.searchsorted(floors, worst, side="right") - 2
    return max(least, floors[max(at, 0)])


@compiled
def _kept(space: Space, count: Any, cut: Cut) -> Any:
    """Drop the pairs found that cannot be among the best; returns how many are left."""
    ordinals, raws, names = space.found
    least, kept = max(_raised(cut.least, space.best[0], cut.floors), cut.least), 0
    for at in range(count):
        if raws[at] >= least and raws[at] > 0.0:
            ordinals[kept], raws[kept], names[kept] = ordinals[at], raws[at], names[at]
            kept += 1
    return kept


@compiled
def _compare_all(query: Any, rows: Rows, cut: Cut, own: Any, space: Space) -> Any:
    """The pairs of an event with very many terms, compared exactly with every event that shares
    one.

    Returns how many were found.
    """
    (ordinals, raws, names), best = space.found, space.best
    count = 0
    best[:] = 0.0
    for other in range(len(rows.norms)):
        if other == query or not rows.alive[other] or is_out(query, other, rows.days, cut):
            continue
        shares = False
        for at in range(np.uint64(rows.starts[other]), np.uint64(rows.starts[other + 1])):
            weight = rows.count_weights[rows.counts[at]]
            term = inside(rows.terms, at, len(own))
            shares = shares or weight * own[term] > 0.0
        if shares:
            dot = dot_of(rows, query, other)
            raw, its_names = raw_similarity(query, other, rows, own, dot)
            if raw >= cut.least and raw > 0.0:
                ordinals[count], raws[count], names[count] = other, raw, its_names
                push(best, raw)
                count += 1
    return _kept(space, count, cut)


@compiled
def _search_block(
    query: Any, base: Any, start: Any, its_tiles: Any, rows: Rows, tiles: Tiles,
    cut: Cut, own: Any, scales: Any, space: Space, least: Any, count: Any,
) -> Any:  # fmt: skip
    """Find the pairs of an event in a block, of which the sums are computed, from the tile
    ``start`` on and then before it.

    Returns how many pairs are found so far, and the least raw similarity that may still be listed.
    """
    # To take an array out of a tuple counts a reference each time.
    hubs, days, alive = rows.hubs, rows.days, rows.alive
    heads, tails, inverse_decay = rows.heads, rows.tails, tiles.inverse_decay
    shares, parts, hub_parts = tiles.shares, tiles.parts, tiles.hub_parts
    rests, sizes = tiles.rests, rows.sizes
    sums, shared, marks, needs = space.sums, space.shared, space.marks, space.needs
    name_lifts, word_lifts = space.name_lifts, space.word_lifts
    best, found = space.best, space.found
    words, day = marks.view(np.uint64), days[query]
    timed, undated = len(rows.time_decay) > 0 and day != UNDATED, 1.0 / rows.no_time
    most_by_vectors, worst = scales.by_vectors * (np.float32(1.0) - scales.background), best[0]
    for number in range(start, start + its_tiles):
        tile = np.int64(number if number < its_tiles else number - its_tiles)
        if tiles_are_out(base // TILE + tile, base // TILE + tile + 1, day, tiles, cut):
            continue
        local, first = np.uint64(tile * TILE), np.uint64(base + tile * TILE)
        mark(sums, shared, parts, hub_parts, local, first, needs[base // TILE + tile], marks)
        if not any_marked(words):
            continue
        for i in range(np.uint64(TILE)):
            at, other = first + i, np.int64(first + i)
            if words[i >> np.uint64(3)] == np.uint64(0) or marks[i] == 0 or other >= len(hubs):
                continue
            by_words, names = np.float32(sums[local + i]) * shares[at], shared[local + i]
            reach = least * scales.reach * hubs[other]
            if timed:
                its = days[other]
                reach *= inverse_decay[abs(its - day)] if its != UNDATED else undated
            missing = need_of(by_words, names, reach, scales.per_part, name_lifts, word_lifts)
            missing -= by_words
            if most_by_vectors < missing or other == query or not alive[other]:
                continue
            if is_out(query, other, days, cut):
                continue
            rest, per_size = scales.rest * rests[at], scales.per_size / sizes[other]
            dot = dot_if_enough(query, other, heads, tails, rest, per_size, scales, missing)
            if dot == TOO_LITTLE:
                continue
            raw, its_names = raw_similarity(query, other, rows, own, dot)
            if raw >= least and raw > 0.0:
                found.ordinals[count], found.raws[count] = other, raw
                found.names[count] = its_names
                count += 1
                push(best, raw)
        if best[0] > worst * _WORTH_RAISING:
            worst = best[0]
            least = _raised(least, worst, cut.floors)
    return count, least


@compiled
def _search(
    query: Any, columns: Columns, rows: Rows, tiles: Tiles, cut: Cut, own: Any,
    per_unit: Any, space: Space,
) -> Any:  # fmt: skip
    """Find the best pairs of an event in all blocks, the nearest in time first; returns how
    many."""
    scales = scales_of(query, rows, tiles, own, per_unit, len(space.word_lifts) - 1)
    day, size = rows.days[query], len(tiles.shares)
    space.best[:] = 0.0
    count, least = 0, cut.least
    width, blocks = 1 << columns.shift, ((len(rows.hubs) - 1) >> columns.shift) + 1
    for turn in range(blocks):
        block = ((query >> columns.shift) + turn) % blocks
        base, its_tiles = block * width, min(width, size - block * width) // TILE
        first, last = base // TILE, base // TILE + its_tiles
        if tiles_are_out(first, last, day, tiles, cut):
            continue
        _add(space.sums, space.shared, columns, block, blocks, rows, query, per_unit)
        whole = np.float32(least * scales.reach) * ROUNDED
        find_needs(space, tiles, first, last, day, whole, scales)
        # Nearest in the order of days first: much is related there, and the bound rises.
        start = (query - base) // TILE if turn == 0 else 0
        count, least = _search_block(
            query, base, start, its_tiles, rows, tiles, cut, own, scales, space, least,
            count,
        )  # fmt: skip
    return _kept(space, count, cut)


@compiled
def links(
    queries: NDArray[np.int64], columns: Columns, rows: Rows, tiles: Tiles,
    cut: Cut, listed: Listed,
) -> tuple[int, NDArray[np.int64]]:  # fmt: skip
    """Write the pairs that may be listed to ``listed``, those of each query event side by side, in
    no order: that is decided by scores, which are not computed here.

    Returns how many events are done, fewer if ``listed`` is full, and where the pairs of each
    begin. The arrays of ``listed`` must be at least as long as the archive.
    """
    size = len(rows.norms)
    own, number_of_tiles = np.zeros(len(rows.term_weights)), len(tiles.per_share)
    space = Space(
        np.zeros(ROOM, np.uint16),
        np.zeros(ROOM, np.uint16),
        np.zeros(TILE, np.uint8),
        np.zeros((number_of_tiles, CLASSES + 2), np.uint16),
        np.zeros(cut.limit),
        Listed(np.empty(size, np.uint32), np.empty(size), np.empty(size, np.int64)),
        (rows.names_factors * CAREFUL).astype(np.float32),
        lifts_of_words(rows.words_factors),
    )
    starts = np.zeros(len(queries) + 1, np.int64)
    for number in range(len(queries)):
        event = queries[number]
        terms = rows.starts[event + 1] - rows.starts[event]
        # By Cauchy and Schwarz no sum of products is more, and none has more than ``MOST_UNITS``.
        most = np.sqrt(scatter(own, rows, event)) * columns.longest * CAREFUL
        per_unit = (MOST_UNITS - np.float64(terms)) / most if most > 0.0 else 1.0
        if terms > _MOST_TERMS:
            count = _compare_all(event, rows, cut, own, space)
        else:
            count = _search(event, columns, rows, tiles, cut, own, per_unit, space)
        clear(own, rows, event)
        if not append(listed, starts, number, space.found, count):
            return number, starts
    return len(queries), starts
