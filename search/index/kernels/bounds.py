"""Cheap upper bounds on the similarity of two events, so that most pairs need no exact comparison.

A bound is compared with the approximate sum of a pair (see ``related``) times the share of the
other event, ``Tiles.shares``. Bounds hold because no product is negative and no cosine is above 1.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.comparing import dot_product
from search.index.kernels.compiling import compiled, inlined
from search.index.kernels.layout import NAME, TILE, WORD, Listed, Rows, Tiles, inside
from search.model.event import UNDATED

MOST_UNITS: Final = 65_535.0  # of a sum
_SAFELY: Final = 1.0 - 2e-6  # of what is multiplied in float32 so much is surely there
CAREFUL: Final = 1.0 + 1e-6  # cosines of rounded sizes pass 1 by less
_COSINE_STEP: Final = np.float32(1e-6)  # cosines of rounded sizes and rests differ by less
ROUNDED: Final = np.float32(1.0 - 1e-6)
_PARTS_LOSE: Final = np.float32(1.0 - 1e-4)  # they are cut off, by less
TOO_LITTLE: Final = np.int32(-(2**31))  # less than any product of vectors
_LIFTS: Final = 1024  # steps of the table of what the factor for words is at most
CLASSES: Final = 4  # of events: those that share no, one, two and more words of names


class Space(NamedTuple):
    """Buffers that are allocated once and used for one query event after the other."""

    sums: NDArray[np.uint16]  # [events of a block]: of products, in units
    shared: NDArray[np.uint16]  # [events of a block]: words of names
    marks: NDArray[np.uint8]  # [TILE]
    needs: NDArray[np.uint16]  # [tiles, CLASSES + 2]: see ``find_needs``
    best: NDArray[np.float64]  # a heap of the best raw similarities
    found: Listed  # pairs of the query event
    name_lifts: NDArray[np.float32]  # by the number of shared words of names
    word_lifts: NDArray[np.float32]  # by the part that words make of what is shared


class _Scales(NamedTuple):
    """The constants of a query event that its bounds are made with, in units of its sums."""

    reach: Any  # times a raw similarity and a hub: what words and vectors must add up to, same day
    by_vectors: Any  # what a cosine of 1 adds
    background: Any
    per_part: Any  # times a sum and a share: the step in ``word_lifts``
    most_words: Any  # the largest factor for words with any event
    most_names: Any  # how many words of names it has
    rest: Any  # of its vector; see ``Tiles.rests``
    per_size: Any  # 1 / the length of its vector


@compiled
def mark(
    sums: Any, shared: Any, parts: Any, hub_parts: Any, local: Any, first: Any, needs: Any,
    marks: Any,
) -> None:  # fmt: skip
    """Set the marks of those events of a tile that may be similar enough, by the ``needs`` of the
    tile. The loop has no branch, so that a processor compares many events at once.

    The tile begins at ``local`` in its block and at ``first`` in the archive.
    """
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
def any_marked(words: Any) -> Any:
    """Whether any event of a tile is marked."""
    some = words[0] | words[1] | words[2] | words[3]
    return (some | words[4] | words[5] | words[6] | words[7]) != np.uint64(0)


@compiled
def find_needs(
    space: Space, tiles: Tiles, first: Any, last: Any, day: Any, whole: Any, scales: _Scales
) -> None:
    """Fill in the needs of some tiles: the sums from which their events may reach a similarity.

    ``whole`` is the similarity in units of sums. A tile has one need for each number of shared
    words of names (0, 1, 2, more), for an event of the tile's largest share and the archive's
    largest hub; then the most that vectors add, and a sum that suffices whatever the factor for
    words.
    """
    needs, lifts, inverse_decay = space.needs, space.name_lifts, tiles.inverse_decay
    first_days, last_days, per_share = tiles.first_days, tiles.last_days, tiles.per_share
    last_step = np.float32(len(space.word_lifts) - 1)
    vectors = scales.by_vectors * (np.float32(1.0) - scales.background)
    for tile in range(first, last):
        reach = whole * tiles.most_hub
        # What has no date may be as near as anything.
        if len(inverse_decay) and day != UNDATED and first_days[tile] != UNDATED:
            days = max(0, first_days[tile] - day, day - last_days[tile])
            reach *= np.float32(inverse_decay[days])
        enough = max(reach - vectors, np.float32(0.0))
        # What has a smaller sum has a factor for words that is no higher than this.
        step = np.uint64(min(enough * scales.per_part + np.float32(1.0), last_step))
        per_unit = per_share[tile] * _PARTS_LOSE
        need = reach / min(space.word_lifts[step], scales.most_words) * per_unit
        for names in range(CLASSES - 1):
            needs[tile, names] = _in_units(need / lifts[min(names, scales.most_names)])
        needs[tile, CLASSES - 1] = _in_units(need / lifts[scales.most_names])
        needs[tile, CLASSES] = _in_units(vectors * per_share[tile] + np.float32(1.0))
        needs[tile, CLASSES + 1] = _in_units(enough * per_unit)


@compiled
def _in_units(value: Any) -> Any:
    return np.uint16(min(value, np.float32(MOST_UNITS)))


@compiled
def _most_by_words(query: Any, rows: Rows, own: Any) -> Any:
    """The largest factor for words that an event has with any other."""
    squares: Any = 0.0
    for at in range(np.uint64(rows.starts[query]), np.uint64(rows.starts[query + 1])):
        term = inside(rows.terms, at, len(own))
        if rows.roles[term] & WORD:
            squares += own[term] * own[term]
    # By Cauchy and Schwarz: of the other event words are the whole at most.
    part = min(np.sqrt(squares) / rows.norms[query] * CAREFUL, 1.0)
    steps = len(rows.words_factors) - 1
    step: Any = min(np.int64(part * steps) + 1, steps)
    return rows.words_factors[step]


@compiled
def lifts_of_words(words_factors: Any) -> Any:
    """Upper bounds of the factor for words, in coarse steps: its value at the end of each step."""
    lifts = np.empty(_LIFTS + 1, np.float32)
    steps = len(words_factors) - 1
    for at in range(len(lifts)):
        step = min((at + 1) * (steps // _LIFTS), steps)
        lifts[at] = np.float32(words_factors[step] * CAREFUL)
    return lifts


@compiled
def scales_of(query: Any, rows: Rows, tiles: Tiles, own: Any, per_unit: Any, steps: Any) -> Any:
    """The ``_Scales`` of a query event."""
    reach = _SAFELY * rows.norms[query] * rows.hubs[query] * per_unit
    if not len(rows.time_decay) or rows.days[query] == UNDATED:
        reach /= rows.no_time
    # Of what two events share, words are the whole at most, and they are no more than the sum.
    per_part = np.float32(CAREFUL * steps / (rows.norms[query] * per_unit))
    names = 0
    for at in range(np.uint64(rows.starts[query]), np.uint64(rows.starts[query + 1])):
        term = inside(rows.terms, at, len(own))
        names += (rows.roles[term] // NAME) * (own[term] > 0.0)
    return _Scales(
        reach,
        np.float32(CAREFUL * rows.vector_weight * rows.norms[query] * per_unit),
        np.float32(rows.background),
        per_part / np.float32(1.0 - rows.vector_weight),
        np.float32(_most_by_words(query, rows, own) * CAREFUL),
        min(names, len(rows.names_factors) - 1),
        tiles.rests[query],
        np.float32(1.0) / rows.sizes[query],
    )


@inlined
def need_of(
    by_words: Any, names: Any, reach: Any, per_part: Any, name_lifts: Any, word_lifts: Any
) -> Any:
    """What the words and vectors of a pair must add up to, before the factors for words and
    names."""
    last = np.float32(len(word_lifts) - 1)
    lift = word_lifts[np.uint64(min(by_words * per_part + np.float32(1.0), last))]
    lift *= name_lifts[min(np.int64(names), len(name_lifts) - 1)]
    return np.float32(reach) * ROUNDED / lift


@inlined
def _above(dot: Any, per_size: Any, rest: Any, background: Any) -> Any:
    """An upper bound of how far the cosine of two vectors is above the background.

    ``dot`` is the product of all dimensions, or of the first ones; the others then add ``rest`` to
    the cosine at most.
    """
    cosine = np.float32(dot) * per_size + (rest + _COSINE_STEP)
    return max(cosine - background, np.float32(0.0))


@inlined
def dot_if_enough(
    query: Any,
    other: Any,
    heads: Any,
    tails: Any,
    rest: Any,
    per_size: Any,
    scales: Any,
    missing: Any,
) -> Any:
    """The product of the vectors of two events; ``TOO_LITTLE`` if it cannot make up for what is
    ``missing``. The first dimensions (the heads) alone rule out most pairs.

    ``rest``: the most that the tails add to the cosine; ``per_size``: 1 / the product of both
    lengths.
    """
    by_vectors, background = scales.by_vectors, scales.background
    nothing, dot = np.float32(0.0), np.int32(0)
    if by_vectors > nothing:
        dot = dot_product(heads[query], heads[other])
        if by_vectors * _above(dot, per_size, rest, background) < missing:
            dot = TOO_LITTLE
        else:
            dot += dot_product(tails[query], tails[other])
            if by_vectors * _above(dot, per_size, nothing, background) < missing:
                dot = TOO_LITTLE
    return dot
