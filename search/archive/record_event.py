"""Turns a record into an event, whatever its fields are called.

Only a title (or a text) and a date are needed. An optional field of another type is left out and
reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from math import isfinite
from typing import Any, Final

from search.archive.dates import parse_date
from search.archive.field_links import listed_links
from search.archive.field_names import (
    BODIES,
    INNER_BODIES,
    OWN_IDS,
    SYNONYMS,
    FieldMap,
    Fields,
    filled,
    prepared,
    squashed,
)
from search.archive.learned_fields import map_advice
from search.archive.page.front_matter import is_draft
from search.archive.page.markup import addresses, shown, shown_record_title
from search.model import limits
from search.model import printing as plain
from search.model.event import Event
from search.model.untrusted_toml import is_too_long

_INNER_TEXTS: Final = (
    "rendered", "default", "body", "text", "message", "value", "description", "content", "details",
    "description_data", "latestDescription", "p", "contents", "post",
)  # fmt: skip
_INNER_NAMES: Final = ("name", "term", "label", "title", "package", "module", "product", "id")
_DEEPEST: Final = 3  # objects around a date
_MOST_INNER: Final = 200  # items of a list of objects that are read
_GUESSED_TITLE: Final = 120  # characters, at most, of a title taken from the text
_SENTENCE_END: Final = re.compile(r"(?<=[.!?。！？])\s")
_MORE_TEXTS: Final = ("details", *BODIES, "description", "event", "data")
_LONGEST_OTHER: Final = 200  # characters of a field that is kept
_LONGEST_NAME: Final = 60
_MOST_OTHERS: Final = 20  # fields
_SERVICES: Final = ("channel_", "group_", "bot_add", "bot_remove", "pinned_item")  # of Slack
_INNER_OTHERS: Final = ("severity", "status", "impact")
_NOT_OTHERS: Final = frozenset(
    {"layout", "draft", "weight", "toc", "schemaversion", *SYNONYMS, *BODIES}
    | {name for names in SYNONYMS.values() for name in names}
) - {"cve", "doi"}
_HAS_TEXT: Final = frozenset({"title", "headline", *BODIES})
_LANGUAGE: Final = re.compile(r"en|[a-z]{2}[-_][A-Z]{2}")  # {"en-US": "A text"}
_WIKINEWS_DATE: Final = re.compile(r"\{\{date\|([^{}|]{6,30})\}\}")
_TAGGED: Final = re.compile(r"<([^<>]+)>")  # tags of Stack Exchange: <c><linux>
_WIKI_TAG: Final = re.compile(r"\[\[([^\[\]]+)\]\]|(\S+)")  # TiddlyWiki: town [[two words]]
_NOT_SLUG: Final = re.compile(r"[\W_]+")


def event_of(
    fields: Fields,
    on_loss: Callable[[str], None],
    default_id: str = "",
    default_day: date | None = None,
) -> Event:
    """The event of a record. ``on_loss`` is called with a field that was left out. A record that
    has no id or no day gets the default ones, if any.

    Raises:
        ValueError: the title or the day is missing, or one of them or the id cannot be used.
    """

    def optional(read: Callable[[], Any], without: Any) -> Any:
        try:
            return read()
        except ValueError as error:
            on_loss(f"{error}; the event is kept without it")
            return without

    _check_kind(fields.values)
    title, summary, links = _title_and_texts(fields, optional)
    if fields.map.undated:
        day = optional(lambda: day_of(fields, default_day), None)
    else:
        day = day_of(fields, default_day)
    event_id = _identifier(fields, default_id) or f"{f'{day}-' if day else ''}{_slug(title)}"
    url = optional(lambda: _first_text(fields, "url"), "")
    return Event(
        id=event_id,
        date=day,
        title=title,
        summary=summary,
        url="" if url == event_id else plain.line(url),
        sources=optional(lambda: _sources(fields), ()),
        terms=optional(lambda: _terms(fields), ()),
        fields=other_fields(fields),
        links=links,
    )


def _check_kind(values: Mapping[str, Any]) -> None:
    """Refuse drafts, and records of exports that are not texts."""
    if is_draft(values):
        raise ValueError("a draft")
    if values.get("type") == "Person":  # ActivityPub, JSON-LD
        raise ValueError("a person, not a text")
    is_service = values.get("type") == "service" and "action" in values  # of Telegram
    if is_service or str(values.get("subtype")).startswith(_SERVICES):
        raise ValueError("a message of the service, such as of a new member")
    of_slack = (values.get(name) for name in ("purpose", "profile"))
    if any(isinstance(value, dict) for value in of_slack) and _HAS_TEXT.isdisjoint(values):
        raise ValueError("a channel or a user, not a message")


def day_of(fields: Fields, fallback: date | None = None) -> date | None:
    """The day of a record: its likeliest date that can be read, see `Fields.dates`. None if it has
    no date and needs none.

    Raises:
        ValueError: it has no date, and there is no ``fallback``.
    """
    wrong: ValueError | None = None
    first, rest = fields.dates()
    revision = fields.values.get("revision")  # of MediaWiki, with the time of the last change
    text = _inner(revision, _INNER_TEXTS) if isinstance(revision, dict) else ""
    if found := _WIKINEWS_DATE.search(text[:_LONGEST_OTHER]):
        first.insert(0, found[1])
    for values in (first, rest):
        for value in values:
            try:
                return _day(value, fields.map)
            except ValueError as error:
                wrong = wrong or error
        # A date that cannot be read is not replaced by the day of a change.
        if any(isinstance(value, str) and value[:1].isdecimal() for value in values):
            break
    if fallback is not None:
        return fallback
    if wrong is not None:
        raise wrong
    if fields.map.undated:
        return None
    raise ValueError(
        f"date is missing or empty; the fields are: {fields.named()}{map_advice(fields, 'date')}"
    )


def _day(value: Any, field_map: FieldMap) -> date:
    """The day of a value: a date, or an object with one, such as {"created": "2016-02-06"},
    {"year": 2016, "month": 2, "day": 6} or {"date-parts": [[2016, 2, 6]]}."""
    for _ in range(_DEEPEST):
        if not isinstance(value, dict) or not value:
            break
        parts = value.get("date-parts")
        if isinstance(parts, list) and parts and isinstance(parts[0], list):
            value = "-".join(map(str, parts[0]))
            break
        first, rest = prepared(value).dates()
        only = value.values() if len(value) == 1 else ()  # {"en-US": "2016-02-06"}
        value = next(iter([*first, *rest, *only]), None)
    return parse_date(value, field_map.zone, field_map.day_first)


def _plain(value: Any) -> Any:
    """A value without the objects by which MongoDB writes its type: {"$date": "2016-02-06"}."""
    while isinstance(value, dict) and len(value) == 1 and str(next(iter(value)))[:1] == "$":
        value = next(iter(value.values()))
    return value


def _identifier(fields: Fields, fallback: str) -> str:
    """The id of a record; ``fallback`` if it has no such field."""
    is_file = fallback.startswith("/")  # a path is better than a link or a short name
    for value in map(_plain, filled(fields.values, OWN_IDS) if is_file else fields.get("id")):
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if is_whole and not isinstance(value, bool) and not is_too_long(value):
            return str(int(value))
        if isinstance(value, float) and isfinite(value):
            return str(value)
        if is_too_long(value):
            raise ValueError("id is a number of more than 300 digits")
        if not isinstance(value, str):
            if "id" in fields.values:
                raise ValueError(f"id must be a text or a number, not {_kind(value)}")
            continue  # a list of all names of a record
        if len(value) > limits.ID_LENGTH or not plain.is_identifier(value):
            raise ValueError("an id that is too long, or has control characters or outer blanks")
        return value
    if "id" not in fields.values:
        return fallback
    raise ValueError(f"id is missing or empty; the fields are: {fields.named()}")


def _slug(title: str) -> str:
    return _NOT_SLUG.sub("-", title.casefold()).strip("-")[:80].strip("-")


def _title_and_texts(
    fields: Fields, optional: Callable[[Callable[[], Any], Any], Any]
) -> tuple[str, str, tuple[str, ...]]:
    """The title, the text and the addresses that it links to. A record without a title is called by
    the first sentence of its summary or text."""
    texts = optional(lambda: _summaries(fields), [])
    titles = fields.get("title") or fields.guessed("title")
    if not titles:
        named = (fields.values.get(name) for name in ("message", "shortdescription"))
        lines = [value for value in named if _is_line(value)]
        others = [text for text in texts if text not in lines]
        titles, texts = (lines[:1], others) if lines and others else ([], texts)
    if titles:
        title = titles[0]
        if isinstance(title, dict):  # Mastodon, WordPress: {"rendered": "..."}
            title = next((v for v in title.values() if isinstance(v, str)), "")
        if isinstance(title, list) and title:  # Crossref
            title = title[0]
        if not isinstance(title, str):
            raise ValueError(f"title must be a text, not {_kind(title)}")
        line = plain.line(shown_record_title(title))
        if len(line) > limits.TITLE_LENGTH:
            raise ValueError(
                f"a title of {len(line)} characters; {limits.TITLE_LENGTH} are allowed"
            )
    else:
        line = ""
    all_shown = [shown(text) for text in texts]
    shown_texts = [found for each in all_shown if (found := plain.lines(each.text)) != line]
    if not line and shown_texts and fields.values.get("title") is None:
        line = title_of_text(shown_texts[0])
        shown_texts[0] = shown_texts[0].removeprefix(line).strip()
    if not line:
        advice = map_advice(fields, "title")
        raise ValueError(f"title is missing or empty; the fields are: {fields.named()}{advice}")
    of_texts = chain.from_iterable(each.links for each in all_shown)
    links = addresses(chain(of_texts, listed_links(fields.values)))
    return line, "\n".join(filter(None, shown_texts)), links


def _is_line(text: Any) -> bool:
    """Whether a text may be a title, as the messages of alerts are."""
    return isinstance(text, str) and 0 < len(text) <= _LONGEST_OTHER and "\n" not in text


def title_of_text(text: str) -> str:
    """The first sentence of a text, or its beginning if that is long."""
    first = _SENTENCE_END.split(text.strip().partition("\n")[0], maxsplit=1)[0]
    if len(first) <= _GUESSED_TITLE:
        return first
    return first[:_GUESSED_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _summaries(fields: Fields) -> list[str]:
    """The summary, and the text if it says more."""
    short = next(iter(_texts_of(fields.values, ("summary", *SYNONYMS["summary"]))), "")
    bodies = [*_texts_of(fields.values, _MORE_TEXTS)] or [*_texts_of(fields.inner, INNER_BODIES)]
    if not short and not bodies:
        bodies = [*_texts_of(fields.inner, ("summary", *SYNONYMS["summary"]))][:1]
    if not short and not bodies:
        short, *bodies = [_inner(each, _INNER_TEXTS) for each in fields.guessed("summary")] or [""]
    stem = short.rstrip(" .…")
    texts = _texts_of(fields.values, BODIES) if short else ()
    if longer := next((text for text in texts if text.startswith(stem)), ""):
        return [longer]
    more = next((text for text in bodies if not short or not text.startswith(stem)), "")
    return [text for text in (short, more) if text]


def _texts_of(values: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    if values.keys().isdisjoint(names):
        return
    for name in names:
        value = values.get(name)
        if isinstance(value, str) and value.strip() and name != "data":
            yield value
        elif isinstance(value, list) and value:
            found = [_inner(item, _INNER_TEXTS) for item in value[:_MOST_INNER]]
            # Pieces of one text, as in Telegram, are partly texts and partly objects.
            is_one = 0 < sum(isinstance(item, str) for item in value) < len(value)
            if text := ("" if is_one else "\n").join(filter(None, found)):
                yield text
        elif isinstance(value, dict) and (text := _inner(value, _INNER_TEXTS)):
            yield text
        elif value is not None and not isinstance(value, str | list) and name == "summary":
            raise ValueError(f"summary must be a text, not {_kind(value)}")


def _inner(value: Any, names: tuple[str, ...]) -> str:
    """A text, or the text in an object or at the beginning of a list."""
    for _ in range(4):
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            value = value[0] if value else None
            continue
        if not isinstance(value, dict):
            return ""
        found = next((value[name] for name in names if value.get(name)), None)
        value = found or next(
            (v for key, v in value.items() if _LANGUAGE.fullmatch(str(key))), None
        )
    return ""


def _first_text(fields: Fields, name: str) -> str:
    values = fields.get(name)
    # GitHub and others give the address of a record for programs first.
    values = [value for value in values if "://api." not in str(value)[:12]] or values
    for value in values[:1]:
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a text, not {_kind(value)}")
        return value
    return ""


def _sources(fields: Fields) -> tuple[str, ...]:
    for value in fields.get("sources"):
        return _list_of(value, "sources")
    return ()


def _terms(fields: Fields) -> tuple[str, ...]:
    """The field terms; without it, the terms of all its synonyms."""
    own = fields.values.get("terms")
    if own is not None and own != "":
        return _list_of(own, "terms")
    found: list[str] = []
    for value in fields.get("terms"):
        if isinstance(value, str) and "[[" in value:
            value = ["".join(parts) for parts in _WIKI_TAG.findall(value)]  # noqa: PLW2901
        elif isinstance(value, str):
            value = _TAGGED.findall(value) or value.split(",")  # noqa: PLW2901
        found += _list_of(value, "terms")
    return tuple(dict.fromkeys(term for term in found if not term.startswith("/")))


def other_fields(fields: Fields) -> dict[str, str]:
    """The other short fields of a record, such as severity or author."""
    found: dict[str, str] = {}
    for name, shown_name in _others_among(fields.names):
        if text := _short(fields.values.get(name)):
            found[shown_name] = text
    for name in _INNER_OTHERS:
        if name not in found and (text := _short(fields.inner.get(name))):
            found[name] = text
    return dict(list(found.items())[:_MOST_OTHERS])


@lru_cache(maxsize=1_024)
def _others_among(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The names that are not an event's: squashed, and as they are shown."""
    others = {squashed(name): plain.line(name).casefold()[:_LONGEST_NAME] for name in names}
    return tuple(pair for pair in others.items() if pair[0] not in _NOT_OTHERS)


def _short(value: Any) -> str:
    if is_too_long(value):
        return ""
    if isinstance(value, dict):
        value = _inner(value, ("name", "login"))
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, str | int | float | date):
        return ""
    text = plain.line(str(value).lower() if isinstance(value, bool) else str(value))
    return text if len(text) <= _LONGEST_OTHER else ""


def _list_of(value: Any, name: str) -> tuple[str, ...]:
    """A list of texts; a single text is a list of one."""
    items = [value] if isinstance(value, str | dict) else value
    if not isinstance(items, list | tuple):
        raise ValueError(f"{name} must be a text or a list of texts, not {_kind(value)}")
    texts = [str(item) if isinstance(item, int | float) else item for item in items]
    texts = [_inner(item, _INNER_NAMES) or None if isinstance(item, dict) else item
             for item in texts[:_MOST_INNER]]  # fmt: skip
    if not all(isinstance(item, str) for item in texts):
        raise ValueError(f"{name} must be a list of texts")
    return tuple(dict.fromkeys(found for item in texts if (found := plain.line(str(item)))))


def _kind(value: Any) -> str:
    names = {"dict": "an object", "list": "a list", "bool": "true or false", "float": "a number"}
    return names.get(type(value).__name__, type(value).__name__)
