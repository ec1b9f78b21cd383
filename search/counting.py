"""How many of some events are of each year, and how many have each source."""

import numpy as np
from numpy.typing import NDArray

from search.asking import SourceCount, YearCount
from search.snapshot import Snapshot


def by_year(snapshot: Snapshot, ordinals: NDArray[np.int64]) -> tuple[YearCount, ...]:
    """The years that have any of the events, ascending."""
    days = snapshot.events.days[ordinals].astype("datetime64[D]")
    years, counts = np.unique(days.astype("datetime64[Y]").astype(np.int64), return_counts=True)
    return tuple(map(YearCount, (years + 1970).tolist(), counts.tolist()))


def by_source(snapshot: Snapshot, ordinals: NDArray[np.int64]) -> tuple[SourceCount, ...]:
    """The sources of the events, most events first, then by name."""
    counts = snapshot.events.by_source(ordinals)
    return tuple(
        SourceCount(source, events)
        for source, events in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
