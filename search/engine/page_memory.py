"""A page as the memory of its list: what it lists now, looked up in the index.

What an editor did by hand to a list is told from the last list that is known of the page, and
becomes marks: a ban for what was deleted, a pin for what was added or moved. The last list is known

- from the comment below the list, where the archive has a ``related.toml``: then every difference
  was made by hand, because every run that writes the list writes the comment;
- or else from the record in the index. Another machine may have written the page since, so only
  what this run would undo counts: it would list an event again that the last list had, or drop one
  that the last list did not have. A list that a run has written holds still in the next one, on any
  machine, so what would be undone was not made by a run. The list before the last one is known,
  too: a page that has it was restored. Where the heading stays, all items that are missing were
  deleted, each for itself; a page without a section was written anew, or asks for a new list;
- or else from git: a page whose list is an earlier one without some of its items, which this run
  would list again, was edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

from search.archive import SitePage
from search.archive.git_history import earlier_versions
from search.archive.page.editor_links import links_of_editors
from search.archive.page.escaping import destination
from search.archive.page.item_form import ReadItem, forms_of
from search.archive.page.marks import (
    Mark,
    Verb,
    hash_in_page,
    mark_line,
    marks_of,
    may_have_marks,
    moved,
    record_line,
    recorded,
)
from search.archive.page.markup import shown_line
from search.archive.page.own_items import KnownLinks, is_dated
from search.archive.page.parser import NoPage, Page, parse
from search.archive.page.printed_items import printed_items
from search.archive.site import Site
from search.engine.edited_lists import EditedLists
from search.engine.editors import Editors
from search.engine.list_record import ListRecord, Lists
from search.engine.stable_lists import Remembered, Settled
from search.model import printing as plain
from search.model.errors import UnknownEvent
from search.model.event import Event
from search.model.hit import Hit
from search.model.options import RelatedOptions
from search.model.page_style import PageStyle

if TYPE_CHECKING:
    from search.engine.index import Index

# Nobody edits more lists between two runs. More is another machine's work with other options.
_MOST_EDITED: Final = 100
_MOST_LOOKED_UP: Final = 30  # pages in git, where each takes up to seconds


class PageMemory:
    """Settles the lists of pages with an open index.

    With ``fresh``, and by shared names, whose order depends on nothing that is learned, a list is
    the fresh one whatever the page has. What editors decided holds all the same.
    """

    def __init__(
        self,
        index: Index,
        sites: Sequence[Site],
        options: RelatedOptions,
        style: PageStyle,
        editors: Editors,
        lists: ListRecord,
        *,
        fresh: bool,
    ) -> None:
        self._index = index
        self._sites = sites
        self._style = style
        self._editors = editors
        self._lists = lists
        self._has_label = forms_of(style).printed.has_label
        self._any_links = KnownLinks(lambda link, text: self._leads_here(link), self._leads_here)
        self._edited_lists = EditedLists(
            index, editors, options, forgets=fresh or options.order == "context"
        )
        self._edited = 0  # pages whose lists were edited by hand, by the record in the index
        self._looked_up = 0  # pages that were looked up in git
        self._by_hash: dict[str, list[str]] | None = None

    def known_links(self, page: SitePage) -> KnownLinks:
        """What is known of the links in a page."""
        gone = {mark.link for mark in marks_of(page.page) if mark.verb == "pin"}
        hashes = frozenset(recorded(page.page) or ())

        def is_ours(link: str, text: str) -> bool:
            """Whether an item without shared terms is one that we wrote: its text is the title of
            the event, or this page or the index has a record of it."""
            event = self._event_of(link)
            if event is None and (link in gone or hash_in_page(unquote(link)) in hashes):
                return True
            is_title = event is not None and plain.line(event.title) in (
                text,
                plain.line(shown_line(text)),
            )
            return is_title or self._lists.has_words(page.event.id, link, text)

        return KnownLinks(is_ours, partial(self._is_event, page.event))

    def _is_event(self, page: Event, link: str) -> bool:
        return self._meant(page, link) is not None or self._leads_here(link)

    def _leads_here(self, link: str) -> bool:
        """Whether a link, as we print links, leads to an event that is in the index, or was."""
        return self._event_of(link) is not None or any(site.lacks(link) for site in self._sites)

    def _meant(self, page: Event, link: str) -> str | None:
        """The event that a link in a page leads to, however an editor wrote it: relative to the
        page, or with the address of the site."""
        try:
            parts = urlsplit(link)
        except ValueError:
            return None
        if parts.scheme not in ("", "http", "https") or not parts.path:
            return None
        for base in dict.fromkeys((page.id, page.link)):
            path = unquote(urljoin(base, parts.path))
            try:
                event = self._index.event(self._index.resolve(path))
            except UnknownEvent:
                continue
            if is_dated(path) or path in (event.id, event.link, unquote(event.link)):
                return event.id
        return None

    def has_marks(self, page: SitePage) -> bool:
        """Whether editors decided about the list of a page, so that every run has to read it: what
        is pinned may be deleted meanwhile."""
        return may_have_marks(page.page.data) or self._editors.has_pins(page.event.id)

    def has_items(self, page: SitePage) -> bool:
        """Whether a page has a list of links to events, whoever made it."""
        return bool(printed_items(page.page, self._any_links, self._style))

    def settled(self, page: SitePage, hits: Sequence[Hit], *, is_new: bool) -> Settled:
        """The list of a page, given the fresh one; see ``search.engine.stable_lists``.

        What editors decided comes before everything. What is banned is not listed, what is pinned
        stays where it is, and new pins come first. What an editor did by hand since the list was
        written becomes marks.
        """
        known_links = self.known_links(page)
        items = printed_items(page.page, known_links, self._style)
        printed = list(map(self._recalled, items))
        beside = self._beside(page, known_links)
        marks = list(marks_of(page.page))
        by_hand: list[Mark] = []
        settle = partial(self._edited_lists.settled, beside=beside)
        if (told := recorded(page.page)) is not None:
            by_hand = self._by_hand(Lists(told).without(beside), printed, None, marks)
        done = settle(page.event, hits, printed, [*marks, *by_hand], is_new=is_new)
        known = self._lists.of(page.event.id) or self._shortened(page, printed, done.hits)
        known = known and known.without(beside)
        has_list = bool(printed or page.page.related)
        is_comparable = told is None and has_list and self._edited < _MOST_EDITED
        if is_comparable and known is not None:
            by_hand = self._by_hand(known, printed, done.hits, marks)
            if by_hand:
                self._edited += 1
                done = settle(page.event, hits, printed, [*marks, *by_hand], is_new=is_new)
        self._lists.note(page.path, page.event.id, done.hits, self._has_label)
        below = [mark_line(mark.verb, mark.link) for mark in by_hand]
        if self._editors.are_at_work and done.hits:
            below.insert(0, record_line(hit.event.id for hit in done.hits))
        reasons = [*done.reasons, *(f"by hand: {mark.text}" for mark in by_hand)]
        reasons += (
            f"kept: {self._index.event(other).title} has a line of an editor" for other in beside
        )
        return Settled(done.hits, tuple(reasons), tuple(below))

    def _beside(self, page: SitePage, known: KnownLinks) -> dict[str, str]:
        """The events that lines of editors in the Related sections link to, with their hashes."""
        links = links_of_editors(page.page, known, forms_of(self._style))
        events = (self._meant(page.event, link) for link in links)
        return {event: hash_in_page(event) for event in events if event and event != page.event.id}

    def _by_hand(
        self,
        known: Lists,
        printed: Sequence[Remembered],
        wanted: Sequence[Hit] | None,
        marks: Sequence[Mark],
    ) -> list[Mark]:
        """What an editor did to a list, as marks that are still to come.

        ``known`` are the last lists that are known. ``wanted`` is the list that would be written
        without these marks: only what it would undo counts, or everything if it is None. A list
        that shares no event with the index is one of another site, and nothing is told by it.
        """
        last = known.last
        now = {item.event.id: hash_in_page(item.event.id) for item in printed if item.event}
        missing = [id for name in last if name not in now.values() for id in self._ids_of(name)]
        has_gone = any(item.event is None for item in printed)
        is_foreign = last and not missing and not has_gone and not set(last) & set(now.values())
        if is_foreign or tuple(now.values()) in known:
            return []
        away = moved(last, list(now.values()))
        pins = [other for other, name in now.items() if name not in last or name in away]
        if wanted is not None:
            coming = [hit.event.id for hit in wanted]
            order = [other for other in now if other in coming]
            holds = order == [other for other in coming if other in now]
            missing = [other for other in missing if other in coming]
            pins = [
                other for other in pins if other not in coming or (now[other] in last and not holds)
            ]
        verbs = {self._editors.id_of(mark.link): mark.verb for mark in marks if mark.link}
        done: list[tuple[Verb, str]] = [("ban", other) for other in missing]
        done += [("pin", other) for other in pins]
        return [
            Mark(verb, destination(self._index.event(other).link), 0)
            for verb, other in done
            if verbs.get(other) != verb
        ]

    def _shortened(
        self, page: SitePage, printed: Sequence[Remembered], wanted: Sequence[Hit]
    ) -> Lists | None:
        """The earlier list in git of which a page has a part, if the run would add to that."""
        now = [item.event.id for item in printed if item.event]
        if (
            not now
            or self._looked_up >= _MOST_LOOKED_UP
            or {hit.event.id for hit in wanted} <= {*now}
        ):
            return None
        self._looked_up += 1
        for data in earlier_versions(page.path):
            with suppress(NoPage):
                version = parse(data, self._style)
                if isinstance(version, Page):
                    items = printed_items(version, self.known_links(page), self._style)
                    events = (self._event_of(item.link) for item in items)
                    ids = [event.id for event in events if event is not None]
                    if ids != now:
                        is_part = [each for each in ids if each in now] == now
                        return Lists(tuple(map(hash_in_page, ids))) if is_part else None
        return None

    def _ids_of(self, name: str) -> list[str]:
        """The events whose hash in pages is ``name``: one, but for accidents."""
        if self._by_hash is None:
            self._by_hash = {}
            for event_id in self._index.ids():
                self._by_hash.setdefault(hash_in_page(event_id), []).append(event_id)
        return self._by_hash.get(name, [])

    def _recalled(self, item: ReadItem) -> Remembered:
        return Remembered(self._event_of(item.link), item.title, item.context)

    def _event_of(self, link: str) -> Event | None:
        try:
            event = self._index.event(self._index.resolve(link))
        except UnknownEvent:
            return None
        return event if destination(event.link) == link else None
