"""What files there are, with their stamps, and without an object for each."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.archive.ledger import NO_STAMP, Stamp
from search.archive.reader import STDIN
from search.archive.site import HIGHEST_LOT, Site
from search.archive.walk import File, Form, OnSkip, Stretch, refusal, stretches

LIST: Final = "index.md"
_DONE: Final = Path()


@dataclass
class Listing:
    """The files of one argument in the order of reading.

    ``names`` are those of the ledger and begin with ``start``, ``first`` is its first file's place
    there. A directory is what stands before the names of its files in their paths, the same in the
    ledger, and the way there from the argument (None: the file is the argument); ``lists`` says of
    some of them which file is the list of a day. The ``site`` was surveyed by pages whose lots are
    not above ``drawn``.
    """

    argument: Path
    start: str
    first: int
    names: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    directories: list[tuple[str, str, tuple[str, ...] | None]] = field(default_factory=list)
    lists: dict[str, int] = field(default_factory=dict)
    site: Site = field(init=False)
    drawn: int = HIGHEST_LOT
    _stamps: array[int] = field(default_factory=lambda: array("q"))
    _directory_of: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def stamps(self) -> NDArray[np.int64]:
        """As in the ledger: [files, 3]."""
        return np.frombuffer(self._stamps, np.int64).reshape(-1, 3)

    @cached_property
    def directory_of(self) -> NDArray[np.int64]:
        """The number of the directory of each file: [files]."""
        return np.frombuffer(self._directory_of, np.int64)

    @cached_property
    def are_pages(self) -> NDArray[np.bool_]:
        page = Form.PAGE
        return np.array([form is page for form in self.forms], dtype=np.bool_)

    def path(self, at: int) -> str:
        """The path of a file, as its argument was given."""
        above, within, _ = self.directories[self._directory_of[at]]
        return above + self.names[at][len(within) :]

    def file(self, at: int) -> File:
        _, within, parts = self.directories[self._directory_of[at]]
        way = () if parts is None else (*parts, self.names[at][len(within) :])
        return File(self.path(at), way, self.forms[at])

    def add(
        self,
        directory: tuple[str, str, tuple[str, ...] | None],
        names: Sequence[str],
        forms: Sequence[Form],
        stamps: Sequence[int],
    ) -> None:
        """Files of a directory; ``stamps`` are flat."""
        within = directory[1]
        if LIST in names and directory[2] is not None:
            self.lists[within] = len(self.names) + names.index(LIST)
        self._directory_of.extend(repeat(len(self.directories), len(names)))
        self.directories.append(directory)
        self.names += [within + name for name in names]
        self.forms += forms
        self._stamps.extend(stamps)


def listings(paths: Sequence[Path | str], on_skip: OnSkip) -> list[Listing]:
    """The files of archives; standard input counts as one.

    Raises:
        ArchiveError: there is nothing at one of the paths, or the system failed to look.
    """
    found: list[Listing] = []
    seen: set[str] | None = set() if len(paths) > 1 else None
    number = first = 0
    for path in paths:
        if str(path) == STDIN:
            listing = Listing(Path(STDIN), STDIN, first)
            listing.add((STDIN, STDIN, None), [""], [Form.LINES], NO_STAMP)
        else:
            listing = Listing(Path(path), f"{number}:", first)
            number += 1
            for stretch in stretches(listing.argument, on_skip):
                _list(stretch, listing, seen)
        found.append(listing)
        first += len(listing)
    return found


def listing_of(listings: Sequence[Listing], place: int) -> Listing:
    """The one that holds the file at a place of the ledger."""
    return next(listing for listing in reversed(listings) if listing.first <= place)


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of a file; None if there is none."""
    try:
        return _stamp_in(path.stat())
    except FileNotFoundError:
        return None


def _stamp_in(found: os.stat_result) -> Stamp:
    """Size in bytes and times of change (of content, of content or attributes) in ns."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _list(stretch: Stretch, listing: Listing, seen: set[str] | None) -> None:
    """Add a stretch to a listing, but for what is gone by now or was ``seen`` in another."""
    above, within, entries, forms = stretch.above, listing.start, stretch.entries, stretch.forms
    itself = stretch.parts is None
    names = [entry.name for entry in entries]
    if stretch.parts is None:
        above, names = above + names[0], [""]
    else:
        within += "/" + "".join([f"{part}/" for part in stretch.parts])
    if seen is not None:
        new = [at for at, name in enumerate(names) if above + name not in seen]
        names, entries = [names[at] for at in new], [entries[at] for at in new]
        forms = [forms[at] for at in new]
        seen.update([above + name for name in names])
    stamps: list[int] = []
    for at, entry in enumerate(entries):
        try:
            found = entry.stat(follow_symlinks=itself)
        except OSError as error:
            refusal(Path(above + names[at]), error)
            stamps += NO_STAMP
        else:
            # As in ``_stamp_in``, of which a call for every file would be felt.
            stamps += (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        entries[at] = _DONE  # an entry keeps all that the system has told of it
    if NO_STAMP[0] in stamps[::3]:
        there = [at for at, size in enumerate(stamps[::3]) if size != NO_STAMP[0]]
        names, forms = [names[at] for at in there], [forms[at] for at in there]
        stamps = [part for at in there for part in stamps[3 * at : 3 * at + 3]]
    if names:
        listing.add((above, within, stretch.parts), names, forms, stamps)
