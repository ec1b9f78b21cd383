"""The files of an archive with their stat signatures, as arrays rather than objects."""

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

from search.archive.file_cache import NO_SIGNATURE, StatSignature
from search.archive.file_forms import Form, fields_beside
from search.archive.reader import STDIN
from search.archive.site import HIGHEST_HASH, Site
from search.archive.walk import Batch, File, OnSkip, batches, refusal

LIST: Final = "index.md"
_DONE: Final = Path()


@dataclass
class FileList:
    """The files of one argument in the order of reading.

    ``names`` are the names in the file cache. They begin with ``start``; the first is number
    ``first`` there. A directory is a triple: what precedes the names of its files in their paths,
    what precedes them in the file cache, and its path below the argument (None: the argument is
    the file). ``lists`` has the number of the day list of a directory, if it has one. ``site`` was
    inferred from the pages with hashes up to ``sample_cutoff``.
    """

    argument: Path
    start: str
    first: int
    names: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    directories: list[tuple[str, str, tuple[str, ...] | None]] = field(default_factory=list)
    lists: dict[str, int] = field(default_factory=dict)
    site: Site = field(init=False)
    sample_cutoff: int = HIGHEST_HASH
    _signatures: array[int] = field(default_factory=lambda: array("q"))
    _directory_of: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def signatures(self) -> NDArray[np.int64]:
        """As in the file cache: [files, 3]."""
        return np.frombuffer(self._signatures, np.int64).reshape(-1, 3)

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
        signatures: Sequence[int],
    ) -> None:
        """Files of a directory; ``signatures`` are flat: three numbers a file."""
        within = directory[1]
        if LIST in names and directory[2] is not None:
            self.lists[within] = len(self.names) + names.index(LIST)
        self._directory_of.extend(repeat(len(self.directories), len(names)))
        self.directories.append(directory)
        self.names += [within + name for name in names]
        self.forms += forms
        self._signatures.extend(signatures)


def file_lists(paths: Sequence[Path | str], on_skip: OnSkip) -> list[FileList]:
    """The files of archives; standard input counts as one.

    Raises:
        ArchiveError: there is nothing at one of the paths, or the system failed to look.
    """
    found: list[FileList] = []
    seen: set[str] | None = set() if len(paths) > 1 else None
    number = first = 0
    for path in paths:
        if str(path) == STDIN:
            file_list = FileList(Path(STDIN), STDIN, first)
            file_list.add((STDIN, STDIN, None), [""], [Form.LINES], NO_SIGNATURE)
        else:
            file_list = FileList(Path(path), f"{number}:", first)
            number += 1
            for batch in batches(file_list.argument, on_skip):
                _list(batch, file_list, seen)
        found.append(file_list)
        first += len(file_list)
    return found


def file_list_of(file_lists: Sequence[FileList], number: int) -> FileList:
    """The list that has the file of a number in the file cache."""
    return next(file_list for file_list in reversed(file_lists) if file_list.first <= number)


def signature_of(path: Path) -> StatSignature | None:
    """The stat signature of a file; None if there is none."""
    try:
        return _signature_in(path.stat())
    except FileNotFoundError:
        return None


def _signature_in(found: os.stat_result) -> StatSignature:
    """Size in bytes, and mtime and ctime in ns."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def page_signature(path: Path, page: StatSignature) -> StatSignature:
    """The signature of a page in the file cache, given that of its file alone."""
    return _with_fields(page, path.with_name(fields_beside(str(path))))


def _with_fields(page: StatSignature, fields: os.DirEntry[str] | Path | None) -> StatSignature:
    """The signature of a page together with the file of its fields, if it has one: it differs if
    either changed, or if the file of fields came or went."""
    if fields is None:
        return page
    try:
        size, *times = _signature_in(fields.stat(follow_symlinks=False))
    except OSError:
        return page
    return page[0] + size, max(page[1], times[0]), max(page[2], times[1])


def _list(batch: Batch, file_list: FileList, seen: set[str] | None) -> None:
    """Add a batch to a file list, without files that are gone or were ``seen`` in another."""
    itself, within = batch.parts is None, file_list.start
    above = batch.prefix + (batch.entries[0].name if itself else "")
    if batch.parts is not None:
        within += "/" + "".join([f"{part}/" for part in batch.parts])
    names: list[str] = []
    forms: list[Form] = []
    signatures: list[int] = []
    for at, (entry, form) in enumerate(zip(batch.entries, batch.forms, strict=True)):
        path = batch.prefix + entry.name
        if seen is not None and path in seen:
            continue
        try:
            found = entry.stat(follow_symlinks=itself)
        except OSError as error:
            refusal(Path(path), error)
            continue
        names.append("" if itself else entry.name)
        forms.append(form)
        # As ``_signature_in``; a call for every file would cost too much.
        signature = found.st_size, found.st_mtime_ns, found.st_ctime_ns
        if batch.beside and form is Form.PAGE:
            signature = _with_fields(signature, batch.beside.get(fields_beside(path)))
        signatures += signature
        batch.entries[at] = _DONE  # an entry would keep the status of its file
        if seen is not None:
            seen.add(path)
    if names:
        file_list.add((above, within, batch.parts), names, forms, signatures)
