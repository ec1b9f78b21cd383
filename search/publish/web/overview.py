"""An overview of an archive: events and links by year, the most linked events, and those that no
list has."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import Final

from search.engine.index import Index
from search.engine.parallel_lists import made_of_lists
from search.model.digests import digest_of
from search.model.errors import EventSearchError
from search.model.event import Event
from search.model.hit import Hit
from search.model.options import RelatedOptions
from search.publish.web.current_index import LOG

SHOWN: Final = 25  # events of each list


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    events: int
    links: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The overview of a generation.

    ``linked`` are the most linked events, each with the number of lists that have it. ``never`` are
    the newest of the ``never_count`` events that no list has. ``changed`` are the newest events
    whose lists differ from those of the last generation with an overview; None: there was none.
    """

    generation: int
    years: tuple[Year, ...]
    linked: tuple[tuple[Event, int], ...]
    never: tuple[Event, ...]
    never_count: int
    changed: tuple[Event, ...] | None
    changed_count: int


def _ids(event_id: str, hits: tuple[Hit, ...] | None) -> tuple[str, list[str]]:
    return event_id, [hit.event.id for hit in hits or ()]


def overview(
    index: Index, before: dict[str, int] | None, processes: int = 1
) -> tuple[Overview, dict[str, int]]:
    """The overview of a generation, and a digest of each list for the next one."""
    events: Counter[int] = Counter()
    links: Counter[int] = Counter()
    linked: Counter[str] = Counter()
    digests: dict[str, int] = {}
    for event_id, others in made_of_lists(index, index.ids(), RelatedOptions(), _ids, processes):
        if day := index.event(event_id).date:
            events[day.year] += 1
            links[day.year] += len(others)
        linked.update(others)
        digests[event_id] = digest_of("\n".join(others).encode("utf-8", "surrogatepass"))
    never = [event_id for event_id in digests if event_id not in linked]
    most = sorted(linked.items(), key=lambda one: (-one[1], one[0]))[:SHOWN]
    changed = None
    if before is not None:
        changed = [one for one, digest in digests.items() if before.get(one) != digest]
    found = Overview(
        index.generation,
        tuple(Year(year, events[year], links[year]) for year in sorted(events)),
        tuple((index.event(one), count) for one, count in most),
        tuple(index.event(one) for one in never[-SHOWN:][::-1]),
        len(never),
        None if changed is None else tuple(index.event(one) for one in changed[-SHOWN:][::-1]),
        len(changed or ()),
    )
    return found, digests


class Overviews:
    """Keeps the newest overview. A thread makes it when a generation is first asked about."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: Overview | None = None
        self._digests: dict[str, int] | None = None
        self._making = 0  # the generation that is being read

    def get(self, index: Index) -> tuple[Overview | None, bool]:
        """The newest overview, if any, and whether it is of this index."""
        with self._lock:
            fresh = self._newest is not None and self._newest.generation >= index.generation
            if not fresh and self._making == 0:
                self._making = index.generation
                threading.Thread(target=self._make, args=(index,), daemon=True).start()
            return self._newest, fresh

    def _make(self, index: Index) -> None:
        made = None
        try:
            # Other processes make the lists of a large archive, so that requests are answered.
            made = overview(index, self._digests, processes=2)
        except EventSearchError as error:  # replaced meanwhile, or damaged
            LOG.warning("no overview of generation %d: %s", index.generation, error)
        finally:
            with self._lock:
                self._making = 0
                if made is not None:
                    self._newest, self._digests = made
