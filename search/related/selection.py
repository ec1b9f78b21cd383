"""Selects the items of a list: good links, then a few by shared names; near-duplicates once.

By default a list has every link with at least ``scoring.LEAST_SCORE``. If these are fewer than
``scoring.FILLED_TO``, the list is filled up with the best links by shared names: the more words of
names both events share, the lower the score may be. A list that would be empty gets the one best
event, if that scores as ``scoring.ONLY_SCORES`` asks. With ``strict`` or ``min_score`` the cutoff
is higher, or as given, and lists are not filled up.
"""

from collections.abc import Callable, Sequence, Set, Sized
from typing import NamedTuple

from search.model.options import RelatedOptions
from search.related import diversity, scoring
from search.related.duplicates import Folded, fold
from search.related.similarity import Vectors
from search.related.similarity_parts import Link

# Reports of one event are folded among this many times the items of a list.
_FOLDED_FROM = 3
_MORE = 4  # times as many links are asked for where reports of one event fill a list
FILLERS = 8  # links that may fill up a list, at first

Places = Sequence[int]
Alike = Set[tuple[int, int]] | None  # places in a list of pairs; None: any


def least_score(options: RelatedOptions) -> float:
    """The cutoff of items that do not just fill up the list."""
    if options.min_score is not None:
        return options.min_score
    return scoring.STRICT_SCORE if options.strict else scoring.LEAST_SCORE


def least_looked_at(options: RelatedOptions) -> float:
    """The lowest score of any item, fillers included."""
    return scoring.ONLY_SCORES[-1] if _fills_up(options) else least_score(options)


def _fills_up(options: RelatedOptions) -> bool:
    return options.min_score is None and not options.strict


def links_wanted(options: RelatedOptions) -> int:
    """How many links a list is made from, unless many of them are reports of one event."""
    return max(options.limit * _FOLDED_FROM, diversity.POOL) if options.fold else options.limit


class Candidates(NamedTuple):
    """Where the links of some lists come from. Lists are given by their places.

    ``best(places, count)``: the ``count`` best links that reach the least score, best first.
    ``fillers(places, count, enough)``: ``count`` links that may fill up a short list, as in
    ``Ranking.fillers``; those without a shared name only if fewer than ``enough`` share one.
    ``only(places)``: the best few that reach the lowest of ``scoring.ONLY_SCORES``.
    ``alike(lists)``: the links of each list that may be reports of one event.
    """

    best: Callable[[Places, int], Sequence[list[Link]]]
    fillers: Callable[[Places, int, int], Sequence[list[Link]]]
    only: Callable[[Places], Sequence[list[Link]]]
    alike: Callable[[Sequence[list[Link]]], Sequence[Alike]]


def items_of(vectors: Vectors, options: RelatedOptions, candidates: Candidates) -> list[Folded]:
    """The items of one list, that of the place 0, in order: those beyond its limit, too."""
    items = _items_of_all(vectors, options, candidates, 1)[0]
    return _in_order(vectors, items) if options.fold else items


def items_of_all(
    vectors: Vectors, options: RelatedOptions, candidates: Candidates, count: int
) -> list[list[Folded]]:
    """The items of this many lists."""
    chosen = _items_of_all(vectors, options, candidates, count)
    if not options.fold:
        return [items[: options.limit] for items in chosen]
    pools = [[item for item in items if item.place < diversity.POOL] for items in chosen]
    orders = diversity.spread_all(vectors, [[item.link for item in pool] for pool in pools])
    return [
        [*(pool[at] for at in order), *items[len(pool) :]][: options.limit]
        for items, pool, order in zip(chosen, pools, orders, strict=True)
    ]


def place_of(items: Sequence[Folded], ordinal: int) -> tuple[int | None, int | None]:
    """The rank of an event among the items of a list, from 1, and the event that it is folded
    into."""
    for place, item in enumerate(items, start=1):
        if item.link.ordinal == ordinal:
            return place, None
        if ordinal in item.also:
            return place, item.link.ordinal
    return None, None


def _items_of_all(
    vectors: Vectors, options: RelatedOptions, candidates: Candidates, count: int
) -> list[list[Folded]]:
    """The items of this many lists by score, best first, perhaps more than the limit."""
    links: list[list[Link]] = [[]] * count
    items: list[list[Folded]] = [[]] * count
    wanted, asked = links_wanted(options), list(range(count))
    while asked:
        found = candidates.best(asked, wanted)
        alike = candidates.alike(found) if options.fold else [None] * len(found)
        for place, its, pairs in zip(asked, found, alike, strict=True):
            links[place], items[place] = its, _folded(vectors, its, options, pairs)
        # Reports of one event may have filled a list.
        asked = [
            place
            for place in asked
            if options.fold and len(items[place]) < options.limit and len(links[place]) == wanted
        ]
        wanted *= _MORE
    fills = filled_to(options)
    asked = [place for place in range(count) if len(items[place]) < fills]
    wanted, enough = FILLERS, fills
    while asked:
        short = []
        for place, fillers in zip(asked, candidates.fillers(asked, wanted, enough), strict=True):
            items[place] = _with_fillers(vectors, options, links[place], items[place], fillers)
            if len(items[place]) < fills and len(fillers) >= enough:
                short.append(place)
        asked = short
        wanted *= _MORE
        enough = wanted
    asked = [place for place in range(count) if not items[place] and fills]
    for place, its in zip(asked, candidates.only(asked) if asked else (), strict=True):
        shared, other = scoring.ONLY_SCORES[-1], scoring.ONLY_SCORES[0]
        fit = [link for link in its if link.score >= (shared if link.names else other)]
        items[place] = _folded(vectors, fit[:1], options)
    return items


def is_cut_short(printed: Sized, items: Sized, options: RelatedOptions) -> bool:
    """Whether a list is short because some of its items are not printed."""
    return len(printed) < min(len(items), filled_to(options))


def filled_to(options: RelatedOptions) -> int:
    """How many items a list is filled up to."""
    return min(scoring.FILLED_TO, options.limit) if _fills_up(options) else 0


def _folded(
    vectors: Vectors, links: Sequence[Link], options: RelatedOptions, alike: Alike = None
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
    """The items of ``links`` and, until the list is full, the fillers with most shared names."""
    kept: list[int] = []
    for place in sorted(range(len(fillers)), key=lambda place: -fillers[place].names):
        if len(items) >= filled_to(options):
            break
        kept.append(place)
        filled = [*links, *(fillers[place] for place in sorted(kept))]
        items = _folded(vectors, filled, options)
    return items


def _in_order(vectors: Vectors, items: list[Folded]) -> list[Folded]:
    """Items in the order of ``diversity.spread``."""
    pool = [item for item in items if item.place < diversity.POOL]
    reports = [vectors.report(item.link.ordinal) for item in pool]
    order = diversity.spread(reports, [item.link.raw for item in pool])
    return [*(pool[at] for at in order), *items[len(pool) :]]
