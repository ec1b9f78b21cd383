"""Shows decisions of editors: those that act on a pair of events, and those without effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from search.archive.decisions import Decision, decisions_beside
from search.archive.page.marks import Mark, marks_of
from search.engine.decisions.reading import decisions_of, marked_page, pages_in
from search.engine.decisions.rules import Rules
from search.model.answers import Why
from search.model.hit import Hit
from search.model.options import RelatedOptions

if TYPE_CHECKING:
    from search.engine.index import Index

_NO_EVENT: Final = "names no event of the index: remove it, or correct the link"
_UNDONE: Final = "has no effect: a later mark says otherwise"
_OVERRULED: Final = "has no effect: the page's own mark says otherwise"
_BANNED: Final = "has no effect: related.toml bans it, too"


class MarkState(NamedTuple):
    """A mark: its file and line, what it says, and why it has no effect; "" if it has one.

    ``moved`` says which of the pages that it names were renamed; it acts on them all the same.
    """

    path: Path
    line: int
    text: str
    note: str
    moved: str = ""


def marks_in(archive: Path, index: Index) -> Iterator[MarkState]:
    """The marks in an archive's pages, by file name, and then the decisions in ``related.toml``.

    Raises:
        ArchiveError: there is nothing at the path, or the system failed to read a file.
        UsageError: ``related.toml`` has a mistake.
    """
    rules = Rules(index, [decisions_beside(archive)])
    of_pages: dict[str, Sequence[Mark]] = {}
    for page in pages_in(archive, index.directory, with_marks=True):
        marks = marks_of(page.page)
        of_pages[page.event.id] = marks
        ids = [rules.id_of(mark.link) if mark.link else "" for mark in marks]
        for number, mark in enumerate(marks):
            note = _no_event(rules, mark.link) if ids[number] is None else ""
            if not note and ids[number] in ids[number + 1 :] and mark.link:
                note = _UNDONE
            yield MarkState(page.path, mark.line, mark.text, note, rules.moved([mark.link]))
    for path, decision in _each(rules):
        note = _note(rules, decision, lambda event_id: of_pages.get(event_id, ()))
        moved = "" if decision.verb == "not_a_term" else rules.moved(decision.names)
        yield MarkState(path, decision.line, decision.text, note, moved)


def _no_event(rules: Rules, reference: str) -> str:
    """The note of a mark that names no event, with the address that may be meant."""
    proposed = rules.proposed(reference)
    return _NO_EVENT if proposed is None else f"{_NO_EVENT}, perhaps to {proposed}"


def _note(rules: Rules, decision: Decision, marks_of_page: Callable[[str], Sequence[Mark]]) -> str:
    """Why a decision of ``related.toml`` has no effect; "" if it has one."""
    if decision.verb == "not_a_term":
        return ""
    ids = []
    for name in decision.names:
        if (event_id := rules.id_of(name)) is None:
            return _no_event(rules, name)
        ids.append(event_id)
    if decision.verb in ("pin", "ban"):
        one, other = ids
        if any(mark.link and rules.id_of(mark.link) == other for mark in marks_of_page(one)):
            return _OVERRULED
        if decision.verb == "pin" and rules.bans(one, other):
            return _BANNED
    return ""


def _each(rules: Rules) -> Iterator[tuple[Path, Decision]]:
    for decided in rules.decisions:
        for decision in decided.each():
            assert decided.path is not None
            yield decided.path, decision


def why(index: Index, one: str, other: str, options: RelatedOptions) -> Why:
    """``Index.why`` with the decisions of editors about the pair, which overrule its verdict.

    Its ``marks`` name files by their paths from the folder above the archive.

    Raises:
        UnknownEvent: no event has one of the ids.
        UsageError: a ``related.toml`` has a mistake.
    """
    answer = index.why(one, other, options)
    rules = Rules(index, decisions_of(index.directory))
    name, page = marked_page(index.directory, one) or (one, None)
    marks = marks_of(page) if page else ()
    of_list = rules.of(one, marks)
    verdict = answer.verdict
    if not of_list.has_list:
        verdict = "Not listed: the page is marked to have no list."
    elif other in of_list.pins:
        verdict = "Listed: an editor pinned it."
    elif other in of_list.bans:
        verdict = "Not listed: an editor banned it."
    last = {rules.id_of(mark.link): mark for mark in marks if mark.link}
    acting = [
        f"{name}:{mark.line}: {mark.text}"
        for mark in marks
        if mark.verb == "no-list" or mark is last.get(other)
    ]
    acting += (
        f"{path.name}:{decision.line}: {decision.text}"
        for path, decision in _each(rules)
        if _acts(index, rules, decision, one, other, other in last, other in of_list.pins)
    )
    return replace(answer, marks=tuple(acting), verdict=verdict)


def _acts(
    index: Index,
    rules: Rules,
    decision: Decision,
    one: str,
    other: str,
    is_marked: bool,
    is_pinned: bool,
) -> bool:
    """Whether a decision of ``related.toml`` acts on a pair."""
    if decision.verb == "not_a_term":
        hit = index.pair(one, other)
        return hit is not None and _has_reason(hit, decision.names[0].casefold())
    ids = [rules.id_of(name) for name in decision.names]
    if decision.verb == "same_story":
        return other in ids
    if is_marked:
        return False
    if decision.verb == "exclude":
        return other in ids and not is_pinned
    if decision.verb == "ban_both":
        return one in ids and other in ids and one != other
    return ids == [one, other] and not (decision.verb == "pin" and rules.bans(one, other))


def _has_reason(hit: Hit, name: str) -> bool:
    parts = hit.explanation.contributions
    return name in (term.casefold() for term in hit.context) or any(
        name in (part.term.casefold(), part.surface.casefold()) for part in parts
    )
