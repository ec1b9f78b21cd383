"""Pages of hits, with reports of one event folded into one item.

A hit is folded into the first item, at most ``WINDOW`` ranks before it, that reports the same
event. This depends on the ranking alone, so each hit is on exactly one page, whatever their length.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.model.options import SearchOptions
from search.related.duplicates import MOST_DAYS, same_event, share_enough, terms_of
from search.related.similarity import Similarity

WINDOW: Final = 30
_RANKS_AT_ONCE: Final = 64

_IsSame = Callable[[int, int], bool]  # of two ordinals


class Item(NamedTuple):
    """A hit by its rank, from 0, and the ranks of those folded into it."""

    rank: int
    also: tuple[int, ...] = ()


def items_of(
    similarity: Similarity, first: Callable[[int], Sequence[int]], options: SearchOptions
) -> list[Item]:
    """The items of a page. ``first(count)`` gives the first ``count`` ordinals of the ranking, or
    all if there are fewer."""
    begin, end = options.first, options.first + options.limit
    if not options.fold:
        return [Item(rank) for rank in range(begin, min(end, len(first(end))))]
    is_same = _compared(similarity)
    count = end + WINDOW + 1
    while True:
        ordinals = first(count)
        folded = _folded(similarity, ordinals, is_same)
        ranks = list(folded)[:end]
        complete = len(ordinals) < count or (
            len(ranks) == end and ranks[-1] + WINDOW < len(ordinals)
        )
        if complete:
            return [Item(rank, tuple(folded[rank])) for rank in ranks[begin:]]
        count *= 2


def _folded(
    similarity: Similarity, ordinals: Sequence[int], is_same: _IsSame
) -> Mapping[int, list[int]]:
    """The rank of each item, ascending, with the ranks folded into it."""
    also: dict[int, list[int]] = {rank: [] for rank in range(len(ordinals))}
    for item, rank in _near(similarity.dates[list(ordinals)]):
        if item in also and rank in also and is_same(ordinals[item], ordinals[rank]):
            also[item].append(rank)
            del also[rank]
    return also


def _near(days: NDArray[np.int32]) -> Iterator[tuple[int, int]]:
    """Pairs of ranks, the earlier one first, at most ``WINDOW`` apart, of events of about the same
    day, by the second rank and then by the first."""
    for begin in range(0, len(days), _RANKS_AT_ONCE):
        first, end = max(0, begin - WINDOW), begin + _RANKS_AT_ONCE
        rank, earlier = (abs(days[begin:end, None] - days[first:end]) <= MOST_DAYS).nonzero()
        rank, earlier = rank + begin, earlier + first
        kept = (rank - WINDOW <= earlier) & (earlier < rank)
        yield from zip(earlier[kept].tolist(), rank[kept].tolist(), strict=True)


def _compared(similarity: Similarity) -> _IsSame:
    """Whether two events are reports of one; each pair is compared once."""
    prepared, terms = cache(similarity.term_vector), cache(partial(terms_of, similarity))

    @cache
    def is_same(one: int, other: int) -> bool:
        return share_enough(similarity, terms(one), terms(other)) and same_event(
            similarity, prepared(one), prepared(other)
        )

    return is_same
