"""A page as the memory of its list: what it lists now, looked up in the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from search.archive import SitePage
from search.archive.page.escaping import destination
from search.archive.page.printed_items import PrintedItem, printed_items
from search.archive.site import Site
from search.engine.settling import Remembered, Settled, bounds_of, settled
from search.model.errors import UnknownEvent
from search.model.event import Event
from search.model.hit import Hit
from search.model.options import RelatedOptions

if TYPE_CHECKING:
    from search.engine.index import Index


class PageMemory:
    """Settles the lists of pages with an open index.

    With ``fresh``, and by shared names, whose order depends on nothing that is learned, a list is
    the fresh one whatever the page has.
    """

    def __init__(
        self, index: Index, sites: Sequence[Site], options: RelatedOptions, *, fresh: bool
    ) -> None:
        self._index = index
        self._sites = sites
        self._options = options
        self._forgets = fresh or options.order == "context"
        self._bounds = bounds_of(options, index.min_score)

    def is_known(self, link: str) -> bool:
        """Whether a link of a page, as printed, leads to an event that is in the index, or was."""
        return self._event_of(link) is not None or any(site.lacks(link) for site in self._sites)

    def settled(self, page: SitePage, hits: Sequence[Hit], *, is_new: bool) -> Settled:
        """The list of a page, given the fresh one; see ``search.engine.settling``."""
        remembered: list[Remembered] = []
        if page.page.related and not self._forgets:
            remembered = list(map(self._recalled, printed_items(page.page, self.is_known)))

        def pair(other: str) -> Hit | None:
            return self._index.pair(page.event, other, self._options)

        is_new = is_new or self._forgets
        return settled(page.event, hits, remembered, pair, self._bounds, is_new=is_new)

    def _recalled(self, item: PrintedItem) -> Remembered:
        return Remembered(self._event_of(item.link), item.title, item.context)

    def _event_of(self, link: str) -> Event | None:
        try:
            event = self._index.event(self._index.resolve(link))
        except UnknownEvent:
            return None
        return event if destination(event.link) == link else None
