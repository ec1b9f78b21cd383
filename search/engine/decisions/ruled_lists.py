"""Applies the decisions of editors to related lists, wherever a list is shown or written.

A banned event is not listed, whatever its score. A pinned event is listed. The room that the pins
leave is for the other items, as ``stable_lists`` selects them. Pages, data files, exports, the
server and the commands all use this module.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from search.archive.page.marks import Mark
from search.engine.decisions.reading import Decided
from search.engine.decisions.rules import NO_RULES, ListRules, Rules
from search.engine.stable_lists import PrintedItem, StableList, bounds_of, stable_list
from search.model.event import Event
from search.model.hit import Hit
from search.model.options import RelatedOptions
from search.related.selection import least_score

if TYPE_CHECKING:
    from search.engine.index import Index

# Asks the ranking for the list of one event or text again, with other options.
Ranked = Callable[[RelatedOptions], Sequence[Hit]]

_MORE: Final = 10  # items beyond those that a list with rules has room for


class RuledLists:
    """Lists by the rules of editors.

    With ``ignores_printed`` the items that were listed before do not count. Filters of the options
    do not exclude pinned events, unless ``filters_pins`` is set.
    """

    def __init__(
        self,
        index: Index,
        rules: Rules,
        options: RelatedOptions,
        *,
        ignores_printed: bool = False,
        filters_pins: bool = False,
    ) -> None:
        self._index = index
        self._rules = rules
        self._options = options
        self._ignores_printed = ignores_printed
        self._bounds = bounds_of(options)
        self._for_pins = (
            replace(options, min_score=None)
            if filters_pins
            else RelatedOptions(order=options.order, time=options.time)
        )

    def of(
        self,
        event: Event,
        hits: Sequence[Hit],
        printed: Sequence[PrintedItem],
        marks: Sequence[Mark],
        *,
        is_new: bool,
        linked: Collection[str] = (),
    ) -> StableList:
        """The list of an event.

        Args:
            event: the event.
            hits: its fresh list.
            printed: the items that were listed before.
            marks: those in its page.
            is_new: as for ``stable_list``.
            linked: the events that editors link to in the section themselves. They are not listed
                again.
        """
        rules = self._rules.of(event.id, marks)
        if linked:
            printed = [
                item for item in printed if item.event is None or item.event.id not in linked
            ]
            rules = rules.without(linked)
        if not rules.has_list:
            return StableList((), ("gone: the page is marked to have no list",))

        def pair(other: str) -> Hit | None:
            hit = self._index.pair(event, other, self._options)
            return None if hit is None else self._rules.without_excluded_terms(hit)

        def ranked(options: RelatedOptions) -> Sequence[Hit]:
            return self._index.related(event, options)

        pins = self._pinned(event, rules)
        rest, reasons = self._without_banned([] if self._ignores_printed else printed, pins, rules)
        room = self._bounds.limit - len(pins)
        listed: list[Hit] = []
        if room > 0:
            fresh = self.fresh(event.text, hits, pins, rules, room, ranked)
            bounds = self._bounds._replace(limit=room)
            done = stable_list(
                event, fresh, rest, pair, bounds, is_new=is_new or self._ignores_printed
            )
            listed = list(done.hits)
            reasons = (*done.reasons, *reasons)
        # New pins come first; the others stay where they were.
        index_of = {item.event.id: at for at, item in enumerate(printed) if item.event is not None}
        listed[:0] = [hit for hit in pins if hit.event.id not in index_of]
        old = [hit for hit in pins if hit.event.id in index_of]
        for hit in sorted(old, key=lambda hit: index_of[hit.event.id]):
            listed.insert(index_of[hit.event.id], hit)
        reasons = (*reasons, *(f"pinned: {hit.event.title}" for hit in pins))
        return StableList(tuple(listed), reasons, linked=tuple(linked))

    def fresh(
        self,
        text: str,
        hits: Sequence[Hit],
        pins: Sequence[Hit],
        rules: ListRules,
        room: int,
        ranked: Ranked,
    ) -> list[Hit]:
        """The items of a fresh list that the rules allow, at most ``room``.

        ``hits`` are the list of the ranking alone for an event or text with this ``text``. If the
        rules exclude some of them, ``ranked`` gives longer lists.
        """
        allowed = self._allowed(hits, pins, rules)
        if not self._rules.exclude_terms_of(text, hits) and (
            len(hits) < self._bounds.limit or len(allowed) >= room
        ):
            return allowed[:room]
        wanted = room + _MORE
        while True:
            found = ranked(replace(self._options, limit=wanted))
            allowed = self._allowed(found, pins, rules)
            if len(allowed) >= room or len(found) < wanted:
                return allowed[:room]
            wanted *= 4

    def _pinned(self, event: Event, rules: ListRules) -> list[Hit]:
        found = (self._index.pair(event, other, self._for_pins) for other in rules.pins)
        return [self._rules.without_excluded_terms(hit) for hit in found if hit is not None]

    def _without_banned(
        self, printed: Sequence[PrintedItem], pins: Sequence[Hit], rules: ListRules
    ) -> tuple[list[PrintedItem], tuple[str, ...]]:
        """The items that may stay beside the pins, and the reasons why others go."""
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
        """Whether a hit may be in a fresh list below ``above`` others, after it lost its excluded
        terms."""
        if not hit.context and self._options.min_score is None:
            return False
        is_filler = above < self._bounds.fills and hit.score >= self._bounds.least_to_fill
        return is_filler or hit.score >= least_score(self._options)


class AnsweredLists:
    """Lists for commands, the server and exports: nothing was listed before, and filters and the
    limit apply to pins, too."""

    def __init__(self, index: Index, decided: Decided, options: RelatedOptions) -> None:
        self._index = index
        self._marks = decided.marks
        self._limit = options.limit
        rules = Rules(index, decided.decisions)
        self._lists = RuledLists(index, rules, options, ignores_printed=True, filters_pins=True)
        self._excluded = NO_RULES._replace(bans=rules.excluded)

    def of(self, event_id: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The list of an event, given the list of the ranking alone."""
        event = self._index.event(event_id)
        done = self._lists.of(event, hits, (), self._marks.get(event_id, ()), is_new=True)
        return done.hits[: self._limit]

    def of_text(self, text: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The list of a text, given the list of the ranking alone."""

        def ranked(options: RelatedOptions) -> Sequence[Hit]:
            return self._index.related_text(text, options)

        return tuple(self._lists.fresh(text, hits, (), self._excluded, self._limit, ranked))

    def of_each(
        self, references: Sequence[str], lists: Iterable[tuple[Hit, ...] | None]
    ) -> Iterator[tuple[Hit, ...] | None]:
        """The list of each event, given those of the ranking alone; None where there is none."""
        for reference, hits in zip(references, lists, strict=True):
            yield None if hits is None else self.of(self._index.resolve(reference), hits)
