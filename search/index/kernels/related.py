"""All links of events by relevance, from posting columns.

Sums of weights are whole numbers of units of 16 bits, each product rounded up, where they only tell
what cannot be listed: a block of them stays in the nearest cache, with the numbers of shared words
of names. What may be listed is computed again as ``related.scoring`` and ``related.similarity`` do,
bit for bit. The bounds hold because every product is positive and no cosine is above 1.

Indices are unsigned: signed ones cost a test for negative numbers at each access.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.comparing import _dot, _is_out, _push, _raw, _tiles_are_out
from search.index.kernels.compiling import compiled, inlined
from search.index.kernels.layout import NAME, TILE, WORD, Columns, Cut, Rows, Sketches, Tiles

_MOST_UNITS: Final = 65_535.0  # of a sum
_MOST_TERMS: Final = 4_096  # of an event, each of which may be rounded up by a unit
_SAFELY: Final = 1.0 - 2e-6  # of what is multiplied in float32 so much is surely there
_CAREFUL: Final = 1.0 + 1e-6  # cosines of rounded sizes pass 1 by less
_COSINE_STEP: Final = np.float32(1e-6)  # cosines of rounded sizes and rests differ by less
_ROUNDED: Final = np.float32(1.0 - 1e-6)
_PARTS_LOSE: Final = np.float32(1.0 - 1e-4)  # they are cut off, by less
_LIFTS: Final = 1024  # steps of the table of what the factor for words is at most
_CLASSES: Final = 4  # of events: those that share no, one, two and more words of names
_WORTH_RAISING: Final = 1.03  # to find the least of a score takes longer than a few comparisons


class _Space(NamedTuple):
    """What the search of one event after the other uses again."""

    sums: NDArray[np.uint16]  # [events of a block]: of products, in units
    shared: NDArray[np.uint16]  # [events of a block]: words of names
    marks: NDArray[np.uint8]  # [TILE]
    needs: NDArray[np.uint16]  # [tiles, _CLASSES + 2]: see ``_find_needs``
    best: NDArray[np.float64]  # a heap of the best raw similarities
    ordinals: NDArray[np.uint32]  # of what was found
    raws: NDArray[np.float64]
    name_lifts: NDArray[np.float32]  # by the number of shared words of names
    word_lifts: NDArray[np.float32]  # by the part that words make of what is shared


class _Scales(NamedTuple):
    """What bounds of an event are made with, in units of its sums times a share."""

    reach: Any  # a raw similarity times this and a hub: what sums and vectors need, on one day
    by_vectors: Any  # what a cosine of 1 adds
    background: Any
    per_part: Any  # the step of ``word_lifts``, of a sum times a share
    most_words: Any  # what the factor for words is at most
    most_names: Any  # how many words of names may be shared
    rest: Any  # of its sketch
    per_size: Any


@compiled
def _add(
    sums: Any, shared: Any, columns: Columns, block: Any, blocks: Any, rows: Rows, asked: Any,
    per_unit: Any,
) -> None:  # fmt: skip
    """The sums of products of an event with those of a block, in units, each rounded up, and how
    many words of names each shares with it, or a few more."""
    _, _, bounds, places = columns
    starts, terms, counts, term_weights, count_weights, roles = rows[:6]
    sums[:] = 0
    shared[:] = 0
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
        if roles[term] == NAME and own > 0.0:
            for posting in range(begin, middle):
                shared[places[posting]] += np.uint16(1)
            for posting in range(middle, end, np.uint64(2)):
                shared[places[posting]] += np.uint16(1)


@compiled
def _mark(
    sums: Any, shared: Any, parts: Any, hub_parts: Any, local: Any, first: Any, needs: Any,
    marks: Any,
) -> None:  # fmt: skip
    """Mark the events of a tile that may be similar enough by what ``needs`` say of the tile; all
    are looked at, many at once. They begin at ``local`` in the block, at ``first`` in all."""
    none, one, two, more = needs[0], needs[1], needs[2], needs[3]
    by_vectors, most = needs[4], needs[5]
    for i in range(np.uint64(TILE)):
        names = shared[local + i]
        few = none if names == np.uint16(0) else one
        many = two if names == np.uint16(2) else more
        need = few if names < np.uint16(2) else many
        need = _high(need, hub_parts[first + i])
        need = min(np.uint16(need - min(need, by_vectors)), most)
        product = _high(sums[local + i], parts[first + i])
        marks[i] = np.uint8((product >= need) & (sums[local + i] >= np.uint16(1)))


@compiled
def _high(one: Any, other: Any) -> Any:
    """The upper half of a product of two numbers of 16 bits."""
    return np.uint16((np.uint32(one) * np.uint32(other)) >> np.uint32(16))


@compiled
def _any(words: Any) -> Any:
    """Whether something is marked in a tile."""
    some = words[0] | words[1] | words[2] | words[3]
    return (some | words[4] | words[5] | words[6] | words[7]) != np.uint64(0)


@compiled
def _find_needs(
    space: _Space, tiles: Tiles, first: Any, last: Any, day: Any, whole: Any, scales: _Scales
) -> None:
    """Put what events of each tile need to be as similar as ``whole``, in units of sums of those
    of the tile's largest share: by the number of shared words of names, if the hub is the archive's
    largest; then what vectors may add, and a sum that is enough, whatever the factor for words."""
    needs, lifts, farness = space.needs, space.name_lifts, tiles.farness
    first_days, last_days, per_share = tiles.first_days, tiles.last_days, tiles.per_share
    last_step = np.float32(len(space.word_lifts) - 1)
    vectors = scales.by_vectors * (np.float32(1.0) - scales.background)
    for tile in range(first, last):
        reach = whole * tiles.most_hub
        if len(farness):
            days = max(0, first_days[tile] - day, day - last_days[tile])
            reach *= np.float32(farness[days])
        enough = max(reach - vectors, np.float32(0.0))
        # What has a smaller sum has a factor for words that is no higher than this.
        step = np.uint64(min(enough * scales.per_part + np.float32(1.0), last_step))
        per_unit = per_share[tile] * _PARTS_LOSE
        need = reach / min(space.word_lifts[step], scales.most_words) * per_unit
        for names in range(_CLASSES - 1):
            needs[tile, names] = _in_units(need / lifts[min(names, scales.most_names)])
        needs[tile, _CLASSES - 1] = _in_units(need / lifts[scales.most_names])
        needs[tile, _CLASSES] = _in_units(vectors * per_share[tile] + np.float32(1.0))
        needs[tile, _CLASSES + 1] = _in_units(enough * per_unit)


@compiled
def _in_units(value: Any) -> Any:
    return np.uint16(min(value, np.float32(_MOST_UNITS)))


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
def _kept(space: _Space, count: Any, cut: Cut) -> Any:
    """Keep what may be among the best; how many."""
    ordinals, raws = space.ordinals, space.raws
    least, kept = max(_raised(cut.least, space.best[0], cut.floors), cut.least), 0
    for at in range(count):
        if raws[at] >= least and raws[at] > 0.0:
            ordinals[kept], raws[kept] = ordinals[at], raws[at]
            kept += 1
    return kept


@compiled
def _compare_all(asked: Any, rows: Rows, cut: Cut, own: Any, space: _Space) -> Any:
    """The pairs of an event of very many terms: it is compared with every event that shares one."""
    ordinals, raws, best = space.ordinals, space.raws, space.best
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
    return _kept(space, count, cut)


@compiled
def _scales_of(
    asked: Any, rows: Rows, sketches: Sketches, own: Any, per_unit: Any, steps: Any
) -> Any:
    """The ``_Scales`` of an event."""
    reach = _SAFELY * rows.norms[asked] * rows.hubs[asked] * per_unit
    if not len(rows.closeness):
        reach /= rows.no_time
    # Of what two events share, words are the whole at most, and they are no more than the sum.
    per_part = np.float32(_CAREFUL * steps / (rows.norms[asked] * per_unit))
    names = 0
    for at in range(np.uint64(rows.starts[asked]), np.uint64(rows.starts[asked + 1])):
        term = np.uint64(rows.terms[at])
        names += rows.roles[term] == NAME and own[term] > 0.0
    return _Scales(
        reach,
        np.float32(_CAREFUL * rows.vector_weight * rows.norms[asked] * per_unit),
        np.float32(rows.background),
        per_part / np.float32(1.0 - rows.vector_weight),
        np.float32(_most_by_words(asked, rows, own) * _CAREFUL),
        min(names, len(rows.names_factors) - 1),
        sketches.rests[asked],
        sketches.per_sizes[asked],
    )


@inlined
def _may_reach(by_words: Any, by_vectors: Any, lift: Any, need: Any, most_cosine: Any) -> Any:
    pass


@inlined
def _need(
    by_words: Any, names: Any, reach: Any, per_part: Any, name_lifts: Any, word_lifts: Any
) -> Any:
    """What an event must have by words and vectors, before the factors for words and names."""
    last = np.float32(len(word_lifts) - 1)
    lift = word_lifts[np.uint64(min(by_words * per_part + np.float32(1.0), last))]
    lift *= name_lifts[min(np.int64(names), len(name_lifts) - 1)]
    return np.float32(reach) * _ROUNDED / lift


@inlined
def _are_near(
    missing: Any, by_vectors: Any, mine: Any, its: Any, per_size: Any, rest: Any, background: Any
) -> Any:
    """Whether two vectors, or parts of them, add what is missing. ``rest`` is what the cosine of
    the other parts is at most."""
    cosine = np.float32(_dot(mine, its)) * per_size + (rest + _COSINE_STEP)
    return by_vectors * max(cosine - background, np.float32(0.0)) >= missing


@compiled
def _search(
    asked: Any, columns: Columns, rows: Rows, tiles: Tiles, sketches: Sketches, cut: Cut, own: Any,
    per_unit: Any, space: _Space,
) -> Any:  # fmt: skip
    """Put the best pairs of an event; how many."""
    scales = _scales_of(asked, rows, sketches, own, per_unit, len(space.word_lifts) - 1)
    # To take an array out of a tuple counts a reference each time.
    hubs, days, vectors, alive, farness = (
        rows.hubs,
        rows.days,
        rows.vectors,
        rows.alive,
        tiles.farness,
    )
    shares, parts, hub_parts = tiles.shares, tiles.parts, tiles.hub_parts
    roughs, rests, per_sizes = sketches.vectors, sketches.rests, sketches.per_sizes
    sums, shared, marks, needs = space.sums, space.shared, space.marks, space.needs
    name_lifts, word_lifts, best = space.name_lifts, space.word_lifts, space.best
    words, timed, day = marks.view(np.uint64), len(rows.closeness) > 0, days[asked]
    by_vectors, background, nothing = scales.by_vectors, scales.background, np.float32(0.0)
    most_by_vectors = by_vectors * (np.float32(1.0) - background)
    least, count, worst = cut.least, 0, 0.0
    best[:] = 0.0
    width, blocks = 1 << columns.shift, ((len(hubs) - 1) >> columns.shift) + 1
    for turn in range(blocks):
        block = ((asked >> columns.shift) + turn) % blocks
        base, its_tiles = block * width, min(width, len(shares) - block * width) // TILE
        if _tiles_are_out(base // TILE, base // TILE + its_tiles, day, tiles, cut):
            continue
        _add(sums, shared, columns, block, blocks, rows, asked, per_unit)
        whole = np.float32(least * scales.reach) * _ROUNDED
        _find_needs(space, tiles, base // TILE, base // TILE + its_tiles, day, whole, scales)
        # Nearest in the order of days first: much is related there, and the bound rises.
        start = (asked - base) // TILE if turn == 0 else 0
        for number in range(start, start + its_tiles):
            tile = np.int64(number if number < its_tiles else number - its_tiles)
            if _tiles_are_out(base // TILE + tile, base // TILE + tile + 1, day, tiles, cut):
                continue
            local, first = np.uint64(tile * TILE), np.uint64(base + tile * TILE)
            its_needs = needs[base // TILE + tile]
            _mark(sums, shared, parts, hub_parts, local, first, its_needs, marks)
            if not _any(words):
                continue
            for i in range(np.uint64(TILE)):
                if words[i >> np.uint64(3)] == np.uint64(0) or marks[i] == 0:
                    continue
                at, other = first + i, np.int64(first + i)
                by_words, names = np.float32(sums[local + i]) * shares[at], shared[local + i]
                reach = least * scales.reach * hubs[other]
                reach *= farness[abs(days[other] - day)] if timed else 1.0
                missing = _need(by_words, names, reach, scales.per_part, name_lifts, word_lifts)
                missing -= by_words
                if most_by_vectors < missing or other == asked or not alive[other]:
                    continue
                per_size, rest = scales.per_size * per_sizes[at], scales.rest * rests[at]
                if (
                    _is_out(asked, other, days, cut)
                    or not _are_near(
                        missing,
                        by_vectors,
                        roughs[asked],
                        roughs[other],
                        per_size,
                        rest,
                        background,
                    )
                    or not _are_near(
                        missing,
                        by_vectors,
                        vectors[asked],
                        vectors[other],
                        per_size,
                        nothing,
                        background,
                    )
                ):
                    continue
                raw = _raw(asked, other, rows, own, _dot(vectors[asked], vectors[other]))
                if raw >= least and raw > 0.0:
                    space.ordinals[count], space.raws[count] = other, raw
                    count += 1
                    _push(best, raw)
            if best[0] > worst * _WORTH_RAISING:
                worst = best[0]
                least = _raised(least, worst, cut.floors)
    return _kept(space, count, cut)


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
    own, width, number_of_tiles = (
        np.zeros(len(term_weights)),
        1 << columns.shift,
        len(tiles.per_share),
    )
    space = _Space(
        np.zeros(width, np.uint16),
        np.zeros(width, np.uint16),
        np.zeros(TILE, np.uint8),
        np.zeros((number_of_tiles, _CLASSES + 2), np.uint16),
        np.zeros(cut.limit),
        np.empty(size, np.uint32),
        np.empty(size),
        (rows.names_factors * _CAREFUL).astype(np.float32),
        _word_lifts(rows.words_factors),
    )
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
        listed[to : to + count] = space.ordinals[:count]
        listed_raws[to : to + count] = space.raws[:count]
        starts[number + 1] = to + count
    return len(asked), starts
