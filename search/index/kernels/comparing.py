"""The similarity of two events, bit for bit as in ``related.similarity``, and a heap of the
best."""

from typing import Any

import numpy as np

from search.index.kernels.compiling import compiled
from search.index.kernels.layout import NAME, TILE, WORD, Cut, Listed, Rows, Tiles, inside
from search.model.event import UNDATED


@compiled
def scatter(own: Any, rows: Rows, event: Any) -> Any:
    """Write the weights of an event's terms to ``own``, by term; returns the sum of their
    squares."""
    starts, terms, counts, term_weights, count_weights = rows[:5]
    squares = 0.0
    for at in range(np.uint64(starts[event]), np.uint64(starts[event + 1])):
        term = inside(terms, at, len(own))
        own[term] = count_weights[counts[at]] * term_weights[term]
        squares += own[term] * own[term]
    return squares


@compiled
def clear(own: Any, rows: Rows, event: Any) -> None:
    """Undo ``scatter``."""
    for at in range(np.uint64(rows.starts[event]), np.uint64(rows.starts[event + 1])):
        own[inside(rows.terms, at, len(own))] = 0.0


@compiled
def dot_product(one: Any, other: Any) -> Any:
    product = np.int32(0)
    for at in range(np.uint64(len(one))):
        product = np.int32(product + np.int32(np.int32(one[at]) * np.int32(other[at])))
    return product


@compiled
def dot_of(rows: Rows, one: Any, other: Any) -> Any:
    """The product of the vectors of two events."""
    heads = dot_product(rows.heads[one], rows.heads[other])
    return heads + dot_product(rows.tails[one], rows.tails[other])


@compiled
def any_reaches(sums: Any, first: Any, least: Any) -> Any:
    """Whether any sum of a tile reaches a value. It has no branch, so many are compared at once."""
    found = np.int16(0)
    for i in range(np.uint64(TILE)):
        found = np.int16(found | np.int16(sums[first + i] >= least))
    return found


@compiled
def push(best: Any, value: Any) -> None:
    """Replace the least of the largest values if a value is larger: a heap, the least first."""
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
def raw_similarity(query: Any, other: Any, rows: Rows, own: Any, dot: Any) -> Any:
    """The raw similarity of two events, bit for bit as ``Similarity`` computes it, and how many
    words of names both have. ``own`` has the weights of the query event by term; ``dot`` is the
    product of both vectors."""
    row_starts, row_terms, row_counts, term_weights, count_weights, roles = rows[:6]
    products: Any = 0.0
    words: Any = 0.0
    names: Any = 0
    for at in range(np.uint64(row_starts[other]), np.uint64(row_starts[other + 1])):
        term = inside(row_terms, at, len(own))
        product = (count_weights[row_counts[at]] * term_weights[term]) * own[term]
        products += product
        if roles[term] & WORD:
            words += product
        names += (roles[term] // NAME) * (product > 0.0)
    norms = np.float64(rows.norms[query]) * np.float64(rows.norms[other])
    lexical = (1.0 - rows.vector_weight) * products / norms
    vectors: Any = 0.0
    if rows.vector_weight > 0.0:
        sizes = np.float64(rows.sizes[other]) * np.float64(rows.sizes[query])
        cosine = np.float64(dot) / sizes
        vectors = rows.vector_weight * max(cosine - rows.background, 0.0)
    steps = len(rows.words_factors) - 1
    words_factor = rows.words_factors[np.int64(min(words / norms * steps, steps))]
    factor = rows.no_time
    day, its = np.int64(rows.days[query]), np.int64(rows.days[other])
    if len(rows.time_decay) and min(day, its) != UNDATED:  # nothing is less
        factor = rows.time_decay[abs(its - day)]
    names_factor = rows.names_factors[np.int64(min(names, len(rows.names_factors) - 1))]
    hub = np.float64(rows.hubs[query]) * np.float64(rows.hubs[other])
    return (lexical + vectors) * names_factor * words_factor * factor / hub, names


@compiled
def append(listed: Listed, starts: Any, number: Any, found: Listed, count: Any) -> Any:
    """Append what was found for the query event of a number, and set where the next one begins;
    False if there is no room for it."""
    begin, end = starts[number], starts[number] + count
    if end > len(listed.ordinals):
        return False
    listed.ordinals[begin:end] = found.ordinals[:count]
    listed.raws[begin:end] = found.raws[:count]
    listed.names[begin:end] = found.names[:count]
    starts[number + 1] = end
    return True


@compiled
def is_out(query: Any, other: Any, days: Any, cut: Cut) -> Any:
    """Whether an event is too new or too old to be listed."""
    later = days[other] - days[query]
    return later > cut.after or -later > cut.before


@compiled
def tiles_are_out(first: Any, last: Any, day: Any, tiles: Tiles, cut: Cut) -> Any:
    """Whether all events of some tiles are too new or too old to be listed."""
    first_days, last_days = tiles.first_days, tiles.last_days
    for tile in range(first, last):
        if first_days[tile] - day <= cut.after and day - last_days[tile] <= cut.before:
            return False
    return True
