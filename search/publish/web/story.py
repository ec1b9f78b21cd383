"""The story around an event: the events related to it by date, one line for each story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from search.engine.decisions.answers import related
from search.engine.index import Index
from search.model.event import Event
from search.model.options import RelatedOptions

MOST_EVENTS: Final = 30


@dataclass(frozen=True, slots=True)
class Story:
    """Events by date, each related to another one of the story. ``words`` are terms that most of
    them share with the event that was asked about."""

    words: tuple[str, ...]
    events: tuple[Event, ...]


def stories_around(index: Index, event_id: str) -> list[Story]:
    """The event and its related events, grouped into stories: the event's own first, then the
    largest.

    Two events belong to one story if either is in the related list of the other.
    """
    options = RelatedOptions(limit=MOST_EVENTS)
    around = related(index, event_id, options)
    events = {event_id: index.event(event_id), **{hit.event.id: hit.event for hit in around}}
    shared = {hit.event.id: hit.context for hit in around}
    # So few lists take less time one by one than loading the compiled loops.
    lists = [index.related(one, RelatedOptions(limit=10)) for one in list(events)[1:]]
    parent = {one: one for one in events}

    def root(one: str) -> str:
        while parent[one] != one:
            parent[one] = one = parent[parent[one]]
        return one

    for one, hits in zip(list(events)[1:], lists, strict=True):
        for hit in hits:
            if hit.event.id in events:
                parent[root(one)] = root(hit.event.id)
    groups: dict[str, list[Event]] = {}
    for event in sorted(events.values(), key=lambda event: (event.day, event.id)):
        groups.setdefault(root(event.id), []).append(event)
    own = root(event_id)
    order = sorted(groups, key=lambda one: (one != own, -len(groups[one]), groups[one][0].day))
    return [Story(_words(groups[one], shared), tuple(groups[one])) for one in order]


def _words(events: Sequence[Event], shared: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    counts = Counter(term for event in events for term in shared.get(event.id, ()))
    return tuple(sorted(counts, key=lambda term: (-counts[term], term))[:3])
