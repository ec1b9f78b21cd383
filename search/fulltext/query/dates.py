"""Times in plain words: "earthquake 2016", "since 2014", "winter 2015/16", "2015年12月5日".

``periods_in`` finds them in a text. Which words name times is in ``calendar_words``. A number is
not a year in a product name ("Windows 2000"), in a count ("2000 people") or inside a longer number,
and a month is not one inside a name ("Theresa May").
"""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from search.fulltext.query import calendar_words as words
from search.text.months import MONTH_OF

_PARTIAL_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_DASH: Final = r"(?:\s?[\u2013\u2014]\s?|-\s?|\s-\s)"  # " -2016" excludes that year
_BEFORE_NUMBER: Final = r"(?<!\d)(?<!\d[.,/-])(?<![$€£¥#%])"
_YEAR: Final = rf"{_BEFORE_NUMBER}((?:19|20)\d\d)(?![\d/%$€£°]|[.,]\d|[^\W\d_])"
_FULL_YEAR: Final = r"((?:19|20)\d\d)"
_BEFORE_DAY: Final = r"(?<![\d.,/$€£¥#%-])"
_DAY_OF_MONTH: Final = r"(\d\d?)(?:st|nd|rd|th|er|º|\.)?"
_LAST_WORD: Final = re.compile(r"(?<![^\W\d_])([^\W\d_]++)\.?\s++\Z")
_TWO_WORDS: Final = re.compile(r"\s+([^\W\d_]+)(?:\s+([^\W\d_]+))?")
_LOOK_BACK: Final = 40  # characters before a time that are read for the words that belong to it
_REMEMBERED: Final = 64  # sets of names in a text
MOST_PERIODS: Final = 8  # of a text
_ONE_DAY: Final = datetime.timedelta(days=1)

_Ends = tuple[datetime.date | None, datetime.date | None]


class Spoken(NamedTuple):
    """A time named in a text: from ``first`` to ``last``, both included, None for an open end.
    ``start`` and ``end`` are the offsets of its words. ``backwards``: its ends were exchanged.
    ``spans``: it has two ends of its own, as "March to May 2015" has."""

    first: datetime.date | None
    last: datetime.date | None
    start: int
    end: int
    backwards: bool = False
    spans: bool = False


def last_day(year: int, month: int) -> datetime.date:
    """The last day of a month. Raises ValueError if there is no such month."""
    from calendar import monthrange  # noqa: PLC0415 - it loads the locale, and few queries have dates

    return datetime.date(year, month, monthrange(year, month)[1])


def _day(year: int, month: int, day: int | None = None) -> datetime.date:
    return datetime.date(year, month, day) if day else last_day(year, month)


def _months(year: int, first: int, last: int) -> _Ends:
    """From one month of a year to another; months above 12 are in the next year."""
    return _day(year, first, 1), _day(year + (last - 1) // 12, (last - 1) % 12 + 1)


def _year(year: str) -> _Ends:
    return _months(int(year), 1, 12)


def _month(year: str, month: int | str) -> _Ends:
    number = MONTH_OF[month.lower()] if isinstance(month, str) else month
    return _months(int(year), number, number) if 1 <= number <= 12 else _year(year)


def _date(year: str, month: int | str, day: str) -> _Ends:
    """One day; the month or year where there is no such day."""
    number = MONTH_OF[month.lower()] if isinstance(month, str) else month
    try:
        found = datetime.date(int(year), number, int(day))
    except ValueError:
        return _month(year, number)
    return found, found


def _season(season: str, year: str) -> _Ends:
    first = words.SEASONS[season.lower()]
    return _months(int(year), first, first + 2)


def _month_range(match: re.Match[str]) -> _Ends:
    first, last = (MONTH_OF[match[at].lower()] for at in (1, 2))
    year = int(match[3])
    return (_months(year, first, last)) if first <= last else (_months(year - 1, first, last + 12))


def _to_present(match: re.Match[str]) -> _Ends:
    return _day(int(match[1]), 1, 1), None


def _years(match: re.Match[str]) -> _Ends:
    first, last = sorted((int(match[1]), int(match[2])))
    return _day(first, 1, 1), _day(last, 12)


def _day_first(match: re.Match[str]) -> _Ends:
    """ "12.9.2015", or the year of "12/9/2015", which is another day in America."""
    day, month = int(match[1]), int(match[3])
    if match[2] == "/" and day <= 12 and month != day:
        return _year(match[4]) if month <= 12 else _date(match[4], day, match[3])
    return _date(match[4], month, match[1]) if month <= 12 else _date(match[4], day, match[3])


def _short_range(match: re.Match[str]) -> _Ends:
    """ "2015-16": the second year is of the century of the first; "2015/12" is a month."""
    last = int(match[1][:2] + match[2])
    if last < int(match[1]) and "/" in match[0] and 1 <= int(match[2]) <= 12:
        return _month(match[1], int(match[2]))
    return _day(int(match[1]), 1, 1), _day(max(last, int(match[1])), 12)


def _any_of(names: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + ")"


_Pattern = tuple[str, Callable[[re.Match[str]], _Ends]]
_Form = tuple[re.Pattern[str], Callable[[re.Match[str]], _Ends]]


def _forms(text: str) -> tuple[_Form, ...]:
    """The forms of a single time in a text. The one that begins first is taken; of equals the first
    here. To compile them for all names of months would take longer than most searches."""
    lowered = text.lower()
    return _compiled(tuple(name for name in words.NAMES if name in lowered))


@lru_cache(_REMEMBERED)
def _compiled(names: Sequence[str]) -> tuple[_Form, ...]:
    forms = (*_forms_of_numbers(), *_forms_of_names(names), (_YEAR, lambda match: _year(match[1])))
    return tuple((re.compile(pattern, re.IGNORECASE), ends) for pattern, ends in forms)


def _forms_of_numbers() -> tuple[_Pattern, ...]:
    """Dates in numbers, with signs between them or with those of Chinese, Japanese and Korean."""
    return (
        (
            rf"{_BEFORE_NUMBER}{_FULL_YEAR}([-/.])(\d\d?)\2(\d\d?)(?![\d/]|[.,-]\d)",
            lambda m: _date(m[1], int(m[3]), m[4]),
        ),
        (
            rf"{_BEFORE_NUMBER}{_FULL_YEAR}-(0[1-9]|1[0-2]|[1-9])(?![\d-])",
            lambda m: _month(m[1], int(m[2])),
        ),
        (
            rf"{_BEFORE_DAY}(\d\d?)([./-])(\d\d?)\2{_FULL_YEAR}(?![\d/-]|[.,]\d|[^\W\d_])",
            _day_first,
        ),
        (
            rf"{_BEFORE_DAY}(0[1-9]|1[0-2])/{_FULL_YEAR}(?![\d/-]|[^\W\d_])",
            lambda m: _month(m[2], int(m[1])),
        ),
        (
            rf"(?<!\w)(?:ngày\s+(\d\d?)\s+)?tháng\s+(\d\d?)(?:\s+năm|,)?\s+{_YEAR}",
            lambda m: _date(m[3], int(m[2]), m[1]) if m[1] else _month(m[3], int(m[2])),
        ),
        (rf"{_BEFORE_NUMBER}{_FULL_YEAR}{_DASH}(?:present|now|today)\b", _to_present),
        (rf"{_BEFORE_NUMBER}{_FULL_YEAR}[-/\u2013~〜～]{_FULL_YEAR}(?![\d/-])", _years),
        (rf"{_BEFORE_NUMBER}{_FULL_YEAR}(?:-|/|\u2013)(\d\d)(?![\d/-])", _short_range),
        (
            rf"{_FULL_YEAR}\s?[年년]\s?(\d\d?)\s?[月월]\s?(\d\d?)\s?[日号號일]",
            lambda m: _date(m[1], int(m[2]), m[3]),
        ),
        (rf"{_FULL_YEAR}\s?[年년]\s?(\d\d?)\s?[月월]", lambda m: _month(m[1], int(m[2]))),
        (
            rf"{_FULL_YEAR}\s?[年년]\s?({_any_of(words.UNSPACED_SEASONS)})",
            lambda m: _season(m[2], m[1]),
        ),
        (rf"{_FULL_YEAR}\s?[年년]", lambda m: _year(m[1])),
        (
            rf"{_BEFORE_NUMBER}{_FULL_YEAR}\s+(q[1-4])\b",
            lambda m: _months(int(m[1]), *words.PARTS[m[2].lower()]),
        ),
        (
            rf"{_BEFORE_NUMBER}((?:19|20)\d)0(?:s|er|ern)\b",
            lambda m: (_day(int(m[1]) * 10, 1, 1), _day(int(m[1]) * 10 + 9, 12)),
        ),
    )


def _forms_of_names(names: Sequence[str]) -> Iterator[_Pattern]:
    """Times with one of these names of a month, a season or a part of a year."""
    of = r"(?:\s+(?:of|de|del))?"
    if months := [name for name in names if name in MONTH_OF]:
        month = rf"({_any_of(months)})\.?"
        to = _any_of((*words.TO, *words.AND))
        yield from (
            (
                rf"\b{_DAY_OF_MONTH}{of}\s+{month}{of},?\s+{_YEAR}",
                lambda m: _date(m[3], m[2], m[1]),
            ),
            (rf"\b{month}\s+{_DAY_OF_MONTH},?\s+{_YEAR}", lambda m: _date(m[3], m[1], m[2])),
            (rf"\b{month}(?:{_DASH}|\s+{to}\s+){month}{of}\s+{_YEAR}", _month_range),
            (rf"\b{month}{of},?\s+{_YEAR}", lambda m: _month(m[2], m[1])),
            (
                rf"{_BEFORE_NUMBER}{_FULL_YEAR}[.,]?\s+{month}\s+(\d\d?)(?!\w|[.,:]\d)",
                lambda m: _date(m[1], m[2], m[3]),
            ),
            (
                rf"{_BEFORE_NUMBER}{_FULL_YEAR}[.,]?\s+{month}(?=\s*(?:\Z|[,;)]))",
                lambda m: _month(m[1], m[2]),
            ),
        )
    if seasons := [name for name in names if name in words.SEASONS]:
        yield (
            rf"\b({_any_of(seasons)}){of}\s+{_FULL_YEAR}(?:/\d\d(?:\d\d)?)?(?![\d/])",
            lambda m: _season(m[1], m[2]),
        )
    if parts := [name for name in names if name in words.PARTS]:
        yield (
            rf"\b({_any_of(parts)})(?:\s+|-){_FULL_YEAR}(?!\d)",
            lambda m: _months(int(m[2]), *words.PARTS[m[1].lower()]),
        )


@cache
def _joints() -> tuple[re.Pattern[str], ...]:
    """What may be between the two ends of a period, without and with "between" before them."""
    plain = (
        rf"{_DASH}|\s?\.\.\s?|(?<!\s)\s++{_any_of(words.TO)}\s+"
        rf"|\s?{_any_of(words.UNSPACED_TO)}\s?"
    )
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (plain, rf"{plain}|(?<!\s)\s++{_any_of(words.AND)}\s+")
    )


@cache
def _before(kind: str) -> re.Pattern[str]:
    """The words of one kind at the end of what precedes a time."""
    names = _any_of(getattr(words, kind))
    return re.compile(rf"(?<![^\W_])({names})\s+\Z", re.IGNORECASE)


def periods_in(text: str, is_name: Callable[[str], bool] = lambda name: False) -> Iterator[Spoken]:
    """The first ``MOST_PERIODS`` times that a text names, in its order; each has a year.
    ``is_name`` says whether words in small letters are a name."""
    at = 0
    for _ in range(MOST_PERIODS):
        found = _single(text, at, is_name)
        if found is None:
            return
        spoken = _between(text, found, is_name) or _bounded(text, found)
        at = spoken.end
        yield _with_little_words(text, spoken)


def _single(text: str, at: int, is_name: Callable[[str], bool]) -> Spoken | None:
    """The first time behind an offset, without the words around it."""
    if not ("19" in text or "20" in text):
        return None
    best: tuple[re.Match[str], Callable[[re.Match[str]], _Ends]] | None = None
    for pattern, ends in _forms(text):
        match = pattern.search(text, at)
        while match is not None and not _is_time(text, match, is_name):
            match = pattern.search(text, match.start() + 1)
        if match is not None and (best is None or match.start() < best[0].start()):
            best = match, ends
    if best is None:
        return None
    match, ends = best
    first, last = ends(match)
    spans = ends in (_month_range, _short_range, _years)
    return Spoken(first, last, match.start(), match.end(), spans=spans)


def _is_time(text: str, match: re.Match[str], is_name: Callable[[str], bool]) -> bool:
    """Whether a candidate is a time, judged by the words beside it."""
    before = _LAST_WORD.search(text, max(0, match.start() - _LOOK_BACK), match.start())
    if match[0].isdecimal():
        behind = _TWO_WORDS.match(text, match.end())
        counted = () if behind is None else [word.lower() for word in behind.groups("")]
        # "2000 new jobs" counts; "2015 refugee numbers" does not, as few counts are that exact.
        counted = counted if match[0].endswith("00") else counted[:1]
        return not (
            (before is not None and before[1].lower() in words.NUMBERED)
            or any(word in words.COUNTED for word in counted)
        )
    begins_with = match[0].split(None, 1)[0].lower()
    if before is not None and begins_with in MONTH_OF:
        return not is_name(f"{before[1].lower()} {begins_with}")
    return True


def _between(text: str, one: Spoken, is_name: Callable[[str], bool]) -> Spoken | None:
    """Two times with a joint between them as one: "from 2014 to 2016"."""
    other = _single(text, one.end, is_name)
    if other is None or None in (one.first, one.last, other.first, other.last):
        return None
    opening = _before("FROM").search(text, max(0, one.start - _LOOK_BACK), one.start)
    if not _joints()[opening is not None].fullmatch(text, one.end, other.start):
        return None
    assert one.first and one.last and other.first and other.last
    start = opening.start() if opening else one.start
    first, last = min(one.first, other.first), max(one.last, other.last)
    return Spoken(first, last, start, other.end, backwards=other.first < one.first)


def _bounded(text: str, one: Spoken) -> Spoken:
    """A time with "since", "after", "until" or "before" in front of it."""
    if one.first is None or one.last is None:
        return one
    if one.spans:  # "from March to May 2015"
        opening = _before("FROM").search(text, max(0, one.start - _LOOK_BACK), one.start)
        return one._replace(start=opening.start()) if opening else one
    for suffix in (*words.UNSPACED_SINCE, *words.UNSPACED_UNTIL):
        blank = text.startswith(" ", one.end)
        if text.startswith(suffix, one.end + blank):
            end = one.end + blank + len(suffix)
            if suffix in words.UNSPACED_SINCE:
                return Spoken(one.first, None, one.start, end)
            return Spoken(None, one.last, one.start, end)
    for kind, ends in (
        ("SINCE", (one.first, None)),
        ("AFTER", (one.last + _ONE_DAY, None)),
        ("UNTIL", (None, one.last)),
        ("BEFORE", (None, one.first - _ONE_DAY)),
    ):
        if bound := _before(kind).search(text, max(0, one.start - _LOOK_BACK), one.start):
            return Spoken(ends[0], ends[1], bound.start(), one.end)
    return one


def _with_little_words(text: str, spoken: Spoken) -> Spoken:
    """The time with "in", "during the" and so on in front of it."""
    start = spoken.start
    if match := _before("LEADING").search(text, max(0, start - _LOOK_BACK), start):
        start = match.start()
    return spoken._replace(start=start)


def day_of(text: str, *, last: bool = False) -> datetime.date:
    """The day of ``2015-09-12``, or the first or last day of ``2015-09`` or ``2015``.

    Raises:
        ValueError: there is no such day, month or year.

    >>> day_of("2016-02", last=True).isoformat()
    '2016-02-29'
    """
    match = _PARTIAL_DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"no date: {text[:40]!r}")
    year = int(match[1])
    month, day = (int(part) if part else None for part in match.groups()[1:])
    try:
        month = (12 if last else 1) if month is None else month
        if day is None and last:
            return last_day(year, month)
        return datetime.date(year, month, 1 if day is None else day)
    except ValueError as error:
        raise ValueError(f"no such day: {text[:40]!r}") from error


def days_of(since: str | None, until: str | None) -> tuple[datetime.date | None, ...]:
    """The first and the last day of a span, from the texts of its ends, as ``day_of`` reads them.

    If the ends run backwards, so do the days, and between them lie both ends as a whole.

    Raises:
        ValueError: there is no such day, month or year.

    >>> [day.isoformat() for day in days_of("2016-06", "2014-03")]
    ['2016-06-30', '2014-03-01']
    """
    first = None if since is None else day_of(since)
    last = None if until is None else day_of(until, last=True)
    if since and until and first and last and last < first:
        return day_of(since, last=True), day_of(until)
    return first, last
