"""From the fields of a record, whatever they are called, to an event.

A record without an id, a title or a day is refused. A field that is optional and of another type
costs itself, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from search.archive.dates import parse_date
from search.archive.page.markup import shown, shown_line
from search.archive.page.parser import MAX_TITLE
from search.model import printing as plain
from search.model.event import Event

MAX_ID: Final = 4_096
# What else the fields of an event are called, best first. A field of our own name comes first.
SYNONYMS: Final = {
    "id": ("uuid", "guid", "_id", "key", "slug", "permalink", "url", "link", "path"),
    "date": (
        "published", "published_at", "publishedat", "date_published", "pubdate", "publish_date",
        "datetime", "created", "created_at", "createdat", "timestamp", "lastmod", "modified",
    ),
    "title": ("headline", "name", "subject"),
    "summary": ("description", "excerpt", "abstract", "details"),
    "url": ("permalink", "link", "html_url", "external_url"),
    "sources": ("source", "publisher"),
    "terms": ("tags", "categories", "keywords", "topics", "category"),
}  # fmt: skip
_MOST_NAMED: Final = 12  # fields that a message names


def folded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields by their names in small letters; of two of a name the first."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        found.setdefault(str(name).strip().casefold(), value)
    return found


def event_of(fields: Mapping[str, Any], on_loss: Callable[[str], None]) -> Event:
    """The event of a record whose names are in small letters. ``on_loss`` is told of a field that
    was left out.

    Raises:
        ValueError: there is no id, title or day, or one of them cannot be used.
    """
    event_id = _identifier(_found(fields, "id"))
    title = _title(_text(fields, "title", required=True))
    day = parse_date(_found(fields, "date"))

    def optional(name: str, read: Callable[[Mapping[str, Any], str], Any], without: Any) -> Any:
        try:
            return read(fields, name)
        except ValueError as error:
            on_loss(f"{error}; the event is kept without it")
            return without

    url = optional("url", _text, "")
    return Event(
        id=event_id,
        date=day,
        title=title,
        summary=plain.lines(shown(optional("summary", _text, ""))),
        url="" if url == event_id else plain.line(url),
        sources=optional("sources", _texts, ()),
        terms=optional("terms", _texts, ()),
    )


def _found(fields: Mapping[str, Any], name: str) -> Any:
    """The value of a field or of the first of its synonyms.

    Raises:
        ValueError: there is none.
    """
    for called in (name, *SYNONYMS[name]):
        value = fields.get(called)
        if value is not None and value != "":
            return value
    names = ", ".join(plain.visible(str(other))[:40] for other in list(fields)[:_MOST_NAMED])
    raise ValueError(f"{name} is missing or empty; the fields are: {names or 'none'}")


def _identifier(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"id is neither a text nor a number but {_kind(value)}")
    if len(value) > MAX_ID or not plain.is_identifier(value):
        raise ValueError("an id that is too long, or has control characters or outer blanks")
    return value


def _title(text: str) -> str:
    title = plain.line(shown_line(text))
    if not title:
        raise ValueError("title is missing or empty")
    if len(title) > MAX_TITLE:
        raise ValueError(f"a title of {len(title)} characters; {MAX_TITLE} are allowed")
    return title


def _text(fields: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    try:
        value = _found(fields, name)
    except ValueError:
        if required:
            raise
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text but {_kind(value)}")
    return value


def _texts(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts; a text by itself is a list of one."""
    try:
        value = _found(fields, name)
    except ValueError:
        return ()
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        raise ValueError(f"{name} is neither a text nor a list of texts but {_kind(value)}")
    texts = [str(item) if isinstance(item, int | float) else item for item in items]
    if not all(isinstance(item, str) for item in texts):
        raise ValueError(f"{name} is a list of other things than texts")
    return tuple(dict.fromkeys(found for item in texts if (found := plain.line(item))))


def _kind(value: Any) -> str:
    names = {"dict": "an object", "list": "a list", "bool": "true or false", "float": "a number"}
    return names.get(type(value).__name__, type(value).__name__)
