"""The list of a day's events: `index.md` or `README.md` in the folder of the day.

## [2016-02-6](/news/2016/02/6/index.md)

### [Title. ](/news/2016/02/6/slug.md)
summary, or _Context: names_

## [Previous Day...](/news/2016/02/5/index.md)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from search.archive.page import escaping
from search.archive.page.blocks import Kind, Line
from search.archive.page.site_labels import SiteLabels
from search.publish.lists.entries import (
    Entry,
    Form,
    Listed,
    ListPage,
    Meaning,
    day_of_list,
    entries_in,
    form_of,
    gap_below,
    leads_to_previous_day,
    link_of,
    merged,
    path_of,
)
from search.publish.lists.folders import Day


@dataclass(slots=True)
class DayListed:
    """A list as it should be. ``order`` has the ids of its events; ``note`` says why a list was
    not changed, or what an editor should check."""

    data: bytes
    order: list[str] = field(default_factory=list)
    form: Form = field(default_factory=Form)
    note: str = ""


def new_day_list(day: Day) -> bytes:
    """The list of a day before its entries are added."""
    return f"## [{escaping.text(day.name)}]({escaping.destination(day.link)})\n\n".encode()


def day_list(
    data: bytes,
    day: Day,
    wanted: Mapping[str, Listed],
    meaning: Meaning,
    previous: str | None,
    labels: SiteLabels,
    otherwise: Form,
) -> DayListed:
    """The list with an entry for each event, and with its link to the day before.

    What is right keeps its bytes. A page that is no list of a day stays as it is.
    """
    page, note = ListPage.of(data)
    if note:
        return DayListed(data, note=note)
    lines = page.lines
    top = _day_heading(lines)
    if top is None:
        return DayListed(data, note="no day line (## [YYYY-MM-D](...)); it was left alone")
    end = _end_of_part(lines, top + 1)
    footer = _footer(lines, top + 1)
    entries = entries_in(lines, top + 1, end)
    elsewhere = entries_in(lines, end, len(lines))
    below = {meaning(entry.link) for entry in elsewhere}
    listed = {meaning(entry.link) for entry in entries} | below
    events = [event for event_id, event in wanted.items() if event_id in listed]
    form = form_of(page, [*entries, *elsewhere], events, otherwise)
    here = {event_id: event for event_id, event in wanted.items() if event_id not in below}
    done = merged(page, entries, here, meaning, form, (top + 1, end))
    before = data[: lines[top].end]
    after = page.between(end, len(lines))
    if footer is None and previous is not None:
        rest = done.data + after
        after = rest + gap_below(rest, form) + _previous_line(previous, labels, form.newline)
        done.data = b""
    elif footer is not None and previous is not None:
        after = _with_link(page, footer, end, previous, day)
    order = _order(entries, elsewhere, wanted, meaning)
    gone = ", ".join(done.kept_text)
    note = f"text below an entry whose page is gone was kept: {gone}" if gone else ""
    return DayListed(before + done.data + after, order, form, note)


def _order(
    entries: Sequence[Entry],
    elsewhere: Sequence[Entry],
    wanted: Mapping[str, Listed],
    meaning: Meaning,
) -> list[str]:
    """The ids of the day's events as the list has them, those that were added last."""
    listed = [meaning(entry.link) for entry in (*entries, *elsewhere)]
    return list(dict.fromkeys([*(one for one in listed if one and one in wanted), *wanted]))


def _day_heading(lines: Sequence[Line]) -> int | None:
    for at, line in enumerate(lines):
        if line.kind is Kind.HEADING:
            link = link_of(line.text)
            if line.level > 2 or link is None or day_of_list(link[1]) is None:
                return None
            return at
    return None


def _end_of_part(lines: Sequence[Line], first: int) -> int:
    for at in range(first, len(lines)):
        if lines[at].kind is Kind.HEADING and lines[at].level <= 2:
            return at
    return len(lines)


def _footer(lines: Sequence[Line], first: int) -> int | None:
    """The heading that leads to the day before."""
    for at in range(len(lines) - 1, first - 1, -1):
        line = lines[at]
        if line.kind is Kind.HEADING and line.level <= 2 and leads_to_previous_day(line):
            link = link_of(line.text)
            if link is not None and day_of_list(link[1]) is not None:
                return at
    return None


def _previous_line(link: str, labels: SiteLabels, newline: bytes) -> bytes:
    return f"## [{labels.previous_day}...]({escaping.destination(link)})".encode() + newline


def _with_link(page: ListPage, footer: int, end: int, previous: str, day: Day) -> bytes:
    """What follows the list, with its link to the day before put right."""
    line, last = page.lines[footer], len(page.lines)
    link = link_of(line.text)
    assert link is not None
    if path_of(link[1], day.directory) == path_of(previous, day.directory):
        return page.between(end, last)
    hashes = "#" * line.level
    renewed = f"{hashes} [{link[0]}]({escaping.destination(previous)})".encode()
    renewed += page.end_of(line)
    return page.between(end, footer) + renewed + page.between(footer + 1, last)
