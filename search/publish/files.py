"""Writes files atomically: a reader sees the old file or the new one."""

from __future__ import annotations

import os
import posixpath
from contextlib import suppress
from pathlib import Path
from typing import Final

from search.model.digests import hash_of
from search.model.errors import UsageError

_LONGEST_NAME: Final = 200  # bytes of a file name, with room for an ending


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write a file unless it has these bytes already; return whether it was written.

    A link in its place is replaced, never followed.

    Raises:
        UsageError: the system refuses; the file is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_symlink() and path.is_file() and path.stat().st_size == len(data):
            with path.open("rb") as file:
                if file.read() == data:
                    return False
        temporary = path.with_name(f".{os.getpid()}.event-search.tmp")
        try:
            descriptor = os.open(
                temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666
            )
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            temporary.replace(path)
        finally:
            with suppress(OSError):
                temporary.unlink()
    except OSError as error:
        raise refused(path, error) from error
    return True


def refused(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{error.filename or path}: {error.strerror or error}; give another --out, or make room or "
        "give permission there"
    )


def place_of(event_id: str, ending: str) -> str:
    """The relative path of the file that is written for an event: its page's, with another ending.

    No path leads out of the folder, and no two ids have the same path. An id that is not a plain
    path, or is too long for a file name, is replaced by its hash.
    """
    stem = event_id.removesuffix(".md").removesuffix(".markdown").lstrip("/")
    parts = stem.split("/")
    plain = (
        stem
        and event_id == f"/{stem}.md"
        and posixpath.normpath(stem) == stem
        and all(part and not part.startswith(".") for part in parts)
        and all(len(part.encode("utf-8", "replace")) <= _LONGEST_NAME for part in parts)
        and not any(c in stem for c in '\\\0:*?"<>|')
        and stem.isprintable()
        and parts[0] != "_other"
    )
    return f"{stem}{ending}" if plain else f"_other/{hash_of(event_id):016x}{ending}"
