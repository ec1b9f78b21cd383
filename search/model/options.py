"""What may be asked of an index, and the values that answers are made of."""

import datetime
from dataclasses import dataclass
from typing import Literal, get_args

from search.model.errors import UsageError

Order = Literal["relevance", "context"]
Sort = Literal["relevance", "newest", "oldest"]


@dataclass(frozen=True, slots=True)
class RelatedOptions:
    """What a related list is to be like.

    ``order``: "relevance", or "context" (number of shared names, then newest). ``min_score``: from
    0 to 1; None is what the archive taught, 0 keeps everything. ``time``: whether closeness in
    time counts. ``fold``: whether reports of one event are folded into one item, and what repeats
    the items above it comes later.

    What may be listed: ``since`` and ``until`` are the first and last day; ``older`` leaves out
    what is newer than the event that is asked about, ``newer`` what is older, and its own day
    stays; ``match`` is a query that finds every item.
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

    def __post_init__(self) -> None:
        at_least_one(self.limit)
        if self.order not in get_args(Order):
            raise UsageError(f"order is {self.order!r}; it must be relevance or context")
        if self.min_score is not None and not 0 <= self.min_score <= 1:
            raise UsageError(f"min_score is {self.min_score}; it must be from 0 to 1")

    @property
    def filtered(self) -> bool:
        """Whether some related events may not be listed, whatever they score."""
        days = self.since is not None or self.until is not None
        return days or self.older or self.newer or self.match is not None


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """What the answer of a search is to be like.

    ``since`` and ``until``: the first and last day of what may be found. ``page``: from 1; each
    goes on where the one before ended, as long as ``limit``, the items of a page, stays the same.
    ``sort``: best first, or by day and then best first. ``fold``: whether reports of one event are
    folded into one item. ``years``, ``sources``: whether all matches are counted by these.
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
        if self.page < 1:
            raise UsageError(f"page is {self.page}; it must be 1 or more")
        if self.sort not in get_args(Sort):
            raise UsageError(f"sort is {self.sort!r}; it must be relevance, newest or oldest")

    @property
    def narrowed(self) -> bool:
        """Whether some events that match may not be found, or not in the order of their scores."""
        return self.sort != "relevance" or self.since is not None or self.until is not None

    @property
    def first(self) -> int:
        """How many items stand on the pages before."""
        return self.limit * (self.page - 1)


def at_least_one(limit: int) -> None:
    """Raises UsageError where a list could hold nothing."""
    if limit < 1:
        raise UsageError(f"limit is {limit}; it must be 1 or more")
