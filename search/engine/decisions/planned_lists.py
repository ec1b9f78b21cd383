"""The lists that a run is about to write into pages, in case it does not come to its end.

A run remembers its lists when it ends. If it is killed or the machine stops, pages may have lists
that no record knows, and the next run would take their new items for an editor's. So each list is
noted here before its page is written. The file is a hint in the index directory, removed at the end
of a run. A line has the key of a page's event, the short hashes of the events of the list, and a
digest of both.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Final

from search.index.files import plain_bytes
from search.index.publishing import sync
from search.model.digests import hash_of

_NAME: Final = "PLANNED_LISTS"
_MOST_BYTES: Final = 1 << 30
_APPEND: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK


class PlannedLists:
    """The file in an index directory: what a run that did not end was about to write."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / _NAME

    @cached_property
    def by_key(self) -> Mapping[str, tuple[str, ...]]:
        """The short hashes of each list by the key of its page's event; nothing if the last run
        ended, or if the file cannot be read."""
        try:
            text = plain_bytes(self._path, _MOST_BYTES).decode("ascii", "replace")
        except OSError:
            return {}
        found = {}
        for line in text.splitlines():
            planned = line.rpartition("\t")[0]
            if line == _with_digest(planned):
                key, _, names = planned.partition("\t")
                found[key] = tuple(names.split())
        return found

    def add(self, lists: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        """Note lists durably, by the keys of their pages' events. A disk that refuses is ignored:
        then it will not take the pages either."""
        planned = (f"{key}\t{' '.join(names)}" for key, names in lists)
        lines = "".join(f"{_with_digest(each)}\n" for each in planned).encode()
        with suppress(OSError):
            is_new = not self._path.exists()
            handle = os.open(self._path, _APPEND, 0o666)
            try:
                os.write(handle, lines)
                os.fsync(handle)
            finally:
                os.close(handle)
            if is_new:
                sync(self._path.parent)

    def remove(self) -> None:
        """Forget them: the run has come to its end."""
        with suppress(OSError):
            self._path.unlink()


def _with_digest(planned: str) -> str:
    """The line of a key and a list, which are separated by a tab."""
    return f"{planned}\t{hash_of(planned):016x}"
