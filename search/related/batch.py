"""Related events of many events at once, found by compiled loops.

Everything here is, bit for bit, what ``ranking``, ``duplicates``, ``diversity`` and
``explanations`` compute for one event or one list; they say what it means.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.index.kernels import pairs
from search.index.kernels.fillers import FillCut, fillers
from search.index.kernels.layout import Cut, Listed
from search.index.kernels.related import links as best_links
from search.model.event import UNDATED
from search.model.hit import DECIMALS, Explanation, rounded
from search.related import diversity, duplicates, scoring
from search.related.batch_arrays import floors, prepared, tiles_of
from search.related.candidates import Alike, Candidates, Linked, Places
from search.related.explanations import explained_pairs
from search.related.filters import EVER, Mask, Reach
from search.related.ranking import Ranking
from search.related.similarity import Similarity
from search.related.similarity_parts import Link, days_apart

_SPARE: Final = 1 << 18  # links for which there is room beside those of one event
_UNITS: Final = 10**DECIMALS
_SEVERAL: Final = 2  # shared words of names; events that share as many are looked up by name
_POOL_OF_FILLERS: Final = 64  # links among which fillers with fewer shared names are found


class Batch:
    """Compares many events of an archive with all others.

    Args:
        similarity: of the archive, which has an event at least.
        time: whether nearness in time counts.
        mask: which events may be listed: [events]; None: all.
        reach: how far away in time they may be.
    """

    def __init__(
        self,
        similarity: Similarity,
        *,
        time: bool = True,
        mask: Mask | None = None,
        reach: Reach = EVER,
    ) -> None:
        self._similarity = similarity
        self._time = time
        self._mask = mask
        self._reach = reach
        self._arrays = prepared(similarity, time)
        if mask is not None or reach != EVER:
            alive = self._arrays.rows.alive & (True if mask is None else mask)
            if reach != EVER:
                alive &= self._arrays.rows.days != UNDATED
            rows = self._arrays.rows._replace(alive=alive)
            self._arrays = self._arrays._replace(rows=rows, tiles=tiles_of(rows))

    def best(
        self,
        ordinals: Sequence[int],
        limit: int = 10,
        min_score: float = scoring.LEAST_SCORE,
    ) -> list[list[Link]]:
        """``Ranking.best`` of each of these events.

        Takes memory of 40 bytes for each event of the archive and 8 for each term, beside what is
        found.
        """
        found = self._listed(best_links, ordinals, self._cut(limit, min_score))
        return [
            [link for link in links if link.score >= min_score and link.raw > 0.0][:limit]
            for links in found
        ]

    def fillers(
        self, ordinals: Sequence[int], limit: int, below: float, enough: int | None = None
    ) -> list[list[Link]]:
        """``Ranking.fillers`` of each of these events. If ``enough`` of them share several words of
        names, those that share fewer are not searched for."""
        found = self._sharing_names(ordinals, limit, below)
        few = [at for at, links in enumerate(found) if len(links) < (enough or limit)]
        # Events that share fewer need a score with which they are among the links anyway.
        pool, floor = _POOL_OF_FILLERS, min(scoring.FILL_SCORES[:_SEVERAL])
        more = self.best([ordinals[at] for at in few], pool, floor)
        for at, links in zip(few, more, strict=True):
            rest = [link for link in links if link.names < _SEVERAL and link.score < below]
            rest = [link for link in rest if may_fill(link)]
            wanted = limit - len(found[at])
            best = sum(link.names == _SEVERAL - 1 for link in rest)
            if len(links) == pool and best < wanted:
                found[at] = self._ranking(ordinals[at]).fillers(limit, below)
                continue
            rest.sort(key=lambda link: -link.names)
            found[at] = self._merged(ordinals[at], [*found[at], *rest[:wanted]])
        return found

    def alike(self, lists: Sequence[Sequence[Link]]) -> list[Set[tuple[int, int]]]:
        """The places of links in each list that may be reports of one event, in pairs; see
        ``duplicates.fold``."""
        starts, ordinals = _flat(lists)
        lengths = self._similarity.matrix.lengths.astype(np.float64)
        bounds = duplicates.MOST_DAYS, duplicates.LEAST_COSINE
        alike = pairs.much_alike(starts, ordinals, lengths, *bounds, self._arrays.rows)
        found: list[set[tuple[int, int]]] = [set() for _ in lists]
        of = np.searchsorted(starts, alike[0], side="right") - 1
        parts = (part.tolist() for part in (of, *(alike - starts[of])))
        for row, one, other in zip(*parts, strict=True):
            found[row].add((one, other))
        return list(found)

    def spread(self, lists: Sequence[Sequence[Link]]) -> list[list[int]]:
        """``diversity.spread`` of each list."""
        starts, ordinals = _flat(lists)
        raws = np.array([link.raw for links in lists for link in links], dtype=np.float64)
        how = float(diversity.SCALE), diversity.FLOOR
        order = pairs.spread(starts, ordinals, raws, *how, self._arrays.rows).tolist()
        return [order[begin:end] for begin, end in pairwise(starts.tolist())]

    def explanations(self, linked: Sequence[Linked]) -> list[Explanation]:
        """The explanation of each link, as ``explanations.explanations`` gives it."""
        if not linked:
            return []
        rows = self._arrays.rows
        ones = np.array([one for one, _, _ in linked], dtype=np.int64)
        others = np.array([other for _, other, _ in linked], dtype=np.int64)
        starts, terms, products, dots = pairs.shared(ones, others, rows)
        norms, sizes = (
            by_event[ones].astype(np.float64) * by_event[others]
            for by_event in (rows.norms, rows.sizes)
        )
        shares = (1.0 - rows.vector_weight) * products / np.repeat(norms, np.diff(starts))
        cosines = dots.astype(np.float64) / sizes
        by_vectors = rows.vector_weight * np.maximum(cosines - rows.background, 0.0)
        time_decay = np.ones(len(linked))
        if self._time:
            days, its = rows.days[ones], rows.days[others]
            are_timed = (days != UNDATED) & (its != UNDATED)
            time_decay = np.where(are_timed, rows.time_decay[days_apart(days, its)], 1.0)
        scores = [score for _, _, score in linked]
        return explained_pairs(
            self._similarity, starts, terms, shares, by_vectors, time_decay, scores
        )

    def _sharing_names(self, ordinals: Sequence[int], limit: int, below: float) -> list[list[Link]]:
        """The fillers of each event that share several words of names."""
        of, least = self._similarity.calibration, np.array(scoring.FILL_SCORES)
        fill = FillCut(limit, _SEVERAL, below, least, of.middle, of.steepness)
        found = []
        for links in self._listed(fillers, ordinals, fill, self._cut(limit, below)):
            fit = [link for link in links if link.score < below and may_fill(link)]
            by_names = sorted(range(len(fit)), key=lambda at: -fit[at].names)
            found.append([fit[at] for at in sorted(by_names[:limit])])
        return found

    def _cut(self, limit: int, least: float) -> Cut:
        edges = floors(self._similarity.calibration)
        raw = edges[min(max(int(np.ceil(least * _UNITS)) - 1, 0), _UNITS)]
        return Cut(min(limit, len(self._similarity)), raw, edges, *self._reach)

    def _ranking(self, ordinal: int) -> Ranking:
        days = self._similarity.dates
        mask = self._reach.mask_of(days, int(days[ordinal]), self._mask)
        return Ranking(self._similarity, ordinal, time=self._time, mask=mask)

    def _merged(self, query: int, links: Sequence[Link]) -> list[Link]:
        """Links of one event in the order of ``Ranking.best``."""
        ordinals = np.array([link.ordinal for link in links], dtype=np.int64)
        scores = np.array([link.score for link in links])
        distances = days_apart(self._similarity.dates[ordinals], self._similarity.dates[query])
        order = scoring.in_order(scores, distances, self._similarity.matrix.ranks(ordinals))
        return [links[at] for at in order.tolist()]

    def _listed(
        self,
        kernel: Callable[..., tuple[int, NDArray[np.int64]]],
        ordinals: Sequence[int],
        *cuts: Any,
    ) -> Iterator[list[Link]]:
        """The links that a kernel finds for each event, in the order of ``Ranking.best``."""
        similarity, queries = self._similarity, np.asarray(ordinals, dtype=np.int64)
        room = len(similarity) + min(len(queries) * (cuts[-1].limit + 16), _SPARE)
        space = Listed(np.empty(room, np.uint32), np.empty(room), np.empty(room, np.int64))
        while len(queries):
            done, starts = kernel(queries, *self._arrays, *cuts, space)
            starts = starts[: done + 1]
            found = Listed._make(part[: starts[-1]] for part in space)
            scores = rounded(similarity.calibration.score(found.raws))
            owners = np.repeat(np.arange(done), np.diff(starts))
            distances = days_apart(
                similarity.dates[found.ordinals], similarity.dates[queries][owners]
            )
            ranks = similarity.matrix.ranks(found.ordinals.astype(np.int64))
            order = np.lexsort((ranks, distances, -scores, owners))
            names = np.minimum(found.names, scoring.MOST_NAMES)
            columns = (part[order].tolist() for part in (found.ordinals, scores, found.raws, names))
            links = list(map(Link, *columns))
            yield from (links[begin:end] for begin, end in pairwise(starts.tolist()))
            queries = queries[done:]


class ManyLists(Candidates):
    """The candidates for the lists of many events, found by compiled loops."""

    def __init__(self, similarity: Similarity, batch: Batch, ordinals: Sequence[int]) -> None:
        super().__init__(similarity, len(ordinals))
        self._batch = batch
        self._ordinals = ordinals

    def best(self, places: Places, count: int, least: float) -> list[list[Link]]:
        some, more = self._some(places)
        return self._left(places, self._batch.best(some, count + more, least), count)

    def fillers(self, places: Places, count: int, enough: int, below: float) -> list[list[Link]]:
        some, more = self._some(places)
        found = self._batch.fillers(some, count + more, below, enough + more)
        return self._left(places, found, count + more)

    def alike(self, lists: Sequence[list[Link]]) -> Sequence[Alike]:
        return self._batch.alike(lists)

    def spread(self, lists: Sequence[list[Link]]) -> list[list[int]]:
        return self._batch.spread(lists)

    def explanations(self, linked: Sequence[Linked]) -> list[Explanation]:
        of_events = [(self._ordinals[place], other, score) for place, other, score in linked]
        return self._batch.explanations(of_events)

    def _some(self, places: Places) -> tuple[list[int], int]:
        """The ordinals of the events at these places, and how many links may have to be left out
        of a list."""
        left_out = max(len(self.left_out[place]) for place in places)
        return [self._ordinals[place] for place in places], left_out

    def _left(self, places: Places, lists: Sequence[list[Link]], count: int) -> list[list[Link]]:
        """The first links of each list that are not left out."""
        return [
            [link for link in links if link.ordinal not in self.left_out[place]][:count]
            for place, links in zip(places, lists, strict=True)
        ]


def may_fill(link: Link) -> bool:
    """Whether a link is good enough to fill up a list."""
    return link.score >= scoring.FILL_SCORES[min(link.names, len(scoring.FILL_SCORES) - 1)]


def _flat(lists: Sequence[Sequence[Link]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the links of each list begin, and the ordinals of all links."""
    ordinals = np.array([link.ordinal for links in lists for link in links], dtype=np.int64)
    return np.cumsum([0, *map(len, lists)]), ordinals
