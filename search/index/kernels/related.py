"""All links of events by relevance, from posting columns.

Sums of weights are whole numbers of units of 16 bits, each product rounded up, where they only tell
what cannot be listed: a block of them stays in the nearest cache. What may be listed is computed
again as ``related.scoring`` and ``related.similarity`` do, bit for bit. The bounds hold because
every product is positive and no cosine is above 1.

Indices are unsigned: signed ones cost a test for negative numbers at each access.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.comparing import _dot, _find_lifts, _is_out, _push, _raw
from search.index.kernels.compiling import compiled
from search.index.kernels.layout import TILE, WORD, Columns, Cut, Rows, Sketches, Tiles

_MOST_UNITS: Final = 65_535.0  # of a sum
_MOST_TERMS: Final = 4_096  # of an event, each of which may be rounded up by a unit
_SAFELY: Final = 1.0 - 2e-6  # of what is multiplied in float32 so much is surely there
_CAREFUL: Final = 1.0 + 1e-6  # cosines of rounded sizes pass 1 by less
_COSINE_STEP: Final = np.float32(1e-6)  # cosines of rounded sizes and rests differ by less
_ROUNDED: Final = np.float32(1.0 - 1e-6)
_PARTS_LOSE: Final = np.float32(1.0 - 1e-4)  # they are cut off, by less
_LIFTS: Final = 1024  # steps of sums, for what the factors for names and words are at most
_LIFT_SHIFT: Final = 6
_WORTH_RAISING: Final = 1.03  # to find the least of a score takes longer than a few comparisons


@compiled
def _add(
    sums: Any, columns: Columns, block: Any, blocks: Any, rows: Rows, asked: Any, per_unit: Any
) -> None:
    """The sums of products of an event with those of a block, in units, each rounded up."""
    _, _, bounds, places = columns
    starts, terms, counts, term_weights, count_weights = rows[:5]
    sums[:] = 0
    for at in range(np.uint64(starts[asked]), np.uint64(starts[asked + 1])):
        term = np.uint64(terms[at])
        group = np.uint64(2) * (term * np.uint64(blocks) + np.uint64(block))
        begin, middle = np.uint64(bounds[group]), np.uint64(bounds[group + np.uint64(1)])
        end = np.uint64(bounds[group + np.uint64(2)])
        weight = term_weights[term]
        own = count_weights[counts[at]] * weight
        one = np.uint16(np.ceil(weight * own * per_unit))
        for posting in range(begin, middle):
            sums[places[posting]] += one
        for posting in range(middle, end, np.uint64(2)):
            value = (count_weights[places[posting + np.uint64(1)]] * weight) * own
            sums[places[posting]] += np.uint16(np.ceil(value * per_unit))


@compiled
def _high(one: Any, other: Any) -> Any:
    """The upper half of a product of two numbers of 16 bits."""
    return np.uint16((np.uint32(one) * np.uint32(other)) >> np.uint32(16))


@compiled
def _mark(sums: Any, parts: Any, first: Any, need: Any, least: Any, marks: Any) -> None:
    """Mark the sums of a tile that are so large, also times the part that the share of their event
    is of the largest; all are looked at, many at once."""
    if need > 1:
        for i in range(np.uint64(TILE)):
            product = _high(sums[first + i], parts[first + i])
            marks[i] = np.uint8((product >= need) & (sums[first + i] >= least))
    else:
        for i in range(np.uint64(TILE)):
            marks[i] = np.uint8(sums[first + i] >= least)


@compiled
def _any(words: Any) -> Any:
    """Whether something is marked in a tile."""
    some = words[0] | words[1] | words[2] | words[3]
    return (some | words[4] | words[5] | words[6] | words[7]) != np.uint64(0)


@compiled
def _find_needs(
    needs: Any, least_sums: Any, fars: Any, likely: Any, per_share: Any, hubs: Any, reach: Any,
    by_vectors: Any, lifts: Any, word_lifts: Any, most_lift: Any, per_part: Any,
) -> None:  # fmt: skip
    """Put what an event of each tile needs to reach a similarity: a sum of products, if its share
    is the largest of the tile, and a sum whatever its share is. The latter takes into account that
    the factors for names and words are the lower, the smaller the sum."""
    last = np.float32(len(word_lifts) - 1)
    for i in range(np.uint64(len(needs))):
        need, most_by_vectors = reach * fars[i], by_vectors * likely[i]
        units = (need / most_lift - most_by_vectors) * per_share[i] * _PARTS_LOSE
        step = np.uint64(min(max(units, np.float32(1.0)), np.float32(_MOST_UNITS))) >> _LIFT_SHIFT
        while step < len(lifts) - 1:
            most = np.float32((step + 1) << _LIFT_SHIFT) / (per_share[i] * _PARTS_LOSE)
            words = min(most * hubs[i] * per_part + np.float32(1.0), last)
            lift = lifts[step] * word_lifts[np.uint64(words)]
            if (most + most_by_vectors) * lift >= need:
                break
            step += np.uint64(1)
        least_sums[i] = max(step << _LIFT_SHIFT, np.uint64(1))
        needs[i] = min(max(units, np.float32(1.0)), np.float32(_MOST_UNITS))


@compiled
def _raised(least: Any, worst: Any, floors: Any) -> Any:
    """The least raw similarity that may still be listed, given the worst of the best."""
    # Scores are rounded, and the floors too: one more unit below is on the safe side.
    at = np.searchsorted(floors, worst, side="right") - 2
    return max(least, floors[max(at, 0)])


@compiled
def _most_by_words(asked: Any, rows: Rows, own: Any) -> Any:
    """What the factor for words of an event is at most, whatever it meets."""
    squares: Any = 0.0
    for at in range(np.uint64(rows.starts[asked]), np.uint64(rows.starts[asked + 1])):
        term = np.uint64(rows.terms[at])
        if rows.roles[term] == WORD:
            squares += own[term] * own[term]
    # By Cauchy and Schwarz: of the other event words are the whole at most.
    part = min(np.sqrt(squares) / rows.norms[asked] * _CAREFUL, 1.0)
    steps = len(rows.words_factors) - 1
    step: Any = min(np.int64(part * steps) + 1, steps)
    return rows.words_factors[step]


@compiled
def _word_lifts(words_factors: Any) -> Any:
    """What the factor for words is at most, in coarse steps: the one of each step's end."""
    lifts = np.empty(_LIFTS + 1, np.float32)
    steps = len(words_factors) - 1
    for at in range(len(lifts)):
        step = min((at + 1) * (steps // _LIFTS), steps)
        lifts[at] = np.float32(words_factors[step] * _CAREFUL)
    return lifts


@compiled
def _kept(found: Any, count: Any, cut: Cut, best: Any) -> Any:
    """Keep what may be among the best; how many."""
    ordinals, raws = found
    least, kept = max(_raised(cut.least, best[0], cut.floors), cut.least), 0
    for at in range(count):
        if raws[at] >= least and raws[at] > 0.0:
            ordinals[kept], raws[kept] = ordinals[at], raws[at]
            kept += 1
    return kept


@compiled
def _compare_all(asked: Any, rows: Rows, cut: Cut, own: Any, space: Any) -> Any:
    """The pairs of an event of very many terms: it is compared with every event that shares one."""
    best, found = space[5], space[6]
    ordinals, raws = found
    count = 0
    best[:] = 0.0
    for other in range(len(rows.norms)):
        if other == asked or not rows.alive[other] or _is_out(asked, other, rows.days, cut):
            continue
        shares = False
        for at in range(np.uint64(rows.starts[other]), np.uint64(rows.starts[other + 1])):
            weight = rows.count_weights[rows.counts[at]]
            shares = shares or weight * own[np.uint64(rows.terms[at])] > 0.0
        if shares:
            dot = _dot(rows.vectors[asked], rows.vectors[other])
            raw = _raw(asked, other, rows, own, dot)
            if raw >= cut.least and raw > 0.0:
                ordinals[count], raws[count] = other, raw
                _push(best, raw)
                count += 1
    return _kept(found, count, cut, best)


@compiled
def _search(  # noqa: PLR0915 - calls with so many arrays cost more than what they do
    asked: Any, columns: Columns, rows: Rows, tiles: Tiles, sketches: Sketches, cut: Cut, own: Any,
    per_unit: Any, space: Any,
) -> Any:  # fmt: skip
    """Put the best pairs of an event; how many."""
    sums, marks, fars, needs, least_sums, best, found, lifts, costs, word_lifts = space
    ordinals, raws = found
    hubs, days, vectors, alive, closeness = (
        rows.hubs, rows.days, rows.vectors, rows.alive, rows.closeness,
    )  # fmt: skip
    first_days, last_days, farness, shares, likely, per_share, most_likely, most_hubs, parts = tiles
    rough_vectors, rests, per_sizes = sketches
    mine, rough = vectors[asked], rough_vectors[asked]
    rest_of, per_size = rests[asked], per_sizes[asked]
    timed, day = len(closeness) > 0, np.int64(days[asked])
    # A raw similarity times this, and a distance in time, is a bound of sums times shares.
    own_scale = rows.norms[asked] * hubs[asked] * per_unit
    if not timed:
        own_scale /= rows.no_time
    _find_lifts(asked, rows, own, per_unit, lifts, costs)
    # Of what two events share, words are the whole at most, and they are no more than the sum.
    most_lift = np.float32(lifts[-1] * _most_by_words(asked, rows, own) * _CAREFUL)
    per_part = np.float32(_CAREFUL * (len(word_lifts) - 1) / (rows.norms[asked] * per_unit))
    per_part /= np.float32(1.0 - rows.vector_weight)
    by_vectors = np.float32(_CAREFUL * rows.vector_weight * rows.norms[asked] * per_unit)
    most_by_vectors = by_vectors * np.float32(1.0 - rows.background)
    background, last_step = np.float32(rows.background), np.float32(len(word_lifts) - 1)
    least, count, worst = cut.least, 0, 0.0
    best[:] = 0.0
    words = marks.view(np.uint64)
    width, blocks = 1 << columns.shift, ((len(hubs) - 1) >> columns.shift) + 1
    for turn in range(blocks):
        block = ((asked >> columns.shift) + turn) % blocks
        its_sums = sums[: min(width, len(shares) - block * width)]
        _add(its_sums, columns, block, blocks, rows, asked, per_unit)
        first_tile, its_tiles = block * (width // TILE), len(its_sums) // TILE
        part = slice(first_tile, first_tile + its_tiles)
        its_fars, its_needs, its_least = fars[part], needs[part], least_sums[part]
        if timed:
            for of in range(first_tile, first_tile + its_tiles):
                fars[of] = farness[max(0, first_days[of] - day, day - last_days[of])]
        its_parts = parts[first_tile * TILE :][: len(its_sums)]
        # All in terms of a sum of products times the share of an event.
        whole = np.float32(least * _SAFELY * own_scale) * _ROUNDED
        _find_needs(
            its_needs, its_least, its_fars, most_likely[part], per_share[part], most_hubs[part],
            whole, most_by_vectors, lifts, word_lifts, most_lift, per_part,
        )  # fmt: skip
        # Nearest in the order of days first: much is related there, and the bound rises.
        start = asked // TILE - first_tile if turn == 0 else 0
        for number in range(start, start + its_tiles):
            tile = np.int64(number if number < its_tiles else number - its_tiles)
            local = np.uint64(tile * TILE)
            first = np.uint64(first_tile * TILE) + local
            _mark(its_sums, its_parts, local, its_needs[tile], its_least[tile], marks)
            if not _any(words):
                continue
            reach = np.float32(least * _SAFELY * own_scale * np.float64(its_fars[tile])) * _ROUNDED
            for word in range(np.uint64(TILE // 8)):
                if words[word] == np.uint64(0):
                    continue
                for i in range(np.uint64(8) * word, np.uint64(8) * (word + np.uint64(1))):
                    if marks[i] == 0:
                        continue
                    at, other = first + i, np.int64(first + i)
                    by_words, dot = np.float32(its_sums[local + i]) * shares[at], np.int32(0)
                    step = by_words * np.float32(hubs[other]) * per_part
                    step = min(step + np.float32(1.0), last_step)
                    lift = lifts[its_sums[local + i] >> _LIFT_SHIFT] * word_lifts[np.uint64(step)]
                    most = by_words + most_by_vectors * likely[at]
                    if most * lift < reach:
                        continue
                    need = reach / lift
                    if timed:
                        days_apart = abs(np.int64(days[other]) - day)
                        need = np.float32(least * _SAFELY * own_scale * farness[days_apart]) / lift
                        if most < need:
                            continue
                    if other == asked or not alive[other] or _is_out(asked, other, days, cut):
                        continue
                    if by_vectors > 0.0:
                        cosine = np.float32(_dot(rough, rough_vectors[other])) * per_size
                        cosine = cosine * per_sizes[other] + rest_of * rests[other] + _COSINE_STEP
                        cosine = max(cosine - background, np.float32(0.0))
                        if by_words + by_vectors * likely[at] * cosine < need:
                            continue
                        dot = _dot(mine, vectors[other])
                        cosine = np.float32(dot) * per_size * per_sizes[other] + _COSINE_STEP
                        cosine = max(cosine - background, np.float32(0.0))
                        if by_words + by_vectors * likely[at] * cosine < need:
                            continue
                    raw = _raw(asked, other, rows, own, dot)
                    if raw >= least and raw > 0.0:
                        ordinals[count], raws[count] = other, raw
                        count += 1
                        _push(best, raw)
            if best[0] > worst * _WORTH_RAISING:
                worst = best[0]
                least = _raised(least, worst, cut.floors)
    return _kept(found, count, cut, best)


@compiled
def links(
    asked: NDArray[np.int64], columns: Columns, rows: Rows, tiles: Tiles, sketches: Sketches,
    cut: Cut, listed: NDArray[np.uint32], listed_raws: NDArray[np.float64],
) -> tuple[int, NDArray[np.int64]]:  # fmt: skip
    """The pairs of events that may be listed, those of the same event side by side: [pairs].

    Gives how many events are done, fewer if ``listed`` is full, and where the pairs of each begin.
    ``listed`` must be as long as the archive. In no order: scores decide that, which are not known
    here.
    """
    row_starts, row_terms, row_counts, term_weights, count_weights = rows[:5]
    size = len(row_starts) - 1
    sums, marks = np.zeros(1 << columns.shift, np.uint16), np.zeros(TILE, np.uint8)
    best, own = np.zeros(cut.limit), np.zeros(len(term_weights))
    found = np.empty(size, np.uint32), np.empty(size)
    number_of_tiles = len(tiles.per_share)
    fars, needs = np.ones(number_of_tiles, np.float32), np.ones(number_of_tiles, np.uint16)
    least_sums = np.ones(number_of_tiles, np.uint16)
    lifts, costs = np.ones(_LIFTS, np.float32), np.empty(_MOST_TERMS)
    word_lifts = _word_lifts(rows.words_factors)
    space = (sums, marks, fars, needs, least_sums, best, found, lifts, costs, word_lifts)
    starts = np.zeros(len(asked) + 1, np.int64)
    for number in range(len(asked)):
        event = asked[number]
        first, last = np.uint64(row_starts[event]), np.uint64(row_starts[event + 1])
        squares = 0.0
        for at in range(first, last):
            term = np.uint64(row_terms[at])
            own[term] = count_weights[row_counts[at]] * term_weights[term]
            squares += own[term] * own[term]
        # By Cauchy and Schwarz no sum of products is more, and none has more than ``_MOST_UNITS``.
        most = np.sqrt(squares) * columns.longest * _CAREFUL
        per_unit = (_MOST_UNITS - np.float64(last - first)) / most if most > 0.0 else 1.0
        if last - first > _MOST_TERMS:
            count = _compare_all(event, rows, cut, own, space)
        else:
            count = _search(event, columns, rows, tiles, sketches, cut, own, per_unit, space)
        for at in range(first, last):
            own[np.uint64(row_terms[at])] = 0.0
        to = starts[number]
        if to + count > len(listed):
            return number, starts
        listed[to : to + count] = found[0][:count]
        listed_raws[to : to + count] = found[1][:count]
        starts[number + 1] = to + count
    return len(asked), starts
