"""Which hits of an order stand on a page, with reports of one event folded into one item.

A hit is folded into the first item that reports the same event and stands at most ``WINDOW``
places before it. That depends on the order alone, not on the page or its length: each hit stands
in exactly one place, as an item or under one.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from search.asking import SearchOptions
from search.reports import MOST_DAYS, same_event
from search.vectors import Vectors

WINDOW: Final = 30


@dataclass(frozen=True, slots=True)
class Item:
    """A hit by its ``place`` in the order, from 0, and the places of those folded into it."""

    place: int
    also: tuple[int, ...] = ()


def on_page(
    vectors: Vectors, first: Callable[[int], Sequence[int]], options: SearchOptions
) -> list[Item]:
    """The items of a page. ``first(count)`` gives so many ordinals of the order, or all."""
    begin, end = options.first, options.first + options.limit
    if not options.fold:
        return [Item(place) for place in range(begin, min(end, len(first(end))))]
    count = 2 * end + WINDOW
    while True:
        ordinals = first(count)
        items = list(_folded(vectors, ordinals))
        whole = len(items) >= end and items[end - 1].place + WINDOW < len(ordinals)
        if whole or len(ordinals) < count:
            return items[begin:end]
        count *= 2


def _folded(vectors: Vectors, ordinals: Sequence[int]) -> Iterator[Item]:
    """The items of an order, each once nothing more can be folded into it."""
    prepare = cache(vectors.prepare)
    days = vectors.dates[list(ordinals)].tolist()
    open_items: deque[tuple[int, list[int]]] = deque()
    for place, ordinal in enumerate(ordinals):
        while open_items and open_items[0][0] < place - WINDOW:
            yield _item(open_items.popleft())
        for earlier, also in open_items:
            if abs(days[earlier] - days[place]) <= MOST_DAYS and same_event(
                vectors, prepare(ordinals[earlier]), prepare(ordinal)
            ):
                also.append(place)
                break
        else:
            open_items.append((place, []))
    yield from map(_item, open_items)


def _item(found: tuple[int, list[int]]) -> Item:
    place, also = found
    return Item(place, tuple(also))
