"""Finds what an editor did by hand to the list in a page, and turns it into marks.

A deleted item becomes a ban, an item that was added or moved a pin, and a reworded item is kept.
The list is compared with the last one that is known, from the first of these sources that has one:

1. The comment below the list, in an archive with a ``related.toml``. Every run that writes the list
   writes the comment too, so every difference was made by hand.
2. The record in the index. Another machine may have written the page since. So a difference counts
   only if this run would undo it: it would list an event again that was in the last list, or drop
   an event that was not. Lists that a run wrote are stable in the next run, on any machine; so what
   would be undone was made by hand. A page that was restored was not edited (see ``_list_before``).
   A page without a Related section was written anew, or its editor wants a new list.
3. Git. If the list is an earlier one without some of its items, and this run would list those
   again, an editor deleted them. This does not count after a merge, a revert, or a commit of so
   many files that a run must have made it.

The wording of an item is an editor's only if this run would undo it, and if there is evidence: the
comment has other words, or the record or git has the words that this run would print. Shared terms
differ between machines. So without a comment they are compared with the last commit only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from search.archive import SitePage
from search.archive.git_history import Commit, has_all_versions, is_as_committed
from search.archive.page.escaping import destination
from search.archive.page.item_form import ReadItem
from search.archive.page.marks import Mark, Verb, hash_in_page, marks_of, moved, recorded
from search.engine.decisions.last_lists import LastLists
from search.engine.decisions.lists_record import Lists
from search.engine.decisions.renames import renames_of
from search.engine.decisions.rules import Rules
from search.engine.stable_lists import PrintedItem
from search.model.hit import Hit

if TYPE_CHECKING:
    from search.engine.index import Index

# Nobody edits more lists between two runs; another machine with other options changes more.
_MOST_EDITED: Final = 100
_MOST_LOOKED_UP: Final = 30  # pages in git; each may take seconds


class EarlierList(NamedTuple):
    """The list in an earlier version of a page, the short hashes of its events, whether the page
    had marks, and the commit that replaced it, if one did."""

    items: Sequence[PrintedItem]
    hashes: tuple[str, ...]
    has_marks: bool
    replaced_by: Commit | None


class HandEdit(NamedTuple):
    """What an editor did to the item of an event, as a mark. ``adds``: the last list had no such
    item."""

    mark: Mark
    event_id: str
    adds: bool


# The lists in the earlier versions of a page, newest first.
Versions = Callable[[SitePage], Iterator[EarlierList]]


def words_of(item: ReadItem | PrintedItem) -> str:
    """The title and the shared terms of an item."""
    return f"{item.title}\n{', '.join(item.context)}"


class HandEdits:
    """Compares the lists of pages with the last ones that are known."""

    def __init__(
        self, index: Index, rules: Rules, last_lists: LastLists, versions: Versions
    ) -> None:
        self._index = index
        self._rules = rules
        self._last_lists = last_lists
        self._versions = versions
        self._edited = 0  # pages whose lists were edited by hand, by the record in the index
        self._looked_up = 0  # pages that were looked up in git
        self._by_hash: dict[str, list[str]] | None = None

    def since_comment(
        self,
        page: SitePage,
        items: Sequence[str | None],
        hashes: tuple[str, ...],
        linked: Collection[str],
    ) -> list[HandEdit]:
        """What was done since the comment below the list was written; nothing without one.

        ``items`` are the events that the page lists, None for one that is deleted. ``hashes`` are
        those of the items as they are linked, deleted ones too. ``linked`` are the events that
        editors link to in the section themselves; they are not items of the list.
        """
        last = recorded(page.page)
        if last is None:
            return []
        last_hashes = Lists(tuple(last)).without(linked).last
        return self._edits(page, last_hashes, items, hashes, None)

    def since_last_run(
        self,
        page: SitePage,
        items: Sequence[str | None],
        hashes: tuple[str, ...],
        linked: Collection[str],
        wanted: Sequence[Hit],
        anew: Callable[[], Sequence[Hit]],
    ) -> list[HandEdit]:
        """What was done since the last run that is known, if this one would undo it.

        ``wanted`` is the list that would be written without these marks, and ``anew`` gives the
        list of a page without one. Other arguments are as for ``since_comment``. Nothing is found
        in a page that has a comment, or no section.
        """
        is_comparable = recorded(page.page) is None and (items or page.page.related)
        if not is_comparable or self._edited >= _MOST_EDITED:
            return []
        lost_marks = self._last_lists.is_without_marks(page) and self._has_lost_marks(page)
        if lost_marks:
            self._last_lists.forget_marks(page)
        known = self._last_lists.of(page)
        if known is None:
            last = self._shortened(page, hashes, wanted)
        else:
            known = known.without(linked)
            last = known.last
            if hashes != last and _is_part(hashes, last):
                # What is missing may just be not good enough to be added yet.
                listed = {*items, *(hit.event.id for hit in wanted)}
                wanted = [*wanted, *(hit for hit in anew() if hit.event.id not in listed)]
            if self._edits(page, last, items, hashes, wanted):
                self._edited += 1
                # Without its marks, the page is one in which a run found edits of just that list.
                if not lost_marks:
                    last = self._list_before(page, known, hashes, wanted)
        self._last_lists.note_compared(page, hashes if last is None else last)
        return [] if last is None else self._edits(page, last, items, hashes, wanted)

    def _has_lost_marks(self, page: SitePage) -> bool:
        """Whether a page lost its marks because it was restored. An editor who takes a mark back
        does that in the page, or in a commit."""
        if self._last_lists.is_backdated(page.event) or self._last_lists.was_undone(page.event):
            return True
        return is_as_committed(page.path) and not any(
            version.has_marks for version in self._versions(page)
        )

    def _list_before(
        self, page: SitePage, known: Lists, now: tuple[str, ...], wanted: Sequence[Hit]
    ) -> tuple[str, ...] | None:
        """The list that an editor changed in a page that does not have the last one: an earlier
        one if the page was restored, by a copy or by git; None if nobody changed the list."""
        before = known.before
        is_undone = self._last_lists.was_undone(page.event)
        if self._last_lists.is_backdated(page.event) or (
            is_undone and before is not None and _is_part(now, before)
        ):
            return before
        versions = self._versions(page)
        head = next(versions, None)
        if now == before and not _is_part(now, known.last) and (head is None or head.hashes == now):
            return None
        if head is not None and is_as_committed(page.path):
            if self._was_checked_out(page.path, known, now, versions):
                return self._shortened(page, now, wanted)
        elif head is not None and head.hashes not in known and _is_part(now, head.hashes):
            return head.hashes
        return known.last

    def _was_checked_out(
        self, path: Path, known: Lists, now: tuple[str, ...], versions: Iterator[EarlierList]
    ) -> bool:
        """Whether git, rather than an editor, put another list than the last one into a page that
        is as committed.

        It did if the last list was reverted. It also did if the last list was never committed, and
        the page's commit is older or has the list before. But if other pages of the last run were
        committed, the edit of this page was committed with them. ``versions`` are those before the
        last commit.
        """
        if self._looked_up >= _MOST_LOOKED_UP:
            return not self._is_last_run_committed
        self._looked_up += 1
        newer, time = now, 0  # no time: the page was committed once, or its history is not here
        for version in versions:
            commit = version.replaced_by
            if commit is not None:
                time = max(time, commit.time)
                if version.hashes != newer and not commit.is_plain:
                    return True
            newer = version.hashes
            if newer == known.last:
                return False
        if self._is_last_run_committed:
            return False
        is_before = now == known.before and has_all_versions(path.parent)
        return is_before or 0 < time < int(self._last_lists.time)

    @cached_property
    def _is_last_run_committed(self) -> bool:
        """Whether a page is committed as the last run wrote it."""
        return any(map(is_as_committed, self._last_lists.as_written))

    def _edits(
        self,
        page: SitePage,
        last: tuple[str, ...],
        items: Sequence[str | None],
        hashes: Sequence[str],
        wanted: Sequence[Hit] | None,
    ) -> list[HandEdit]:
        """The edits that explain the differences between the ``last`` list and ``items``.

        If ``wanted`` is given, only what it would undo counts. A last list that shares no event
        with the index is that of another site, and shows nothing.
        """
        now: dict[str, str] = {}
        for event_id, name in zip(items, hashes, strict=True):
            # Beside an item with the old link of a renamed page, one with the new link was added.
            if event_id and (event_id not in now or name == hash_in_page(event_id)):
                now[event_id] = name
        last = self._with_names_of(now, hashes, last)
        missing = [id for name in last if name not in hashes for id in self._ids_of(name)]
        is_foreign = last and not missing and None not in items and not {*last} & {*now.values()}
        planned = self._last_lists.planned(page)
        if is_foreign or tuple(now.values()) in (last, planned):
            return []
        away = moved(last, list(now.values()))
        pins = [
            other
            for other, name in now.items()
            if name in away
            or (name not in (*last, *(planned or ())) and name == hash_in_page(other))
        ]
        if wanted is not None:
            coming = [hit.event.id for hit in wanted]
            order = [other for other in now if other in coming]
            holds = order == [other for other in coming if other in now]
            missing = [other for other in missing if other in coming]
            pins = [
                other for other in pins if other not in coming or (now[other] in last and not holds)
            ]
        done: list[tuple[Verb, str]] = [("ban", other) for other in missing]
        done += [("pin", other) for other in pins]
        verbs = {self._rules.id_of(mark.link): mark.verb for mark in marks_of(page.page)}
        return [
            HandEdit(
                Mark(verb, destination(self._index.event(other).link), 0),
                other,
                adds=verb == "pin" and now[other] not in last,
            )
            for verb, other in done
            if verbs.get(other) != verb and (verb, verbs.get(other)) != ("pin", "keep")
        ]

    def _with_names_of(
        self, now: Mapping[str, str], hashes: Sequence[str], last: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The hashes of the last list, with those from before a rename brought up to date.

        A hash that the page no longer has is replaced by the one that its event has ``now``, a
        mapping of ids to hashes. ``hashes`` are those of all items in the page.
        """
        old = [name for name in last if name not in hashes]
        names = {name: now[id] for name in old for id in self._ids_of(name) if id in now}
        return tuple(names.get(name, name) for name in last)

    def reworded(
        self, page: SitePage, items: Mapping[str, PrintedItem], listed: Mapping[str, ReadItem]
    ) -> set[str]:
        """The events whose ``items`` in a page an editor reworded.

        ``listed`` are the items as this run would print them.
        """
        differ = {
            event_id: item
            for event_id, item in items.items()
            if item.title and words_of(item) != words_of(listed[event_id])
        }
        in_comment = recorded(page.page)
        if in_comment is not None:
            found = set()
            for event_id, item in differ.items():
                names = map(hash_in_page, (event_id, unquote(item.link)))
                words = next((in_comment[name] for name in names if name in in_comment), "")
                if words not in ("", hash_in_page(words_of(item))):
                    found.add(event_id)
            return found
        if self._edited >= _MOST_EDITED:
            return set()
        found = {name for name in differ if self._was_worded(page, differ[name], listed[name])}
        self._edited += bool(found)
        return found

    def _was_worded(self, page: SitePage, item: PrintedItem, ours: ReadItem) -> bool:
        """Whether the page had the item in the words that this run would print."""
        has_words = partial(self._last_lists.has_words, page, item.link)
        if has_words(ours.title) and not has_words(item.title):
            return True
        if self._looked_up >= _MOST_LOOKED_UP:
            return False
        self._looked_up += 1
        for number, version in enumerate(self._versions(page)):
            for earlier in version.items:
                if earlier.event == item.event and (
                    earlier.title == ours.title != item.title
                    or (number == 0 and words_of(earlier) == words_of(ours))
                ):
                    return True
        return False

    def _shortened(
        self, page: SitePage, now: tuple[str, ...], wanted: Sequence[Hit]
    ) -> tuple[str, ...] | None:
        """The earlier list in git of which the page has a part, if this run would add to the part;
        else None."""
        if (
            not now
            or self._looked_up >= _MOST_LOOKED_UP
            or {hash_in_page(hit.event.id) for hit in wanted} <= {*now}
        ):
            return None
        self._looked_up += 1
        for version in self._versions(page):
            if (earlier := version.hashes) != now:
                commit = version.replaced_by
                is_by_hand = commit is None or (commit.is_plain and commit.files <= _MOST_EDITED)
                return earlier if is_by_hand and _is_part(now, earlier) else None
        return None

    def _ids_of(self, name: str) -> list[str]:
        """The events with this short hash: one, unless hashes collide. An event whose page was
        renamed has that of its old id, too."""
        if self._by_hash is None:
            self._by_hash = {}
            for event_id in self._index.ids():
                self._by_hash.setdefault(hash_in_page(event_id), []).append(event_id)
        return self._by_hash.get(name) or renames_of(self._index).of_hash(name)


def _is_part(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether a list is another one without some of its items."""
    return [each for each in whole if each in part] == [*part]
