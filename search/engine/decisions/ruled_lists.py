"""Related lists by what editors decided, wherever a list is shown or written.

What is banned is not listed, whatever it scores; what is pinned is. The others are settled in the
room that the pins leave. Pages, data files, exports, the server and the commands all ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from search.archive.page.marks import Mark
from search.engine.decisions.reading import Decided
from search.engine.decisions.rules import NO_RULES, ListRules, Rules
from search.engine.stable_lists import Remembered, Settled, bounds_of, settled
from search.model.event import Event
from search.model.hit import Hit
from search.model.options import RelatedOptions
from search.related.selection import least_score

if TYPE_CHECKING:
    from search.engine.index import Index

Ask = Callable[[RelatedOptions], Sequence[Hit]]  # for the list of an event or a text

_MORE: Final = 10  # items that are examined beyond those that a list with rules has room for


class RuledLists:
    """Lists by the rules of editors. Where ``forgets``, a list is the fresh one, whatever
    there was before. No filter keeps out what is pinned, unless ``filters_pins``."""

    def __init__(
        self,
        index: Index,
        rules: Rules,
        options: RelatedOptions,
        *,
        forgets: bool = False,
        filters_pins: bool = False,
    ) -> None:
        self._index = index
        self._rules = rules
        self._options = options
        self._forgets = forgets
        self._bounds = bounds_of(options)
        self._for_pins = (
            replace(options, min_score=None)
            if filters_pins
            else RelatedOptions(order=options.order, time=options.time)
        )

    def settled(
        self,
        event: Event,
        hits: Sequence[Hit],
        printed: Sequence[Remembered],
        marks: Sequence[Mark],
        *,
        is_new: bool,
        beside: Collection[str] = (),
    ) -> Settled:
        """The list of an event, given the fresh one, what was listed before, and the marks of its
        page: the pins, and the others settled in the room that these leave. What lines of editors
        ``beside`` the list link to is not listed again."""
        rules = self._rules.of(event.id, marks)
        if beside:
            printed = [
                item for item in printed if item.event is None or item.event.id not in beside
            ]
            rules = rules.without(beside)
        if not rules.has_list:
            return Settled((), ("gone: the page is marked to have no list",))

        def pair(other: str) -> Hit | None:
            hit = self._index.pair(event, other, self._options)
            return None if hit is None else self._rules.without_excluded_terms(hit)

        def ask(options: RelatedOptions) -> Sequence[Hit]:
            return self._index.related(event, options)

        pins = self._pinned(event, rules)
        rest, reasons = self._without_banned([] if self._forgets else printed, pins, rules)
        room = self._bounds.limit - len(pins)
        listed: list[Hit] = []
        if room > 0:
            fresh = self.fresh(event.text, hits, pins, rules, room, ask)
            bounds = self._bounds._replace(limit=room)
            done = settled(event, fresh, rest, pair, bounds, is_new=is_new or self._forgets)
            listed = list(done.hits)
            reasons = (*done.reasons, *reasons)
        places = {item.event.id: at for at, item in enumerate(printed) if item.event is not None}
        new = [hit for hit in pins if hit.event.id not in places]
        for at, hit in enumerate(new):
            listed.insert(at, hit)
        old = [hit for hit in pins if hit.event.id in places]
        for hit in sorted(old, key=lambda hit: places[hit.event.id]):
            listed.insert(places[hit.event.id], hit)
        return Settled(tuple(listed), (*reasons, *(f"pinned: {hit.event.title}" for hit in pins)))

    def fresh(
        self,
        text: str,
        hits: Sequence[Hit],
        pins: Sequence[Hit],
        rules: ListRules,
        room: int,
        ask: Ask,
    ) -> list[Hit]:
        """So many items of the fresh list of a text as there is room for, by the rules."""
        allowed = self._allowed(hits, pins, rules)
        if not self._rules.exclude_terms_of(text, hits) and (
            len(hits) < self._bounds.limit or len(allowed) >= room
        ):
            return allowed[:room]
        wanted = room + _MORE
        while True:
            found = ask(replace(self._options, limit=wanted))
            allowed = self._allowed(found, pins, rules)
            if len(allowed) >= room or len(found) < wanted:
                return allowed[:room]
            wanted *= 4

    def _pinned(self, event: Event, rules: ListRules) -> list[Hit]:
        found = (self._index.pair(event, other, self._for_pins) for other in rules.pins)
        return [self._rules.without_excluded_terms(hit) for hit in found if hit is not None]

    def _without_banned(
        self, printed: Sequence[Remembered], pins: Sequence[Hit], rules: ListRules
    ) -> tuple[list[Remembered], tuple[str, ...]]:
        """What was listed before and may stay beside the pins, and why other items go."""
        stories = {self._rules.story_of(hit.event.id) for hit in pins}
        kept, reasons = [], []
        for item in printed:
            if item.event is None:
                kept.append(item)
            elif item.event.id in rules.bans:
                reasons.append(f"banned: {item.title}")
            elif (story := self._rules.story_of(item.event.id)) not in stories:
                stories.add(story)
                kept.append(item)
            elif item.event.id not in rules.pins:
                reasons.append(f"gone: {item.title} is the same story as another item")
        return kept, tuple(reasons)

    def _allowed(self, hits: Sequence[Hit], pins: Sequence[Hit], rules: ListRules) -> list[Hit]:
        """The hits that the rules allow beside the pins, each story once."""
        of_pins = {self._rules.story_of(hit.event.id) for hit in pins}
        found: dict[str, Hit] = {}
        is_altered = False
        for hit in hits:
            story = self._rules.story_of(hit.event.id)
            if hit.event.id in rules.bans or story in of_pins:
                continue
            if story in found:
                first = found[story]
                also = (*first.also, hit.event.id, *hit.also)
                found[story] = replace(first, also=also)
                continue
            left = self._rules.without_excluded_terms(hit)
            if left == hit or self._is_good(left, len(found)):
                is_altered = is_altered or left != hit
                found[story] = left
        allowed = list(found.values())
        return sorted(allowed, key=lambda hit: -hit.score) if is_altered else allowed

    def _is_good(self, hit: Hit, above: int) -> bool:
        """Whether what is left of a hit may be in a fresh list, below ``above`` others."""
        if not hit.context and self._options.min_score is None:
            return False
        is_filler = above < self._bounds.fills and hit.score >= self._bounds.least_to_fill
        return is_filler or hit.score >= least_score(self._options)


class AnsweredLists:
    """Lists as answers to questions: nothing was listed before, and filters and the limit of a
    question hold for pins, too."""

    def __init__(self, index: Index, decided: Decided, options: RelatedOptions) -> None:
        self._index = index
        self._marks = decided.marks
        self._limit = options.limit
        rules = Rules(index, decided.decisions)
        self._lists = RuledLists(index, rules, options, forgets=True, filters_pins=True)
        self._excluded = NO_RULES._replace(bans=rules.excluded)

    def of(self, event_id: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The list of an event, given the list of the ranking alone."""
        event = self._index.event(event_id)
        done = self._lists.settled(event, hits, (), self._marks.get(event_id, ()), is_new=True)
        return done.hits[: self._limit]

    def of_text(self, text: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The list of a text, given the list of the ranking alone."""

        def ask(options: RelatedOptions) -> Sequence[Hit]:
            return self._index.related_text(text, options)

        return tuple(self._lists.fresh(text, hits, (), self._excluded, self._limit, ask))

    def of_each(
        self, references: Sequence[str], lists: Iterable[tuple[Hit, ...] | None]
    ) -> Iterator[tuple[Hit, ...] | None]:
        """The list of each event, given those of the ranking alone; None where there is none."""
        for reference, hits in zip(references, lists, strict=True):
            yield None if hits is None else self.of(self._index.resolve(reference), hits)
