"""What may be asked of an index, and the values that answers are made of."""

from dataclasses import dataclass
from typing import Literal, get_args

from search.errors import UsageError
from search.events import Event
from search.ranking import Hit

Order = Literal["relevance", "context"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a related list is to be like.

    ``order``: "relevance", or "context" (number of shared names, then newest). ``min_score``: from
    0 to 1; None is what the archive taught, 0 keeps everything. ``time``: whether closeness in
    time counts. ``fold``: whether reports of one event are folded into one item.
    """

    limit: int = 10
    order: Order = "relevance"
    min_score: float | None = None
    time: bool = True
    fold: bool = True

    def __post_init__(self) -> None:
        at_least_one(self.limit)
        if self.order not in get_args(Order):
            raise UsageError(f"order is {self.order!r}; it must be relevance or context")
        if self.min_score is not None and not 0 <= self.min_score <= 1:
            raise UsageError(f"min_score is {self.min_score}; it must be from 0 to 1")


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """``total`` is how many events match; ``notes`` say what was cut or taken as plain words."""

    query: str
    hits: tuple[Hit, ...]
    total: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """The receipt of a pair: ``hit`` is what B is to A (``of``), whether or not A's list has it.

    ``rank`` is B's place among all events that A's list is chosen from, from 1; None if it shares
    nothing. ``verdict`` says in a sentence what became of it.
    """

    of: Event
    hit: Hit
    rank: int | None
    verdict: str


def at_least_one(limit: int) -> None:
    """Raises UsageError where a list could hold nothing."""
    if limit < 1:
        raise UsageError(f"limit is {limit}; it must be 1 or more")


def verdict(same: bool, score: float, rank: int | None, least: float, options: Options) -> str:
    """What became of an event in a list, in a sentence. ``least`` is the least score listed."""
    if same:
        return "It is the same event; no event is related to itself."
    if rank is None:
        return "Not listed: too little is shared to be compared."
    if score < least:
        return (
            f"Not listed: it is number {rank:,}, but a score below {least:.4f} is more likely "
            "wrong than this archive's lists allow."
        )
    if rank > options.limit:
        return f"Not among the first {options.limit}: it is number {rank:,}."
    return f"Listed: it is number {rank:,}."
