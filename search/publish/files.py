"""Writes files atomically: a reader sees the old file or the new one."""

from __future__ import annotations

import os
import posixpath
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from search.index.outputs import IsOurs, begins, check_output, is_stream
from search.model.digests import hash_of
from search.model.errors import UsageError

HTML_MARK: Final = '<meta name="generator" content="event-search">'
is_our_page: Final = begins(b"[^\\0]{0,400}?" + re.escape(HTML_MARK).encode())
is_our_run: Final = begins(rb"\S+ Q0 \S+ \d+ \S+ event-search\n")
_LONGEST_NAME: Final = 200  # bytes of a file name, with room for an ending


class NewFile:
    """A file that is written beside its place, and takes that place at the end of a ``with`` block.

    If the block raises an error, nothing is left of the file.
    """

    def __init__(self, path: Path, is_ours: IsOurs) -> None:
        """Open it.

        Raises:
            UsageError: another file is in its place; see ``check_output``.
            OSError: the system refuses.
        """
        check_output(path, is_ours)
        self._path = path
        self._beside = path.with_name(f".{path.name[:40]}.{os.getpid()}.event-search.tmp")
        self._beside.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._file = os.fdopen(os.open(self._beside, flags, 0o666), "wb")

    def write(self, data: bytes) -> int:
        return self._file.write(data)

    def __enter__(self) -> NewFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        try:
            if kind is None:
                self._file.close()
                self._beside.replace(self._path)
        finally:
            with suppress(OSError):
                self._file.close()
                self._beside.unlink()


def write_if_changed(path: Path, data: bytes, is_ours: IsOurs) -> bool:
    """Write a file unless it holds these bytes already; whether it was written.

    A path such as /dev/stdout is opened and written to.

    Raises:
        UsageError: another file is in its place, which is left alone (see ``check_output``), or
            the system refuses; the file is as it was.
    """
    try:
        if is_stream(path):
            with path.open("ab", buffering=0) as stream:
                stream.write(data)
            return True
        if _holds(path, data):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        with NewFile(path, is_ours) as new:
            new.write(data)
    except OSError as error:
        raise refused(path, error) from error
    return True


def _holds(path: Path, data: bytes) -> bool:
    if path.is_symlink() or not path.is_file() or path.stat().st_size != len(data):
        return False
    with path.open("rb") as file:
        return file.read() == data


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
