"""The links of many events at once: the same, to the last bit, as ``Vectors.related`` gives.

Compiled where numba is there and can compile, one by one where not.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.kernels.loader import _SHIFTS, compiled
from search.model.event import LAST_DAY
from search.model.hit import (
    DECIMALS,
    NOT_OF_A_TERM,
    UNIT,
    Calibration,
    Contribution,
    Explanation,
    rounded,
    strongest_first,
    units_of,
)
from search.related import scoring as ranking
from search.related.similarity import CANDIDATES, SHARE_KINDS, Link, Vectors

_BLOCK: Final = 256  # events that a thread links at a time
_SPARE: Final = 1 << 18  # links of a block that are held beside those of one event
_MOST_BLOCKS: Final = 16
_ROUNDED_UP: Final = 1.0 + 1e-6  # sums are made in another order
_UNITS: Final = 10**DECIMALS
_SKETCHED: Final = 64  # dimensions: as many bytes as are read from memory at a time
_AT_ONCE: Final = 4096  # vectors that are squared together
_UNTOLD: Final = Explanation()


class _Prepared(NamedTuple):
    """What ``kernels.links`` asks for, laid out anew."""

    columns: Any
    rows: Any
    tiles: Any
    sketches: Any


def links_of_all(
    vectors: Vectors,
    ordinals: Sequence[int],
    *,
    time: bool = True,
    limit: int = 10,
    min_score: float | None = None,
    threads: int = 1,
) -> Iterator[list[Link]]:
    """The links of each of these events, in their order, as ``Vectors.related``, unexplained.

    Holds the vectors and terms of the archive once, 34 bytes for each event and 8 for each term in
    each thread, 20 more for each event while links are found exactly, and the links of some hundred
    events.
    """
    kernels = compiled()
    if kernels is None or not len(vectors):
        for ordinal in ordinals:
            links = vectors.related(int(ordinal), time=time, limit=limit, min_score=min_score)
            yield [Link(link.ordinal, link.score, link.raw, _UNTOLD) for link in links]
        return
    least = vectors.calibration.min_score if min_score is None else min_score
    linked = partial(_linked, kernels, vectors, time=time, limit=limit, least=least)
    asked = np.asarray(ordinals, dtype=np.int64)
    blocks = [asked[at : at + _BLOCK] for at in range(0, len(asked), _BLOCK)]
    if threads == 1:
        for block in blocks:
            yield from linked(block)
        return
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - a search needs none

    prepared(kernels, vectors, time)
    with ThreadPoolExecutor(threads) as pool:
        for done in pool.map(linked, blocks):
            yield from done


def floors(calibration: Calibration) -> NDArray[np.float64]:
    """The least raw similarity of each rounded score, as near as matters: [scores]."""
    scores = np.clip((np.arange(_UNITS + 1) - 0.5) / _UNITS, 0.0, None)
    raws = calibration.middle * (scores / (1.0 - scores)) ** (1.0 / calibration.steepness)
    return np.asarray(raws * (1.0 - 1e-9))


@lru_cache(maxsize=2)
def prepared(kernels: ModuleType, vectors: Vectors, time: bool) -> _Prepared:
    """The arrays of an archive as the kernels take them."""
    columns, rows = laid_out(kernels, vectors)
    if time:
        span = int(np.ptp(rows.days))
        rows = rows._replace(closeness=ranking.closeness(np.arange(span + 1)))
    return _Prepared(columns, rows, tiles_of(kernels, rows), sketches_of(kernels, vectors))


@lru_cache(maxsize=1)
def laid_out(kernels: ModuleType, vectors: Vectors) -> tuple[Any, Any]:
    """The columns and rows of an archive, for which time counts for nothing."""
    matrix = vectors.matrix
    starts, terms, counts = matrix.rows()
    everyone = np.arange(len(vectors))
    days = matrix.dates.astype(np.int64)
    norms = ranking.norm(matrix.lengths.astype(np.float64), matrix.typical_length)
    chances = matrix.chance.astype(np.float64)
    association = ranking.association_weight(matrix.dimensions)
    weights = matrix.weights(np.arange(len(vectors.terms))).astype(np.float64)
    _check(starts, terms, counts, len(weights), [days, norms, chances, matrix.vector_sizes])
    shift = next((s for s in _SHIFTS if len(days) <= _MOST_BLOCKS << s), _SHIFTS[-1])
    count_weights = ranking.count_weights().astype(np.float64)
    longest = _longest(starts, terms, counts, weights, count_weights)
    laid = kernels.lay_out(starts, terms, counts, len(weights), shift)
    columns = kernels.Columns(shift, longest, *laid)
    rows = kernels.Rows(
        starts,
        np.array(terms),
        np.array(counts),
        weights,
        count_weights,
        norms,
        chances,
        days,
        matrix.vectors(everyone),
        matrix.vector_sizes.astype(np.float64),
        matrix.lives(everyone),
        np.zeros(0),
        association,
        matrix.base,
    )
    return columns, rows


def _longest(
    starts: NDArray[np.int64],
    terms: NDArray[np.uint32],
    counts: NDArray[np.uint8],
    weights: NDArray[np.float64],
    count_weights: NDArray[np.float64],
) -> float:
    """The Euclidean length of the weights of the longest event, or a little more.

    From the weights themselves: with a length that somebody made, sums would pass 16 bits.
    """
    longest = 0.0
    for begin in range(0, len(starts) - 1, _AT_ONCE):
        edges = starts[begin : begin + _AT_ONCE + 1]
        part = slice(edges[0], edges[-1])
        squares = (count_weights[counts[part]] * weights[terms[part]]) ** 2
        sums = np.diff(np.append(0.0, np.cumsum(squares))[edges - edges[0]])
        longest = max(longest, float(sums.max(initial=0.0)))
    return math.sqrt(longest) * _ROUNDED_UP


@lru_cache(maxsize=1)
def sketches_of(kernels: ModuleType, vectors: Vectors) -> Any:
    """The sketches of an archive's vectors: of the dimensions in which they are longest."""
    _, rows = laid_out(kernels, vectors)
    energies = np.zeros(rows.vectors.shape[1])
    for begin in range(0, len(rows.vectors), _AT_ONCE):
        energies += np.square(rows.vectors[begin : begin + _AT_ONCE], dtype=np.float64).sum(axis=0)
    longest = np.sort(np.argsort(-energies, kind="stable")[:_SKETCHED])
    sketched = np.ascontiguousarray(rows.vectors[:, longest])
    rests = np.empty(len(sketched), np.float32)
    for begin in range(0, len(sketched), _AT_ONCE):
        block = slice(begin, begin + _AT_ONCE)
        squares = np.square(sketched[block], dtype=np.float64).sum(axis=1) / rows.sizes[block] ** 2
        rests[block] = np.sqrt(np.maximum(1.0 - squares, 0.0))
    return kernels.Sketches(sketched, rests, (1.0 / rows.sizes).astype(np.float32))


def _check(
    starts: NDArray[np.int64],
    terms: NDArray[np.uint32],
    counts: NDArray[np.uint8],
    known: int,
    by_event: Sequence[NDArray[Any]],
) -> None:
    """Hold files that somebody made to what kernels believe: they look at no bounds. The first of
    the arrays ``by_event`` are days.

    Raises:
        IndexError: something points outside, or an array has another length than it must.
    """
    events = len(starts) - 1
    ascend = events >= 0 and bool((np.diff(starts) >= 0).all()) and starts[0] == 0
    is_whole = ascend and starts[-1] == len(terms) == len(counts)
    if not is_whole or (len(terms) and int(terms.max()) >= known):
        raise IndexError("terms of events that are not there")
    if any(len(values) != events for values in by_event):
        raise IndexError("arrays of different archives")
    if events and int(np.abs(by_event[0]).max()) > LAST_DAY:
        raise IndexError("days that no calendar has")


def tiles_of(kernels: ModuleType, rows: Any) -> Any:
    """The bounds of an archive's rows, by tile."""
    spare = -len(rows.days) % kernels.TILE
    days = np.append(rows.days, np.full(spare, rows.days[-1])).reshape(-1, kernels.TILE)
    shares = (1.0 - rows.association) / (rows.norms * rows.chances)
    nothing = np.zeros(spare)
    share = np.append(shares, nothing).astype(np.float32)
    likely = np.append(1.0 / rows.chances, nothing).astype(np.float32)
    per_share = np.float32(1.0 - 1e-6) / share.reshape(-1, kernels.TILE).max(axis=1)
    parts = np.ceil(share * np.repeat(per_share, kernels.TILE).astype(np.float64) * (1 << 16))
    parts[: len(shares)][~rows.alive] = 0.0
    return kernels.Tiles(
        days.min(axis=1),
        days.max(axis=1),
        1.0 / rows.closeness,
        share,
        likely,
        per_share,
        likely.reshape(-1, kernels.TILE).max(axis=1),
        np.minimum(parts, (1 << 16) - 1).astype(np.uint16),
    )


def _linked(
    kernels: ModuleType,
    vectors: Vectors,
    asked: NDArray[np.int64],
    *,
    time: bool,
    limit: int,
    least: float,
) -> list[list[Link]]:
    arrays = prepared(kernels, vectors, time)
    edges = floors(vectors.calibration)
    raw = edges[min(max(int(np.ceil(least * _UNITS)) - 1, 0), _UNITS)]
    cut = kernels.Cut(min(limit, len(vectors)), CANDIDATES, raw, edges)
    space = len(vectors) + min(len(asked) * (cut.limit + 16), _SPARE)
    listed = np.empty(space, np.uint32), np.empty(space)
    unsure = np.zeros(len(asked), np.bool_)

    def in_turns(
        events: NDArray[np.int64], ask: Callable[[slice], tuple[int, NDArray[np.int64]]]
    ) -> Iterator[list[Link]]:
        at = 0
        while at < len(events):
            done, starts = ask(slice(at, None))
            ends = starts[: done + 1]
            ordinals, raws = (found[: ends[-1]] for found in listed)
            for row in _listed(kernels, vectors, events[at : at + done], ends, ordinals, raws):
                yield _cut(row, limit, least)
            at += done

    found = list(
        in_turns(
            asked, lambda rest: kernels.links(asked[rest], *arrays, cut, unsure[rest], *listed)
        )
    )
    again, exact = asked[unsure], (arrays.columns, arrays.rows, cut, *listed)
    exactly = in_turns(again, lambda rest: kernels.exact_links(again[rest], *exact))
    for at, links in zip(np.flatnonzero(unsure).tolist(), exactly, strict=True):
        found[at] = links
    return found


def _listed(
    kernels: ModuleType,
    vectors: Vectors,
    asked: NDArray[np.int64],
    starts: NDArray[np.int64],
    ordinals: NDArray[np.uint32],
    raws: NDArray[np.float64],
) -> Iterator[list[tuple[int, float, float]]]:
    """Ordinal, score and raw similarity of the links of each event, in order."""
    days = vectors.dates.astype(np.int64)
    scores = rounded(vectors.calibration.score(raws))
    distances = np.abs(days[ordinals] - np.repeat(days[asked], np.diff(starts)))
    places = vectors.places(ordinals.astype(np.int64))
    order = kernels.in_order(starts, scores, distances, places)
    links = list(
        zip(ordinals[order].tolist(), scores[order].tolist(), raws[order].tolist(), strict=True)
    )
    return (links[begin:end] for begin, end in pairwise(starts.tolist()))


def _cut(links: list[tuple[int, float, float]], limit: int, least: float) -> list[Link]:
    listed = [link for link in links if link[1] >= least and link[2] > 0.0][:limit]
    return [Link(ordinal, score, raw, _UNTOLD) for ordinal, score, raw in listed]


# An event, one that it is linked to, and the score of the link.
Linked = tuple[int, int, float]


def explanations_of_all(
    vectors: Vectors, linked: Sequence[Linked], *, time: bool = True
) -> list[Explanation]:
    """The explanation of each link, as ``Vectors.pair`` has it."""
    kernels = compiled()
    if kernels is None or not linked:
        return [vectors.pair(one, other, time=time).explanation for one, other, _ in linked]
    return _explanations(kernels, vectors, linked, time)


def _explanations(
    kernels: ModuleType, vectors: Vectors, linked: Sequence[Linked], time: bool
) -> list[Explanation]:
    rows = prepared(kernels, vectors, time).rows
    ones = np.array([one for one, _, _ in linked], dtype=np.int64)
    others = np.array([other for _, other, _ in linked], dtype=np.int64)
    starts, terms, products, dots = kernels.shared(ones, others, rows)
    norms = rows.norms[ones] * rows.norms[others]
    counts = np.diff(starts)
    lexical = np.bincount(np.repeat(np.arange(len(linked)), counts), products, len(linked))
    lexical = (1.0 - rows.association) * lexical / norms
    lengths = rows.sizes[others] * rows.sizes[ones]
    associations = rows.association * dots.astype(np.float32) / lengths
    closeness = np.ones(len(linked))
    if time:
        closeness = rows.closeness[np.abs(rows.days[others] - rows.days[ones])]
    times = ((lexical + associations) * (closeness - 1.0)).tolist()
    shares = ((1.0 - rows.association) * products / np.repeat(norms, counts)).tolist()
    names, numbers = vectors.terms, terms.tolist()
    kinds = [SHARE_KINDS[kind] for kind in vectors.kinds(terms.astype(np.int64)).tolist()]
    explanations = []
    for (begin, end), (_, _, score), association, passed in zip(
        pairwise(starts.tolist()), linked, associations.tolist(), times, strict=True
    ):
        units = units_of([*shares[begin:end], association, passed], score)
        found = [
            Contribution(name := names[numbers[at]], unit / UNIT, name, kinds[at])
            for at, unit in zip(range(begin, end), units, strict=False)
            if unit
        ]
        for kind, unit in zip(NOT_OF_A_TERM, units[-2:], strict=False):
            if unit:
                found.append(Contribution(kind, unit / UNIT, kind, kind))
        explanations.append(Explanation(strongest_first(found)))
    return explanations
