"""Marks the directories that event-search made, so that nothing of the user's is ever removed.

The mark is a file ``EVENT-SEARCH``. An index directory gets it, synced, before any other file, and
each generation gets one as soon as its directory is made. A writer removes a directory only if both
its name and its mark are ours. It writes only into a directory that is marked, empty, or an index
of an old version that wrote no marks.
"""

import json
import os
from pathlib import Path
from typing import Final

from search.index.files import plain_bytes
from search.model.digests import hex_digest
from search.model.errors import UsageError

MARK: Final = "EVENT-SEARCH"
_INDEX: Final = b"event-search index; files in here may be removed by event-search\n"
_GENERATION: Final = b"event-search generation\n"
# What may be in a directory before its first index: a lock, and an editor's corrections.
_BEFORE_AN_INDEX: Final = frozenset({MARK, "LOCK", "aliases.tsv"})
_LONGEST_NUMBER: Final = 18


def claim(directory: Path) -> None:
    """Mark a directory as an index, unless it is marked already.

    Raises:
        UsageError: it is neither empty nor an index. Nothing was changed.
        OSError: it cannot be read or written.
    """
    names = {
        path.name for path in directory.iterdir()
    }  # before the mark is read: it is written before all others
    mark = _read(directory / MARK)
    if mark == _INDEX:
        return
    is_torn = mark is not None and _INDEX.startswith(mark)
    is_new = names <= _BEFORE_AN_INDEX and (MARK not in names or is_torn)
    if "LOCK" in names and _read(directory / "LOCK") != b"":
        is_new = False
    if not is_new and (MARK in names or not _mark_unmarked_index(directory, names)):
        raise UsageError(
            f"{directory}: neither empty nor an index of event-search, so nothing was changed; "
            "name a new or an empty directory with --index"
        )
    _write(directory / MARK, _INDEX)


def mark_generation(directory: Path) -> None:
    """Mark a directory as a generation, finished or not.

    Raises:
        OSError: it cannot be written.
    """
    _write(directory / MARK, _GENERATION)


def is_index(directory: Path) -> bool:
    """Whether a directory is marked as an index."""
    return _read(directory / MARK) == _INDEX


def is_generation(directory: Path) -> bool:
    """Whether a directory is a generation, finished or not, that event-search made."""
    if directory.is_symlink() or not directory.is_dir():
        return False
    mark = _read(directory / MARK)
    if mark == _GENERATION:
        return True
    # Torn by a crash, the mark is the only file in there.
    is_torn = mark is not None and _GENERATION.startswith(mark)
    return is_torn and [path.name for path in directory.iterdir()] == [MARK]


def _mark_unmarked_index(directory: Path, names: set[str]) -> bool:
    """Mark the generations of an index that has no mark yet; False if it is no such index."""
    current, _, digest = (_read(directory / "CURRENT") or b"").partition(b" ")
    if not current.isdigit() or len(current) > _LONGEST_NUMBER:
        return False
    manifest = _read(directory / current.decode() / "manifest.json")
    if manifest is None or digest != hex_digest(manifest).encode() + b"\n":
        return False
    for name in names:
        if name.isdigit() and (name.encode() == current or is_whole(directory / name)):
            mark_generation(directory / name)
    return True


def is_whole(directory: Path) -> bool:
    """Whether a manifest and the checksums beside it agree."""
    if directory.is_symlink():
        return False
    try:
        manifest = json.loads(_read(directory / "manifest.json") or b"")
        sums = _read(directory / "checksums")
        return sums is not None and manifest["checksums"] == hex_digest(sums)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False


def _read(path: Path) -> bytes | None:
    try:
        return plain_bytes(path)
    except OSError:
        return None


def _write(path: Path, data: bytes) -> None:
    """Write a mark, and sync it and its directory. A torn one is replaced."""
    path.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    for target, content in ((path, data), (path.parent, b"")):
        handle = os.open(target, flags if content else os.O_RDONLY, 0o666)
        try:
            if content:
                os.write(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
