"""Filters of related lists, by day and by a query, and their messages."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.snapshot import Snapshot
from search.model.errors import UsageError
from search.model.event import UNDATED, day_number
from search.model.options import MOST_DAYS, RelatedOptions, days_in

Mask = NDArray[np.bool_]
_ANY: Final = 1 << 30  # days: events without a date are inside too


class Reach(NamedTuple):
    """How many days before and after the query event a listed event may be. With any other reach
    than `EVER`, events without a date are neither listed nor have a list."""

    before: int = _ANY
    after: int = _ANY

    @classmethod
    def of(cls, options: RelatedOptions) -> "Reach":
        if options.within is None and not options.older and not options.newer:
            return EVER
        within = MOST_DAYS if options.within is None else days_in(options.within)
        return cls(0 if options.newer else within, 0 if options.older else within)

    def mask_of(self, days: NDArray[np.int32], day: int, mask: Mask | None) -> Mask | None:
        """Which events may be listed for an event of a day, given the ``days`` of all [events] and
        the events of ``mask`` [events]; None: all."""
        if self == EVER:
            return mask
        near: Mask = (days >= day - self.before) & (days <= day + self.after) & (days != UNDATED)
        return near if mask is None else near & mask


EVER: Final = Reach()


def mask_for(
    snapshot: Snapshot, mask: Mask | None, day: int | None, options: RelatedOptions
) -> Mask | None:
    """The events that may be listed for an event of this day: ``mask`` within the options' reach.

    Raises:
        UsageError: the list is for a text, which has no date.
    """
    reach = Reach.of(options)
    if day is None and reach != EVER:
        raise UsageError(
            "older, newer and within compare with the date of an event, and a text has none; "
            "give the first and last day instead (--from, --to)"
        )
    return mask if day is None else reach.mask_of(snapshot.events.days, day, mask)


def kept_out(
    snapshot: Snapshot, one: int, other: int, options: RelatedOptions, mask: Mask | None
) -> str | None:
    """Why a filter keeps an event out of the list of another; None if no filter does."""
    day, own_day = int(snapshot.events.days[other]), int(snapshot.events.days[one])
    is_near = Reach.of(options) != EVER
    if day == UNDATED and (is_near or options.since or options.until):
        return "it has no date, and only events of some time are wanted"
    if own_day == UNDATED and is_near:
        return "nothing is older, newer or near in time to an event without a date"
    if options.since is not None and day < day_number(options.since):
        return f"it is from before {options.since}"
    if options.until is not None and day > day_number(options.until):
        return f"it is from after {options.until}"
    if options.older and day > own_day:
        return "it is newer, and only older events are wanted"
    if options.newer and day < own_day:
        return "it is older, and only newer events are wanted"
    if options.within is not None and (apart := abs(day - own_day)) > days_in(options.within):
        return f"it is {apart:,} days away, and only events within {options.within} are wanted"
    if mask is not None and not mask[other]:
        return f"it does not match {options.match}"
    return None
