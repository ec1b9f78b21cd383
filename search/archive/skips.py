"""Counts skipped files and lines by reason, with the first case of each."""

from __future__ import annotations

import re
from typing import Final

from search.archive.walk import Skipped

# What differs between reasons of one kind: numbers and quoted values.
_VALUES: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\d+(?:[.,]\d+)*")


class SkipTally:
    """Counts of what was skipped, by kind of reason, each with its first example."""

    def __init__(self) -> None:
        self._first: dict[str, Skipped] = {}
        self._counts: dict[str, int] = {}

    def add(self, skipped: Skipped) -> None:
        kind = _VALUES.sub("…", skipped.reason)
        self._first.setdefault(kind, skipped)
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def __len__(self) -> int:
        return sum(self._counts.values())

    def lines(self) -> list[str]:
        """A line for each kind of reason, the most frequent first."""
        ordered = sorted(self._counts, key=lambda kind: (-self._counts[kind], kind))
        return [self._line(kind) for kind in ordered]

    def _line(self, kind: str) -> str:
        count, first = self._counts[kind], self._first[kind]
        return str(first) if count == 1 else f"{count:,} for one reason, the first is {first}"
