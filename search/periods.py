"""The time that a question speaks of: "2016 earthquake", "since 2014", "summer 2015", "2019年12月".

Such words are a preference for events of that time, not words to look for.
"""

import calendar
import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_YEAR: Final = r"(?<![\d.,/-])((?:19|20)\d\d)(?![\d/]|[.,]\d)"
_MONTHS: Final = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}
_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_PARTS: Final = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
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


def _span(match: re.Match[str]) -> _Ends:
    first, end = int(match[1]), match[2].lower()
    if not end.isdigit():
        return _day(first, 1, 1), None
    last = int(end) if len(end) == 4 else first // 100 * 100 + int(end)
    return _months(min(first, last), 1, 12)[0], _months(max(first, last), 1, 12)[1]


# The first form that fits decides, so the more telling ones come first.
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Ends]], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), ends)
    for pattern, ends in (
        (r"(?<!\d)((?:19|20)\d\d)-(\d\d?)-(\d\d?)(?!\d)", _date),
        (r"(?<!\d)((?:19|20)\d\d)-(0?[1-9]|1[0-2])(?!\d)", lambda m: _month(m[1], int(m[2]))),
        (rf"{_YEAR}\s?[-\u2013\u2014]\s?((?:19|20)\d\d|\d\d|present|now|today)(?![\d-])", _span),
        (rf"\b(?:since|from)\s+{_YEAR}", lambda m: (_day(int(m[1]), 1, 1), None)),
        (rf"\bafter\s+{_YEAR}", lambda m: (_day(int(m[1]) + 1, 1, 1), None)),
        (rf"\b(?:until|till)\s+{_YEAR}", lambda m: (None, _day(int(m[1]), 12))),
        (rf"\bbefore\s+{_YEAR}", lambda m: (None, _day(int(m[1]) - 1, 12))),
        (rf"\b{_MONTH}\s+{_YEAR}", lambda m: _month(m[2], _MONTHS[m[1].lower()])),
        (
            rf"\b(spring|summer|autumn|fall|winter)(?:\s+of)?\s+{_YEAR}",
            lambda m: _months(int(m[2]), _SEASONS[m[1].lower()], _SEASONS[m[1].lower()] + 2),
        ),
        (
            rf"\b(early|mid|late)[\s-]+{_YEAR}",
            lambda m: _months(int(m[2]), *_PARTS[m[1].lower()]),
        ),
        (r"((?:19|20)\d\d)\s?年\s?(\d\d?)\s?月", lambda m: _month(m[1], int(m[2]))),
        (r"((?:19|20)\d\d)\s?年", lambda m: _months(int(m[1]), 1, 12)),
        (_YEAR, lambda m: _months(int(m[1]), 1, 12)),
    )
)


def period_in(text: str) -> Period | None:
    """The time that a text speaks of, if it names a year."""
    if "19" not in text and "20" not in text:
        return None
    for pattern, ends in _FORMS:
        match = pattern.search(text)
        if match is not None:
            return Period(*ends(match), match.start(), match.end())
    return None


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
