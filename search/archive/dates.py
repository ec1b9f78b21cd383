"""Parses dates as archives write them: ISO, epochs, feeds, month names, and dates in paths.

A date that is not a whole day (2016-02) is refused rather than guessed. So is 06/02/2016, unless
other dates of the archive show which number is the day (`day_comes_first`). In 06.02.2016 the day
comes first, as wherever dates are written with dots.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from search.model.event import parse_day
from search.text.months import month_of

# Patterns of a day in a line of a text, and of a time behind it.
DAY: Final = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}(?:st|nd|rd|th|er|º|ª|\.)? (?:de )?[^\W\d_]{3,12}\.?,? (?:del? )?\d{4}"
    r"|[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
)
TIME: Final = r"[T ,]{1,2}\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\b)?"
_NUMERIC: Final = re.compile(
    r"(\d{4})((?:[/.年] ?)?)(\d{1,2})(?:\2|月 ?)(\d{1,2})[日.]?(?:$|[T ]\d)", re.ASCII
)
# A day and a time without anything between them, to the second or the millisecond.
_COMPACT: Final = re.compile(
    r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)[0-2]\d[0-5]\d\d\d(?:\d{3})?", re.ASCII
)
_NO_DAY: Final = re.compile(r"\d{4}(?:[-/]\d{1,2})?(?![-/\d])", re.ASCII)
_ISO_DAY: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DIGITS: Final = re.compile(r"-?\d{9,17}(?:\.\d+)?", re.ASCII)
_WORDS: Final = re.compile(r"[^\W\d_]{3}")
_YEAR_LAST: Final = re.compile(
    r"(?:\d{1,2}:\d\d )?(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4})(?:$|[T ,]+\d)", re.ASCII
)
_CALL: Final = re.compile(r"Date\((\d{4}), *(\d{1,2}), *(\d{1,2})\)", re.ASCII)  # of Julia
_SLASHED: Final = re.compile(rb"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2\d{4}(?![\d/-])")
_WEEK_OR_DAY_OF_YEAR: Final = re.compile(r"\d{4}-?W\d{2}-?[1-7]|[1-9]\d{3}-\d{3}", re.ASCII)
_MONTH_NAME: Final = re.compile(
    r"(\d{1,2})(?:\.|er|º|ª)?[ \t]+(?:de[ \t]+|d['’])?([^\W\d_]{3,20})\.?,?[ \t]+"
    r"(?:del?[ \t]+)?(\d{4})(?:$|[T ,])"
)
# Digits of Arabic, Persian and the scripts of India, in UTF-8.
_OTHER_DIGITS: Final = re.compile(rb"\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9]|\xe0[\xa5-\xaf][\xa6-\xaf]")
_DIGIT: Final = re.compile(r"(?![0-9])\d")  # of another script than ASCII
_LONGEST: Final = 64
_MOST_EXAMINED: Final = 1_000  # characters of a date
# A time of day, and behind it an offset or a name of a zone.
_ZONED: Final = re.compile(r"\d:\d\d[:\d.,]{0,12}\s{0,3}(?:[+-]\d\d:?\d\d|Z|UTC|GMT)\)?$", re.ASCII)
# Seconds since 1970 have fewer digits than milliseconds, those than microseconds, and so on.
_EPOCHS: Final = ((1e8, 1e11, 1.0), (1e11, 1e14, 1e3), (1e14, 1e17, 1e6), (1e17, 1e19, 1e9))


_DayFirst = Callable[[], bool | None] | None


def parse_date(value: Any, zone: tzinfo | None = None, day_first: _DayFirst = None) -> date:
    """The day of a date, a text, or a number of seconds, milli-, micro- or nanoseconds
    since 1970.

    A value that names a moment has its day in ``zone``. Without ``zone``, a text has the day as
    written, and a number the day in UTC. ``day_first`` returns whether the day comes before the
    month in a date such as 06/02/2016, or None if that is unknown.

    Raises:
        ValueError: not a whole day, or in the year 1, which programs write for "no date".
    """
    if isinstance(value, datetime):
        day = _in_zone(value, zone)
    elif isinstance(value, date):
        day = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        day = _of_number(value, zone)
    elif isinstance(value, str):
        day = _of_text(value.strip(), zone, day_first)
    else:
        raise ValueError(f"date is not a day: {value!r:.40}")
    if day.year == 1:
        raise ValueError("date is in the year 1, which stands for no date")
    return day


def day_comes_first(texts: Iterable[bytes]) -> bool | None:
    """Whether the day comes first in dates of these texts, such as 13/02/2016. None if no date
    shows it, or if dates contradict each other."""
    found: set[bool] = set()
    for text in texts:
        if _OTHER_DIGITS.search(text):
            text = _with_ascii_digits(text.decode("utf-8", "replace")).encode()  # noqa: PLW2901
        for match in _SLASHED.finditer(text):
            first, second = int(match[1]), int(match[3])
            if (first > 12) != (second > 12) and max(first, second) <= 31:
                found.add(first > 12)
        if len(found) > 1:
            return None
    return found.pop() if found else None


def _with_ascii_digits(text: str) -> str:
    """A text with the digits of other scripts, such as Arabic and Devanagari, as those of ASCII."""
    return _DIGIT.sub(lambda found: str(int(found[0])), text)


def _in_zone(moment: datetime, zone: tzinfo | None) -> date:
    if zone is not None and moment.tzinfo is not None:
        with suppress(OverflowError, ValueError):  # no zone moves the first or the last day
            moment = moment.astimezone(zone)
    return moment.date()


def _of_text(text: str, zone: tzinfo | None, day_first: _DayFirst) -> date:
    if not text:
        raise ValueError("date is missing or empty")
    if not text.isascii():
        text = _with_ascii_digits(text[:_MOST_EXAMINED])
    if zone is not None and len(text) <= _LONGEST and _ZONED.search(text):
        try:
            return _in_zone(datetime.fromisoformat(text), zone)  # several times as fast
        except ValueError:
            return _of_words(text, zone)
    try:
        return parse_day(text)
    except ValueError:
        if _ISO_DAY.match(text):
            raise
    if _DIGITS.fullmatch(text):
        return _of_number(float(text), zone)
    if (found := _NUMERIC.match(text)) and (found[2] or len(found[3]) == len(found[4]) == 2):
        return parse_day(f"{found[1]}-{found[3]}-{found[4]}")
    if found := _YEAR_LAST.match(text):
        return _of_numbers(found, day_first)
    if _WEEK_OR_DAY_OF_YEAR.fullmatch(text):
        from dateutil.parser import isoparse  # noqa: PLC0415 – few archives need it

        day: date = isoparse(text).date()
        return day
    if (found := _MONTH_NAME.match(text)) and (month := month_of(found[2])):
        return parse_day(f"{found[3]}-{month}-{found[1]}")
    if call := _CALL.fullmatch(text):
        return parse_day("-".join(call.groups()))
    year = _NO_DAY.match(text)
    # dateutil takes 2016-02 February for the second of February.
    if len(text) <= _LONGEST and _WORDS.search(text) and not (year and "-" in year[0]):
        return _of_words(text, zone)
    if year:
        raise ValueError(f"no whole day: {text!r}; --undated takes it without a date")
    raise ValueError(f"no date of the form YYYY-MM-DD: {text[:40]!r}")


def _of_numbers(found: re.Match[str], day_first: _DayFirst) -> date:
    """The day of 13/02/2016 or 02/13/2016, where only one order gives a day; of 6.2.2016."""
    first, second, year = int(found[1]), int(found[3]), found[4]
    if found[2] == "." or first > 12:  # there is no thirteenth month
        return parse_day(f"{year}-{second}-{first}")
    if second > 12 or first == second:
        return parse_day(f"{year}-{first}-{second}")
    is_day_first = day_first() if day_first else None
    if is_day_first is None:
        one, other = f"{year}-{first:02}-{second:02}", f"{year}-{second:02}-{first:02}"
        written = f"{found[1]}{found[2]}{found[3]}{found[2]}{year}"
        raise ValueError(
            f"{written!r} may mean two days, and no other date shows which; write it as {one} or "
            f"{other}"
        )
    return parse_day(f"{year}-{second}-{first}" if is_day_first else f"{year}-{first}-{second}")


def _of_number(value: float, zone: tzinfo | None) -> date:
    if 1000_01_01 <= value <= 9999_12_31 and value == int(value):
        digits = str(int(value))
        return parse_day(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    if 1e13 <= value < 1e17 and (found := _COMPACT.fullmatch(str(int(value)))):
        return parse_day("-".join(found.groups()))
    for least, limit, unit in _EPOCHS:
        if least <= abs(value) < limit:
            return datetime.fromtimestamp(value / unit, zone or UTC).date()
    raise ValueError(f"date is not a day: {value}")


def _of_words(text: str, zone: tzinfo | None) -> date:
    """The day of a text with a zone or the name of a month, as in feeds and in prose."""
    from dateutil import parser  # noqa: PLC0415 – few archives need it

    def read(default: datetime) -> date:
        found: datetime = parser.parse(text, default=default, tzinfos=_zone_of)
        return _in_zone(found, zone)

    try:
        # Missing parts are filled in from the default: two defaults must give the same day.
        day = read(datetime(2001, 1, 1))
        is_whole = day == read(datetime(2004, 2, 2))
    except (ValueError, OverflowError, TypeError, AttributeError) as error:
        raise ValueError(f"no date: {text[:40]!r}") from error
    if not is_whole:
        raise ValueError(f"no whole day: {text[:40]!r}")
    return day


def _zone_of(name: str | None, offset: int | None) -> tzinfo | None:
    """A name alone may stand for several zones; the day is then taken as written."""
    return None if offset is None else timezone(timedelta(seconds=offset))
