"""From a page and its place in an archive to an event: front matter, day lines, names of files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from search.archive.dates import parse_date
from search.archive.page.parser import MAX_TITLE, NoPage, Page
from search.archive.site import date_in
from search.model import printing as plain
from search.model.event import Event, parse_day

# The fields of front matter that tell the day, the summary and the terms, best first.
_DAYS: Final = ("date", "published", "published_at", "pubdate", "publishdate", "created", "lastmod")
_SUMMARIES: Final = ("description", "summary", "excerpt")
_TERMS: Final = ("tags", "tag", "categories", "category", "keywords", "topics")
_BETWEEN_WORDS: Final = re.compile(r"[-_ ]+")
_DATED_NAME: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_. ]+(.*))?$", re.ASCII | re.DOTALL
)
_MOST_NAMED: Final = 12  # fields that a message names


def event_of_page(page: Page, event_id: str, path: str, url: str) -> Event:
    """The event of a page.

    ``path`` is the absolute path of its file, ``url`` what links to it print if not the id.

    Raises:
        NoPage: it has no day or no title.
    """
    fields = page.fields
    name = _name(event_id)
    day = page.day or _day_of(fields) or date_in(event_id) or _day_of_name(name) or date_in(path)
    if day is None:
        raise NoPage(_without_day(fields))
    title = page.title or _title_of_name(name)
    if not title or len(title) > MAX_TITLE:
        raise NoPage("no title: neither a title line (# ...) nor one in the front matter")
    about = next((value for key in _SUMMARIES if isinstance(value := fields.get(key), str)), "")
    return Event(
        id=event_id,
        date=day,
        title=title,
        summary="\n".join(filter(None, (plain.lines(about), page.summary))),
        url=_permalink(fields) or url,
        sources=page.sources,
        terms=tuple(dict.fromkeys((*page.terms, *_terms(fields)))),
    )


def _name(event_id: str) -> str:
    """The name of the page's file without its ending, or that of its folder: a/b.md, b/index.md."""
    *above, last = event_id.split("/")
    stem = last.rsplit(".", 1)[0]
    return above[-1] if stem.casefold() in ("index", "readme") and above else stem


def _day_of(fields: Mapping[str, Any]) -> date | None:
    for name in _DAYS:
        value = fields.get(name)
        if value is not None and not isinstance(value, bool):
            try:
                return parse_date(value)
            except ValueError:
                continue
    return None


def _day_of_name(name: str) -> date | None:
    found = _DATED_NAME.match(name)
    try:
        return parse_day("-".join(found.groups()[:3])) if found else None
    except ValueError:
        return None


def _title_of_name(name: str) -> str:
    """As Jekyll does: the words of the name without its day, each with a capital."""
    found = _DATED_NAME.match(name)
    words = _BETWEEN_WORDS.split((found[4] or "") if found else name)
    return plain.line(" ".join(word[:1].upper() + word[1:] for word in words))


def _without_day(fields: Mapping[str, Any]) -> str:
    reason = "no day: no day line (### [YYYY-MM-DD](...)), and no day in its path or name"
    if not fields:
        return reason
    names = ", ".join(plain.visible(name)[:40] for name in list(fields)[:_MOST_NAMED])
    return f"{reason} or front matter, which has: {names}"


def _terms(fields: Mapping[str, Any]) -> list[str]:
    """The tags of front matter. A text is a list by commas or, as in Jekyll, by blanks."""
    terms: list[str] = []
    for name in _TERMS:
        value = fields.get(name)
        if isinstance(value, str):
            value = value.split(",") if "," in value else value.split()
        for item in value if isinstance(value, list) else ():
            if term := plain.line(str(item)):
                terms.append(term)
    return terms


def _permalink(fields: Mapping[str, Any]) -> str:
    """Where the page's own front matter says that it is published; "" if that is a pattern."""
    link = fields.get("permalink")
    if not isinstance(link, str) or not link.startswith(("/", "http://", "https://")):
        return ""
    path = link.partition("://")[2] or link
    return "" if set(path) & set(":{}") else plain.line(link)
