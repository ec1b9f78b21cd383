"""The front page: the events of the newest days, a part for each.

    ## [News](/news/2016/02/6/index.md)

    ### [Title. ](/news/2016/02/6/slug.md)
    ---

    ## [Yesterday](/news/2016/02/5/index.md)
    ...
    ## [Previous Day...](/news/2016/02/3/index.md)
    ---

The newest day of the archive is "today", whatever the clock says, so that the same archive always
gives the same page. A part is headed by a date if its day is not the one that the label says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from search.archive.page import escaping
from search.archive.page.blocks import Kind, Line
from search.archive.page.site_labels import SiteLabels, part_of_front_page
from search.publish.lists.entries import (
    Form,
    Listed,
    ListPage,
    Meaning,
    day_of_list,
    entries_in,
    form_of,
    leads_to_previous_day,
    link_of,
    merged,
)
from search.publish.lists.folders import Day

PARTS: Final = 3  # days on the front page


@dataclass(frozen=True, slots=True)
class FrontDay:
    """A day with its events in the order of its list."""

    day: Day
    date: date
    events: Mapping[str, Listed]


class _Part(NamedTuple):
    heading: int
    end: int


def new_front_page(days: Sequence[FrontDay], labels: SiteLabels) -> bytes:
    """A front page of the newest days, given newest first, before its entries are added; the day
    after ``PARTS`` is linked to."""
    shown = days[:PARTS]
    heads = [(_words(number, shown, labels), day) for number, day in enumerate(shown)]
    heads += [(f"{labels.previous_day}...", day) for day in days[PARTS : PARTS + 1]]
    parts = (
        f"## [{escaping.text(words)}]({escaping.destination(day.day.link)})\n\n---\n"
        for words, day in heads
    )
    return "\n".join(parts).encode("utf-8", "replace")


def front_page(
    data: bytes, days: Sequence[FrontDay], meaning: Meaning, labels: SiteLabels, otherwise: Form
) -> tuple[bytes, str]:
    """The page with its parts rewritten, and a note; a page without such parts stays as it is."""
    page, note = ListPage.of(data)
    if note:
        return data, note
    lines = page.lines
    parts = _parts(lines)
    if not parts:
        return data, f"no part of the news (## [{labels.news}](...)); it was left alone"
    pieces = [data[: lines[parts[0].heading].start]]
    shown = days[
        : min(PARTS, sum(not leads_to_previous_day(lines[part.heading]) for part in parts))
    ]
    number = 0
    kept: list[str] = []
    for at, part in enumerate(parts):
        line = lines[part.heading]
        inside = page.between(part.heading + 1, part.end)
        if leads_to_previous_day(line):
            earlier = days[len(shown) : len(shown) + 1]
            target = earlier[0].day if earlier else None
            pieces += [_heading(page, part.heading, None, target), inside]
        elif number < len(shown):
            day = shown[number]
            words = _words(number, shown, labels)
            pieces.append(_heading(page, part.heading, words, day.day))
            done, text = _filled(page, part, day, meaning, otherwise)
            pieces.append(done)
            kept += text
            number += 1
        else:
            pieces += [page.between(part.heading, part.heading + 1), inside]
        following = parts[at + 1].heading if at + 1 < len(parts) else len(lines)
        pieces.append(page.between(part.end, following))
    note = f"text below entries that went was kept: {', '.join(kept)}" if kept else ""
    return b"".join(pieces), note


def _filled(
    page: ListPage, part: _Part, day: FrontDay, meaning: Meaning, otherwise: Form
) -> tuple[bytes, list[str]]:
    """The entries of a part; those of other days go."""

    def here(link: str) -> str | None:
        meant = meaning(link)
        return meant if meant is None or meant in day.events else ""

    entries = entries_in(page.lines, part.heading + 1, part.end)
    listed = {here(entry.link) for entry in entries}
    events = [event for event_id, event in day.events.items() if event_id in listed]
    form = form_of(page, entries, events, otherwise)
    done = merged(page, entries, day.events, here, form, (part.heading + 1, part.end))
    if done.added and not form.spaced:
        done.data += form.newline  # a rule right below a line of text would make it a heading
    return done.data, done.kept_text


def _parts(lines: Sequence[Line]) -> list[_Part]:
    """The parts that are ours, each from its heading to its rule or to the next heading."""
    parts = []
    for at, line in enumerate(lines):
        if line.kind is not Kind.HEADING or line.level != 2:
            continue
        link = link_of(line.text)
        if link is None or (day_of_list(link[1]) is None and not part_of_front_page(link[0])):
            continue
        end = at + 1
        while end < len(lines) and not _ends_part(lines[end]):
            end += 1
        parts.append(_Part(at, end))
    return parts


def _ends_part(line: Line) -> bool:
    if line.kind is Kind.HEADING:
        return line.level <= 2
    return line.kind is Kind.TEXT and line.content.strip() in (b"---", b"***", b"___")


def _words(number: int, shown: Sequence[FrontDay], labels: SiteLabels) -> str:
    """What heads the part of a day; its date, if it is not that many days before the newest."""
    if number == 0:
        return labels.news
    if shown[0].date - shown[number].date != timedelta(days=number):
        return shown[number].day.name
    return (labels.yesterday, labels.day_before)[number - 1]


def _heading(page: ListPage, at: int, words: str | None, day: Day | None) -> bytes:
    """The heading with the link to its day; its own words stay if they mean the same."""
    link = link_of(page.lines[at].text)
    assert link is not None
    text = link[0]
    if words is not None:
        part = part_of_front_page(words)
        text = text if part is not None and part == part_of_front_page(text) else words
    target = link[1] if day is None else escaping.destination(day.link)
    if (text, target) == link:
        return page.between(at, at + 1)
    return f"## [{text}]({target})".encode() + page.end_of(page.lines[at])
