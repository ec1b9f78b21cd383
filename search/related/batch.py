"""The links of many events at once: the same, to the last bit, as ``Vectors.related`` gives.

Compiled where numba is there and can compile, one by one where not.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.loader import _SHIFTS, compiled
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
from search.related import scoring
from search.related.similarity import Vectors
from search.related.similarity_parts import (
    CONTRIBUTION_KINDS,
    IS_NAME,
    IS_WORD,
    Link,
    explained,
)

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


class Beside(NamedTuple):
    """Which events may be listed: those of ``mask`` [events] (None: all), and with ``older`` none
    that is newer than the event that is asked about, with ``newer`` none that is older."""

    mask: NDArray[np.bool_] | None = None
    older: bool = False
    newer: bool = False

    def mask_of(self, vectors: Vectors, ordinal: int) -> NDArray[np.bool_] | None:
        """The events that may be in the list of one."""
        if not (self.older or self.newer):
            return self.mask
        allowed = np.ones(len(vectors), np.bool_) if self.mask is None else self.mask.copy()
        if self.older:
            allowed &= vectors.dates <= vectors.dates[ordinal]
        if self.newer:
            allowed &= vectors.dates >= vectors.dates[ordinal]
        return allowed

    def arrays(self, kernels: ModuleType, prepared: _Prepared) -> _Prepared:
        """The arrays of an archive of which only the ``mask`` may be listed."""
        if self.mask is None:
            return prepared
        rows = prepared.rows._replace(alive=prepared.rows.alive & self.mask)
        return prepared._replace(rows=rows, tiles=tiles_of(kernels, rows))


EVERYTHING: Final = Beside()


def links_of_all(
    vectors: Vectors,
    ordinals: Sequence[int],
    *,
    time: bool = True,
    limit: int = 10,
    min_score: float = scoring.LEAST_SCORE,
    beside: Beside = EVERYTHING,
    threads: int = 1,
) -> Iterator[list[Link]]:
    """The links of each of these events, in their order, as ``Vectors.related``, unexplained.

    Holds the vectors and terms of the archive once, 22 bytes for each event and 8 for each term in
    each thread, and the links of some hundred events.
    """
    kernels = compiled()
    if kernels is None or not len(vectors):
        for ordinal in ordinals:
            mask = beside.mask_of(vectors, int(ordinal))
            links = vectors.related(
                int(ordinal), time=time, limit=limit, min_score=min_score, mask=mask
            )
            yield [replace(link, explanation=_UNTOLD) for link in links]
        return
    arrays = beside.arrays(kernels, prepared(kernels, vectors, time))
    linked = partial(_linked, kernels, vectors, arrays, beside, limit=limit, least=min_score)
    asked = np.asarray(ordinals, dtype=np.int64)
    blocks = [asked[at : at + _BLOCK] for at in range(0, len(asked), _BLOCK)]
    if threads == 1:
        for block in blocks:
            yield from linked(block)
        return
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - a search needs none

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
        rows = rows._replace(closeness=vectors.time_factors)
    return _Prepared(columns, rows, tiles_of(kernels, rows), sketches_of(kernels, vectors))


@lru_cache(maxsize=1)
def laid_out(kernels: ModuleType, vectors: Vectors) -> tuple[Any, Any]:
    """The columns and rows of an archive, for which time is switched off."""
    matrix, learned = vectors.matrix, vectors.matrix.learned
    starts, terms, counts = matrix.rows()
    everyone, every_term = np.arange(len(vectors)), np.arange(len(vectors.terms))
    days, hubs = matrix.dates.astype(np.int64), matrix.hubs.astype(np.float64)
    weights = matrix.weights(every_term).astype(np.float64)
    by_event: list[NDArray[Any]] = [days, vectors.norms, hubs, matrix.vector_sizes]
    _check(starts, terms, counts, len(weights), by_event)
    shift = next((s for s in _SHIFTS if len(days) <= _MOST_BLOCKS << s), _SHIFTS[-1])
    count_weights = scoring.count_weights().astype(np.float64)
    longest = _longest(starts, terms, counts, weights, count_weights)
    laid = kernels.lay_out(starts, terms, counts, len(weights), shift)
    columns = kernels.Columns(shift, longest, *laid)
    kinds = vectors.kinds(every_term)
    roles = IS_WORD[kinds] * kernels.WORD + IS_NAME[kinds] * kernels.NAME
    rows = kernels.Rows(
        starts,
        np.array(terms),
        np.array(counts),
        weights,
        count_weights,
        roles.astype(np.uint8),
        vectors.norms,
        hubs,
        days,
        matrix.vectors(everyone),
        matrix.vector_sizes.astype(np.float64),
        matrix.are_live(everyone),
        np.zeros(0),
        vectors.no_time,
        vectors.names_factors,
        vectors.words_factors,
        learned.vector_weight,
        learned.background,
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
    shares = (1.0 - rows.vector_weight) / (rows.norms * rows.hubs)
    nothing = np.zeros(spare)
    share = np.append(shares, nothing).astype(np.float32)
    likely = np.append(1.0 / rows.hubs, nothing).astype(np.float32)
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
    arrays: _Prepared,
    beside: Beside,
    asked: NDArray[np.int64],
    *,
    limit: int,
    least: float,
) -> list[list[Link]]:
    edges = floors(vectors.calibration)
    raw = edges[min(max(int(np.ceil(least * _UNITS)) - 1, 0), _UNITS)]
    cut = kernels.Cut(min(limit, len(vectors)), raw, edges, beside.older, beside.newer)
    space = len(vectors) + min(len(asked) * (cut.limit + 16), _SPARE)
    listed = np.empty(space, np.uint32), np.empty(space)
    found: list[list[Link]] = []
    while len(found) < len(asked):
        rest = asked[len(found) :]
        done, starts = kernels.links(rest, *arrays, cut, *listed)
        ends = starts[: done + 1]
        ordinals, raws = (some[: ends[-1]] for some in listed)
        some = rest[:done]
        names = kernels.shared_names(some, ends, ordinals, arrays.rows)
        for row in _listed(kernels, vectors, some, ends, ordinals, raws, names):
            found.append(_cut(row, limit, least))
    return found


def _listed(
    kernels: ModuleType,
    vectors: Vectors,
    asked: NDArray[np.int64],
    starts: NDArray[np.int64],
    ordinals: NDArray[np.uint32],
    raws: NDArray[np.float64],
    names: NDArray[np.int64],
) -> Iterator[list[Link]]:
    """The links of each event, in order."""
    days = vectors.dates.astype(np.int64)
    scores = rounded(vectors.calibration.score(raws))
    distances = np.abs(days[ordinals] - np.repeat(days[asked], np.diff(starts)))
    places = vectors.places(ordinals.astype(np.int64))
    order = kernels.in_order(starts, scores, distances, places)
    each = zip(
        ordinals[order].tolist(),
        scores[order].tolist(),
        raws[order].tolist(),
        names[order].tolist(),
        strict=True,
    )
    links = [Link(*link, _UNTOLD) for link in each]
    return (links[begin:end] for begin, end in pairwise(starts.tolist()))


def _cut(links: list[Link], limit: int, least: float) -> list[Link]:
    return [link for link in links if link.score >= least and link.raw > 0.0][:limit]


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
    norms = np.repeat(rows.norms[ones] * rows.norms[others], np.diff(starts))
    shares = ((1.0 - rows.vector_weight) * products / norms).tolist()
    cosines = dots.astype(np.float64) / (rows.sizes[others] * rows.sizes[ones])
    by_vectors = rows.vector_weight * np.maximum(cosines - rows.background, 0.0)
    closeness = np.ones(len(linked))
    if time:
        closeness = rows.closeness[np.abs(rows.days[others] - rows.days[ones])]
    names, numbers = vectors.terms, terms.tolist()
    kinds = vectors.kinds(terms.astype(np.int64))
    are_names, kinds_of = IS_NAME[kinds].tolist(), [CONTRIBUTION_KINDS[kind] for kind in kinds]
    factors = vectors.names_factors.tolist()
    explanations = []
    for (begin, end), (_, _, score), vector, near in zip(
        pairwise(starts.tolist()), linked, by_vectors.tolist(), closeness.tolist(), strict=True
    ):
        its_names = are_names[begin:end]
        factor = factors[min(sum(its_names), len(factors) - 1)]
        units = units_of(explained(shares[begin:end], its_names, vector, factor, near), score)
        found = [
            Contribution(name := names[numbers[at]], unit / UNIT, name, kinds_of[at])
            for at, unit in zip(range(begin, end), units, strict=False)
            if unit
        ]
        for kind, unit in zip(NOT_OF_A_TERM, units[-2:], strict=False):
            if unit:
                found.append(Contribution(kind, unit / UNIT, kind, kind))
        explanations.append(Explanation(strongest_first(found)))
    return explanations
