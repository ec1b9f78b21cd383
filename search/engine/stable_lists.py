"""Stable lists: an item stays in the list of a page while it is good enough (hysteresis).

The fresh list is that of the ranking alone. It changes a little with every event that is added, and
whenever the ranking is learned again. A page that followed each change would be rewritten for
nothing, so the items that the page has now count, too. The ``margin`` is a difference of scores in
log-odds, and ``Bounds`` has the limits:

- An item stays if the fresh list has it, or if its score is not below the cutoff by more than the
  margin. Where nothing better comes, it stays if its score is not below ``sure_to_fill`` by more
  than the margin.
- A new item is added if there is room and its score is above the cutoff by the margin. In a full
  list it replaces the item with the lowest score if it is better by more than the margin.
- Items keep their order, unless one is better than an item above it by more than the margin and
  the fresh ranking agrees. A new item comes before all items that it outranks.
- An item keeps its printed shared terms while both events have them and the fresh ones are as many.
  It also keeps them while all words of them are among the fresh ones, in any order and spelling, a
  word of the most informative term included.
- A list shorter than ``fills`` keeps items below the cutoff, unless they are below
  ``least_to_fill`` by more than the margin. It takes new ones from the fresh list only if it has
  lost an item.
- A page that keeps none of its items gets the fresh list if its best item is above
  ``least_to_fill`` by the margin. A page without items gets it if its best item is above
  ``sure_to_fill``, which is so much higher that no margin is needed. For both it is enough to be
  above the cutoff by the margin. A page that never had a list gets the fresh list in any case.

The list that this gives is stable: merged with the same fresh list again, it does not change.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from search.model.event import Event
from search.model.hit import Hit
from search.model.options import RelatedOptions
from search.related.scoring import FILL_SCORES, FILLED_TO
from search.related.selection import least_looked_at, least_score
from search.text.folding import fold

# A smaller difference of scores, in log-odds, is noise: see benchmarks/holding_still.
MARGIN: Final = 1.0
_WORD: Final = re.compile(r"\w+")
_SURE: Final = 0.9999  # scores have four decimals; the log-odds of 1 are infinite


class PrintedItem(NamedTuple):
    """An item in a page: its event, or None if that was deleted, and how the item is printed. The
    page of the event may have been renamed since the ``link`` was printed."""

    event: Event | None
    title: str
    context: tuple[str, ...]
    link: str = ""


class Bounds(NamedTuple):
    """The limits for the items of a list.

    ``least`` is the cutoff, from 0 to 1. If a caller has set it, it is ``exact``: the margin does
    not apply. Lists with fewer than ``fills`` items are filled up with items below the cutoff that
    score at least ``least_to_fill``; those that score ``sure_to_fill`` need not share a name.
    """

    limit: int
    least: float
    exact: bool = False
    margin: float = MARGIN
    fills: int = 0
    least_to_fill: float = 1.0
    sure_to_fill: float = 1.0

    @property
    def keeps_at(self) -> float:
        """The lowest log-odds of an item that stays."""
        return log_odds(self.least) - (0.0 if self.exact else self.margin)

    @property
    def adds_at(self) -> float:
        """The lowest log-odds of a new item."""
        return log_odds(self.least) + (0.0 if self.exact else self.margin)

    @property
    def keeps_filler_at(self) -> float:
        """The lowest log-odds of an item that stays in a short list."""
        return log_odds(self.least_to_fill) - self.margin

    @property
    def starts_at(self) -> float:
        """The lowest log-odds of the best item if a page without items is to get a list."""
        return min(self.adds_at, log_odds(self.sure_to_fill)) if self.fills else self.adds_at

    @property
    def restarts_at(self) -> float:
        """The same for a page that keeps none of its items."""
        filling = log_odds(self.least_to_fill) + self.margin
        return min(self.adds_at, filling) if self.fills else self.adds_at

    @property
    def tolerates_at(self) -> float:
        """The lowest log-odds of an item that stays in a list for which nothing better comes."""
        return log_odds(self.sure_to_fill) - self.margin if self.fills else self.keeps_at

    @property
    def lowest(self) -> float:
        """The lowest score of any item that may be listed."""
        return score_of(min(self.keeps_at, self.keeps_filler_at) if self.fills else self.keeps_at)


def bounds_of(options: RelatedOptions) -> Bounds:
    """The limits for lists with these options."""
    least, exact = least_score(options), options.min_score is not None
    if exact or options.strict:
        return Bounds(options.limit, least, exact, MARGIN)
    fills = min(FILLED_TO, options.limit)
    lowest, sure = least_looked_at(options), max(FILL_SCORES)
    return Bounds(options.limit, least, False, MARGIN, fills, lowest, sure)


class StableList(NamedTuple):
    """A list, and a sentence for each item that was added, removed, moved or printed differently.

    ``below`` are the lines of comments to write below it; see ``search.archive.page.marks``.
    ``linked`` are the ids of the events that it leaves out because lines of an editor beside it
    link to them. ``renamed`` are the new and the printed links of items whose pages were renamed.
    """

    hits: tuple[Hit, ...]
    reasons: tuple[str, ...]
    below: tuple[bytes, ...] = ()
    linked: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


def in_words_of(
    items: Mapping[str, PrintedItem], kept: Collection[str], hits: Iterable[Hit]
) -> tuple[Hit, ...]:
    """The hits, with the printed title and terms of those whose events are ``kept``."""
    return tuple(
        replace(hit, event=replace(hit.event, title=item.title), context=item.context)
        if hit.event.id in kept and (item := items.get(hit.event.id))
        else hit
        for hit in hits
    )


def log_odds(score: float) -> float:
    """The logarithm of score / (1 - score), for scores from 0 to 1."""
    score = min(max(score, 1 - _SURE), _SURE)
    return math.log(score / (1 - score))


def score_of(odds: float) -> float:
    """The score with these log-odds."""
    return 1 / (1 + math.exp(-odds))


def stable_list(
    event: Event,
    fresh: Sequence[Hit],
    printed: Sequence[PrintedItem],
    pair: Callable[[str], Hit | None],
    bounds: Bounds,
    *,
    is_new: bool = False,
) -> StableList:
    """The list of an event, given its fresh list and the items that its page has now.

    ``pair`` gives the event of an id as an item of the list with its present score, or None if a
    filter excludes it. ``is_new``: the page was never given a list, not even an empty one.
    """
    return _Merge(event, fresh, bounds).merged(printed, pair, is_new)


class _Merge:
    """Merges the fresh list of an event with the items of its page, and collects the reasons."""

    def __init__(self, event: Event, fresh: Sequence[Hit], bounds: Bounds) -> None:
        self._event = event
        self._fresh = fresh
        self._bounds = bounds
        # Near-duplicates are one item, whichever of them a page lists.
        self._item_of = {hit.event.id: hit.event.id for hit in fresh}
        self._item_of |= {duplicate: hit.event.id for hit in fresh for duplicate in hit.also}
        self._rank = {hit.event.id: rank for rank, hit in enumerate(fresh)}
        self._hits = {hit.event.id: hit for hit in fresh}
        self._reasons: list[str] = []

    def merged(
        self, printed: Sequence[PrintedItem], pair: Callable[[str], Hit | None], is_new: bool
    ) -> StableList:
        kept = self._kept(printed, pair)
        starts_at = self._bounds.restarts_at if printed else self._bounds.starts_at
        hits: list[Hit] = []
        if kept:
            hits = self._in_order(self._with_new(kept, len(kept) < len(printed)))
        elif is_new or any(log_odds(hit.score) >= starts_at for hit in self._fresh):
            hits = list(self._fresh)
            self._reasons += [f"new: {_named(hit)}" for hit in hits]
        before = [item.event.id for item in printed if item.event]
        self._report_moves(before, [hit.event.id for hit in hits])
        return StableList(tuple(hits), tuple(self._reasons))

    def _kept(self, printed: Sequence[PrintedItem], pair: Callable[[str], Hit | None]) -> list[Hit]:
        """The items of the page that stay."""
        kept: dict[str, Hit] = {}
        fillers: dict[str, Hit] = {}
        for item in printed:
            if item.event is None:
                self._reasons.append(f"gone: {item.title} is no longer an event of the archive")
                continue
            hit = self._hits.get(item.event.id) or pair(item.event.id)
            item_id = self._item_of.get(item.event.id, item.event.id)
            if hit is None:
                self._reasons.append(f"gone: {item.title} may not be listed")
                continue
            if item_id in kept:
                self._reasons.append(f"gone: {item.title} is listed already")
                continue
            if item_id not in self._rank and log_odds(hit.score) < self._bounds.keeps_at:
                fillers[item_id] = hit
            kept[item_id] = self._as_printed(hit, item)
        return self._without_needless(kept, fillers)

    def _without_needless(self, kept: dict[str, Hit], fillers: dict[str, Hit]) -> list[Hit]:
        """The items, with only as many fillers as the list needs, the best ones.

        Where nothing better comes, those that are not bad stay: the page would change only to lose
        them.
        """
        bounds = self._bounds
        coming = sum(
            item_id not in kept and log_odds(hit.score) >= bounds.adds_at
            for item_id, hit in self._hits.items()
        )
        room = bounds.fills - (len(kept) - len(fillers)) - coming
        for item_id, hit in sorted(fillers.items(), key=lambda each: (-each[1].score, each[0])):
            odds = log_odds(hit.score)
            if room > 0 and odds >= bounds.keeps_filler_at:
                room -= 1
            elif coming or odds < bounds.tolerates_at:
                self._reasons.append(f"gone: {_named(hit)}, less than {bounds.least:.2f}")
                del kept[item_id]
        return list(kept.values())

    def _as_printed(self, hit: Hit, item: PrintedItem) -> Hit:
        if hit.event.title != item.title:
            self._reasons.append(f"title: {item.title} is now {hit.event.title}")
        if ", ".join(hit.context) == ", ".join(item.context):
            return hit
        ours, printed, first = map(_words, (hit.context, item.context, hit.context[:1]))
        are_in_both = len(hit.context) == len(item.context) and all(
            _has(event, term) for event in (self._event, hit.event) for term in item.context
        )
        if are_in_both or (printed & first and printed <= ours):
            return replace(hit, context=item.context)
        self._reasons.append(f"terms: of {hit.event.title}")
        return hit

    def _with_new(self, kept: list[Hit], has_lost: bool) -> list[Hit]:
        bounds = self._bounds
        hits = list(kept)
        listed = {self._item_of.get(hit.event.id, hit.event.id) for hit in kept}
        while len(hits) > bounds.limit:
            worst = self._worst(hits)
            hits.remove(worst)
            self._reasons.append(f"gone: {_named(worst)}, the lowest of too many")
        new = [hit for hit in self._fresh if hit.event.id not in listed]
        coming = sum(log_odds(hit.score) >= bounds.adds_at for hit in new)
        for hit in new:
            if len(hits) < bounds.limit:
                is_good = log_odds(hit.score) >= bounds.adds_at
                if not is_good and (len(hits) + coming >= bounds.fills or not has_lost):
                    continue
                coming -= is_good
                self._reasons.append(f"new: {_named(hit)}")
            else:
                worst = self._worst(hits)
                if log_odds(hit.score) - log_odds(worst.score) <= bounds.margin:
                    continue
                hits.remove(worst)
                self._reasons.append(f"new: {_named(hit)}, instead of {_named(worst)}")
            rank = self._rank_of(hit)
            at = (n for n, other in enumerate(hits) if self._rank_of(other) > rank)
            hits.insert(next(at, len(hits)), hit)
        return hits

    def _worst(self, hits: Sequence[Hit]) -> Hit:
        return min(hits, key=lambda hit: (hit.score, -self._rank_of(hit), hit.event.id))

    def _rank_of(self, hit: Hit) -> float:
        return self._rank.get(self._item_of.get(hit.event.id, ""), math.inf)

    def _in_order(self, hits: list[Hit]) -> list[Hit]:
        """The items in their order, except that each is after all that must precede it."""
        ordered: list[Hit] = []
        left = hits
        while left:
            first = next(
                hit for hit in left if not any(self._precedes(other, hit) for other in left)
            )
            ordered.append(first)
            left = [hit for hit in left if hit is not first]
        return ordered

    def _precedes(self, one: Hit, other: Hit) -> bool:
        better = log_odds(one.score) - log_odds(other.score) > self._bounds.margin
        unranked = self._rank_of(one) == self._rank_of(other) == math.inf
        return better and (unranked or self._rank_of(one) < self._rank_of(other))

    def _report_moves(self, before: Sequence[str], after: Sequence[str]) -> None:
        stayed = [event_id for event_id in after if event_id in set(before)]
        was = [event_id for event_id in dict.fromkeys(before) if event_id in set(after)]
        for old, new in zip(was, stayed, strict=True):
            if old != new:
                name = _named(self._hits[new]) if new in self._hits else new
                self._reasons.append(f"order: {name} comes earlier")
                return


def _named(hit: Hit) -> str:
    return f"{hit.event.title} ({hit.score:.2f})"


def _words(terms: Iterable[str]) -> set[str]:
    """The words of terms, without case, accents and dots: "U.N." and "UN" are the same."""
    return {word for term in terms for word in _WORD.findall(fold(term).replace(".", ""))}


def _has(event: Event, term: str) -> bool:
    """Whether an event has exactly this term, in its text or among its topics."""
    wanted = term.casefold()
    return wanted in event.text.casefold() or any(wanted == each.casefold() for each in event.terms)
