"""Decides how an index is updated: not at all, by a delta over its base, or by a new base.

A delta depends only on the base and the events. So an index that was updated a hundred times is the
same, byte for byte, as after a single update. If more than ``DRIFT`` of the base has changed, what
was learned no longer fits the archive, and a new base is built, as for a new index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.archive import Scan
from search.engine.build_input import BaseInputs
from search.index import generations
from search.index.arrays import are_among
from search.index.damage import damaged
from search.index.files import Files
from search.index.snapshot import Snapshot
from search.model.event import Event, day_number

# Events added, edited and removed, as a share of the events of the base.
DRIFT: Final = 1 / 50

# The facts that a base depends on, beside its events.
_BASE_FACTS: Final = ("edits", "language", "vectors")


# Writes the new generation; and the files that it shares with the previous one.
Plan = tuple[Callable[[Path], dict[str, Any]], Files | None]


def plan_of(current: generations.Generation | None, scan: Scan, inputs: BaseInputs) -> Plan | None:
    """How the next generation is made; None if nothing has changed.

    Args:
        current: the current generation; None if there is none that can be used.
        scan: what the archives hold now.
        inputs: of a new base.

    Raises:
        IndexDamaged: a part of the current generation that is needed is damaged.
    """
    facts = inputs.facts
    if current is None:
        events = _in_order(map(scan.fresh.__getitem__, scan.events))
        scan.fresh.clear()  # the list alone holds them, until the base needs them no longer
        return _new_base(events, inputs)
    with current.answering():
        snapshot = Snapshot(current.files)
        digests = snapshot.events.digests()
        deleted, added = _difference(digests[: snapshot.base_count], scan.events)
        has_drifted = len(deleted) + len(added) > DRIFT * snapshot.base_count
        if any(current.facts.get(name) != facts.get(name) for name in _BASE_FACTS):
            has_drifted = True
        in_delta = set(digests[snapshot.base_count :].tolist())
        if not has_drifted and added == in_delta and np.array_equal(deleted, snapshot.deleted):
            return None
        # Loaded only if something is to be written.
        from search.engine import delta_segment as delta  # noqa: PLC0415

        known = {digest: at for at, digest in enumerate(digests.tolist())}

        def event_of(digest: int) -> Event:
            event = scan.fresh.get(digest)
            if event is None and digest not in known:
                raise damaged("FILE_CACHE", "it names an event that the index does not have")
            return event or snapshot.events[known[digest]]

        if has_drifted:
            return _new_base(_in_order(map(event_of, scan.events)), inputs)
        placements = delta.placements_in(snapshot)
        kept = current.files.only("base")
        base = Snapshot(kept)
        events = _in_order(map(event_of, added))

    def update(directory: Path) -> dict[str, Any]:
        if len(deleted) or events:
            (directory / "delta").mkdir()
            delta.write(base, events, deleted, placements, directory / "delta")
        return facts

    return update, kept


def _new_base(events: list[Event], inputs: BaseInputs) -> Plan:
    def write(directory: Path) -> dict[str, Any]:
        from search.engine import base_segment as base  # noqa: PLC0415

        (directory / "base").mkdir()
        base.write(events, directory / "base", inputs)
        return inputs.facts

    return write, None


def _in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (day_number(event.date), event.id))


def _difference(
    base: NDArray[np.uint64], events: Sequence[int]
) -> tuple[NDArray[np.int64], set[int]]:
    """The ordinals of the base that are not among the events, and the events not in the base."""
    now = np.array(events, dtype=np.uint64)
    deleted = np.flatnonzero(~are_among(base, now))
    added: set[int] = set(now[~are_among(now, base)].tolist())
    return deleted, added
