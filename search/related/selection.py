"""Which links become the items of a list: good ones, then a few by shared names; one story once.

By default a list holds every link that is more likely right than filler (``scoring.LEAST_SCORE``).
Where that leaves fewer than ``scoring.FILLED_TO`` items, the best by shared names fill it up to so
many, as far as they are arguable: the more words of names both have, the lower the score may be. A
list that would be empty gets the one best event, if that is arguable at all.
``strict`` lists only what is surely right, and ``min_score`` what is asked for; neither fills up.
"""

from collections.abc import Callable, Sequence, Set
from typing import NamedTuple

from search.model.options import RelatedOptions
from search.related import diversity, scoring
from search.related.duplicates import Folded, alike_of_all, fold
from search.related.similarity import Vectors
from search.related.similarity_parts import Link

# A list is folded from so many times its length, so that it stays full.
_FOLDED_FROM = 3
_MORE = 4  # times as many links are asked for where reports of one event fill a list
FILLERS = 8  # links that may fill up a list, at first

_Alike = Set[tuple[int, int]] | None


def least_score(options: RelatedOptions) -> float:
    """The least score of what is listed for itself, not to fill up."""
    if options.min_score is not None:
        return options.min_score
    return scoring.STRICT_SCORE if options.strict else scoring.LEAST_SCORE


def least_looked_at(options: RelatedOptions) -> float:
    """The least score that a link in a list may have."""
    return scoring.FILL_SCORES[-1] if _fills_up(options) else least_score(options)


def _fills_up(options: RelatedOptions) -> bool:
    return options.min_score is None and not options.strict


def links_wanted(options: RelatedOptions) -> int:
    """How many links a list is made from, unless many of them are reports of one event."""
    return max(options.limit * _FOLDED_FROM, diversity.POOL) if options.fold else options.limit


class Candidates(NamedTuple):
    """What the list of one event is made from: so many links, or all that there are.

    ``best`` gives those that are listed for their score, best first; ``fillers`` those that may
    fill up a short list, as ``Vectors.fillers`` does; ``only`` the best one, where a list would be
    empty without it, if it scores ``scoring.ONLY_SCORE``.
    """

    best: Callable[[int], list[Link]]
    fillers: Callable[[int], list[Link]]
    only: Callable[[], list[Link]]


def items_of(vectors: Vectors, options: RelatedOptions, candidates: Candidates) -> list[Folded]:
    """The items of a list."""
    items = _items(vectors, options, candidates)
    return (_in_order(vectors, items) if options.fold else items)[: options.limit]


def items_of_all(
    vectors: Vectors,
    options: RelatedOptions,
    lists: Sequence[list[Link]],
    fillers_of: Callable[[Sequence[int]], Sequence[list[Link]]],
    candidates_of: Callable[[int], Candidates],
) -> list[list[Folded]]:
    """The items of many lists, by their places in ``lists``, the ``links_wanted`` best of each.

    ``fillers_of`` gives the first ``FILLERS`` links that may fill up each of some lists, but those
    that share no name only if fewer than ``scoring.FILLED_TO`` share one. Where that is not
    enough, ``candidates_of`` one list are asked.
    """
    alike: Sequence[_Alike] = alike_of_all(vectors, lists) if options.fold else [None] * len(lists)
    each = zip(lists, alike, strict=True)
    chosen = [_folded(vectors, links, options, pairs) for links, pairs in each]
    full = links_wanted(options)
    is_cut = [
        options.fold and len(items) < options.limit and len(links) == full
        for links, items in zip(lists, chosen, strict=True)
    ]
    short = [
        place
        for place, items in enumerate(chosen)
        if len(items) < _fills(options) and not is_cut[place]
    ]
    for place, fillers in zip(short, fillers_of(short), strict=True):
        chosen[place] = _with_fillers(vectors, options, lists[place], chosen[place], fillers)
        is_cut[place] = len(chosen[place]) < _fills(options) <= len(fillers)
    for place, items in enumerate(chosen):
        if not items and _fills(options):
            is_cut[place] = True
    for place in (place for place, cut in enumerate(is_cut) if cut):
        chosen[place] = _items(vectors, options, candidates_of(place))
    if not options.fold:
        return [items[: options.limit] for items in chosen]
    pools = [[item for item in items if item.place < diversity.POOL] for items in chosen]
    orders = diversity.spread_all(vectors, [[item.link for item in pool] for pool in pools])
    return [
        [*(pool[at] for at in order), *items[len(pool) :]][: options.limit]
        for items, pool, order in zip(chosen, pools, orders, strict=True)
    ]


def place_of(
    vectors: Vectors, options: RelatedOptions, candidates: Candidates, other: int
) -> tuple[int | None, int | None]:
    """The place of an event in a list, from 1, and the event whose report it is there. It may be
    a place below the end of the list."""
    items = _in_order(vectors, _items(vectors, options, candidates))
    for place, item in enumerate(items, start=1):
        if item.link.ordinal == other:
            return place, None
        if other in item.also:
            return place, item.link.ordinal
    return None, None


def _items(vectors: Vectors, options: RelatedOptions, candidates: Candidates) -> list[Folded]:
    """The items of a list by score, best first; there may be more than its limit."""
    wanted = links_wanted(options)
    while True:
        links = candidates.best(wanted)
        items = _folded(vectors, links, options)
        if len(items) >= options.limit or len(links) < wanted or not options.fold:
            break
        wanted *= _MORE
    wanted = FILLERS
    while len(items) < _fills(options):
        fillers = candidates.fillers(wanted)
        items = _with_fillers(vectors, options, links, items, fillers)
        if len(fillers) < wanted:
            break
        wanted *= _MORE
    if not items and _fills(options):
        items = _folded(vectors, candidates.only(), options)
    return items


def _fills(options: RelatedOptions) -> int:
    """How many items a list is filled up to."""
    return min(scoring.FILLED_TO, options.limit) if _fills_up(options) else 0


def _folded(
    vectors: Vectors, links: Sequence[Link], options: RelatedOptions, alike: _Alike = None
) -> list[Folded]:
    if not options.fold:
        return [Folded(link, place, ()) for place, link in enumerate(links)]
    return fold(vectors, links, alike)


def _with_fillers(
    vectors: Vectors,
    options: RelatedOptions,
    links: Sequence[Link],
    items: list[Folded],
    fillers: Sequence[Link],
) -> list[Folded]:
    """The items made of links, filled up with those of the most shared names."""
    kept: list[int] = []
    for place in sorted(range(len(fillers)), key=lambda place: -fillers[place].names):
        if len(items) >= _fills(options):
            break
        kept.append(place)
        filled = [*links, *(fillers[place] for place in sorted(kept))]
        items = _folded(vectors, filled, options)
    return items


def _in_order(vectors: Vectors, items: list[Folded]) -> list[Folded]:
    """An event's sides not one after the other."""
    pool = [item for item in items if item.place < diversity.POOL]
    reports = [vectors.prepare(item.link.ordinal) for item in pool]
    order = diversity.spread(reports, [item.link.raw for item in pool])
    return [*(pool[at] for at in order), *items[len(pool) :]]
