"""All links of events by relevance, from posting columns.

Sums of weights are approximate and quick (float32, in any order, a block of events at a time) where
they only tell what cannot be listed. What may be listed is computed again exactly as ``ranking``
and ``vectors`` do it, to the last bit. The bounds hold because every product is positive and no
cosine is above 1.

Indices are unsigned: signed ones cost a test for negative numbers at each access. Small counts are
of 32 bits, so that sixteen are counted at once.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.kernels.compiling import compiled
from search.kernels.layout import Columns

TILE: Final = 64  # events that are looked at together
_TINY: Final = np.float32(1e-30)  # below every sum of products
_FLOAT32_STEP: Final = 1.2e-7
_CAREFUL: Final = 1.0 + 1e-6  # cosines of rounded sizes pass 1 by less


class Rows(NamedTuple):
    """What each event is compared by, as ``vectors`` has it. All by ordinal unless said."""

    starts: NDArray[np.int64]  # [events + 1], into terms and counts
    terms: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    term_weights: NDArray[np.float64]  # by term
    count_weights: NDArray[np.float64]  # [256]
    norms: NDArray[np.float64]
    chances: NDArray[np.float64]
    days: NDArray[np.int64]
    vectors: NDArray[np.int8]  # [events, dimensions]
    sizes: NDArray[np.float64]
    alive: NDArray[np.bool_]  # what is not may not be listed, but counts among the best by words
    closeness: NDArray[np.float64]  # by days; empty if time counts for nothing
    association: float
    base: int  # of the events from here on all are compared, whatever they share


class Tiles(NamedTuple):
    """Bounds of ``TILE`` events each, and of every event what approximate sums of products are
    multiplied by: ``shares``, (1 − association) / (norm · chance). 0 behind the last event."""

    first_days: NDArray[np.int64]
    last_days: NDArray[np.int64]
    farness: NDArray[np.float64]  # 1 / closeness, by days
    shares: NDArray[np.float32]  # [tiles · TILE]
    likely: NDArray[np.float32]  # [tiles · TILE], 1 / chance


class Cut(NamedTuple):
    """Which links are wanted: the ``limit`` best, and those tied, of the base's ``most`` best by
    words and of all events behind the base.

    ``floors`` ascend: raw similarities between which scores may be tied. No link below ``least``
    is wanted.
    """

    limit: int
    most: int
    least: float
    floors: NDArray[np.float64]


@compiled
def _add(
    sums: Any,
    columns: Columns,
    block: Any,
    terms: Any,
    counts: Any,
    term_weights: Any,
    count_weights: Any,
) -> None:
    """The sums of products of an event, which has these terms, with those of a block."""
    _, bounds, places, others = columns
    sums[:] = 0
    known = np.uint64(len(term_weights))
    for at in range(np.uint64(len(terms))):
        term = np.uint64(terms[at])
        group = np.uint64(2) * (np.uint64(block) * known + term)
        begin, middle = np.uint64(bounds[group]), np.uint64(bounds[group + np.uint64(1)])
        end = np.uint64(bounds[group + np.uint64(2)])
        weight = term_weights[term]
        own = count_weights[counts[at]] * weight
        one = sums.dtype.type(weight * own)
        for posting in range(begin, middle):
            sums[places[posting]] += one
        for posting in range(middle, end):
            value = (count_weights[others[posting]] * weight) * own
            sums[places[posting]] += sums.dtype.type(value)


@compiled
def _product(terms: Any, counts: Any, term_weights: Any, count_weights: Any, own: Any) -> Any:
    """The sum of products with one event, in the order of terms; ``own`` are weights by term."""
    product = 0.0
    for at in range(np.uint64(len(terms))):
        term = np.uint64(terms[at])
        if own[term] > 0.0:
            product += (count_weights[counts[at]] * term_weights[term]) * own[term]
    return product


@compiled
def _dot(one: Any, other: Any) -> Any:
    product = np.int32(0)
    for at in range(np.uint64(len(one))):
        product = np.int32(product + np.int32(np.int32(one[at]) * np.int32(other[at])))
    return product


@compiled
def _reaching(
    sums: Any, place: Any, shares: Any, likely: Any, at: Any, associated: Any, one: Any, two: Any
) -> Any:
    """How many events of a tile may reach the one similarity, and how many the other by words."""
    first, second = np.int32(0), np.int32(0)
    for i in range(np.uint64(TILE)):
        by_words = sums[place + i] * shares[at + i]
        first = np.int32(first + np.int32(by_words + associated * likely[at + i] >= one))
        second = np.int32(second + np.int32(by_words >= two))
    return first, second


@compiled
def _raised(raws: Any, cut: Cut, least: Any) -> Any:
    """The least raw similarity that may still be listed, given those found."""
    if len(raws) < cut.limit:
        return least
    best = np.partition(raws, len(raws) - cut.limit)[len(raws) - cut.limit]
    # Scores are rounded, and the floors too: one more unit below is on the safe side.
    at = np.searchsorted(cut.floors, best, side="right") - 2
    return max(least, cut.floors[max(at, 0)])


@compiled
def _kept(found: Any, least: Any, ordinals: Any, raws: Any, by_words: Any) -> Any:
    """Move what reaches ``least`` to the front; how many."""
    kept = 0
    for at in range(found):
        if raws[at] >= least:
            ordinals[kept], raws[kept], by_words[kept] = ordinals[at], raws[at], by_words[at]
            kept += 1
    return kept


@compiled
def _compared(asked: Any, rows: Rows, own: Any, found: Any, count: Any, least: Any) -> Any:
    """Put exact similarities, in all and by words, for the bounds; how many reach ``least``."""
    ordinals, raws, by_words = found
    row_starts, row_terms, row_counts, term_weights, count_weights, norms, chances, days = rows[:8]
    vectors, sizes, _, closeness, association, _ = rows[8:]
    mine, factor, kept = vectors[asked], 1.0, 0
    for at in range(count):
        other = np.int64(ordinals[at])
        if len(closeness):
            factor = closeness[abs(np.int64(days[other]) - np.int64(days[asked]))]
        both = chances[asked] * chances[other]
        begin, end = np.uint64(row_starts[other]), np.uint64(row_starts[other + 1])
        product = _product(
            row_terms[begin:end], row_counts[begin:end], term_weights, count_weights, own
        )
        lexical = (1.0 - association) * product / (norms[asked] * norms[other])
        dot = np.float32(association) * np.float32(_dot(mine, vectors[other]))
        raw = (lexical + np.float64(dot) / (sizes[other] * sizes[asked])) * factor / both
        if raw >= least and raw > 0.0:
            ordinals[kept], raws[kept] = other, raw
            by_words[kept] = lexical * factor / both
            kept += 1
    return kept


@compiled
def _search(  # noqa: PLR0915 - calls with so many arrays cost more than what they do
    asked: Any,
    columns: Columns,
    rows: Rows,
    tiles: Tiles,
    cut: Cut,
    own: Any,
    sums: Any,
    found: Any,
    counted_from: Any,
) -> Any:
    """The links of an event, if what it counts says that none is beyond the best by words.

    Gives how many links are in ``found``, how many events reach ``counted_from`` by words, and the
    least similarity by words of a link.
    """
    ordinals, raws, by_words = found
    lowest, highest = raws, by_words  # bounds, until what is left is compared exactly
    row_starts, row_terms, row_counts, term_weights, count_weights, norms, chances, days = rows[:8]
    vectors, sizes, alive, closeness, association, base = rows[8:]
    first_days, last_days, farness, shares, likely = tiles
    begin, end = np.uint64(row_starts[asked]), np.uint64(row_starts[asked + 1])
    terms, counts = row_terms[begin:end], row_counts[begin:end]
    mine = vectors[asked]
    size = len(norms)
    timed = len(closeness) > 0
    safely = 1.0 - (len(terms) + 16) * _FLOAT32_STEP
    chance, day = chances[asked], np.int64(days[asked])
    scale = norms[asked] * chance
    associated = np.float32(_CAREFUL * association * norms[asked])
    least, count, raise_at, counted = cut.least, 0, 2 * cut.limit, 0
    per_block = (1 << columns.shift) // TILE
    blocks = ((size - 1) >> columns.shift) + 1
    far = 1.0
    for turn in range(blocks):
        block = ((asked >> columns.shift) + turn) % blocks
        _add(sums, columns, block, terms, counts, term_weights, count_weights)
        first_tile = block * per_block
        its_tiles = min(per_block, len(first_days) - first_tile)
        for step in range(its_tiles):
            # Nearest in the order of days first: much is related there, and the bound rises.
            tile = first_tile + (asked // TILE + step) % its_tiles
            if timed:
                far = farness[max(0, first_days[tile] - day, day - last_days[tile])]
            # All in terms of a sum of products times the share of an event.
            reach = np.float32(least * safely * far * scale)
            ahead_at = max(np.float32(counted_from * safely * far * scale), _TINY)
            at, place = np.uint64(tile * TILE), np.uint64((tile - first_tile) * TILE)
            hits, ahead = _reaching(sums, place, shares, likely, at, associated, reach, ahead_at)
            counted += ahead if tile * TILE < base else 0
            if hits == 0:
                continue
            for i in range(np.uint64(TILE)):
                about = sums[place + i] * shares[at + i]
                other = np.int64(at + i)
                if about + associated * likely[at + i] < reach or about < _TINY:
                    continue
                if other == asked or not alive[other]:
                    continue
                distance = abs(np.int64(days[other]) - day)
                if timed and about + associated * likely[at + i] < reach / far * farness[distance]:
                    continue
                factor = closeness[distance] if timed else 1.0
                rest = 0.0
                if association > 0.0:
                    dot = np.float32(association) * np.float32(_dot(mine, vectors[other]))
                    similar = np.float64(dot) / (sizes[other] * sizes[asked])
                    rest = factor * similar / (chance * chances[other])
                words = factor * about / scale
                if words / safely + rest < least:
                    continue
                ordinals[count] = other
                lowest[count], highest[count] = words * safely + rest, words / safely + rest
                count += 1
            if count >= raise_at:
                least = _raised(lowest[:count], cut, least)
                count = _kept(count, least, ordinals, highest, lowest)
                raise_at = count + cut.limit
    least = _raised(lowest[:count], cut, least)
    count = _kept(count, least, ordinals, highest, lowest)
    count = _compared(asked, rows, own, found, count, least)
    least = _raised(raws[:count], cut, least)
    count = _kept(count, least, ordinals, raws, by_words)
    least_by_words = np.inf
    for i in range(count):
        if ordinals[i] < base:
            least_by_words = min(least_by_words, by_words[i])
    return count, counted, least_by_words


@compiled
def _search_exactly(
    asked: Any, columns: Columns, rows: Rows, cut: Cut, sums: Any, found: Any
) -> Any:
    """The links of an event among the ``cut.most`` best by words, which are found out exactly.

    Gives how many links are in ``found``, and the least similarity by words of those compared.
    """
    ordinals, raws, by_words = found
    row_starts, row_terms, row_counts, term_weights, count_weights, norms, chances, days = rows[:8]
    vectors, sizes, alive, closeness, association, base = rows[8:]
    begin, end = np.uint64(row_starts[asked]), np.uint64(row_starts[asked + 1])
    terms, counts = row_terms[begin:end], row_counts[begin:end]
    mine = vectors[asked]
    size = len(norms)
    timed = len(closeness) > 0
    positive, factor = 0, 1.0
    for block in range(((size - 1) >> columns.shift) + 1):
        _add(sums, columns, block, terms, counts, term_weights, count_weights)
        first = block << columns.shift
        for i in range(min(1 << columns.shift, size - first)):
            other = first + i
            if sums[i] > 0.0 and other != asked:
                if timed:
                    factor = closeness[abs(np.int64(days[other]) - np.int64(days[asked]))]
                # In raws, for a while: how alike the words are.
                lexical = (1.0 - association) * sums[i] / (norms[asked] * norms[other])
                ordinals[positive], raws[positive] = other, lexical
                by_words[positive] = lexical * factor / (chances[asked] * chances[other])
                positive += 1
    of_base = 0
    while of_base < positive and ordinals[of_base] < base:
        of_base += 1
    edge, ties = -1.0, of_base
    if of_base > cut.most:
        edge = np.partition(by_words[:of_base], of_base - cut.most)[of_base - cut.most]
        ties = cut.most
        for i in range(of_base):
            ties -= by_words[i] > edge
    count = 0
    for i in range(positive):
        other = ordinals[i]
        if other < base:
            if by_words[i] < edge or (by_words[i] == edge and ties == 0):
                continue
            ties -= by_words[i] == edge
        if not alive[other]:
            continue
        if timed:
            factor = closeness[abs(np.int64(days[other]) - np.int64(days[asked]))]
        dot = np.float32(association) * np.float32(_dot(mine, vectors[other]))
        similar = raws[i] + np.float64(dot) / (sizes[other] * sizes[asked])
        raw = similar * factor / (chances[asked] * chances[other])
        if raw >= cut.least and raw > 0.0:
            ordinals[count], raws[count] = other, raw
            count += 1
    least = _raised(raws[:count], cut, cut.least)
    return _kept(count, least, ordinals, raws, by_words), edge


@compiled
def links(
    asked: NDArray[np.int64],
    columns: Columns,
    rows: Rows,
    tiles: Tiles,
    cut: Cut,
    listed: NDArray[np.uint32],
    listed_raws: NDArray[np.float64],
) -> tuple[int, NDArray[np.int64]]:
    """The links of events that may be listed: [links], those of the same event side by side.

    Gives how many events are done, fewer if ``listed`` is full, and where the links of each begin.
    ``listed`` must be as long as the archive. In no order: scores decide that, which are not known
    here.
    """
    row_starts, row_terms, row_counts, term_weights, count_weights = rows[:5]
    size = len(row_starts) - 1
    sums = np.zeros(1 << columns.shift, np.float32)
    exact_sums = np.zeros(1 << columns.shift)
    own = np.zeros(len(term_weights))
    found = np.empty(size, np.uint32), np.empty(size), np.empty(size)
    starts = np.zeros(len(asked) + 1, np.int64)
    counted_from = 0.0
    for number in range(len(asked)):
        event = asked[number]
        first, last = np.uint64(row_starts[event]), np.uint64(row_starts[event + 1])
        for at in range(first, last):
            term = np.uint64(row_terms[at])
            own[term] = count_weights[row_counts[at]] * term_weights[term]
        count, counted, lowest = _search(
            event, columns, rows, tiles, cut, own, sums, found, counted_from
        )
        ahead = counted
        if counted > cut.most or lowest < counted_from:
            _, ahead, _ = _search(event, columns, rows, tiles, cut, own, sums, found, lowest)
        if ahead > cut.most:
            count, edge = _search_exactly(event, columns, rows, cut, exact_sums, found)
            counted_from = max(counted_from, edge)
        counted_from *= 1.3 if counted > cut.most else 0.998
        for at in range(first, last):
            own[np.uint64(row_terms[at])] = 0.0
        to = starts[number]
        if to + count > len(listed):
            return number, starts
        listed[to : to + count] = found[0][:count]
        listed_raws[to : to + count] = found[1][:count]
        starts[number + 1] = to + count
    return len(asked), starts
