"""What two events share, and the near-duplicates and the diversity of lists."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.comparing import clear, dot_of, scatter
from search.index.kernels.compiling import compiled
from search.index.kernels.layout import Rows, inside

_CAREFUL: Final = 1.0 - 1e-9  # sums in different orders differ by less


@compiled
def shared(
    ones: NDArray[np.int64], others: NDArray[np.int64], rows: Rows
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.float64], NDArray[np.int32]]:
    """Where the shared terms of each pair begin [pairs + 1], those terms, ascending, with the
    products of their weights, and the products of the vectors [pairs]."""
    row_starts, row_terms, row_counts, term_weights, count_weights = rows[:5]
    most = 0
    for pair in range(len(ones)):
        most += min(
            row_starts[ones[pair] + 1] - row_starts[ones[pair]],
            row_starts[others[pair] + 1] - row_starts[others[pair]],
        )
    starts = np.zeros(len(ones) + 1, np.int64)
    terms, products = np.empty(most, np.uint32), np.empty(most)
    dots = np.zeros(len(ones), np.int32)
    to = 0
    for pair in range(len(ones)):
        one, other = ones[pair], others[pair]
        mine, its = np.uint64(row_starts[one]), np.uint64(row_starts[other])
        my_end, its_end = np.uint64(row_starts[one + 1]), np.uint64(row_starts[other + 1])
        while mine < my_end and its < its_end:
            my_term, its_term = row_terms[mine], row_terms[its]
            if my_term == its_term:
                term = inside(row_terms, mine, len(term_weights))
                weight = term_weights[term]
                terms[to] = term
                products[to] = (count_weights[row_counts[its]] * weight) * (
                    count_weights[row_counts[mine]] * weight
                )
                to += products[to] > 0.0
                mine += np.uint64(1)
                its += np.uint64(1)
            elif my_term < its_term:
                mine += np.uint64(1)
            else:
                its += np.uint64(1)
        starts[pair + 1] = to
        dots[pair] = dot_of(rows, one, other)
    return starts, terms[:to], products[:to], dots


@compiled
def much_alike(
    starts: NDArray[np.int64],
    ordinals: NDArray[np.int64],
    lengths: NDArray[np.float64],
    most_days: int,
    least_cosine: float,
    rows: Rows,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of events of a list, as places in ``ordinals``, that are within so many days and may
    have such a cosine; the first of each pair comes before the second."""
    row_starts, row_terms, row_counts, term_weights, count_weights = rows[:5]
    days = rows.days
    own = np.zeros(len(term_weights))
    firsts, seconds = [np.int64(0) for _ in range(0)], [np.int64(0) for _ in range(0)]
    for row in range(len(starts) - 1):
        for first in range(starts[row], starts[row + 1]):
            one = ordinals[first]
            scattered = False
            for second in range(first + 1, starts[row + 1]):
                other = ordinals[second]
                if abs(days[one] - days[other]) > most_days:
                    continue
                if not scattered:
                    scattered = True
                    scatter(own, rows, one)
                product = 0.0
                for at in range(np.uint64(row_starts[other]), np.uint64(row_starts[other + 1])):
                    term = inside(row_terms, at, len(own))
                    weight = count_weights[row_counts[at]] * term_weights[term]
                    product += weight * own[term]
                if product >= least_cosine * lengths[one] * lengths[other] * _CAREFUL:
                    firsts.append(np.int64(first))
                    seconds.append(np.int64(second))
            if scattered:
                clear(own, rows, one)
    return np.array(firsts), np.array(seconds)


@compiled
def _in_units(terms: Any, counts: Any, rows: Any, unit: Any, values: Any) -> None:
    """The weights of an event as integers, scaled to this Euclidean length."""
    squares = 0.0
    for at in range(len(terms)):
        term = inside(terms, at, len(rows.term_weights))
        weight = rows.count_weights[counts[at]] * rows.term_weights[term]
        squares += weight * weight
        values[at] = weight
    length = np.sqrt(squares)
    scale = unit / (length if length > 0.0 else 1.0)
    for at in range(len(terms)):
        values[at] = np.rint(values[at] * scale)


@compiled
def spread(
    starts: NDArray[np.int64],
    ordinals: NDArray[np.int64],
    raws: NDArray[np.float64],
    unit: float,
    floor: float,
    rows: Rows,
) -> NDArray[np.int64]:
    """The order of the events of each list, as ``diversity.spread`` has it: places within it."""
    longest = 0
    for row in range(len(starts) - 1):
        longest = max(longest, starts[row + 1] - starts[row])
    own = np.zeros(len(rows.term_weights))
    alike, worth, repeated = np.empty((longest, longest)), np.empty(longest), np.empty(longest)
    order = np.empty(len(ordinals), np.int64)
    for row in range(len(starts) - 1):
        begin, size = starts[row], starts[row + 1] - starts[row]
        if size < 3:
            for place in range(size):
                order[begin + place] = place
            continue
        room = 0
        for place in range(size):
            event = ordinals[begin + place]
            room += rows.starts[event + 1] - rows.starts[event]
        values, at_values = np.empty(room), np.zeros(size + 1, np.int64)
        for place in range(size):
            event = ordinals[begin + place]
            first, last = np.uint64(rows.starts[event]), np.uint64(rows.starts[event + 1])
            terms, counts = rows.terms[first:last], rows.counts[first:last]
            at_values[place + 1] = at_values[place] + len(terms)
            its = values[at_values[place] : at_values[place + 1]]
            _in_units(terms, counts, rows, unit, its)
            for at in range(len(terms)):
                own[inside(terms, at, len(own))] = its[at]
            for before in range(place):
                event = ordinals[begin + before]
                skip = np.int64(at_values[before]) - rows.starts[event]
                product = 0.0
                for at in range(rows.starts[event], rows.starts[event + 1]):
                    product += values[skip + at] * own[inside(rows.terms, at, len(own))]
                cosine = product / (unit * unit)
                alike[place, before] = alike[before, place] = (cosine * cosine) * (cosine * cosine)
            for at in range(len(terms)):
                own[inside(terms, at, len(own))] = 0.0
            worth[place], repeated[place], alike[place, place] = raws[begin + place], 1.0, 0.0
        for turn in range(size):
            best, highest = 0, -np.inf
            for place in range(size):
                value = worth[place] * max(1.0 / repeated[place], floor)
                if value > highest:
                    best, highest = place, value
            order[begin + turn] = best
            worth[best] = -1.0
            for place in range(size):
                repeated[place] += alike[best, place]
    return order
