"""An inverted index of canonical names, for the order "context".

names.txt             line n is the name of number n; names ascend
name_rows.npy         uint32 [events + 1]: where the names of an event begin in name_numbers
name_numbers.npy      uint32: the names of each event, ascending
name_columns.npy      uint32 [names + 1]: where the events of a name begin in name_events
name_events.npy       uint32: the events of each name, ascending

An updated index has these files for the base and for the delta (see ``segments``). Names that only
the delta has are numbered after those of the base.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.index import lines
from search.index.checked_array import below, starts
from search.index.damage import damaged
from search.index.files import Files
from search.index.lines import Lines
from search.index.segments import Segments, located

_WEIGHT_STEPS: Final = 8  # the weight of a name is in steps of 1/8 of a natural logarithm
COMMONPLACE_EVENTS: Final = 30  # fewer may be the events of one subject
_COMMONPLACE_SHARE: Final = 3
_TEMPLATE_SHARE: Final = 9 / 10
_FEW_EVENTS: Final = 8  # may all be of one story
_MOST_COMPARED: Final = 200  # names that begin alike, of which those of most events are chosen


def write(names_of: Sequence[Sequence[str]], directory: Path) -> None:
    """Write all files; ``names_of[n]`` are the canonical names of the event of ordinal n."""
    names = sorted({name for names in names_of for name in names})
    number_of = {name: number for number, name in enumerate(names)}
    rows = [sorted({number_of[name] for name in names}) for names in names_of]
    counts = np.array([len(row) for row in rows], dtype=np.int64)
    numbers = np.array([number for row in rows for number in row], dtype="<u4")
    events = np.repeat(np.arange(len(rows), dtype="<u4"), counts)
    order = np.argsort(numbers, kind="stable")
    lines.write(names, directory / "names.txt")
    np.save(directory / "name_rows.npy", _starts(counts))
    np.save(directory / "name_numbers.npy", numbers)
    np.save(directory / "name_columns.npy", _starts(np.bincount(numbers, minlength=len(names))))
    np.save(directory / "name_events.npy", events[order])


def _starts(counts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Where groups of these sizes begin, and where the last ends."""
    return np.concatenate(([0], np.cumsum(counts))).astype("<u4")


def are_commonplace(events: Any, total: int) -> Any:
    """Whether a term that so many of all events have distinguishes nothing; of an array, for each.

    It does not if more than a third of the events have it, and more than ``COMMONPLACE_EVENTS``; or
    if nine of ten have it, as with a template, and not very few.
    """
    many = events > max(total / _COMMONPLACE_SHARE, COMMONPLACE_EVENTS)
    return many | (events >= max(total * _TEMPLATE_SHARE, _FEW_EVENTS))


class NameIndex:
    """The names of one generation. Safe to share by threads."""

    def __init__(self, base: Files, segments: Segments) -> None:
        self._segments = segments
        self._parts = [_Segment(files) for files in segments.files(base, "names")]
        self._base = self._parts[0]
        self._delta = self._parts[1] if len(self._parts) > 1 else None

    @cached_property
    def _all(self) -> Sequence[str]:
        """The names by number."""
        base = self._base.names
        return base if self._delta is None else [*base, *(self._delta.names[n] for n in self._new)]

    @cached_property
    def _new(self) -> list[int]:
        """Which of the delta's names the base does not have, ascending."""
        names = [] if self._delta is None else self._delta.names
        return [at for at, name in enumerate(names) if self._base.names.index_of(name) is None]

    @cached_property
    def _numbers(self) -> NDArray[np.int64]:
        """The number of each of the delta's names."""
        names = [] if self._delta is None else self._delta.names
        known = [self._base.names.index_of(name) for name in names]
        numbers = np.array([-1 if at is None else at for at in known], dtype=np.int64)
        numbers[self._new] = len(self._base.names) + np.arange(len(self._new))
        return numbers

    def __len__(self) -> int:
        """The number of distinct names in the archive."""
        return len(self._all)

    def of(self, ordinal: int) -> NDArray[np.uint32]:
        """The numbers of the names of an event, ascending."""
        part, offset = located(self._parts, ordinal)
        names = part.row(offset)
        return names if part is self._base else np.sort(self._numbers[names]).astype(np.uint32)

    def numbers(self, names: Sequence[str]) -> NDArray[np.uint32]:
        """The numbers of those of ``names`` that the archive has, ascending."""
        known = (self._number(name) for name in set(names))
        return np.array(sorted(number for number in known if number is not None), dtype="<u4")

    def events(self, name: str) -> NDArray[np.int64]:
        """The events that have a canonical name, ascending."""
        number = self._number(name)
        if number is None:
            return np.zeros(0, dtype=np.int64)
        return self._column(number).astype(np.int64)

    def names(self, numbers: Iterable[int]) -> list[str]:
        """The names of these numbers."""
        return [self._all[number] for number in numbers]

    def beginning(self, start: str, limit: int) -> list[str]:
        """At most ``limit`` names with this prefix, those of most events first. Only the first
        names in the alphabet are considered."""
        found = []
        for part in self._parts:
            some = part.names.beginning(start)[:_MOST_COMPARED]
            found += part.names[some.start : some.stop]
        counts = {name: len(self.events(name)) for name in found}
        return sorted(counts, key=lambda name: (-counts[name], name))[:limit]

    @cached_property
    def weights(self) -> NDArray[np.int64]:
        """The weight of each name: [names]. It is at least 1, and larger for rarer names.

        Only the events of the base count, so an added event changes no weight.
        """
        sizes = np.ones(len(self), np.int64)
        sizes[: len(self._base.names)] = np.maximum(np.diff(self._base.starts()), 1)
        rarity = np.log((self._base.events + 1) / sizes)
        weights: NDArray[np.int64] = np.maximum(np.rint(_WEIGHT_STEPS * rarity), 1).astype(np.int64)
        return weights

    @cached_property
    def commonplace(self) -> frozenset[str]:
        """The names that ``are_commonplace``. Only the events of the base count, as for
        ``weights``."""
        many = are_commonplace(np.diff(self._base.starts()), self._base.events)
        numbers = np.flatnonzero(many).tolist()
        return frozenset(self._base.names[number] for number in numbers)

    def shared_weights(self, numbers: NDArray[np.uint32]) -> NDArray[np.float64]:
        """The summed weight of those of these names that each event has, a whole number:
        [ordinals]."""
        columns = [self._column(number) for number in numbers.tolist()]
        weights = np.repeat(self.weights[numbers], list(map(len, columns)))
        events = np.concatenate([np.zeros(0, np.uint32), *columns])
        return np.bincount(events, weights, len(self._segments)).astype(np.float64, copy=False)

    def _number(self, name: str) -> int | None:
        number = self._base.names.index_of(name)
        if number is not None or self._delta is None:
            return number
        at = self._delta.names.index_of(name)
        return None if at is None else int(self._numbers[at])

    def _column(self, number: int) -> NDArray[np.uint32]:
        """The events of a name by its number, ascending."""
        if self._delta is None:
            return self._base.column(number)
        events = np.zeros(0, np.uint32)
        if number < len(self._base.names):
            events = self._segments.live(self._base.column(number))
        at = self._delta.names.index_of(self._all[number])
        if at is None:
            return events
        later = self._delta.column(at) + np.uint32(self._base.events)
        return np.concatenate([events, later])


class _Segment:
    """The names of one segment; events by their offset in it."""

    def __init__(self, files: Files) -> None:
        self._files = files
        any_length = (None,)
        count = len(files.array("name_rows.npy", "<u4", any_length)) - 1
        known = len(files.array("name_columns.npy", "<u4", any_length)) - 1
        if min(count, known) < 0:
            raise damaged(files.directory / "name_rows.npy", "it has no end")
        self._numbers = files.array("name_numbers.npy", "<u4", any_length, below(known))
        rule = starts(len(self._numbers))
        self._events = files.array("name_events.npy", "<u4", (len(self._numbers),), below(count))
        self._rows = files.array("name_rows.npy", "<u4", any_length, rule)
        self._columns = files.array("name_columns.npy", "<u4", any_length, rule)
        self._known = known

    @property
    def events(self) -> int:
        return len(self._rows) - 1

    @cached_property
    def names(self) -> Lines:
        return self._files.lines("names.txt", self._known)

    def row(self, event: int) -> NDArray[np.uint32]:
        begin, end = self._rows.between(event, event + 2).tolist()
        return self._numbers.between(begin, end)

    def starts(self) -> NDArray[np.int64]:
        return self._columns.whole().astype(np.int64)

    def column(self, number: int) -> NDArray[np.uint32]:
        begin, end = self._columns.between(number, number + 2).tolist()
        return self._events.between(begin, end)
