"""Replace a page atomically: at every instant it is as before or as after, never between."""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from search.errors import PageUnwritable
from search.reading import plain

# One name per directory, and only its lock's holder uses it: what a killed writer left is
# overwritten by the next one, so there is never more than one such file.
_TEMPORARY = ".event-search.tmp"
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def write_page(root: Path, path: Path, before: bytes, after: bytes) -> None:
    """Make ``after`` the content of the page at ``path``, which lies below ``root``.

    The new file is written and synced beside the page, takes over its mode (and its owner, where
    the system allows that), replaces it, and the directory is synced. Links are not followed
    below the root, neither directories nor the page itself.

    Raises:
        PageUnwritable: the page lies outside the root, is no plain file any more, is not
            ``before`` any more, is read-only, or the system refuses. It is as it was, but where
            the message says otherwise.
    """
    shown = plain.visible(str(path))
    try:
        with _directory_of(root, path) as directory:
            fcntl.flock(directory, fcntl.LOCK_EX)
            _replace(directory, path.name, shown, before, after)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PageUnwritable(
            f"{shown}: {reason}; the page is as it was: mend its permissions or the disk, "
            "then run it again"
        ) from error


@contextlib.contextmanager
def _directory_of(root: Path, path: Path) -> Iterator[int]:
    """A descriptor of the page's directory, reached from the root without following a link."""
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        parts = ()
    if not parts or ".." in parts:
        raise PageUnwritable(
            f"{plain.visible(str(path))}: not below {plain.visible(str(root))}; "
            "only pages of the archive that was named are written"
        )
    descriptor = os.open(root, _DIRECTORY)
    try:
        for part in parts[:-1]:
            below = os.open(part, _DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def _replace(directory: int, name: str, shown: str, before: bytes, after: bytes) -> None:
    """To be called with the directory's lock held."""
    status = _check(directory, name, shown, before)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(_TEMPORARY, dir_fd=directory)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        temporary = os.open(_TEMPORARY, flags, 0o600, dir_fd=directory)
        try:
            _write_all(temporary, after)
            _own_like(temporary, status)
            os.fsync(temporary)
        finally:
            os.close(temporary)
        os.replace(_TEMPORARY, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(_TEMPORARY, dir_fd=directory)
        raise
    try:
        os.fsync(directory)
    except OSError as error:
        raise PageUnwritable(
            f"{shown}: replaced, but the disk does not confirm it ({error.strerror}); "
            "check the disk, then run it again"
        ) from error


def _check(directory: int, name: str, shown: str, before: bytes) -> os.stat_result:
    """The page's status, if it is still the page that was read and may be written."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    page = os.open(name, flags, dir_fd=directory)
    try:
        status = os.fstat(page)
        if not stat.S_ISREG(status.st_mode):
            raise PageUnwritable(f"{shown}: no plain file any more; look what replaced it")
        if _read(page, len(before) + 1) != before:
            raise PageUnwritable(f"{shown}: changed since it was read; run it again")
    finally:
        os.close(page)
    # Replacing needs no right to the file itself, and root has every right: the mode decides.
    if not status.st_mode & 0o222 or not os.access(name, os.W_OK, dir_fd=directory):
        raise PageUnwritable(f"{shown}: read-only; make it writable, then run it again")
    return status


def _read(file: int, most: int) -> bytes:
    pieces = []
    while most > 0 and (piece := os.read(file, most)):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def _own_like(file: int, status: os.stat_result) -> None:
    own = os.fstat(file)
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(PermissionError):
            os.fchown(file, status.st_uid, status.st_gid)
    os.fchmod(file, stat.S_IMODE(status.st_mode))
