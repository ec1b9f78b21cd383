"""The links of events whose list depends on which are the best by words: found out exactly.

The bounds of ``kernels.related`` cannot tell which events those are. All products are computed as
``related.scoring`` and ``related.similarity`` do, bit for bit, which takes ten times as long.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.kernels.compiling import compiled
from search.kernels.layout import Columns, Cut, Rows


@compiled
def _add(sums: Any, columns: Columns, block: Any, blocks: Any, rows: Rows, asked: Any) -> None:
    """The sums of products of an event with those of a block, in the order of terms."""
    _, _, bounds, places = columns
    starts, terms, counts, term_weights, count_weights = rows[:5]
    sums[:] = 0.0
    for at in range(np.uint64(starts[asked]), np.uint64(starts[asked + 1])):
        term = np.uint64(terms[at])
        group = np.uint64(2) * (term * np.uint64(blocks) + np.uint64(block))
        begin, middle = np.uint64(bounds[group]), np.uint64(bounds[group + np.uint64(1)])
        weight = term_weights[term]
        own = count_weights[counts[at]] * weight
        one = weight * own
        for posting in range(begin, middle):
            sums[places[posting]] += one
        for posting in range(middle, np.uint64(bounds[group + np.uint64(2)]), np.uint64(2)):
            count = places[posting + np.uint64(1)]
            sums[places[posting]] += (count_weights[count] * weight) * own


@compiled
def _dot(one: Any, other: Any) -> Any:
    product = np.int32(0)
    for at in range(np.uint64(len(one))):
        product = np.int32(product + np.int32(np.int32(one[at]) * np.int32(other[at])))
    return product


@compiled
def _alike_in_words(
    asked: Any, columns: Columns, rows: Rows, sums: Any, ordinals: Any, lexical: Any
) -> Any:
    """Put the other events that share a term, ascending, and how alike in words; how many."""
    norms, size, found = rows.norms, len(rows.norms), 0
    blocks = ((size - 1) >> columns.shift) + 1
    for block in range(blocks):
        _add(sums, columns, block, blocks, rows, asked)
        first = block << columns.shift
        for i in range(min(1 << columns.shift, size - first)):
            other = first + i
            if sums[i] > 0.0 and other != asked:
                ordinals[found] = other
                lexical[found] = (1.0 - rows.association) * sums[i] / (norms[asked] * norms[other])
                found += 1
    return found


@compiled
def _compared(
    asked: Any, rows: Rows, cut: Cut, by_words: Any, ordinals: Any, raws: Any, alike: Any
) -> Any:
    """Put the links among the best by words, given how alike the words are; how many."""
    chances, days = rows.chances, rows.days
    vectors, sizes, alive, closeness, association, base = rows[8:]
    factor, of_base = 1.0, 0
    for i in range(alike):
        other = ordinals[i]
        of_base += other < base
        if len(closeness):
            factor = closeness[abs(np.int64(days[other]) - np.int64(days[asked]))]
        by_words[i] = raws[i] * factor / (chances[asked] * chances[other])
    edge, ties = -1.0, of_base
    if of_base > cut.most:
        edge = np.partition(by_words[:of_base], of_base - cut.most)[of_base - cut.most]
        ties = cut.most
        for i in range(of_base):
            ties -= by_words[i] > edge
    count = 0
    for i in range(alike):
        other = ordinals[i]
        if other < base:
            if by_words[i] < edge or (by_words[i] == edge and ties == 0):
                continue
            ties -= by_words[i] == edge
        if not alive[other]:
            continue
        if len(closeness):
            factor = closeness[abs(np.int64(days[other]) - np.int64(days[asked]))]
        dot = np.float32(association) * np.float32(_dot(vectors[asked], vectors[other]))
        similar = raws[i] + np.float64(dot) / (sizes[other] * sizes[asked])
        raw = similar * factor / (chances[asked] * chances[other])
        if raw >= cut.least and raw > 0.0:
            ordinals[count], raws[count] = other, raw
            count += 1
    return count


@compiled
def _best(cut: Cut, ordinals: Any, raws: Any, count: Any) -> Any:
    """Keep the ``limit`` best and what may be tied with them; how many."""
    if count <= cut.limit:
        return count
    worst = np.partition(raws[:count], count - cut.limit)[count - cut.limit]
    # Scores are rounded, and the floors too: one more unit below is on the safe side.
    at = np.searchsorted(cut.floors, worst, side="right") - 2
    least, kept = cut.floors[max(at, 0)], 0
    for i in range(count):
        if raws[i] >= least:
            ordinals[kept], raws[kept] = ordinals[i], raws[i]
            kept += 1
    return kept


@compiled
def exact_links(
    asked: NDArray[np.int64], columns: Columns, rows: Rows, cut: Cut, listed: NDArray[np.uint32],
    listed_raws: NDArray[np.float64],
) -> tuple[int, NDArray[np.int64]]:  # fmt: skip
    """The links of events that may be listed, and what it gives, as ``kernels.related``."""
    size = len(rows.norms)
    sums, by_words = np.empty(1 << columns.shift), np.empty(size)
    ordinals, raws = np.empty(size, np.uint32), np.empty(size)
    starts = np.zeros(len(asked) + 1, np.int64)
    for number in range(len(asked)):
        event = asked[number]
        alike = _alike_in_words(event, columns, rows, sums, ordinals, raws)
        count = _compared(event, rows, cut, by_words, ordinals, raws, alike)
        count = _best(cut, ordinals, raws, count)
        to = starts[number]
        if to + count > len(listed):
            return number, starts
        listed[to : to + count] = ordinals[:count]
        listed_raws[to : to + count] = raws[:count]
        starts[number + 1] = to + count
    return len(asked), starts
