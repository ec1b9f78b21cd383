"""The list that a page gets, given the one that it has now.

The items in the page are read and looked up in the index. ``stable_lists`` says which of them stay,
and ``decisions.hand_edits`` finds what an editor did to them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from search.archive import SitePage
from search.archive.git_history import earlier_versions
from search.archive.page.editor_links import links_of_editors
from search.archive.page.escaping import destination
from search.archive.page.front_matter_list import as_in_field
from search.archive.page.item_form import ReadItem, forms_of
from search.archive.page.labels import ENGLISH
from search.archive.page.marks import (
    Mark,
    hash_in_page,
    mark_line,
    marks_of,
    may_have_marks,
    record_line,
    recorded,
)
from search.archive.page.markup import shown_line
from search.archive.page.own_items import KnownLinks, is_dated, printed_items
from search.archive.page.parser import NoPage, Page, parse
from search.archive.site import Site
from search.engine.decisions.hand_edits import EarlierList, HandEdits, words_of
from search.engine.decisions.last_lists import LastLists
from search.engine.decisions.renames import renames_of
from search.engine.decisions.ruled_lists import RuledLists
from search.engine.decisions.rules import Rules
from search.engine.stable_lists import PrintedItem, StableList, in_words_of
from search.model import printing as plain
from search.model.errors import UnknownEvent
from search.model.event import Event
from search.model.hit import Hit
from search.model.options import RelatedOptions
from search.model.page_style import PageStyle

if TYPE_CHECKING:
    from search.engine.index import Index


class PageLists:
    """Makes the lists of pages from what they list now; ``style`` is how lists look.

    With ``fresh`` the items in pages do not count, nor do they with the order "context", which
    depends on nothing that is learned. Decisions of editors count all the same.
    """

    def __init__(
        self,
        index: Index,
        sites: Sequence[Site],
        options: RelatedOptions,
        style: PageStyle,
        rules: Rules,
        last_lists: LastLists,
        *,
        fresh: bool,
    ) -> None:
        self._index = index
        self._sites = sites
        self.style = style
        self._rules = rules
        self._last_lists = last_lists
        self._form = forms_of(style).printed
        self._any_links = KnownLinks(lambda link, text: self._leads_here(link), self._leads_here)
        self._ruled_lists = RuledLists(
            index, rules, options, ignores_printed=fresh or options.order == "context"
        )
        self._hand_edits = HandEdits(index, rules, last_lists, self._earlier_lists)

    def known_links(self, page: SitePage) -> KnownLinks:
        """What is known of the links in a page."""
        gone = {mark.link for mark in marks_of(page.page) if mark.verb in ("pin", "keep")}
        hashes = frozenset(recorded(page.page) or ())

        def is_ours(link: str, text: str) -> bool:
            """Whether we wrote an item without shared terms: its text is the title of the event,
            or this page or the index has a record of it."""
            event = self._event_of_item(link, text)
            if event is None and (link in gone or hash_in_page(unquote(link)) in hashes):
                return True
            is_title = event is not None and plain.line(event.title) in (
                text,
                plain.line(shown_line(text)),
            )
            return is_title or self._last_lists.has_words(page, link, text)

        return KnownLinks(is_ours, partial(self._is_event, page.event))

    def _is_event(self, page: Event, link: str) -> bool:
        return self._id_of_link(page, link) is not None or self._leads_here(link)

    def _leads_here(self, link: str) -> bool:
        """Whether a link, as we print links, leads to an event that is in the index, or was."""
        return self._event_of(link) is not None or any(site.lacks(link) for site in self._sites)

    def _id_of_link(self, page: Event, link: str) -> str | None:
        """The id of the event that a link in a page leads to; None if there is none. Editors also
        write links relative to the page, or with the address of the site."""
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
        """Whether editors decided about the list of a page. Every run has to read such pages,
        because a pinned event may be deleted meanwhile."""
        return may_have_marks(page.page.data) or self._rules.has_pins(page.event.id)

    def has_items(self, page: SitePage) -> bool:
        """Whether a page has a list of links to events, by us or by an editor."""
        return bool(printed_items(page.page, self._any_links, self.style))

    def list_of(self, page: SitePage, hits: Sequence[Hit], *, is_new: bool) -> StableList:
        """The list of a page, given the fresh one; see ``search.engine.stable_lists``.

        Decisions of editors come before everything else. Banned events are not listed, pinned ones
        stay where they are, and new pins come first. What an editor did by hand since the list was
        written becomes marks.
        """
        known_links = self.known_links(page)
        read = printed_items(page.page, known_links, self.style)
        hashes = self._hashes(read)
        printed = list(map(self._printed_item, read))
        items = [None if item.event is None else item.event.id for item in printed]
        linked = self._linked_by_editors(page, known_links)
        marks = marks_of(page.page)
        ruled = partial(self._ruled_lists.of, page.event, hits, linked=linked)

        def listed_by(by_hand: Iterable[Mark]) -> StableList:
            return ruled(printed, [*marks, *by_hand], is_new=is_new)

        def anew() -> Sequence[Hit]:
            return ruled((), marks, is_new=True).hits

        edits = self._hand_edits.since_comment(page, items, hashes, linked)
        done = listed_by(edit.mark for edit in edits)
        if undone := self._hand_edits.since_last_run(page, items, hashes, linked, done.hits, anew):
            edits = undone
            done = listed_by(edit.mark for edit in edits)
        items_of = {item.event.id: item for item in printed if item.event is not None}
        kept = self._rules.kept(marks)
        added = {edit.event_id for edit in edits if edit.adds}
        reworded = self._reworded(page, items_of, [*done.hits, *hits], kept, added)
        by_hand = [edit.mark for edit in edits if edit.event_id not in reworded]
        if reworded:
            links = (destination(self._index.event(event_id).link) for event_id in reworded)
            by_hand += (Mark("keep", link, 0) for link in links)
            done = listed_by(by_hand)
        hits = in_words_of(items_of, {*kept, *reworded}, done.hits)
        listed = {hit.event.id: self._as_read(hit) for hit in hits}
        self._last_lists.note(page, listed, hashes, is_edited=bool(by_hand))
        below = [mark_line(mark.verb, mark.link) for mark in by_hand]
        if self._rules.have_file and listed:
            words = ((event_id, words_of(item)) for event_id, item in listed.items())
            below.insert(0, record_line(words))
        renamed = self._renamed(items_of, hits)
        reasons = [f"renamed: moved to {event.link}: {event.title}" for event in renamed.values()]
        reasons += (*done.reasons, *(f"by hand: {mark.text}" for mark in by_hand))
        reasons += (
            f"kept: {self._index.event(other).title} has a line of an editor" for other in linked
        )
        pairs = tuple((destination(event.link), old) for old, event in renamed.items())
        return StableList(hits, tuple(reasons), tuple(below), done.linked, pairs)

    def _renamed(self, items: Mapping[str, PrintedItem], hits: Sequence[Hit]) -> dict[str, Event]:
        """The events whose pages were renamed and that stay listed, by the links of their items."""
        events = ((items[id].link, hit.event) for hit in hits if (id := hit.event.id) in items)
        return {link: event for link, event in events if self._event_of(link) is None}

    def _reworded(
        self,
        page: SitePage,
        items: Mapping[str, PrintedItem],
        hits: Sequence[Hit],
        kept: Collection[str],
        added: Collection[str],
    ) -> list[str]:
        """The events whose items an editor reworded since the last run, in the order of the page.

        They include items that the list would lose. ``hits`` are the list as if no item had been
        reworded, then the fresh list: if that has the item, its terms count, since the list has
        those of the page. An item that an editor ``added`` under another title keeps that title.
        One that was only moved may have a title that the event had before.
        """
        verbs = {self._rules.id_of(mark.link): mark.verb for mark in marks_of(page.page)}
        listed = {hit.event.id: hit for hit in hits}
        ours: dict[str, ReadItem] = {}
        for event_id in items:
            hit = listed.get(event_id) or self._index.pair(page.event, event_id)
            if hit is not None and event_id not in kept and verbs.get(event_id) != "ban":
                ours[event_id] = self._as_read(self._rules.without_excluded_terms(hit))
        others = {event_id: items[event_id] for event_id in ours}
        found = self._hand_edits.reworded(page, others, ours)
        return [
            event_id
            for event_id, item in others.items()
            if event_id in found or (event_id in added and item.title != ours[event_id].title)
        ]

    def _as_read(self, hit: Hit) -> ReadItem:
        """An item as it is read back from a page."""
        if self.style.front_matter:
            return as_in_field(hit)
        read = self._form.read_line(self._form.printed(hit, 1, ENGLISH.context))
        return read or ReadItem(destination(hit.event.link), hit.event.title, tuple(hit.context))

    def _linked_by_editors(self, page: SitePage, known: KnownLinks) -> tuple[str, ...]:
        """The events that editors' own lines in the Related sections link to."""
        links = links_of_editors(page.page, known, forms_of(self.style))
        events = (self._id_of_link(page.event, link) for link in links)
        return tuple(dict.fromkeys(each for each in events if each and each != page.event.id))

    def _earlier_lists(self, page: SitePage) -> Iterator[EarlierList]:
        """The lists in the versions of a page in git, newest first."""
        for data, commit in earlier_versions(page.path):
            if data is None:
                yield EarlierList((), (), False, commit)
                return
            with suppress(NoPage):
                version = parse(data, self.style)
                if isinstance(version, Page):
                    items = printed_items(version, self.known_links(page), self.style)
                    printed = list(map(self._printed_item, items))
                    has_marks = may_have_marks(data)
                    yield EarlierList(printed, self._hashes(items), has_marks, commit)

    def _hashes(self, items: Sequence[ReadItem]) -> tuple[str, ...]:
        """The short hashes of the events of items, even of those that are deleted."""
        events = (self._event_of(item.link) for item in items)
        return tuple(
            hash_in_page(event.id if event else unquote(item.link))
            for item, event in zip(items, events, strict=True)
        )

    def _printed_item(self, item: ReadItem) -> PrintedItem:
        event = self._event_of_item(item.link, item.title)
        return PrintedItem(event, item.title, item.context, item.link)

    def _event_of_item(self, link: str, title: str) -> Event | None:
        """The event of an item, even if its page was renamed since the item was written."""
        event = self._event_of(link)
        if event is None and self._leads_here(link):
            new = renames_of(self._index).of_item(link, title)
            event = None if new is None else self._index.event(new)
        return event

    def _event_of(self, link: str) -> Event | None:
        try:
            event = self._index.event(self._index.resolve(link))
        except UnknownEvent:
            return None
        return event if link in (destination(event.link), event.link) else None
