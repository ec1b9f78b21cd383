"""What the kernels take.

Large arrays among it are mapped from files of the index, which were checked before, but to which a
faulty program may write at any time. So that no index leaves an array even then, a kernel bounds
each term of ``Rows.terms`` with ``inside`` and each of ``Columns.bounds`` by the number of places,
and has room for any place that 16 bits can hold.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.compiling import inlined

TILE: Final = 64  # events that are compared together
WORD, NAME = 1, 2  # the role of a term: WORD if it is one, and NAME for each name it counts as
ROOM: Final = 1 << 16  # any place of an event in a block is below


class Columns(NamedTuple):
    """Postings by blocks of 2**shift events, as ``index.blocks`` has them. ``longest``: no event's
    weights are longer than this, in Euclid's sense."""

    shift: int
    longest: float
    bounds: NDArray[np.uint32]
    places: NDArray[np.uint16]


class Rows(NamedTuple):
    """What each event is compared by, as ``Similarity`` has it. All by ordinal unless said."""

    starts: NDArray[np.int64]  # [events + 1], into terms and counts
    terms: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    term_weights: NDArray[np.float64]  # by term
    count_weights: NDArray[np.float64]  # [256]
    roles: NDArray[np.uint8]  # by term: a sum of WORD and NAME
    norms: NDArray[np.float32]
    hubs: NDArray[np.float32]
    days: NDArray[np.int32]  # UNDATED: no time is compared
    heads: NDArray[np.int8]  # the first dimensions of each vector: see ``index.term_matrix``
    tails: NDArray[np.int8]  # the other ones
    sizes: NDArray[np.float32]
    alive: NDArray[np.bool_]  # others may not be listed
    time_decay: NDArray[np.float64]  # by days; empty if time is switched off
    no_time: float  # the factor instead of it then, and where an event has no date
    names_factors: NDArray[np.float64]  # by the number of shared words of names
    words_factors: NDArray[np.float64]  # by step
    vector_weight: float
    background: float


class Tiles(NamedTuple):
    """Bounds of ``TILE`` events each, and of every event what approximate sums of products are
    multiplied by: ``shares``, (1 − vector_weight) / norm. 0 behind the last event."""

    first_days: NDArray[np.int32]
    last_days: NDArray[np.int32]
    inverse_decay: NDArray[np.float64]  # 1 / time_decay, by days
    shares: NDArray[np.float32]  # [tiles · TILE]
    per_share: NDArray[np.float32]  # 1 / the largest of each tile, or a little less
    # [tiles · TILE], of 2**16 for the largest share of a tile, rounded up; 0 of what is not alive.
    parts: NDArray[np.uint16]
    most_hub: np.float32  # the largest of all
    hub_parts: NDArray[np.uint16]  # [tiles · TILE], of 2**16 for the largest hub, rounded down
    # [tiles · TILE]: the length of the tail of each vector, of a whole of 1. By Cauchy and Schwarz
    # a cosine is at most the product of the heads over both sizes, and the product of both rests.
    rests: NDArray[np.float32]


class Cut(NamedTuple):
    """Which pairs are wanted: of each event the ``limit`` best, and those tied, from ``least`` on.

    ``floors`` ascend: raw similarities between which scores may be tied. No event is wanted that is
    more than ``before`` days older than the query event, or more than ``after`` newer.
    """

    limit: int
    least: float
    floors: NDArray[np.float64]
    before: int
    after: int


class Listed(NamedTuple):
    """Pairs of events that were found, one query event after the other, or room for them: all
    [pairs]."""

    ordinals: NDArray[np.uint32]  # of the event that may be listed
    raws: NDArray[np.float64]  # raw similarities
    names: NDArray[np.int64]  # how many words of names both events have


@inlined
def postings_in(bounds: Any, places: Any, term: Any, block: Any, blocks: Any) -> Any:
    """Where the postings of a term in one of so many blocks begin, those of other counts, and where
    they end; in ``places`` in any case."""
    group = np.uint64(2) * (term * np.uint64(blocks) + np.uint64(block))
    last = np.uint64(len(places) - 1)
    begin = min(np.uint64(bounds[group]), last)
    middle = min(np.uint64(bounds[group + np.uint64(1)]), last)
    return begin, middle, min(np.uint64(bounds[group + np.uint64(2)]), last)


@inlined
def inside(terms: Any, at: Any, known: Any) -> Any:
    """The term at a place of ``Rows.terms``; one of the ``known`` in any case."""
    return min(np.uint64(terms[at]), np.uint64(known - 1))
