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

from search.kernels.compiling import compiled
from search.kernels.layout import TILE, Columns, Cut, Rows, Sketches, Tiles

_MOST_UNITS: Final = 65_535.0  # of a sum
_MOST_TERMS: Final = 4_096  # of an event, each of which may be rounded up by a unit
_SAFELY: Final = 1.0 - 2e-6  # of what is multiplied in float32 so much is surely there
_CAREFUL: Final = 1.0 + 1e-6  # cosines of rounded sizes pass 1 by less
_COSINE_STEP: Final = np.float32(1e-6)  # cosines of rounded sizes and rests differ by less
_ROUNDED: Final = np.float32(1.0 - 1e-6)
_PARTS_LOSE: Final = np.float32(1.0 - 1e-4)  # they are cut off, by less
_GROUPS: Final = 256  # of the events of a block
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
def _product(terms: Any, counts: Any, term_weights: Any, count_weights: Any, own: Any) -> Any:
    """The sum of products with one event, in the order of terms; ``own`` are weights by term."""
    product = 0.0
    for at in range(np.uint64(len(terms))):
        term = np.uint64(terms[at])
        product += (count_weights[counts[at]] * term_weights[term]) * own[term]
    return product


@compiled
def _dot(one: Any, other: Any) -> Any:
    product = np.int32(0)
    for at in range(np.uint64(len(one))):
        product = np.int32(product + np.int32(np.int32(one[at]) * np.int32(other[at])))
    return product


@compiled
def _reaching(sums: Any, first: Any, least: Any) -> Any:
    """Whether a sum of a tile reaches so much; all are looked at, many at once."""
    found = np.int16(0)
    for i in range(np.uint64(TILE)):
        found = np.int16(found | np.int16(sums[first + i] >= least))
    return found


@compiled
def _high(one: Any, other: Any) -> Any:
    """The upper half of a product of two numbers of 16 bits."""
    return np.uint16((np.uint32(one) * np.uint32(other)) >> np.uint32(16))


@compiled
def _parts_reaching(sums: Any, parts: Any, first: Any, least: Any) -> Any:
    """Whether a sum of a tile times the part that the share of its event is of the largest does."""
    found = np.int16(0)
    for i in range(np.uint64(TILE)):
        found = np.int16(found | np.int16(_high(sums[first + i], parts[first + i]) >= least))
    return found


@compiled
def _all_reaching(sums: Any, parts: Any, needs: Any, tiles: Any) -> Any:
    """Put the tiles of which a sum reaches what they need; how many."""
    found = 0
    for tile in range(np.uint64(len(needs))):
        tiles[found] = tile
        first, need = tile * np.uint64(TILE), needs[tile]
        if need > 1:
            found += _parts_reaching(sums, parts, first, need) > 0
        else:
            found += _reaching(sums, first, need) > 0
    return found


@compiled
def _find_needs(
    needs: Any, fars: Any, likely: Any, per_share: Any, reach: Any, associated: Any
) -> None:
    """Put the sums that events of the largest share of each tile need to reach a similarity."""
    for i in range(np.uint64(len(needs))):
        units = (reach * fars[i] - associated * likely[i]) * per_share[i] * _PARTS_LOSE
        needs[i] = min(max(units, np.float32(1.0)), np.float32(_MOST_UNITS))


@compiled
def _reached(sums: Any, parts: Any, per_share: Any, limit: Any, weighs: Any, tops: Any) -> Any:
    """A number and its unit. Of ``limit`` events of a block the sum times the share comes at least
    to the number less 1: only the largest of each of 256 groups of events are compared."""
    most = np.float32(0.0)
    for tile in range(np.uint64(len(per_share))):
        most = max(most, np.float32(1.0) / per_share[tile])
    for tile in range(np.uint64(len(per_share))):
        weighs[tile] = np.uint16(np.float32(_MOST_UNITS) / (per_share[tile] * most))
    tops[:] = 0
    for tile in range(np.uint64(len(per_share))):
        first, weigh = tile * np.uint64(TILE), weighs[tile]
        group = first & np.uint64(_GROUPS - 1)
        for i in range(np.uint64(TILE)):
            value = _high(_high(sums[first + i], parts[first + i]), weigh)
            tops[group + i] = max(tops[group + i], value)
    edge, bit = np.uint16(0), np.uint16(1 << 15)
    while bit > 0:
        higher, reaching = np.uint16(edge | bit), np.int16(0)
        for of in range(np.uint64(_GROUPS)):
            reaching = np.int16(reaching + np.int16(tops[of] >= higher))
        edge = higher if reaching >= limit else edge
        bit = np.uint16(bit >> 1)
    return np.float64(edge), np.float64(most)


@compiled
def _push(best: Any, value: Any) -> None:
    """Keep the largest values: a heap, of which the least is first."""
    if not value > best[0]:
        return
    at, child = 0, 1
    while child < len(best):
        if child + 1 < len(best) and best[child + 1] < best[child]:
            child += 1
        if best[child] >= value:
            break
        best[at] = best[child]
        at, child = child, 2 * child + 1
    best[at] = value


@compiled
def _raised(least: Any, worst: Any, floors: Any) -> Any:
    """The least raw similarity that may still be listed, given the worst of the best."""
    # Scores are rounded, and the floors too: one more unit below is on the safe side.
    at = np.searchsorted(floors, worst, side="right") - 2
    return max(least, floors[max(at, 0)])


@compiled
def _best_of(found: Any, count: Any, cut: Cut, best: Any, base: Any) -> Any:
    """Keep what may be listed. Gives how many, and the least similarity by words in the base."""
    ordinals, raws, by_words = found
    least, least_by_words, kept = _raised(cut.least, best[0], cut.floors), np.inf, 0
    for at in range(count):
        if raws[at] >= least:
            ordinals[kept], raws[kept] = ordinals[at], raws[at]
            if ordinals[at] < base:
                least_by_words = min(least_by_words, by_words[at])
            kept += 1
    return kept, least_by_words


@compiled
def _compared(asked: Any, rows: Rows, own: Any, cut: Cut, best: Any, found: Any, count: Any) -> Any:
    """Put exact similarities, in all and by words, for the bounds; what ``_best_of`` gives."""
    ordinals, raws, by_words = found
    row_starts, row_terms, row_counts, term_weights, count_weights, norms, chances, days = rows[:8]
    vectors, sizes, _, closeness, association, base = rows[8:]
    mine, factor, kept = vectors[asked], 1.0, 0
    best[:] = 0.0
    for at in range(count):
        other = np.int64(ordinals[at])
        if len(closeness):
            factor = closeness[abs(np.int64(days[other]) - np.int64(days[asked]))]
        both = chances[asked] * chances[other]
        its = slice(row_starts[other], row_starts[other + 1])
        product = _product(row_terms[its], row_counts[its], term_weights, count_weights, own)
        lexical = (1.0 - association) * product / (norms[asked] * norms[other])
        dot = np.float32(0)
        if association > 0.0:
            dot = np.float32(association) * np.float32(_dot(mine, vectors[other]))
        raw = (lexical + np.float64(dot) / (sizes[other] * sizes[asked])) * factor / both
        if raw >= cut.least and raw > 0.0:
            ordinals[kept], raws[kept] = other, raw
            by_words[kept] = lexical * factor / both
            _push(best, raw)
            kept += 1
    return _best_of(found, kept, cut, best, base)


@compiled
def _search(  # noqa: PLR0915 - calls with so many arrays cost more than what they do
    asked: Any, columns: Columns, rows: Rows, tiles: Tiles, sketches: Sketches, cut: Cut, own: Any,
    per_unit: Any, space: Any,
) -> Any:  # fmt: skip
    """The links of an event if none is beyond the best by words, which is not looked at here: what
    ``_best_of`` gives. The sums in ``space`` are left as those with all events, in units."""
    sums, marks, fars, needs, promising, best, found, weighs, tops = space
    ordinals, lowest, highest = found
    norms, chances, days = rows.norms, rows.chances, rows.days
    vectors, sizes, alive, closeness, association, _ = rows[8:]
    first_days, last_days, farness, shares, likely, per_share, most_likely, parts = tiles
    rough_vectors, rests, per_sizes = sketches
    mine, rough = vectors[asked], rough_vectors[asked]
    rest_of, per_size = rests[asked], per_sizes[asked]
    timed, chance, day = len(closeness) > 0, chances[asked], np.int64(days[asked])
    terms = np.float64(rows.starts[asked + 1] - rows.starts[asked])
    scale = norms[asked] * chance * per_unit
    associated = np.float32(_CAREFUL * association * norms[asked] * per_unit)
    least, count, worst = cut.least, 0, 0.0
    best[:] = 0.0
    words = marks.view(np.uint64)
    width, blocks = 1 << columns.shift, ((len(norms) - 1) >> columns.shift) + 1
    for turn in range(blocks):
        block = ((asked >> columns.shift) + turn) % blocks
        skip = block * width if cut.most < rows.base else 0  # the sums of all are looked at again
        its_sums = sums[skip : skip + min(width, len(sums) - block * width)]
        _add(its_sums, columns, block, blocks, rows, asked, per_unit)
        first_tile, its_tiles = block * (width // TILE), len(its_sums) // TILE
        part = slice(first_tile, first_tile + its_tiles)
        its_likely, its_shares = most_likely[part], per_share[part]
        its_fars, its_needs = fars[part], needs[part]
        if timed:
            for of in range(first_tile, first_tile + its_tiles):
                fars[of] = farness[max(0, first_days[of] - day, day - last_days[of])]
        its_parts = parts[first_tile * TILE :][: len(its_sums)]
        if turn == 0 and association == 0.0 and not timed:
            # Words alone decide, and the best of a block are near the best of all.
            here = asked - first_tile * TILE
            its_sums[here], kept = 0, its_sums[here]
            reached, unit = _reached(its_sums, its_parts, its_shares, cut.limit, weighs, tops)
            its_sums[here] = kept
            surely = (reached - 1.0 - terms) * unit * _SAFELY / scale
            least = _raised(least, surely, cut.floors)
        # All in terms of a sum of products times the share of an event.
        whole = np.float32(least * _SAFELY * scale) * _ROUNDED
        _find_needs(its_needs, its_fars, its_likely, its_shares, whole, associated)
        looked_at, start = _all_reaching(its_sums, its_parts, its_needs, promising), 0
        if turn == 0:
            # Nearest in the order of days first: much is related there, and the bound rises.
            start = np.searchsorted(promising[:looked_at], asked // TILE - first_tile)
        for number in range(start, start + looked_at):
            tile = np.int64(promising[number if number < looked_at else number - looked_at])
            local = np.uint64(tile * TILE)
            first, far = np.uint64(first_tile * TILE) + local, np.float64(its_fars[tile])
            reach = np.float32(least * _SAFELY * far * scale)
            # Marked is what shares a term and may reach that: here, as a call would take longer.
            for i in range(np.uint64(TILE)):
                at = first + i
                may = (
                    np.float32(its_sums[local + i]) * shares[at] + associated * likely[at] >= reach
                )
                marks[i] = np.uint8(may & (its_sums[local + i] > 0))
            some = words[0] | words[1] | words[2] | words[3]
            if (some | words[4] | words[5] | words[6] | words[7]) == np.uint64(0):
                continue
            for word in range(np.uint64(TILE // 8)):
                if words[word] == np.uint64(0):
                    continue
                for i in range(np.uint64(8) * word, np.uint64(8) * (word + np.uint64(1))):
                    if marks[i] == 0:
                        continue
                    at, other = first + i, np.int64(first + i)
                    units = np.float32(its_sums[local + i])
                    about = units * shares[at]
                    if association > 0.0:
                        cosine = np.float32(_dot(rough, rough_vectors[other])) * per_size
                        cosine = cosine * per_sizes[other] + rest_of * rests[other] + _COSINE_STEP
                        if about + associated * likely[at] * cosine < reach:
                            continue
                    if other == asked or not alive[other]:
                        continue
                    factor, rest = 1.0, 0.0
                    if timed:
                        factor = closeness[abs(np.int64(days[other]) - day)]
                    if association > 0.0:
                        dot = np.float32(association) * np.float32(_dot(mine, vectors[other]))
                        rest = np.float64(dot) / (sizes[other] * sizes[asked])
                        rest = factor * rest / (chance * chances[other])
                    by_words = factor * about / scale
                    if by_words / _SAFELY + rest < least:
                        continue
                    ordinals[count] = other
                    # Each shared term was rounded up by less than a unit.
                    surely = max(1.0 - terms / units, 0.0) * _SAFELY
                    lowest[count] = by_words * surely + rest
                    highest[count] = by_words / _SAFELY + rest
                    _push(best, lowest[count])
                    count += 1
            if best[0] > worst * _WORTH_RAISING:
                worst = best[0]
                least = _raised(least, worst, cut.floors)
    least, kept = _raised(least, best[0], cut.floors), 0
    for of_found in range(count):
        if highest[of_found] >= least:
            ordinals[kept] = ordinals[of_found]
            kept += 1
    return _compared(asked, rows, own, cut, best, found, kept)


@compiled
def _ahead(asked: Any, rows: Rows, tiles: Tiles, per_unit: Any, space: Any, words: Any) -> Any:
    """How many events of the base may be so similar by words, as ``_search`` left ``space``."""
    shares, found, nothing = tiles.shares, np.int64(0), np.float32(0)
    sums, _, fars, needs = space[:4]
    least = np.float32(words * _SAFELY * rows.norms[asked] * rows.chances[asked] * per_unit)
    _find_needs(needs, fars, tiles.most_likely, tiles.per_share, least * _ROUNDED, nothing)
    for tile in range((rows.base + TILE - 1) // TILE):
        first, reach = np.uint64(tile * TILE), least * fars[tile]
        if _reaching(sums, first, needs[tile]) == 0:
            continue
        its = np.int32(0)
        for i in range(np.uint64(TILE)):
            may = np.float32(sums[first + i]) * shares[first + i] >= reach
            its = np.int32(its + np.int32(may & (sums[first + i] > 0)))
        found += its
    return found


@compiled
def links(
    asked: NDArray[np.int64], columns: Columns, rows: Rows, tiles: Tiles, sketches: Sketches,
    cut: Cut, unsure: NDArray[np.bool_], listed: NDArray[np.uint32],
    listed_raws: NDArray[np.float64],
) -> tuple[int, NDArray[np.int64]]:  # fmt: skip
    """The links of events that may be listed: [links], those of the same event side by side.

    Gives how many events are done, fewer if ``listed`` is full, and where the links of each begin.
    ``listed`` must be as long as the archive. In no order: scores decide that, which are not known
    here. Of those put down in ``unsure`` [asked] no links are given: ``exact_related`` finds them.
    """
    row_starts, row_terms, row_counts, term_weights, count_weights = rows[:5]
    size = len(row_starts) - 1
    sums, marks = np.zeros(len(tiles.shares), np.uint16), np.zeros(TILE, np.uint8)
    best, own = np.zeros(cut.limit), np.zeros(len(term_weights))
    found = np.empty(size, np.uint32), np.empty(size), np.empty(size)
    number_of_tiles = len(tiles.per_share)
    fars, needs = np.ones(number_of_tiles, np.float32), np.ones(number_of_tiles, np.uint16)
    promising = np.empty((1 << columns.shift) // TILE + 1, np.uint32)
    weighs, tops = np.zeros(len(promising), np.uint16), np.zeros(_GROUPS, np.uint16)
    space = (sums, marks, fars, needs, promising, best, found, weighs, tops)
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
        most, count = np.sqrt(squares) * columns.longest * _CAREFUL, 0
        per_unit = (_MOST_UNITS - np.float64(last - first)) / most if most > 0.0 else 1.0
        unsure[number] = last - first > _MOST_TERMS
        if not unsure[number]:
            count, words = _search(event, columns, rows, tiles, sketches, cut, own, per_unit, space)
            if count and cut.most < rows.base:
                # The event is ahead of its links itself.
                unsure[number] = _ahead(event, rows, tiles, per_unit, space, words) > cut.most
        for at in range(first, last):
            own[np.uint64(row_terms[at])] = 0.0
        if unsure[number]:
            count = 0
        to = starts[number]
        if to + count > len(listed):
            return number, starts
        listed[to : to + count] = found[0][:count]
        listed_raws[to : to + count] = found[1][:count]
        starts[number + 1] = to + count
    return len(asked), starts
