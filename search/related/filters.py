"""Which events may stand in a related list: filters by day and by a query, and what they say."""

import numpy as np
from numpy.typing import NDArray

from search.index.snapshot import Snapshot
from search.model.errors import UsageError
from search.model.event import day_number
from search.model.options import RelatedOptions

Mask = NDArray[np.bool_]


def beside(
    snapshot: Snapshot, mask: Mask | None, day: int | None, options: RelatedOptions
) -> Mask | None:
    """The same for the list of an event of a day, whose neighbours in time may be left out.

    Raises:
        UsageError: the list is that of a text, which has no day.
    """
    if not (options.older or options.newer):
        return mask
    if day is None:
        raise UsageError(
            "older and newer compare with the day of an event, and a text has none; "
            "give first and last days instead"
        )
    days = snapshot.events.days
    near = np.ones(len(days), np.bool_)
    if options.older:
        near &= days <= day
    if options.newer:
        near &= days >= day
    return near if mask is None else near & mask


def kept_out(
    snapshot: Snapshot, one: int, other: int, options: RelatedOptions, mask: Mask | None
) -> str | None:
    """The reason why a filter keeps an event out of the list of another, if one does."""
    day, asked = int(snapshot.events.days[other]), int(snapshot.events.days[one])
    if options.since is not None and day < day_number(options.since):
        return f"it is from before {options.since}"
    if options.until is not None and day > day_number(options.until):
        return f"it is from after {options.until}"
    if options.older and day > asked:
        return "it is newer, and only older events are wanted"
    if options.newer and day < asked:
        return "it is older, and only newer events are wanted"
    if mask is not None and not mask[other]:
        return f"it does not match {options.match}"
    return None
