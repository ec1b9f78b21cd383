"""The related events of many events at once: bit for bit those of ``Ranking.best``.

Compiled if numba is installed and works; otherwise one by one.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.loader import compiled
from search.model.event import UNDATED
from search.model.hit import DECIMALS, rounded
from search.related import scoring
from search.related.arrays import Prepared, floors, prepared, tiles_of
from search.related.filters import EVER, Reach
from search.related.ranking import Ranking
from search.related.similarity import Vectors
from search.related.similarity_parts import Link, days_apart

_BLOCK: Final = 256  # events that a thread links at a time
_SPARE: Final = 1 << 18  # links of a block that are held beside those of one event
_UNITS: Final = 10**DECIMALS
_SEVERAL: Final = 2  # shared words of names; events that share as many are looked up by name
_POOL_OF_FILLERS: Final = 64  # links among which fillers with fewer shared names are found


class Beside(NamedTuple):
    """Which events may be listed: those of ``mask`` [events] (None: all) within ``reach``."""

    mask: NDArray[np.bool_] | None = None
    reach: Reach = EVER

    def mask_of(self, vectors: Vectors, ordinal: int) -> NDArray[np.bool_] | None:
        """The events that may be in the list of one."""
        return self.reach.mask_of(vectors.dates, int(vectors.dates[ordinal]), self.mask)

    def arrays(self, kernels: ModuleType, prepared: Prepared) -> Prepared:
        """The arrays of an archive in which only the events of the ``mask`` may be listed, and no
        event without a date if the reach is limited."""
        if self.mask is None and self.reach == EVER:
            return prepared
        alive = prepared.rows.alive & (True if self.mask is None else self.mask)
        if self.reach != EVER:
            alive &= prepared.rows.days != UNDATED
        rows = prepared.rows._replace(alive=alive)
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
    """The links of each of these events, in their order, as ``Ranking.best``, unexplained.

    Holds the vectors and terms of the archive once, 22 bytes for each event and 8 for each term in
    each thread, and the links of some hundred events.
    """
    kernels = compiled()
    if kernels is None or not len(vectors):
        for ordinal in ordinals:
            mask = beside.mask_of(vectors, int(ordinal))
            yield Ranking(vectors, int(ordinal), time=time, mask=mask).best(limit, min_score)
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


def fillers_of_all(
    vectors: Vectors,
    ordinals: Sequence[int],
    *,
    time: bool = True,
    limit: int,
    below: float,
    beside: Beside = EVERYTHING,
    enough: int | None = None,
) -> list[list[Link]]:
    """The events that may fill up each list, as ``Ranking.fillers``. If ``enough`` of them share
    several words of names, those that share fewer are not searched for."""
    kernels = compiled()
    if kernels is None or not len(vectors):
        masks = (beside.mask_of(vectors, ordinal) for ordinal in ordinals)
        return [
            Ranking(vectors, ordinal, time=time, mask=mask).fillers(limit, below)
            for ordinal, mask in zip(ordinals, masks, strict=True)
        ]
    asked = np.asarray(ordinals, dtype=np.int64)
    found = _sharing_names(kernels, vectors, asked, time, limit, below, beside)
    few = [at for at, links in enumerate(found) if len(links) < (enough or limit)]
    # Events that share fewer need a score with which they are among the links anyway.
    pool, floor = _POOL_OF_FILLERS, min(scoring.FILL_SCORES[:_SEVERAL])
    more = links_of_all(
        vectors, asked[few].tolist(), time=time, limit=pool, min_score=floor, beside=beside
    )
    for at, links in zip(few, more, strict=True):
        rest = [link for link in links if link.names < _SEVERAL and link.score < below]
        rest = [link for link in rest if may_fill(link)]
        wanted = limit - len(found[at])
        best = sum(link.names == _SEVERAL - 1 for link in rest)
        if len(links) == pool and best < wanted:
            mask = beside.mask_of(vectors, ordinals[at])
            ranking = Ranking(vectors, ordinals[at], time=time, mask=mask)
            found[at] = ranking.fillers(limit, below)
            continue
        rest.sort(key=lambda link: -link.names)
        found[at] = _in_order(vectors, ordinals[at], [*found[at], *rest[:wanted]])
    return found


def _sharing_names(
    kernels: ModuleType,
    vectors: Vectors,
    asked: NDArray[np.int64],
    time: bool,
    limit: int,
    below: float,
    beside: Beside,
) -> list[list[Link]]:
    """The fillers of each event that share several words of names."""
    arrays = beside.arrays(kernels, prepared(kernels, vectors, time))
    of, floors = vectors.calibration, np.array(scoring.FILL_SCORES)
    fill = kernels.FillCut(limit, _SEVERAL, below, floors, of.middle, of.steepness)
    cut = _cut_of(kernels, vectors, limit, below, beside)
    starts, others, raws, names = kernels.fillers(
        asked, arrays.columns, arrays.rows, arrays.tiles, fill, cut
    )
    names = np.minimum(names, scoring.MOST_NAMES)
    found = []
    for links in _listed(kernels, vectors, asked, starts, others, raws, names):
        fit = [link for link in links if link.score < below and may_fill(link)]
        by_names = sorted(range(len(fit)), key=lambda at: -fit[at].names)
        found.append([fit[at] for at in sorted(by_names[:limit])])
    return found


def _in_order(vectors: Vectors, asked: int, links: Sequence[Link]) -> list[Link]:
    """Links in the order of ``Ranking.best``."""
    ordinals = np.array([link.ordinal for link in links], dtype=np.int64)
    scores = np.array([link.score for link in links])
    distances = days_apart(vectors.dates[ordinals], vectors.dates[asked])
    order = scoring.in_order(scores, distances, vectors.matrix.ranks(ordinals))
    return [links[at] for at in order.tolist()]


def may_fill(link: Link) -> bool:
    """Whether a link is good enough to fill up a list."""
    return link.score >= scoring.FILL_SCORES[min(link.names, len(scoring.FILL_SCORES) - 1)]


def _linked(
    kernels: ModuleType,
    vectors: Vectors,
    arrays: Prepared,
    beside: Beside,
    asked: NDArray[np.int64],
    *,
    limit: int,
    least: float,
) -> list[list[Link]]:
    cut = _cut_of(kernels, vectors, limit, least, beside)
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
        names = np.minimum(names, scoring.MOST_NAMES)
        for row in _listed(kernels, vectors, some, ends, ordinals, raws, names):
            found.append(_cut(row, limit, least))
    return found


def _cut_of(kernels: ModuleType, vectors: Vectors, limit: int, least: float, beside: Beside) -> Any:
    edges = floors(vectors.calibration)
    raw = edges[min(max(int(np.ceil(least * _UNITS)) - 1, 0), _UNITS)]
    return kernels.Cut(min(limit, len(vectors)), raw, edges, *beside.reach)


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
    scores = rounded(vectors.calibration.score(raws))
    days = np.repeat(vectors.dates[asked], np.diff(starts))
    distances = days_apart(vectors.dates[ordinals], days)
    places = vectors.matrix.ranks(ordinals.astype(np.int64))
    order = kernels.in_order(starts, scores, distances, places)
    each = zip(
        ordinals[order].tolist(),
        scores[order].tolist(),
        raws[order].tolist(),
        names[order].tolist(),
        strict=True,
    )
    links = [Link(*link) for link in each]
    return (links[begin:end] for begin, end in pairwise(starts.tolist()))


def _cut(links: list[Link], limit: int, least: float) -> list[Link]:
    return [link for link in links if link.score >= least and link.raw > 0.0][:limit]
