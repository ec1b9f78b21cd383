"""The decisions of editors: marks in pages and ``related.toml``, as rules for single lists.

The more specific decision wins. A mark in the page overrules ``related.toml``, and of two marks on
one event the later counts. In ``related.toml`` a ban overrules a pin, and a pin overrules
``exclude``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from search.archive import Form, Skipped, entries, page_of
from search.archive.decisions import Decision, Decisions, decisions_beside
from search.archive.page.marks import Mark, marks_of
from search.engine.list_edits import decisions_of, marked_page
from search.model.answers import Why
from search.model.errors import UnknownEvent
from search.model.hit import DECIMALS, NOT_OF_A_TERM, Contribution, Explanation, Hit
from search.model.options import RelatedOptions

if TYPE_CHECKING:
    from search.engine.index import Index

NO_EVENT: Final = "names no event of the index: remove it, or correct the link"
_UNDONE: Final = "has no effect: a later mark says otherwise"
_OVERRULED: Final = "has no effect: the page's own mark says otherwise"


class Rules(NamedTuple):
    """The decisions about one list, by ids of events.

    ``pins`` must be in the list; new ones come first, in this order. ``bans`` must not be in it.
    ``has_list`` is False if the page gets no list.
    """

    pins: tuple[str, ...] = ()
    bans: frozenset[str] = frozenset()
    has_list: bool = True

    def without(self, others: Collection[str]) -> Rules:
        """The rules for a list that some events cannot be in."""
        pins = tuple(other for other in self.pins if other not in others)
        return self._replace(pins=pins, bans=self.bans.union(others))


NO_RULES: Final = Rules()


class Editors:
    """The decisions for an archive, with the links that they name looked up in an index."""

    def __init__(self, index: Index, decisions: Sequence[Decisions]) -> None:
        self._index = index
        self._decisions = decisions
        self._pins: dict[str, dict[str, None]] = defaultdict(dict)
        self._bans: dict[str, set[str]] = defaultdict(set)
        self._stories: dict[str, str] = {}
        self._excluded: set[str] = set()
        self._unreasons: set[str] = set()
        self.unknown: set[str] = set()  # what marks name so far, and is no event
        for decided in decisions:
            self._take(decided)

    def _take(self, decided: Decisions) -> None:
        self._excluded.update(self._ids(decided.exclude))
        self._unreasons.update(name.casefold() for name in decided.not_a_term)
        for pages in decided.ban_both:
            group = self._ids(pages)
            for one in group:
                self._bans[one].update(other for other in group if other != one)
        for pages in decided.same_story:
            self._join(self._ids(pages))
        for lists, ruled in ((decided.ban, "ban"), (decided.pin, "pin")):
            for page, items in lists.items():
                for one in self._ids([page]):
                    if ruled == "ban":
                        self._bans[one].update(self._ids(items))
                    else:
                        self._pins[one].update(dict.fromkeys(self._ids(items)))

    def _join(self, group: Sequence[str]) -> None:
        """Merge the stories of these events into one."""
        names = {self._stories.get(event_id, event_id) for event_id in group}
        story = min(names, default="")
        self._stories.update(dict.fromkeys(group, story))
        for event_id, name in self._stories.items():
            if name in names:
                self._stories[event_id] = story

    def _ids(self, references: Sequence[str]) -> list[str]:
        found = map(self._noted, references)
        return [event_id for event_id in found if event_id is not None]

    def _noted(self, reference: str) -> str | None:
        """As ``id_of``; what names no event is noted."""
        event_id = self.id_of(reference)
        if event_id is None:
            self.unknown.add(reference)
        return event_id

    def id_of(self, reference: str) -> str | None:
        """The id of the event that a link, path or id means; None if there is none."""
        try:
            return self._index.resolve(reference)
        except UnknownEvent:
            return None

    def rules_of(self, event_id: str, marks: Sequence[Mark]) -> Rules:
        """The rules for the list of an event; ``marks`` are those of its page."""
        ruled: dict[str, str] = {}
        for mark in marks:
            if mark.link and (other := self._noted(mark.link)) is not None:
                ruled.pop(other, None)  # the order is that of the marks that count
                ruled[other] = mark.verb
        bans = {other for other in self._bans.get(event_id, ()) if other not in ruled}
        pins = [
            other
            for other in self._pins.get(event_id, ())
            if other not in ruled and other not in bans
        ]
        pins += [other for other, verb in ruled.items() if verb == "pin"]
        bans |= {other for other, verb in ruled.items() if verb == "ban"}
        bans |= self._excluded - set(pins)
        return Rules(
            tuple(other for other in pins if other != event_id),
            frozenset(bans),
            all(mark.verb != "no-list" for mark in marks),
        )

    @property
    def excluded(self) -> frozenset[str]:
        """What is in nobody's list, unless a page pins it."""
        return frozenset(self._excluded)

    @property
    def are_at_work(self) -> bool:
        """Whether the archive has a ``related.toml``, even an empty one."""
        return any(decided.path is not None for decided in self._decisions)

    def has_pins(self, event_id: str) -> bool:
        """Whether ``related.toml`` pins something to the list of an event."""
        return bool(self._pins.get(event_id))

    def story_of(self, event_id: str) -> str:
        """An id for the story of an event: the event's own id if it is in no story."""
        return self._stories.get(event_id, event_id)

    def concern(self, text: str, hits: Sequence[Hit]) -> bool:
        """Whether a term that editors excluded plays a part in the list of an event with this
        text."""
        if not self._unreasons:
            return False
        folded = text.casefold()
        return any(name in folded for name in self._unreasons) or any(
            term.casefold() in self._unreasons for hit in hits for term in hit.context
        )

    def without_unreasons(self, hit: Hit) -> Hit:
        """A hit without the terms that editors excluded; their contributions are taken from the
        score."""
        if not self._unreasons:
            return hit
        contributions = hit.explanation.contributions
        named = {
            name
            for part in contributions
            for name in (part.term.casefold(), part.surface.casefold())
            if name in self._unreasons
        }
        words = {word for name in named for word in name.split()}

        def is_one(part: Contribution) -> bool:
            surface = part.surface.casefold()
            is_named = part.term.casefold() in named or surface in named or surface in words
            return is_named and part.kind not in NOT_OF_A_TERM

        left = tuple(part for part in contributions if not is_one(part))
        lost = sum(part.contribution for part in contributions if is_one(part))
        context = tuple(term for term in hit.context if term.casefold() not in self._unreasons)
        score = max(round(hit.score - lost, DECIMALS), 0.0)
        return replace(hit, score=score, context=context, explanation=Explanation(left))

    def acting(self, one: str, other: str, marks: Sequence[Mark], page: str) -> Iterator[str]:
        """What editors decided about the pair, a sentence for each mark that acts.

        ``marks`` are those of the page of ``one``, which is called ``page``.
        """
        rules = self.rules_of(one, marks)
        last = {self.id_of(mark.link): mark for mark in marks if mark.link}
        act = [mark for mark in marks if mark.verb == "no-list" or mark is last.get(other)]
        for mark in act:
            yield f"{page}:{mark.line}: {mark.text}"
        for path, decision in self._each():
            if self._acts(decision, one, other, is_marked=other in last, pins=rules.pins):
                yield f"{path.name}:{decision.line}: {decision.text}"

    def _acts(
        self, decision: Decision, one: str, other: str, *, is_marked: bool, pins: Sequence[str]
    ) -> bool:
        if decision.verb == "not_a_term":
            hit = self._index.pair(one, other)
            return hit is not None and _has_reason(hit, decision.names[0].casefold())
        ids = [self.id_of(name) for name in decision.names]
        if decision.verb == "same_story":
            return other in ids
        if is_marked:
            return False
        if decision.verb == "exclude":
            return other in ids and other not in pins
        if decision.verb == "ban_both":
            return one in ids and other in ids and one != other
        is_banned = other in self._bans.get(one, ())
        return ids == [one, other] and not (decision.verb == "pin" and is_banned)

    def _each(self) -> Iterator[tuple[Path, Decision]]:
        for decided in self._decisions:
            for decision in decided.each():
                assert decided.path is not None
                yield decided.path, decision

    def listed(self, marks_of_page: Callable[[str], Sequence[Mark]]) -> Iterator[MarkState]:
        """Every decision of ``related.toml``; ``marks_of_page`` gives those of an event's page."""
        for path, decision in self._each():
            ids = [self.id_of(name) for name in decision.names]
            note = NO_EVENT if None in ids and decision.verb != "not_a_term" else ""
            if not note and decision.verb in ("pin", "ban"):
                one, other = ids
                marked = (mark for mark in marks_of_page(one or "") if mark.link)
                if any(self.id_of(mark.link) == other for mark in marked):
                    note = _OVERRULED
                elif decision.verb == "pin" and other in self._bans.get(one or "", ()):
                    note = "has no effect: related.toml bans it, too"
            yield MarkState(path, decision.line, decision.text, note)


def _has_reason(hit: Hit, name: str) -> bool:
    parts = hit.explanation.contributions
    return name in (term.casefold() for term in hit.context) or any(
        name in (part.term.casefold(), part.surface.casefold()) for part in parts
    )


class MarkState(NamedTuple):
    """A mark: its file and line, what it says, and why it has no effect; "" if it has one."""

    path: Path
    line: int
    text: str
    note: str


def marks_in(archive: Path, index: Index) -> Iterator[MarkState]:
    """The marks in an archive's pages, in the order of their names, and then in ``related.toml``.

    Raises:
        ArchiveError: there is nothing at the path, or the system failed to read a file.
        UsageError: ``related.toml`` says something that has no meaning.
    """

    def in_silence(skipped: Skipped) -> None:
        """A file without an event has no list to decide on."""

    editors = Editors(index, [decisions_beside(archive)])
    of_pages: dict[str, Sequence[Mark]] = {}
    for entry in entries([archive], in_silence):
        page = page_of(entry, in_silence) if entry.file.form is Form.PAGE else None
        marks = marks_of(page.page) if page else ()
        if page and marks:
            of_pages[page.event.id] = marks
        ids = [editors.id_of(mark.link) if mark.link else "" for mark in marks]
        for place, mark in enumerate(marks):
            note = NO_EVENT if ids[place] is None else ""
            if not note and ids[place] in ids[place + 1 :] and mark.link:
                note = _UNDONE
            yield MarkState(entry.path, mark.line, mark.text, note)
    yield from editors.listed(lambda event_id: of_pages.get(event_id, ()))


def why(index: Index, one: str, other: str, options: RelatedOptions) -> Why:
    """``Index.why`` with the decisions of editors about the pair, which overrule its verdict.

    Its ``marks`` name files by their paths from the folder above the archive.

    Raises:
        UnknownEvent: an id is of no event.
        UsageError: a ``related.toml`` says something that has no meaning.
    """
    answer = index.why(one, other, options)
    editors = Editors(index, decisions_of(index.directory))
    name, page = marked_page(index.directory, one) or (one, None)
    marks = marks_of(page) if page else ()
    rules = editors.rules_of(one, marks)
    verdict = answer.verdict
    if not rules.has_list:
        verdict = "Not listed: the page is marked to have no list."
    elif other in rules.pins:
        verdict = "Listed: an editor pinned it."
    elif other in rules.bans:
        verdict = "Not listed: an editor banned it."
    return replace(answer, marks=tuple(editors.acting(one, other, marks, name)), verdict=verdict)
