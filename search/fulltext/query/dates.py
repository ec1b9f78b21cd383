"""The time that a question speaks of: "2016 earthquake", "since 2014", "summer 2015", "2019年12月".

Such words are a preference for events of that time, not words to look for.
"""

import calendar
import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

_BARE_YEAR: Final = r"((?:19|20)\d\d)(?![\d/]|[.,]\d)"
_YEAR: Final = rf"(?<![\d.,/-]){_BARE_YEAR}"
_MONTHS: Final = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_PARTS: Final = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_NTH: Final = r"(\d\d?)(?:st|nd|rd|th)?"
_MONTH: Final = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"

_PARTIAL_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` to ``last``, both included, None for an open end; ``start`` and ``end`` are
    where the text says so."""

    first: datetime.date | None
    last: datetime.date | None
    start: int
    end: int


_Ends = tuple[datetime.date | None, datetime.date | None]


def _day(year: int, month: int, day: int | None = None) -> datetime.date:
    return datetime.date(year, month, day or calendar.monthrange(year, month)[1])


def _months(year: int, first: int, last: int) -> _Ends:
    """From a month of a year to another; months above 12 are of the next year."""
    later = year + (last - 1) // 12
    return _day(year, first, 1), _day(later, (last - 1) % 12 + 1)


def _date(match: re.Match[str]) -> _Ends:
    try:
        day = datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return _months(int(match[1]), 1, 12)
    return day, day


def _month(year: str, month: int) -> _Ends:
    return _months(int(year), month, month) if 1 <= month <= 12 else _months(int(year), 1, 12)


def _named(year: str, month: str, day: str) -> _Ends:
    number = _MONTHS[month.lower()]
    try:
        found = datetime.date(int(year), number, int(day))
    except ValueError:
        return _month(year, number)
    return found, found


def _span(match: re.Match[str]) -> _Ends:
    first, end = int(match[1]), match[2].lower()
    if not end.isdigit():
        return _day(first, 1, 1), None
    last = int(end) if len(end) == 4 else first // 100 * 100 + int(end)
    return _months(min(first, last), 1, 12)[0], _months(max(first, last), 1, 12)[1]


_Form = tuple[re.Pattern[str], Callable[[re.Match[str]], _Ends]]


# Compiled when a text has a year: that takes longer than most questions.
@cache
def _forms() -> tuple[_Form, ...]:
    """Of those that fit, the one that begins first decides, and of equals the first one here."""
    forms: tuple[tuple[str, Callable[[re.Match[str]], _Ends]], ...] = (
        (r"(?<!\d)((?:19|20)\d\d)-(\d\d?)-(\d\d?)(?!\d)", _date),
        (r"(?<!\d)((?:19|20)\d\d)-(0?[1-9]|1[0-2])(?!\d)", lambda m: _month(m[1], int(m[2]))),
        (rf"{_YEAR}\s?[-\u2013\u2014]\s?((?:19|20)\d\d|\d\d|present|now|today)(?![\d-])", _span),
        (rf"\b{_NTH}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}", lambda m: _named(m[3], m[2], m[1])),
        (rf"\b{_MONTH}\s+{_NTH},?\s+{_YEAR}", lambda m: _named(m[3], m[1], m[2])),
        (rf"\b{_MONTH}\s+{_YEAR}", lambda m: _month(m[2], _MONTHS[m[1].lower()])),
        (
            rf"\b(spring|summer|autumn|fall|winter)(?:\s+of)?\s+{_YEAR}",
            lambda m: _months(int(m[2]), _SEASONS[m[1].lower()], _SEASONS[m[1].lower()] + 2),
        ),
        (
            rf"\b(early|mid|late)(?:\s+|-){_BARE_YEAR}",
            lambda m: _months(int(m[2]), *_PARTS[m[1].lower()]),
        ),
        (
            r"(?<![\d.,/-])((?:19|20)\d)0s\b",
            lambda m: (_day(int(m[1]) * 10, 1, 1), _day(int(m[1]) * 10 + 9, 12)),
        ),
        (r"((?:19|20)\d\d)\s?年\s?(\d\d?)\s?月", lambda m: _month(m[1], int(m[2]))),
        (r"((?:19|20)\d\d)\s?年", lambda m: _months(int(m[1]), 1, 12)),
        (_YEAR, lambda m: _months(int(m[1]), 1, 12)),
    )
    return tuple((re.compile(pattern, re.IGNORECASE), ends) for pattern, ends in forms)


_BETWEEN: Final = r"\b(?:from|between)\s+\Z"
_AND: Final = r"\s*[-\u2013\u2014]\s*|\s+(?:and|to|until|till|through)\s+"
_TO: Final = r"\s*[-\u2013\u2014]\s*|\s+(?:to|until|till|through)\s+"
_BOUND: Final = r"\b(since|from|after|until|till|before)\s+\Z"
_DAY: Final = datetime.timedelta(days=1)


def period_in(text: str) -> Period | None:
    """The time that a text speaks of, if it names a year."""
    if "19" not in text and "20" not in text:
        return None
    found = _form_in(text, 0)
    if found is None or found.first is None or found.last is None:
        return found
    before = text[: found.start]
    between = re.search(_BETWEEN, before, re.IGNORECASE)
    other = _form_in(text, found.end)
    if other is not None and other.first is not None and other.last is not None:
        joint = text[found.end : other.start]
        if re.fullmatch(_AND if between else _TO, joint, re.IGNORECASE):
            start = between.start() if between else found.start
            first, last = min(found.first, other.first), max(found.last, other.last)
            return Period(first, last, start, other.end)
    bound = re.search(_BOUND, before, re.IGNORECASE)
    if bound is None:
        return found
    return Period(*_bounded(bound[1].lower(), found.first, found.last), bound.start(), found.end)


def _form_in(text: str, at: int) -> Period | None:
    """The first time in the text from a place on, without the words around it."""
    best: tuple[re.Match[str], Callable[[re.Match[str]], _Ends]] | None = None
    for pattern, ends in _forms():
        match = pattern.search(text, at)
        if match is not None and (best is None or match.start() < best[0].start()):
            best = match, ends
    return Period(*best[1](best[0]), best[0].start(), best[0].end()) if best else None


def _bounded(word: str, first: datetime.date, last: datetime.date) -> _Ends:
    """What "since", "after" and so on a time mean."""
    match word:
        case "since" | "from":
            return first, None
        case "after":
            return last + _DAY, None
        case "before":
            return None, first - _DAY
    return None, last


def day_of(text: str, *, last: bool = False) -> datetime.date:
    """The day of ``2015-09-12``, or the first or last day of ``2015-09`` or ``2015``.

    Raises:
        ValueError: no such day, month or year.
    """
    match = _PARTIAL_DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"no date: {text[:40]!r}")
    year = int(match[1])
    month, day = (int(part) if part else None for part in match.groups()[1:])
    try:
        month = (12 if last else 1) if month is None else month
        if day is None:
            day = calendar.monthrange(year, month)[1] if last else 1
        return datetime.date(year, month, day)
    except ValueError as error:
        raise ValueError(f"no such day: {text[:40]!r}") from error
