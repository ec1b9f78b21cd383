"""Tells what an editor did by hand to the list in a page, as marks that are still to come.

What was deleted becomes a ban, what was added or moved a pin, and what was reworded is kept. That
is told from the last list that is known of the page:

- the one in the comment below the list, where the archive has a ``related.toml``: then every
  difference was made by hand, because every run that writes the list writes the comment;
- or else the one in the record in the index. Another machine may have written the page since, so
  only what this run would undo counts: it would list an event again that the last list had, or drop
  one that the last list did not have. A list that a run has written holds still in the next one, on
  any machine, so what would be undone was not made by a run. Nor is a page edited that was restored
  (see ``_list_before``). Where the heading stays, all items that are missing were deleted, each
  for itself; a page without a section was written anew, or asks for a new list;
- or else one in git: a page whose list is an earlier one without some of its items, which this run
  would list again, was edited, unless a merge or a revert did it, or a commit of so many files that
  a run made it.

Words are an editor's only if this run would undo them, and if the comment has others, or if the
record or git shows the words that this run would print again. Shared terms differ between machines,
so without a comment only those tell anything that the last commit has and the working copy has not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from search.archive import SitePage
from search.archive.git_history import Commit, has_all_versions, is_as_committed
from search.archive.page.escaping import destination
from search.archive.page.item_form import ReadItem
from search.archive.page.marks import Mark, Verb, hash_in_page, marks_of, moved, recorded
from search.engine.decisions.last_lists import LastLists
from search.engine.decisions.lists_record import Lists
from search.engine.decisions.rules import Rules
from search.engine.stable_lists import Remembered
from search.model.hit import Hit

if TYPE_CHECKING:
    from search.engine.index import Index

# Nobody edits more lists between two runs. More is another machine's work with other options.
_MOST_EDITED: Final = 100
_MOST_LOOKED_UP: Final = 30  # pages in git, where each takes up to seconds


class EarlierList(NamedTuple):
    """The list in an earlier version of a page, the short hashes of its events, whether the page
    had marks, and the commit that replaced it, if one did."""

    items: Sequence[Remembered]
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


def words_of(item: ReadItem | Remembered) -> str:
    """What an item says, beside its link."""
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
        self, page: SitePage, items: Sequence[str | None], beside: Collection[str]
    ) -> list[HandEdit]:
        """What was done since the comment below the list was written; nothing without one.

        ``items`` are the events that the page lists, None for one that is deleted. Those that
        lines of editors ``beside`` the list link to are none of its items.
        """
        last = recorded(page.page)
        if last is None:
            return []
        return self._edits(page, Lists(tuple(last)).without(beside).last, items, None)

    def since_last_run(
        self,
        page: SitePage,
        items: Sequence[str | None],
        hashes: tuple[str, ...],
        beside: Collection[str],
        wanted: Sequence[Hit],
    ) -> list[HandEdit]:
        """What was done since the last run that is known, if this one would undo it.

        ``hashes`` are those of the items, deleted ones too. ``wanted`` is the list that would be
        written without these marks. Other arguments are as for ``since_comment``; nothing is told
        of a page that has a comment, or no section.
        """
        is_comparable = recorded(page.page) is None and (items or page.page.related)
        if not is_comparable or self._edited >= _MOST_EDITED:
            return []
        if self._last_lists.is_without_marks(page) and self._has_lost_marks(page):
            self._last_lists.forget_marks(page)
        known = self._last_lists.of(page)
        if known is None:
            last = self._shortened(page, hashes, wanted)
        else:
            known = known.without(beside)
            last = known.last
            if self._edits(page, last, items, wanted):
                self._edited += 1
                last = self._list_before(page, known, hashes, wanted)
        return [] if last is None else self._edits(page, last, items, wanted)

    def _has_lost_marks(self, page: SitePage) -> bool:
        """Whether a page that has no marks any more was restored: an editor who takes a mark back
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
        one if the page was restored, by a copy or by git; None if nobody changed it."""
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
        """Whether git put another list than the last one into a page that is as committed.

        So it is if the last list was reverted, or was never committed and the page's commit is
        older, or has the list before. But if the last run was committed with other pages, what an
        editor did to this one was committed, too. ``versions`` are those before the last commit.
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
        wanted: Sequence[Hit] | None,
    ) -> list[HandEdit]:
        """Only what ``wanted`` would undo counts, or everything if it is None. A list that shares
        no event with the index is one of another site, and it shows nothing."""
        now = {event_id: hash_in_page(event_id) for event_id in items if event_id}
        missing = [id for name in last if name not in now.values() for id in self._ids_of(name)]
        is_foreign = last and not missing and None not in items and not {*last} & {*now.values()}
        planned = self._last_lists.planned(page)
        if is_foreign or tuple(now.values()) in (last, planned):
            return []
        away = moved(last, list(now.values()))
        pins = [
            other
            for other, name in now.items()
            if name in away or (name not in last and name not in (planned or ()))
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

    def reworded(
        self, page: SitePage, items: Mapping[str, Remembered], listed: Mapping[str, ReadItem]
    ) -> set[str]:
        """The events whose ``items`` in a page an editor worded otherwise.

        ``listed`` are the items that this run would print, as they would be read.
        """
        differ = {
            event_id: item
            for event_id, item in items.items()
            if item.title and words_of(item) != words_of(listed[event_id])
        }
        in_comment = recorded(page.page)
        if in_comment is not None:
            hashes = {name: in_comment.get(hash_in_page(name), "") for name in differ}
            return {
                event_id
                for event_id, item in differ.items()
                if hashes[event_id] not in ("", hash_in_page(words_of(item)))
            }
        if self._edited >= _MOST_EDITED:
            return set()
        found = {name for name in differ if self._was_worded(page, differ[name], listed[name])}
        self._edited += bool(found)
        return found

    def _was_worded(self, page: SitePage, item: Remembered, ours: ReadItem) -> bool:
        """Whether the page had an item in the words that we would give it again."""
        has_words = partial(self._last_lists.has_words, page, ours.link)
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
        """The earlier list in git of which a page has a part, if the run would add to that."""
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
        """The events whose hash in pages is ``name``: one, but for accidents."""
        if self._by_hash is None:
            self._by_hash = {}
            for event_id in self._index.ids():
                self._by_hash.setdefault(hash_in_page(event_id), []).append(event_id)
        return self._by_hash.get(name, [])


def _is_part(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether a list is another one without some of its items."""
    return [each for each in whole if each in part] == [*part]
