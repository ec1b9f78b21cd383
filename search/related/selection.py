"""Selects the items of a list: good links first, then a few by shared names, each event once.

By default a list has every link with at least ``scoring.LEAST_SCORE``. If these are fewer than
``scoring.FILLED_TO``, the list is filled up with the best links by shared names: the more words of
names both events share, the lower the score may be. A list that would be empty gets the one best
event, if that scores as ``scoring.ONLY_SCORES`` asks. With ``strict`` or ``min_score`` the cutoff
is higher, or as given, and lists are not filled up.
"""

from collections.abc import Sequence

from search.model.options import RelatedOptions
from search.related import diversity, scoring
from search.related.candidates import Alike, Candidates, Places
from search.related.duplicates import Folded, fold
from search.related.similarity import Similarity
from search.related.similarity_parts import Link

# Reports of one event are folded among this many times the items of a list.
_FOLDED_FROM = 3
_MORE = 4  # times as many links are asked for where reports of one event fill a list
_FILLERS = 8  # links that may fill up a list, at first
_NONE_ALIKE: Alike = frozenset()


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


def items_of(candidates: Candidates, options: RelatedOptions, places: Places) -> list[list[Folded]]:
    """The items of the lists at these places, in order, perhaps more than the limit."""
    chosen = _by_score(candidates, options, places)
    if not options.fold:
        return chosen
    pools = [[item for item in items if item.place < diversity.POOL] for items in chosen]
    orders = candidates.spread([[item.link for item in pool] for pool in pools])
    return [
        [*(pool[at] for at in order), *items[len(pool) :]]
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


def _by_score(
    candidates: Candidates, options: RelatedOptions, places: Places
) -> list[list[Folded]]:
    """The items of these lists by score, best first, perhaps more than the limit."""
    similarity, least = candidates.similarity, least_score(options)
    links: dict[int, list[Link]] = {}
    items: dict[int, list[Folded]] = {}
    wanted, left = options.limit, list(places)
    if options.fold:
        wanted = max(options.limit * _FOLDED_FROM, diversity.POOL)
    while left:
        found = candidates.best(left, wanted, least)
        alike = candidates.alike(found) if options.fold else [_NONE_ALIKE] * len(found)
        for place, its, pairs in zip(left, found, alike, strict=True):
            links[place], items[place] = its, fold(similarity, its, pairs)
        # Reports of one event may have filled a list.
        left = [
            place
            for place in left
            if options.fold and len(items[place]) < options.limit and len(links[place]) == wanted
        ]
        wanted *= _MORE
    fills = filled_to(options)
    left = [place for place in places if len(items[place]) < fills]
    wanted, enough = _FILLERS, fills
    while left:
        short = []
        for place, fillers in zip(
            left, candidates.fillers(left, wanted, enough, least), strict=True
        ):
            items[place] = _with_fillers(similarity, options, links[place], items[place], fillers)
            if len(items[place]) < fills and len(fillers) >= enough:
                short.append(place)
        left = short
        wanted *= _MORE
        enough = wanted
    left = [place for place in places if not items[place] and fills]
    without_names, with_names = scoring.ONLY_SCORES
    only = candidates.best(left, _FILLERS, with_names) if left else ()
    for place, its in zip(left, only, strict=True):
        fit = [link for link in its if link.score >= (with_names if link.names else without_names)]
        items[place] = fold(similarity, fit[:1])
    return [items[place] for place in places]


def filled_to(options: RelatedOptions) -> int:
    """How many items a list is filled up to."""
    return min(scoring.FILLED_TO, options.limit) if _fills_up(options) else 0


def _with_fillers(
    similarity: Similarity,
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
        items = fold(similarity, filled, None if options.fold else _NONE_ALIKE)
    return items
