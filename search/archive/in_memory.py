"""Events from memory: any iterable of dicts or events, or a data frame."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from search.archive.dates import day_comes_first
from search.archive.field_names import FieldMap, prepared
from search.archive.learned_fields import learned, sample_of
from search.archive.record_event import event_of
from search.archive.scan import NO_CACHE, Scan
from search.archive.walk import OnSkip, Skipped
from search.model import printing as plain
from search.model.digests import event_digest
from search.model.errors import UsageError
from search.model.event import Event

PLACE: Final = "events"  # stands for a path in messages


def is_events(value: object) -> bool:
    """Whether a value is events rather than paths: a frame, or a list of dicts or events."""
    if isinstance(value, str | Path | Mapping):
        return False
    if hasattr(value, "columns") or hasattr(value, "to_pylist"):
        return True
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], Mapping | Event)


def scan_events(events: Any, on_skip: OnSkip, field_map: FieldMap) -> Scan:
    """Scan an iterable or frame, as `scan_archives` scans files.

    Of events with the same id the first is taken. ``on_skip`` gets the number of each record (from
    1) that is no event, with the reason.

    Raises:
        UsageError: it is not iterable, or an item is neither a dict nor an event.
    """
    fresh: dict[int, Event] = {}
    seen: dict[str, int] = {}
    if not isinstance(events, Iterator):
        field_map = replace(field_map, day_first=cache(lambda: day_comes_first(_texts(events))))
        field_map = learned(sample_of(_items(events))[0], field_map)
    for number, item in enumerate(_items(events), 1):
        event = _event(item, number, on_skip, field_map)
        if event is None:
            continue
        first = seen.setdefault(event.id, number)
        if first == number:
            fresh[event_digest(event)] = event
        else:
            where = f"its id was read already from {PLACE}:{first}"
            on_skip(Skipped(PLACE, number, where))
    return Scan([], list(fresh), fresh, NO_CACHE, np.zeros(0, np.uint64))


def _texts(events: Any) -> Iterator[bytes]:
    for item in _items(events):
        for value in item.values() if isinstance(item, Mapping) else ():
            if isinstance(value, str):
                yield value.encode("utf-8", "replace")


def _items(events: Any) -> Iterator[Any]:
    if isinstance(events, str | bytes | Path):
        raise UsageError(
            f"events={events!r:.60} is a path; give it as the first argument: build(path, ...)"
        )
    if isinstance(events, Mapping | Event):
        raise UsageError("events is a single record; give a list of them: events=[...]")
    for rows in ("iter_rows", "to_pylist"):  # polars, pyarrow
        if hasattr(events, rows) and hasattr(events, "schema"):
            return iter(events.iter_rows(named=True) if rows == "iter_rows" else events.to_pylist())
    if hasattr(events, "columns") and hasattr(events, "itertuples"):  # pandas
        names = [str(name) for name in events.columns]
        return (
            dict(zip(names, row, strict=True)) for row in events.itertuples(index=False, name=None)
        )
    if not isinstance(events, Iterable):
        raise UsageError(
            f"events is {events!r:.60}; it must be an iterable of dicts or events, or a data frame"
        )
    return iter(events)


def _event(item: Any, number: int, on_skip: OnSkip, field_map: FieldMap) -> Event | None:
    if isinstance(item, Event):
        return item
    if not isinstance(item, Mapping):
        raise UsageError(
            f"item {number} of events is {item!r:.60}; it must be a dict or a search.Event"
        )

    def complain(reason: str) -> None:
        on_skip(Skipped(PLACE, number, plain.visible(reason)))

    try:
        record = {name: _plain(value) for name, value in item.items()}
        return event_of(prepared(record, field_map), complain)
    except ValueError as error:
        complain(str(error))
        return None


def _plain(value: Any) -> Any:
    """A value of numpy or pandas as a Python value; missing values (NaN, NaT) become None."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    if type(value).__name__ in ("NaTType", "NAType") or (
        isinstance(value, float) and math.isnan(value)
    ):
        return None
    return value
