"""The decisions of editors as rules for single lists.

The more specific decision wins. A mark in the page overrules ``related.toml``, and of two marks on
one event the later counts. In ``related.toml`` a ban overrules a pin, and a pin overrules
``exclude``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from search.archive.decisions import Decisions
from search.archive.page.marks import Mark
from search.engine.decisions.renames import renames_of
from search.model.errors import UnknownEvent
from search.model.hit import DECIMALS, NOT_OF_A_TERM, Contribution, Explanation, Hit

if TYPE_CHECKING:
    from search.engine.index import Index


class ListRules(NamedTuple):
    """The rules for one list, by ids of events.

    ``pins`` must be in the list; new ones come first, in this order. ``bans`` must not be in it.
    ``has_list`` is False if the page gets no list.
    """

    pins: tuple[str, ...] = ()
    bans: frozenset[str] = frozenset()
    has_list: bool = True

    def without(self, others: Collection[str]) -> ListRules:
        """The rules for a list that some events cannot be in."""
        pins = tuple(other for other in self.pins if other not in others)
        return self._replace(pins=pins, bans=self.bans.union(others))


class Rules:
    """The rules for all lists of an archive: the decisions, with the events that they name looked
    up in an index.

    ``unknown`` collects the references that name no event.
    """

    def __init__(self, index: Index, decisions: Sequence[Decisions]) -> None:
        self._index = index
        self.decisions = decisions
        self._pins: dict[str, dict[str, None]] = defaultdict(dict)
        self._bans: dict[str, set[str]] = defaultdict(set)
        self._stories: dict[str, str] = {}
        self._excluded: set[str] = set()
        self._excluded_terms: set[str] = set()
        self.unknown: set[str] = set()
        for decided in decisions:
            self._add(decided)

    def _add(self, decided: Decisions) -> None:
        self._excluded.update(self._ids(decided.exclude))
        self._excluded_terms.update(name.casefold() for name in decided.not_a_term)
        for pages in decided.ban_both:
            group = self._ids(pages)
            for one in group:
                self._bans[one].update(other for other in group if other != one)
        for pages in decided.same_story:
            self._join(self._ids(pages))
        for one, items in self._pairs(decided.ban):
            self._bans[one].update(items)
        for one, items in self._pairs(decided.pin):
            self._pins[one].update(dict.fromkeys(items))

    def _pairs(self, lists: Mapping[str, Sequence[str]]) -> list[tuple[str, list[str]]]:
        return [
            (one, self._ids(items)) for page, items in lists.items() for one in self._ids([page])
        ]

    def _join(self, group: Sequence[str]) -> None:
        """Merge the stories of these events into one."""
        names = set(map(self.story_of, group))
        story = min(names, default="")
        self._stories.update(dict.fromkeys(group, story))
        for event_id, name in self._stories.items():
            if name in names:
                self._stories[event_id] = story

    def _ids(self, references: Sequence[str]) -> list[str]:
        """The ids of events; references to none are noted."""
        found = [(reference, self.id_of(reference)) for reference in references]
        self.unknown.update(reference for reference, event_id in found if event_id is None)
        return [event_id for _, event_id in found if event_id is not None]

    def id_of(self, reference: str) -> str | None:
        """The id of the event that a link, path or id means, or meant before its page was renamed;
        None if there is none."""
        try:
            return self._index.resolve(reference)
        except UnknownEvent:
            return renames_of(self._index).of(reference) if reference else None

    def moved(self, references: Iterable[str]) -> str:
        """The new pages of the references whose pages were renamed, as a remark; "" if none."""
        found = []
        for reference in filter(None, references):
            with suppress(UnknownEvent):
                self._index.resolve(reference)
                continue
            if (event_id := self.id_of(reference)) is not None:
                found.append(f"{reference} is now {self._index.event(event_id).link}")
        return "; ".join(found)

    def proposed(self, reference: str) -> str | None:
        """The id that a reference to no event may mean."""
        return renames_of(self._index).proposed(reference)

    def of(self, event_id: str, marks: Sequence[Mark]) -> ListRules:
        """The rules for the list of an event; ``marks`` are those of its page."""
        marked: dict[str, str] = {}
        for mark in marks:
            for other in self._ids([mark.link]) if mark.link else ():
                marked.pop(other, None)  # the order is that of the marks that count
                marked[other] = mark.verb
        bans = self._bans.get(event_id, set()) - marked.keys()
        pins = [
            other
            for other in self._pins.get(event_id, ())
            if other not in marked and other not in bans
        ]
        pins += [other for other, verb in marked.items() if verb in ("pin", "keep")]
        bans |= {other for other, verb in marked.items() if verb == "ban"}
        bans |= self._excluded - set(pins)
        return ListRules(
            tuple(other for other in pins if other != event_id),
            frozenset(bans),
            all(mark.verb != "no-list" for mark in marks),
        )

    def kept(self, marks: Sequence[Mark]) -> set[str]:
        """The events whose items keep their wording, by the marks of a page."""
        kept: set[str] = set()
        for mark in marks:
            if mark.verb != "pin" and (event_id := self.id_of(mark.link)):
                (kept.add if mark.verb == "keep" else kept.discard)(event_id)
        return kept

    @property
    def excluded(self) -> frozenset[str]:
        """The events that are in no list, unless a page pins them."""
        return frozenset(self._excluded)

    @property
    def have_file(self) -> bool:
        """Whether the archive has a ``related.toml``, even an empty one."""
        return any(decided.path is not None for decided in self.decisions)

    def has_pins(self, event_id: str) -> bool:
        """Whether ``related.toml`` pins something to the list of an event."""
        return bool(self._pins.get(event_id))

    def bans(self, one: str, other: str) -> bool:
        """Whether ``related.toml`` bans an event from the list of another."""
        return other in self._bans.get(one, ())

    def story_of(self, event_id: str) -> str:
        """An id for the story of an event: the event's own id if it is in no story."""
        return self._stories.get(event_id, event_id)

    def exclude_terms_of(self, text: str, hits: Sequence[Hit]) -> bool:
        """Whether an excluded term may contribute to the list of an event with this text."""
        if not self._excluded_terms:
            return False
        folded = text.casefold()
        return any(name in folded for name in self._excluded_terms) or any(
            term.casefold() in self._excluded_terms for hit in hits for term in hit.context
        )

    def without_excluded_terms(self, hit: Hit) -> Hit:
        """A hit without the excluded terms; their contributions are taken from the score."""
        if not self._excluded_terms:
            return hit
        contributions = hit.explanation.contributions
        named = {
            name
            for part in contributions
            for name in (part.term.casefold(), part.surface.casefold())
            if name in self._excluded_terms
        }
        words = {word for name in named for word in name.split()}

        def is_excluded(part: Contribution) -> bool:
            surface = part.surface.casefold()
            is_named = part.term.casefold() in named or surface in named or surface in words
            return is_named and part.kind not in NOT_OF_A_TERM

        left = tuple(part for part in contributions if not is_excluded(part))
        lost = sum(part.contribution for part in contributions if is_excluded(part))
        context = tuple(term for term in hit.context if term.casefold() not in self._excluded_terms)
        score = max(round(hit.score - lost, DECIMALS), 0.0)
        return replace(hit, score=score, context=context, explanation=Explanation(left))


NO_RULES: Final = ListRules()
