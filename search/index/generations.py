"""Immutable generations on disk; one of them is current.

An index directory holds

    EVENT-SEARCH the mark of an index (see ``ownership``)
    CURRENT      one line, "<generation> <digest of its manifest>"; replacing it is the commit
    LOCK         locked by the one process that writes; HOLDER says who that is, for messages
    SOURCES      the archives that the last run read (a hint)
    KEPT         an earlier generation that is kept, named like that in CURRENT (a hint)
    000007/      a generation: its files, and, written last, checksums of all their blocks
                 (see ``checked_file``) and manifest.json

A reader reads CURRENT once, maps all files of that generation and keeps them, even after they are
deleted. The previous generation is kept on disk, so a reader that has just read CURRENT still finds
its files; a reader that two writers overtook tries again.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from search.index import ownership
from search.index.checked_file import BLOCK, Sums
from search.index.damage import damaged, unreadable
from search.index.files import Files, bytes_of
from search.model.digests import hex_digest
from search.model.errors import (
    IndexDamaged,
    IndexFormatMismatch,
    IndexMissing,
    IndexNewer,
    IndexUnusable,
)

FORMAT: Final = 10
CURRENT_LINE: Final = re.compile(r"([0-9]{6,18}) ([0-9a-f]{64})\n")
_NUMBER: Final = re.compile(r"[0-9]{6,18}")
_FILE_NAME: Final = re.compile(r"[a-z][a-z0-9_./]*(?<![/.])", re.ASCII)
_ATTEMPTS: Final = 5
_MOST_EVENTS: Final = 1 << 32
MANIFEST: Final = "manifest.json"
SUMS: Final = "checksums"


@dataclass(frozen=True)
class Generation:
    """One published generation. ``facts`` are notes of its builder, from the manifest."""

    number: int
    directory: Path
    files: Files
    facts: dict[str, Any]
    line: str  # by which CURRENT names it

    def verify(self) -> list[str]:
        """Read every file, and return a sentence for each that changed since it was published."""
        return list(self.files.faults())

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Guard an answer: the files must be as they were published, and belong together.

        Every array is checked when it is first read. So an index out of bounds means that files do
        not belong together. Other errors are bugs, and pass unchanged.

        Raises:
            IndexDamaged: a file was altered; or in place of IndexError and OverflowError.
        """
        try:
            yield
        except (IndexError, OverflowError) as error:
            what = f"its files contradict each other ({error!r:.200})"
            raise damaged(self.directory, what) from error
        finally:  # what was written to while it was read explains any error
            self.files.must_be_unaltered()

    @property
    def events(self) -> int:
        """The number of events, as the builder counted them.

        Raises:
            IndexDamaged: the manifest does not say.
        """
        count = self.facts.get("events")
        if type(count) is not int or not 0 <= count < _MOST_EVENTS:
            raise damaged(self.directory / MANIFEST, "it does not say how many events there are")
        return count

    def size(self) -> int:
        """Bytes of all files."""
        return sum(sums.size for sums in self.files.sums.values())


def current(directory: Path) -> Generation:
    """The generation that is current now.

    Raises IndexMissing, IndexFormatMismatch or IndexDamaged.
    """
    for _ in range(_ATTEMPTS):
        line = _current_line(directory)
        try:
            return named(directory, line)
        except IndexDamaged:
            # A writer that published twice since CURRENT was read has swept what it named.
            if _current_line(directory) == line:
                raise
    raise IndexUnusable(f"{directory}: it is being replaced faster than it can be read; try again")


def whole_generations_after(current: Generation) -> list[str]:
    """A sentence for each whole generation with a higher number than the current one.

    There is one if an old ``CURRENT`` was restored, or if a writer stopped before its commit.
    """
    directory = current.directory.parent
    names = (path.name for path in directory.iterdir() if _NUMBER.fullmatch(path.name))
    later = sorted(int(name) for name in names if int(name) > current.number)
    found = [number for number in later if ownership.is_whole(directory / f"{number:06d}")]
    if _current_line(directory) != current.line:  # it was published meanwhile
        return []
    return [
        f"{directory / 'CURRENT'}: it names generation {current.number}, but generation {number} "
        "is whole as well"
        for number in found
    ]


def _current_line(directory: Path) -> str:
    try:
        return bytes_of(directory / "CURRENT").decode("ascii", "replace")
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(
            f"{directory}: there is no index here; build one with: event-search index ARCHIVE"
        ) from None


def named(directory: Path, line: str) -> Generation:
    """Open the generation that a line of CURRENT names.

    Raises:
        IndexFormatMismatch, IndexNewer: another version wrote it.
        IndexDamaged: a file is missing, cut or altered, or the generation has been removed.
    """
    match = CURRENT_LINE.fullmatch(line)
    if match is None:
        raise damaged(directory / "CURRENT", "it does not name a generation")
    path = directory / match[1] / MANIFEST
    data = _bytes_of(path)
    if hex_digest(data) != match[2]:
        raise damaged(path, "its bytes were altered")
    try:
        manifest = json.loads(data)
        written = manifest["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(path, f"no manifest ({error!r})") from error
    if type(written) is int and written > FORMAT:
        raise IndexNewer(
            f"{directory}: the index has format {written}, this version reads format {FORMAT}; "
            "install a newer event-search, or remove the index to rebuild it"
        )
    if written != FORMAT:
        raise IndexFormatMismatch(
            f"{directory}: the index has format {written!r:.20}, this version reads format "
            f"{FORMAT}; rebuild it with: event-search index ARCHIVE"
        )
    try:
        files = Files(path.parent, _sums(path.parent, manifest))
        _refuse_links(path.parent, files)
        files.hold()
        return Generation(int(match[1]), path.parent, files, dict(manifest["facts"]), line)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(path, f"no manifest ({error!r})") from error


def _sums(generation: Path, manifest: dict[str, Any]) -> dict[str, Sums]:
    """The size and the checksums of each file, from the manifest and the file of checksums."""
    data = _bytes_of(generation / SUMS)
    if hex_digest(data) != manifest["checksums"]:
        raise damaged(generation / SUMS, "its bytes were altered")
    every = np.frombuffer(data, "<u8")
    sums = {}
    at = 0
    for name, size in manifest["files"].items():
        if not _FILE_NAME.fullmatch(name) or size < 0:
            raise damaged(generation / MANIFEST, f"an unknown file: {name[:80]!r}")
        count = -(-size // BLOCK)
        sums[name] = Sums(size, every[at : at + count])
        at += count
    if at != len(every):
        raise damaged(generation / SUMS, "it does not fit the others")
    return sums


def _refuse_links(generation: Path, files: Files) -> None:
    """Refuse symbolic links to directories: opening a file checks only the end of its path."""
    folders = {name.rpartition("/")[0] for name in files.sums}
    above = {folder[:at] for folder in folders for at, c in enumerate(folder) if c == "/"}
    for folder in (generation, *(generation / name for name in folders | above)):
        if folder.is_symlink():
            raise damaged(folder, "a symbolic link where a directory should be")


def _bytes_of(path: Path) -> bytes:
    try:
        return bytes_of(path)
    except OSError as error:
        raise unreadable(path, error) from error
