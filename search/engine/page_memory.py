"""A page as the memory of its list: what it lists now, looked up in the index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from search.archive import Form, SitePage, Skipped, entries, page_of
from search.archive.page.escaping import destination
from search.archive.page.item_form import ReadItem
from search.archive.page.marks import Mark, Verb, marks_of
from search.archive.page.printed_items import printed_items
from search.archive.site import Site
from search.engine.settling import Remembered, Settled, bounds_of, settled
from search.model.errors import UnknownEvent
from search.model.event import Event
from search.model.hit import Hit
from search.model.options import RelatedOptions
from search.model.page_style import PageStyle

if TYPE_CHECKING:
    from search.engine.index import Index


class PageMemory:
    """Settles the lists of pages with an open index.

    With ``fresh``, and by shared names, whose order depends on nothing that is learned, a list is
    the fresh one whatever the page has.
    """

    def __init__(
        self,
        index: Index,
        sites: Sequence[Site],
        options: RelatedOptions,
        style: PageStyle,
        *,
        fresh: bool,
    ) -> None:
        self._index = index
        self._sites = sites
        self._options = options
        self._style = style
        self._forgets = fresh or options.order == "context"
        self._bounds = bounds_of(options)

    def is_known(self, link: str) -> bool:
        """Whether a link of a page, as printed, leads to an event that is in the index, or was."""
        return self._event_of(link) is not None or any(site.lacks(link) for site in self._sites)

    def settled(self, page: SitePage, hits: Sequence[Hit], *, is_new: bool) -> Settled:
        """The list of a page, given the fresh one; see ``search.engine.settling``.

        An editor's marks come before everything: what is banned is not listed, what is pinned
        stands where it stood, and new pins stand first.
        """
        remembered: list[Remembered] = []
        marks = marks_of(page.page)
        if marks or not self._forgets:
            items = printed_items(page.page, self.is_known, self._style)
            remembered = list(map(self._recalled, items))

        def pair(other: str) -> Hit | None:
            return self._index.pair(page.event, other, self._options)

        is_new = is_new or self._forgets
        if not marks:
            return settled(page.event, hits, remembered, pair, self._bounds, is_new=is_new)
        banned, pinned = self._events_of(marks, "ban"), self._events_of(marks, "pin")
        pins = [hit for other in pinned if other not in banned and (hit := pair(other))]
        apart = {**banned, **pinned}
        places = {
            item.event.id: place for place, item in enumerate(remembered) if item.event is not None
        }
        rest = [
            item
            for item in remembered
            if not self._forgets and (item.event is None or item.event.id not in apart)
        ]
        room = self._bounds.limit - len(pins)
        listed: list[Hit] = []
        reasons: tuple[str, ...] = ()
        if room > 0:
            more = replace(self._options, limit=room + len(apart))
            fresh = [
                hit for hit in self._index.related(page.event, more) if hit.event.id not in apart
            ]
            bounds = self._bounds._replace(limit=room)
            done = settled(page.event, fresh[:room], rest, pair, bounds, is_new=is_new)
            listed, reasons = list(done.hits), done.reasons
        for hit in sorted(pins, key=lambda hit: places.get(hit.event.id, -1)):
            listed.insert(places.get(hit.event.id, 0), hit)
        reasons += tuple(f"pinned: {hit.event.title}" for hit in pins)
        reasons += tuple(
            f"banned: {item.title}" for item in remembered if item.event and item.event.id in banned
        )
        return Settled(tuple(listed), reasons)

    def _events_of(self, marks: Sequence[Mark], verb: Verb) -> dict[str, None]:
        """The ids of the events that marks of a kind name, in their order."""
        events = [self._meant(mark.link) for mark in marks if mark.verb == verb]
        return {event.id: None for event in events if event is not None}

    def _recalled(self, item: ReadItem) -> Remembered:
        return Remembered(self._event_of(item.link), item.title, item.context)

    def _meant(self, reference: str) -> Event | None:
        try:
            return self._index.event(self._index.resolve(reference))
        except UnknownEvent:
            return None

    def _event_of(self, link: str) -> Event | None:
        event = self._meant(link)
        return event if event is not None and destination(event.link) == link else None


def marks_in(archive: Path, index: Index) -> Iterator[tuple[Path, Mark, bool]]:
    """The marks of an archive's pages, in the order of their names; whether each is stale, because
    it names no event of the index.

    Raises:
        ArchiveError: there is nothing at the path, or the system failed to read a file.
    """

    def in_silence(skipped: Skipped) -> None:
        """A file without an event has no list to decide on."""

    for entry in entries([archive], in_silence):
        page = page_of(entry, in_silence) if entry.file.form is Form.PAGE else None
        for mark in marks_of(page.page) if page else ():
            try:
                index.resolve(mark.link)
            except UnknownEvent:
                yield entry.path, mark, True
            else:
                yield entry.path, mark, False
