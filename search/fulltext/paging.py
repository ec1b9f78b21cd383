"""Which hits of an order stand on a page, with reports of one event folded into one item.

A hit is folded into the first item that reports the same event and stands at most ``WINDOW``
places before it. That depends on the order alone, not on the page or its length: each hit stands
in exactly one place, as an item or under one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.kernels.loader import read_only
from search.model.options import SearchOptions
from search.related import scoring as ranking
from search.related.duplicates import (
    LEAST_COSINE,
    LEAST_RARE,
    MOST_DAYS,
    are_rare,
    same_event,
    share_rare_terms,
)
from search.related.similarity import Asked, Vectors

WINDOW: Final = 30


@dataclass(frozen=True, slots=True)
class Item:
    """A hit by its ``place`` in the order, from 0, and the places of those folded into it."""

    place: int
    also: tuple[int, ...] = ()


class Compiled:
    """The compiled loops of searches (see ``kernels.loader``) and the rows that they take."""

    def __init__(self, kernels: ModuleType, vectors: Vectors) -> None:
        matrix = vectors.matrix
        starts, terms, counts = matrix.rows()
        days = vectors.dates.astype(np.int64)
        is_whole = len(starts) == len(days) + 1 == len(matrix.lengths) + 1 and starts[0] == 0
        is_whole = is_whole and starts[-1] <= min(len(terms), len(counts))
        if not is_whole or (np.diff(starts) < 0).any():
            raise IndexError("rows that are no rows")
        everything = np.arange(len(vectors.terms))
        arrays: tuple[NDArray[Any], ...] = (
            days,
            matrix.lengths,
            starts,
            terms,
            counts,
            matrix.weights(everything),
            are_rare(vectors, everything).astype(np.uint8),
            ranking.count_weights().astype(np.float64),
        )
        self._reports = kernels.reports
        self._rows = kernels.ReportRows(*map(read_only, arrays))

    def near(self, ordinals: Sequence[int]) -> Iterator[tuple[int, int]]:
        """As ``_near``, but for those that share too few rare terms or are not alike enough."""
        one, other = self._reports(
            self._rows,
            np.array(ordinals, np.int64),
            WINDOW,
            MOST_DAYS,
            LEAST_RARE,
            LEAST_COSINE,
        )
        return zip(one.tolist(), other.tolist(), strict=True)


class Page:
    """The items of a page. ``first(count)`` gives so many ordinals of the order, or all.

    Where they stand is found out at once, what is folded into them when it is first asked for.
    """

    def __init__(
        self,
        vectors: Vectors,
        first: Callable[[int], Sequence[int]],
        options: SearchOptions,
        compiled: Compiled | None = None,
    ) -> None:
        self._first = first
        self._same = _Same(vectors, compiled)
        self._fold = options.fold
        begin, end = options.first, options.first + options.limit
        if options.fold:
            self.places = self._unfolded(end)[begin:end]
        else:
            self.places = list(range(begin, min(end, len(first(end)))))
        """The places of the items in the order, from 0."""

    @cached_property
    def items(self) -> list[Item]:
        """The items with what is folded into them."""
        if not self._fold or not self.places:
            return [Item(place) for place in self.places]
        also = dict(self._same.folded(self._first(self.places[-1] + WINDOW + 1)))
        return [Item(place, tuple(also[place])) for place in self.places]

    def _unfolded(self, end: int) -> list[int]:
        """The places of the first items, so many or all."""
        count = end + 2
        while True:
            ordinals = self._first(count)
            places = [place for place, _ in self._same.folded(ordinals)]
            if len(places) >= end or len(ordinals) < count:
                return places[:end]
            count *= 2


class _Same:
    """Which events of an order are reports of one, found out once for each two."""

    def __init__(self, vectors: Vectors, compiled: Compiled | None) -> None:
        self._vectors = vectors
        self._compiled = compiled
        self._terms: dict[int, frozenset[int]] = {}
        self._asked: dict[int, Asked] = {}
        self._known: dict[tuple[int, int], bool] = {}

    def _same(self, one: int, other: int) -> bool:
        known = self._known.get((one, other))
        if known is None:
            known = self._may_be(one, other) and same_event(
                self._vectors, self._prepared(one), self._prepared(other)
            )
            self._known[one, other] = known
        return known

    def _may_be(self, one: int, other: int) -> bool:
        """Most that stand near each other are not, and their terms say so soonest."""
        return self._compiled is not None or share_rare_terms(
            self._vectors, self._terms_of(one), self._terms_of(other)
        )

    def _terms_of(self, ordinal: int) -> frozenset[int]:
        terms = self._terms.get(ordinal)
        if terms is None:
            terms = frozenset(self._vectors.matrix.row_terms(ordinal).tolist())
            self._terms[ordinal] = terms
        return terms

    def _prepared(self, ordinal: int) -> Asked:
        asked = self._asked.get(ordinal)
        if asked is None:
            asked = self._asked[ordinal] = self._vectors.prepare(ordinal)
        return asked

    def folded(self, ordinals: Sequence[int]) -> Iterable[tuple[int, list[int]]]:
        """The place of each item, and the places of what is folded into it."""
        also: dict[int, list[int]] = {place: [] for place in range(len(ordinals))}
        if len(ordinals) < 2:
            return also.items()
        near = (
            _near(self._vectors.dates[ordinals].tolist())
            if self._compiled is None
            else self._compiled.near(ordinals)
        )
        for item, place in near:
            if item in also and place in also and self._same(ordinals[item], ordinals[place]):
                also[item].append(place)
                del also[place]
        return also.items()


def _near(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Places that stand near each other, of events of about the same day, in order of the second
    and then of the first."""
    for place, day in enumerate(days):
        first, low, high = max(0, place - WINDOW), day - MOST_DAYS, day + MOST_DAYS
        for earlier in [
            at for at, other in enumerate(days[first:place], first) if low <= other <= high
        ]:
            yield earlier, place
