"""An event: one titled text, usually with a date, such as a page, a JSON line or a row of CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from itertools import chain
from typing import Any, Final

from search.model.arguments import day_given, shown
from search.model.errors import UsageError

_LENGTH: Final = len("1970-01-01")
_EPOCH: Final = date(1970, 1, 1)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:$|[T ]\d{1,2}:?\d{2}.*)", re.ASCII | re.DOTALL)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


@dataclass(frozen=True, slots=True)
class Event:
    """``id`` is the path below the site's root (or any unique string); ``url`` is what links print.

    ``date`` is None where the day is unknown: no filter by date lets such an event through, it
    comes last where events are sorted by day, and no time is compared. ``sources`` are names of
    media; ``terms`` are topics that an editor gave the event. ``fields`` are other fields of its
    record (severity, author), as texts; they can be searched by name. ``links`` are the addresses
    that its text links to; they can be searched, and relate nothing.

    Raises:
        UsageError: a value is of another type, or the id or the title is blank. A datetime is
            taken as its day.

    >>> Event("/2016/a.md", date(2016, 2, 6), "Floods in Paris").link
    '/2016/a.md'
    """

    id: str
    date: date | None
    title: str
    summary: str = ""
    url: str = ""
    sources: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)
    links: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        texts = ("id", self.id), ("title", self.title), ("summary", self.summary), ("url", self.url)
        for name, text in texts:
            if not isinstance(text, str):
                raise _wrong(name, text, "a str")
        for name, text in texts[:2]:
            if not text.strip():
                raise _wrong(name, text, "a text that is not blank")
        if self.date is not None:
            if (day := day_given(self.date)) is None:
                raise _wrong("date", self.date, "a datetime.date, or None")
            object.__setattr__(self, "date", day)
        lists = ("sources", self.sources), ("terms", self.terms), ("links", self.links)
        for name, value in lists:
            if not isinstance(value, (tuple, list)) or not all(map(_is_text, value)):
                raise _wrong(name, value, "a tuple of str")
            if isinstance(value, list):
                object.__setattr__(self, name, tuple(value))
        is_mapping = isinstance(self.fields, (dict, Mapping))
        if not is_mapping or not all(map(_is_text, chain.from_iterable(self.fields.items()))):
            raise _wrong("fields", self.fields, "a dict of str to str")
        others = chain.from_iterable(self.fields.items())
        more = (*self.sources, *self.terms, *self.links, *others)
        if not all(map(str.isascii, (self.id, self.title, self.summary, self.url, *more))):
            _check_encodable((*texts, *(("a source, term, link or field", text) for text in more)))

    @property
    def link(self) -> str:
        """What a list links to: the url, or else the id."""
        return self.url or self.id

    @property
    def text(self) -> str:
        """What is searched and compared: the title, and the summary on a line below if any."""
        return f"{self.title}\n{self.summary}" if self.summary else self.title

    @property
    def day(self) -> str:
        """The date as 2016-02-06; "" if there is none."""
        return self.date.isoformat() if self.date else ""

    def to_json(self) -> dict[str, Any]:
        """The event as plain data; fields that are empty are left out, but not the date."""
        plain: dict[str, Any] = {
            "id": self.id,
            "date": self.day or None,
            "title": self.title,
            "summary": self.summary,
            "url": self.url,
            "sources": list(self.sources),
            "terms": list(self.terms),
            "fields": dict(self.fields),
            "links": list(self.links),
        }
        return {name: value for name, value in plain.items() if value or name == "date"}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Event:
        """The event of plain data as `to_json` made it; unknown fields are ignored.

        Raises:
            UsageError: a field is missing, blank or of another type; the message says which.
        """
        if not isinstance(plain, (dict, Mapping)):
            raise UsageError(f"{shown(plain)} is no event; give a dict as to_json makes it")
        given = {
            name: value for name, value in plain.items() if value is not None and name in _NAMES
        }
        if "date" in plain:
            given.setdefault("date", None)
        for name in ("id", "date", "title"):
            value = given.get(name, "")
            if isinstance(value, str) and not value.strip():
                raise UsageError(f"{name} of an event is missing or empty; give one")
        if isinstance(given["date"], str):
            try:
                given["date"] = parse_day(given["date"])
            except ValueError as error:
                raise UsageError(f"date of an event: {error}") from error
        return cls(**given)


_NAMES: Final = frozenset(field.name for field in fields(Event))
FIRST_DAY: Final = -719_162  # since 1970: the first day of the year 1
LAST_DAY: Final = 3_000_000  # since 1970: the year 9999 has fewer
# The day number of an event without a date: farther from any day than two days can be apart.
UNDATED: Final = -10_000_000


def day_number(day: date | None) -> int:
    """Days since 1970-01-01, negative before; `UNDATED` for None."""
    return UNDATED if day is None else (day - _EPOCH).days


def parse_day(text: str) -> date:
    """The day of ``2016-02-06``, ``2016-2-6`` or an ISO date-time (its day, as written).

    Raises:
        ValueError: no such day.
    """
    if len(text) == _LENGTH and text[4] == text[7] == "-":  # as most are
        with suppress(ValueError):
            return date.fromisoformat(text)
    found = _DAY.match(text.strip())
    if found is None:
        raise ValueError(f"no date of the form YYYY-MM-DD: {text[:40]!r}")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise ValueError(f"no such day: {text[:40]!r}") from error


def _check_encodable(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse lone surrogates, which no file can hold."""
    for name, text in texts:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _wrong(name, text, "a text without lone surrogates") from None


def _wrong(name: str, value: object, wanted: str) -> UsageError:
    return UsageError(f"{name} of an event is {shown(value, 40)}; it must be {wanted}")


def date_of(day: int) -> date | None:
    """The date of a number of days since 1970-01-01; None for `UNDATED`."""
    return None if day == UNDATED else _EPOCH + timedelta(days=int(day))
