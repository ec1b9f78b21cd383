"""Turns a page into an event: from its front matter, its day line and the name of its file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from search.archive.dates import DAY, TIME, parse_date
from search.archive.field_links import listed_links
from search.archive.field_names import NO_MAP, FieldMap, prepared
from search.archive.guessed_fields import is_date_of_change
from search.archive.learned_fields import map_advice
from search.archive.page.blocks import Kind
from search.archive.page.markup import addresses
from search.archive.page.parser import NoDay, NoPage, Page
from search.archive.permalinks import PLAIN, Permalinks
from search.archive.record_event import day_of, other_fields, title_of_text
from search.archive.site import date_in
from search.model import limits
from search.model import printing as plain
from search.model.event import Event

# The fields of front matter with the summary and the terms, best first.
_SUMMARIES: Final = ("summary", "description", "excerpt")
_TERMS: Final = ("terms", "tags", "tag", "categories", "category", "keywords", "topics", "affected")
_LIST_TYPES: Final = ("tags", "categories", "archives")
_BETWEEN_WORDS: Final = re.compile(r"[-_ ]+")
# 2016-02-06-title, minutes_2016_02_06, 20160206T101200--title, Minutes 6 February 2016
_DATE_IN_NAME: Final = re.compile(
    r"(?:^|(?<=[-_. ]))(?:(\d{4})[-_.](\d{1,2})[-_.](\d{1,2})"
    r"|((?:19|20)\d\d)(\d\d)(\d\d)(?:T?\d{4,6})?"
    r"|(\d{1,2})[-_ ]([A-Za-z]{3,9})[-_ ](\d{4})|([A-Za-z]{3,9})[-_ ](\d{1,2}),?[-_ ](\d{4})"
    r"|(\d{4})[-_ ]([A-Za-z]{3,9})[-_ ](\d{1,2}))(?:[-_. ]+|$)",
    re.ASCII,
)
_BEHIND_DAY: Final = re.compile(r"(?<=/\d\d)[-_][^/]+")  # of /2016/02/06-title.md
# "Date: 6 February 2016", "**Datum:** 06.02.2016", "| Start | 2016-02-06 |"
_FIELD_LINE: Final = re.compile(
    r"[-*_>|+ ]{0,4}([^\W\d][^:：|*_]{0,40}?)[*_ ]{0,3}[:：|][*_| ]{0,6}(.*)"
)
_DAY_IN_LINE: Final = re.compile(
    rf"(?<![\w/-])(?:{DAY}|(?:19|20)\d{{6}}|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}})(?![\d/])(?:{TIME})?"
)
_AROUND_DAY: Final = re.compile(r"[^\W_]+")
_MOST_AROUND: Final = 6  # words around a date in a line that is not a sentence
_FEW_AROUND: Final = 2  # words that are no sentence, even with a full stop
_SENTENCE_ENDS: Final = (".", "!", "?", "。")
_JOPLIN: Final = re.compile(rb"\ntype_: \d{1,2}\s*$")
_LONGEST_DATE_LINE: Final = 100
_FIRST_LINES: Final = 8  # of a text that may contain its date
_MOST_NAMED: Final = 12  # fields that a message names


def event_of_page(
    page: Page,
    event_id: str,
    path: str,
    url: str,
    field_map: FieldMap = NO_MAP,
    permalinks: Permalinks = PLAIN,
) -> Event:
    """The event of a page.

    ``path`` is the absolute path of its file. ``url`` is the link to it, if it is not the id and
    ``permalinks`` give no other. ``field_map`` names the fields of front matter to take; it cannot
    change the id.

    Raises:
        NoPage: it has no day or no title.
    """
    if _JOPLIN.search(page.data[-200:]):
        raise NoPage("a raw note of Joplin; export the notes as Markdown with front matter")
    fields = _mapped(page.fields, field_map)
    day = (
        page.day
        or _day_of(fields, field_map, changed=False)
        or day_of_path(event_id, path)
        or _day_in_text(page, field_map)
        or _day_of(fields, field_map, changed=True)
    )
    is_mapped = any(target == "title" for target, _ in field_map)
    own = plain.line(str(fields.get("title", ""))) if is_mapped else ""
    text = page.summary
    guessed = prepared(fields).guessed("title") if fields and not page.title else ()
    title = own or page.title or next((plain.line(str(each)) for each in guessed), "")
    if not title:
        name = _name(event_id)
        title = _title_of_name(name)
        if title and not (page.front or field_map.undated or _day_of_name(name)):
            if day:
                raise NoPage("no title line (# ...)")
            raise NoDay(f"no title line (# ...), and {_without_day(fields)}")
    if not title and (title := title_of_text(text)):  # a note that is called by its day
        text = text.removeprefix(title).strip()
    if day is None and not field_map.undated:
        raise NoDay(_without_day(fields))
    if not title or len(title) > limits.TITLE_LENGTH:
        raise NoPage("no title: neither a title line (# ...) nor one in the front matter")
    about = next((value for key in _SUMMARIES if isinstance(value := fields.get(key), str)), "")
    about = "" if text.startswith(plain.lines(about).rstrip(" .…")) else plain.lines(about)
    return Event(
        id=event_id,
        date=day,
        title=title,
        summary="\n".join(filter(None, (about, text))),
        url=permalinks.link(path, fields, day, title) or _permalink(fields) or url,
        sources=page.sources,
        links=addresses((*page.links, *listed_links(fields))) if fields else page.links,
        terms=tuple(dict.fromkeys((*page.terms, *_terms(fields or _fields_of_text(page))))),
        fields=other_fields(prepared(fields)) if fields else {},
    )


def day_of_path(event_id: str, path: str) -> date | None:
    """The date in a path: in its directories, or in the file's name."""
    short = _BEHIND_DAY.sub("/", event_id)
    return date_in(event_id) or date_in(short) or _day_of_name(_name(event_id)) or date_in(path)


def is_list(event_id: str, page: Page) -> bool:
    """Whether a page called README.md or index.md lists others: its front matter says so, as in
    Hexo; or it has none, and neither it nor the name of its folder has a day. At the top of an
    archive a day in its text does not count."""
    if page.fields:
        return page.fields.get("type") in _LIST_TYPES
    is_named = any(map(str.isalpha, _name(event_id))) and day_of_path(event_id, "")
    is_below = event_id.count("/") > 1 and _day_in_text(page, NO_MAP)
    return page.day is None and not (is_named or is_below)


def _mapped(fields: Mapping[str, Any], field_map: FieldMap) -> Mapping[str, Any]:
    """Front matter, with the mapped fields under the names of an event's fields."""
    found = {
        "permalink" if target == "url" else target: fields[source.casefold()]
        for target, source in field_map
        if fields.get(source.casefold()) is not None
    }
    return {**fields, **found} if found else fields


def _name(event_id: str) -> str:
    """The name of the page: b of a/b.md and of b/index.md."""
    *above, last = event_id.split("/")
    stem = last.rsplit(".", 1)[0]
    return above[-1] if stem.casefold() in ("index", "readme") and above else stem


def _day_of(fields: Mapping[str, Any], field_map: FieldMap, *, changed: bool) -> date | None:
    """The day in front matter; with ``changed`` the day of a change, which a date in the path of
    the page overrides."""
    values = {name: v for name, v in fields.items() if is_date_of_change(name) == changed}
    try:
        return day_of(prepared(values, replace(field_map, sources=(), undated=False)))
    except ValueError:
        return None


def _day_of_name(name: str) -> date | None:
    found = _DATE_IN_NAME.search(name)
    if found is None:
        return None
    parts = [part for part in found.groups() if part]
    try:
        return parse_date(("-" if "".join(parts).isdecimal() else " ").join(parts))
    except ValueError:
        return None


def _day_in_text(page: Page, field_map: FieldMap) -> date | None:
    """The day in one of the first lines of the text: in a field, such as "Date: 2016-02-06"; in a
    line that is only a date; in a first line that is no sentence, such as "Posted by Ida, 6
    February 2016"; else the day in the title."""
    texts = _first_lines(page)
    fields = {
        name: found[0]
        for name, value in _fields_in(texts)
        if (found := _DAY_IN_LINE.match(value)) and not is_date_of_change(name)
    }
    known, _ = prepared(fields).dates()
    only = [text for n, text in enumerate(texts) if _is_day(text, is_first=not n)]
    for text in [*known, *fields.values(), *only, page.title]:
        found = _DAY_IN_LINE.search(text)
        try:
            if found:
                return parse_date(found[0], field_map.zone, field_map.day_first)
        except ValueError:
            continue
    return None


def _first_lines(page: Page) -> list[str]:
    lines = [line for line in page.lines[page.front :] if line.kind is Kind.TEXT][:_FIRST_LINES]
    return [line.content.decode().strip()[:_LONGEST_DATE_LINE] for line in lines]


def _fields_in(texts: list[str]) -> Iterator[tuple[str, str]]:
    """The names and values of lines of a text that are written as fields."""
    return ((found[1], found[2]) for text in texts if (found := _FIELD_LINE.match(text)))


def _fields_of_text(page: Page) -> dict[str, str]:
    """The fields in the first lines of a page that has none above its text, such as tags."""
    if page.day:
        return {}
    return {name.casefold(): value for name, value in _fields_in(_first_lines(page))}


def _is_day(text: str, *, is_first: bool) -> bool:
    """Whether a line is a date, with some words around it if it is the first line of a text."""
    found = _DAY_IN_LINE.search(text)
    if found is None or is_date_of_change(text[: found.start()]):
        return False
    words = _AROUND_DAY.findall(text[: found.start()]), _AROUND_DAY.findall(text[found.end() :])
    if not any(words):
        return True
    count = sum(map(len, words))
    is_sentence = count > _FEW_AROUND and text.rstrip("*_ ").endswith(_SENTENCE_ENDS)
    return is_first and bool(words[0]) and not is_sentence and count <= _MOST_AROUND


def _title_of_name(name: str) -> str:
    """The words of the name without its date, capitalised, as Jekyll does, unless they have blanks
    between them."""
    rest = _DATE_IN_NAME.sub("", name, 1).strip("-_. ") if _day_of_name(name) else name
    if " " in rest:
        return plain.line(rest)
    words = _BETWEEN_WORDS.split(rest)
    return plain.line(" ".join(word[:1].upper() + word[1:] for word in words))


def _without_day(fields: Mapping[str, Any]) -> str:
    reason = "no day: no day line (### [YYYY-MM-DD](...)), and no day in its path or name"
    tip = map_advice(prepared({"title": "", **fields, "summary": "-"}), "date")
    if not fields or "--map" in tip:
        return f"{reason}{' or front matter' if fields else ''}{tip}"
    names = ", ".join(plain.visible(name)[:40] for name in list(fields)[:_MOST_NAMED])
    return f"{reason} or front matter, which has: {names}{tip}"


def _terms(fields: Mapping[str, Any]) -> list[str]:
    """The tags of front matter. A text is split at commas or else, as in Jekyll, at blanks."""
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
    """The permalink in the page's front matter; "" if there is none or it is a pattern."""
    link = fields.get("permalink")
    if not isinstance(link, str) or not link.startswith(("/", "http://", "https://")):
        return ""
    path = link.partition("://")[2] or link
    return "" if set(path) & set(":{}") else plain.line(link)
