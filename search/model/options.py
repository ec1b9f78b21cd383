"""The options of related lists and of searches."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, TypeVar, get_args

from search.model.arguments import day_given, shown
from search.model.errors import UsageError

Order = Literal["relevance", "context"]
MOST_DAYS: Final = 4_000_000  # more than all calendars have
# The same day of a later month or year is not farther away than these.
_DAYS: Final = {"d": 1, "w": 7, "m": 31, "y": 366}
_SPAN: Final = re.compile("([0-9]{1,7})([dwmy])")
Sort = Literal["relevance", "newest", "oldest"]


@dataclass(frozen=True, slots=True)
class RelatedOptions:
    """The options of a related list.

    ``limit``: the most items. ``order``: "relevance", or "context" (shared names, the rarest first,
    then newest first). ``min_score``: the cutoff, from 0 to 1; None is the default cutoff, below
    which short lists are filled up by shared names. ``strict``: only items that are almost surely
    right. ``time``: whether nearness in time counts. ``fold``: whether reports of one event become
    one item, and items that repeat those above them move down.

    Filters: ``since`` and ``until`` are the first and the last day; in the wrong order they are
    exchanged. ``older`` and ``newer`` keep only events of the day of the query event and before it,
    or after it; ``within`` keeps only those so near to it in time: "30d", "8w", "6m" or "2y",
    months of 31 days and years of 366. ``match`` is a query that each item must match.
    """

    limit: int = 10
    order: Order = "relevance"
    min_score: float | None = None
    time: bool = True
    fold: bool = True
    since: datetime.date | None = None
    until: datetime.date | None = None
    older: bool = False
    newer: bool = False
    match: str | None = None
    strict: bool = False
    within: str | None = None

    def __post_init__(self) -> None:
        at_least_one(self.limit)
        _check_days(self)
        since, until = self.since, self.until
        if exchanged(since, until):
            object.__setattr__(self, "since", until)
            object.__setattr__(self, "until", since)
        _check_switches(self, "time", "fold", "older", "newer")
        if self.match is not None:
            text_of("match", self.match)
        if self.order not in get_args(Order):
            raise UsageError(f"order is {self.order!r:.40}; it must be relevance or context")
        if self.min_score is not None:
            _check_score(self.min_score)
        if self.within is not None:
            days_in(self.within)

    @property
    def filtered(self) -> bool:
        """Whether a filter is set, which excludes events whatever their score."""
        days = self.since is not None or self.until is not None
        days = days or self.older or self.newer or self.within is not None
        return days or self.match is not None


Options = RelatedOptions  # an earlier name, which callers still import


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """The options of a search.

    ``since`` and ``until``: the first and the last day. ``limit``: the items of a page; ``page``:
    its number, from 1. ``sort``: best first, or by day and then best first. ``fold``: whether
    reports of one event become one item. ``years``, ``sources``: whether to count all matches by
    year, by source.
    """

    since: datetime.date | None = None
    until: datetime.date | None = None
    limit: int = 10
    page: int = 1
    sort: Sort = "relevance"
    fold: bool = True
    years: bool = False
    sources: bool = False

    def __post_init__(self) -> None:
        at_least_one(self.limit)
        at_least_one(self.page, "page")
        _check_days(self)
        _check_switches(self, "fold", "years", "sources")
        if self.sort not in get_args(Sort):
            raise UsageError(f"sort is {self.sort!r:.40}; it must be relevance, newest or oldest")

    @property
    def first(self) -> int:
        """How many items are on earlier pages."""
        return self.limit * (self.page - 1)


def at_least_one(value: int, name: str = "limit") -> None:
    """Raises UsageError unless the value is a whole number of at least 1."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(f"{name} is {shown(value, 40)}; it must be 1 or more")


def days_in(span: object) -> int:
    """The days of a span of time as it is typed ("2y"); raises UsageError if it is none."""
    found = _SPAN.fullmatch(span) if isinstance(span, str) else None
    if found is None:
        raise UsageError(
            f"within is {span!r:.40}; it must be a number of days, weeks, months or years, "
            "such as 30d, 8w, 6m or 2y"
        )
    return min(int(found[1]) * _DAYS[found[2]], MOST_DAYS)


def text_of(name: str, value: object) -> str:
    """The value, if it is a str.

    Raises:
        UsageError: it is not; the message calls it ``name``.
    """
    if not isinstance(value, str):
        raise UsageError(f"{name} is {shown(value, 40)}; it must be a str")
    return value


_Options = TypeVar("_Options", RelatedOptions, SearchOptions)


def options_from(
    kind: type[_Options], given: _Options | None, settings: Mapping[str, Any]
) -> _Options:
    """Options as they were given, or the defaults, with some fields set by keywords.

    Raises:
        UsageError: ``given`` is of another type, there is no such field, or a value is wrong.
    """
    options = kind() if given is None else given
    if not isinstance(options, kind):
        raise UsageError(f"options are {shown(given)}; they must be {kind.__name__}(...)")
    known = {field.name for field in fields(kind)}
    for name in settings:
        if name not in known:
            raise UsageError(
                f"{name}: no such option; {kind.__name__} has {', '.join(sorted(known))}"
            )
    return replace(options, **settings) if settings else options


def _check_score(score: object) -> None:
    is_number = isinstance(score, int | float) and not isinstance(score, bool)
    if not is_number or not 0 <= score <= 1:  # type: ignore[operator]
        raise UsageError(f"min_score is {shown(score, 40)}; it must be from 0 to 1")


def exchanged(since: datetime.date | None, until: datetime.date | None) -> str:
    """The note for a last day before the first, in which case both are exchanged; or ""."""
    if since is None or until is None or since <= until:
        return ""
    return f"The dates {since} and {until} run backwards; they were exchanged."


def _check_days(options: RelatedOptions | SearchOptions) -> None:
    """Replace a datetime by its day; refuse anything else that is not a date."""
    for name in ("since", "until"):
        given = getattr(options, name)
        if given is not None and (day := day_given(given)) is None:
            raise UsageError(f"{name} is {shown(given, 40)}; it must be a datetime.date")
        if given is not None:
            object.__setattr__(options, name, day)


def _check_switches(options: RelatedOptions | SearchOptions, *names: str) -> None:
    for name in names:
        if not isinstance(getattr(options, name), bool):
            value = getattr(options, name)
            raise UsageError(f"{name} is {shown(value, 40)}; it must be True or False")
