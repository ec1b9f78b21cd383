"""Which links become the items of a list: good ones, then a few by shared names; one story once.

By default a list holds every link that is more likely right than filler (``scoring.LEAST_SCORE``).
Where that leaves fewer than ``scoring.FILLED_TO`` items, the best by shared names fill it up to so
many, as far as they are arguable: the more words of names both have, the lower the score may be.
``strict`` lists only what is surely right, and ``min_score`` what is asked for; neither fills up.
"""

from collections.abc import Callable, Sequence, Set

from search.model.options import RelatedOptions
from search.related import diversity, scoring
from search.related.duplicates import Folded, alike_of_all, fold
from search.related.similarity import Vectors
from search.related.similarity_parts import Link

# A list is folded from so many times its length, so that it stays full.
_FOLDED_FROM = 3
_MORE = 4  # times as many links are asked for where reports of one event fill a list

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


def may_fill(link: Link) -> bool:
    """Whether a link is arguable, so that it may fill up a list."""
    allowed = scoring.FILL_SCORES[min(link.names, len(scoring.FILL_SCORES) - 1)]
    return link.score >= allowed


def items_of(
    vectors: Vectors, options: RelatedOptions, links_of: Callable[[int], list[Link]]
) -> list[Folded]:
    """The items of a list; ``links_of(count)`` gives so many links, or all, best first."""
    wanted = links_wanted(options)
    while True:
        links = links_of(wanted)
        items = _chosen(vectors, links, None, options)
        if len(items) >= options.limit or len(links) < wanted or not options.fold:
            return (_in_order(vectors, items) if options.fold else items)[: options.limit]
        wanted *= _MORE


def items_of_all(
    vectors: Vectors,
    options: RelatedOptions,
    lists: Sequence[Sequence[Link]],
    more_of: Callable[[int, int], list[Link]],
) -> list[list[Folded]]:
    """The items of many lists; ``more_of(place, count)`` gives so many links of one of them."""
    alike: Sequence[_Alike] = alike_of_all(vectors, lists) if options.fold else [None] * len(lists)
    chosen = [
        _chosen(vectors, links, pairs, options) for links, pairs in zip(lists, alike, strict=True)
    ]
    full = links_wanted(options)
    for place, items in enumerate(chosen):
        if options.fold and len(items) < options.limit and len(lists[place]) == full:
            chosen[place] = items_of(vectors, options, lambda count: more_of(place, count))  # noqa: B023
    if not options.fold:
        return [items[: options.limit] for items in chosen]
    pools = [[item for item in items if item.place < diversity.POOL] for items in chosen]
    orders = diversity.spread_all(vectors, [[item.link for item in pool] for pool in pools])
    return [
        [*(pool[at] for at in order), *items[len(pool) :]][: options.limit]
        for items, pool, order in zip(chosen, pools, orders, strict=True)
    ]


def place_of(
    vectors: Vectors, options: RelatedOptions, links: Sequence[Link], other: int
) -> tuple[int | None, int | None]:
    """The place of an event in the list made of ``links``, from 1, and the event whose report it
    is there."""
    items = _in_order(vectors, _chosen(vectors, links, None, options))
    for place, item in enumerate(items, start=1):
        if item.link.ordinal == other:
            return place, None
        if other in item.also:
            return place, item.link.ordinal
    return None, None


def _chosen(
    vectors: Vectors, links: Sequence[Link], alike: _Alike, options: RelatedOptions
) -> list[Folded]:
    """The items of a list by score, best first."""
    least, fills = least_score(options), min(scoring.FILLED_TO, options.limit)
    good = sum(link.score >= least for link in links)

    def folded(some: Sequence[Link]) -> list[Folded]:
        if not options.fold:
            return [Folded(link, place, ()) for place, link in enumerate(some)]
        return fold(vectors, some, alike if len(some) <= good else None)

    items = folded(links[:good])
    if len(items) >= fills or not _fills_up(options):
        return items
    candidates = sorted(filter(may_fill, links[good:]), key=lambda link: -link.names)
    kept = list(links[:good])
    for link in candidates:
        kept.append(link)
        items = folded(sorted(kept, key=links.index))
        if len(items) >= fills:
            break
    return items


def _in_order(vectors: Vectors, items: list[Folded]) -> list[Folded]:
    """An event's sides not one after the other."""
    pool = [item for item in items if item.place < diversity.POOL]
    reports = [vectors.prepare(item.link.ordinal) for item in pool]
    order = diversity.spread(reports, [item.link.raw for item in pool])
    return [*(pool[at] for at in order), *items[len(pool) :]]
