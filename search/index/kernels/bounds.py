"""What an event must have at least to be listed: bounds that take less time than a comparison.

Bounds are in units of the sums of products, times the share of an event; see ``related``. They hold
because every product is positive and no cosine is above 1.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.comparing import _dot
from search.index.kernels.compiling import compiled, inlined
from search.index.kernels.layout import NAME, TILE, WORD, Rows, Sketches, Tiles, inside
from search.model.event import UNDATED

_MOST_UNITS: Final = 65_535.0  # of a sum
_SAFELY: Final = 1.0 - 2e-6  # of what is multiplied in float32 so much is surely there
_CAREFUL: Final = 1.0 + 1e-6  # cosines of rounded sizes pass 1 by less
_COSINE_STEP: Final = np.float32(1e-6)  # cosines of rounded sizes and rests differ by less
_ROUNDED: Final = np.float32(1.0 - 1e-6)
_PARTS_LOSE: Final = np.float32(1.0 - 1e-4)  # they are cut off, by less
TOO_LITTLE: Final = np.int32(-(2**31))  # less than any product of vectors
_LIFTS: Final = 1024  # steps of the table of what the factor for words is at most
_CLASSES: Final = 4  # of events: those that share no, one, two and more words of names


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
        for names in range(_CLASSES - 1):
            needs[tile, names] = _in_units(need / lifts[min(names, scales.most_names)])
        needs[tile, _CLASSES - 1] = _in_units(need / lifts[scales.most_names])
        needs[tile, _CLASSES] = _in_units(vectors * per_share[tile] + np.float32(1.0))
        needs[tile, _CLASSES + 1] = _in_units(enough * per_unit)


@compiled
def _in_units(value: Any) -> Any:
    return np.uint16(min(value, np.float32(_MOST_UNITS)))


@compiled
def _most_by_words(asked: Any, rows: Rows, own: Any) -> Any:
    """The largest factor for words of an event, with any other."""
    squares: Any = 0.0
    for at in range(np.uint64(rows.starts[asked]), np.uint64(rows.starts[asked + 1])):
        term = inside(rows.terms, at, len(own))
        if rows.roles[term] & WORD:
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
def _scales_of(
    asked: Any, rows: Rows, sketches: Sketches, own: Any, per_unit: Any, steps: Any
) -> Any:
    """The ``_Scales`` of an event."""
    reach = _SAFELY * rows.norms[asked] * rows.hubs[asked] * per_unit
    if not len(rows.time_decay) or rows.days[asked] == UNDATED:
        reach /= rows.no_time
    # Of what two events share, words are the whole at most, and they are no more than the sum.
    per_part = np.float32(_CAREFUL * steps / (rows.norms[asked] * per_unit))
    names = 0
    for at in range(np.uint64(rows.starts[asked]), np.uint64(rows.starts[asked + 1])):
        term = inside(rows.terms, at, len(own))
        names += (rows.roles[term] // NAME) * (own[term] > 0.0)
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
def _need(
    by_words: Any, names: Any, reach: Any, per_part: Any, name_lifts: Any, word_lifts: Any
) -> Any:
    """What an event must have by words and vectors, before the factors for words and names."""
    last = np.float32(len(word_lifts) - 1)
    lift = word_lifts[np.uint64(min(by_words * per_part + np.float32(1.0), last))]
    lift *= name_lifts[min(np.int64(names), len(name_lifts) - 1)]
    return np.float32(reach) * _ROUNDED / lift


@inlined
def _above(dot: Any, per_size: Any, rest: Any, background: Any) -> Any:
    """How far the cosine of two vectors is above the background, at most: by their products, or by
    those of some dimensions and what the others add at most, ``rest``."""
    cosine = np.float32(dot) * per_size + (rest + _COSINE_STEP)
    return max(cosine - background, np.float32(0.0))


@inlined
def _dot_if_enough(
    asked: Any, other: Any, heads: Any, tails: Any, sketch: Any, scales: Any, missing: Any
) -> Any:
    """The product of the vectors of two events; ``TOO_LITTLE`` if they surely add less than what is
    missing. Most pairs are ruled out by the heads of the vectors alone.

    ``sketch`` are the largest cosine of their tails, and 1 / the product of their lengths.
    """
    by_vectors, background = scales.by_vectors, scales.background
    nothing, dot = np.float32(0.0), np.int32(0)
    rest, per_size = sketch
    if by_vectors > nothing:
        dot = _dot(heads[asked], heads[other])
        if by_vectors * _above(dot, per_size, rest, background) < missing:
            dot = TOO_LITTLE
        else:
            dot += _dot(tails[asked], tails[other])
            if by_vectors * _above(dot, per_size, nothing, background) < missing:
                dot = TOO_LITTLE
    return dot
