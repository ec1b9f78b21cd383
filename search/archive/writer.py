"""Replaces pages atomically: at any time a page has its old bytes or its new ones."""

import contextlib
import errno
import fcntl
import os
import stat
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from search.archive.page.related_section import Change
from search.archive.walk import open_directory
from search.model import printing as plain
from search.model.errors import PageUnwritable

# One name in each directory, used only by the holder of the directory's lock. The next writer
# overwrites the file of one that was killed, so there is never more than one.
_TEMPORARY = ".event-search.tmp"
_WRITERS = 8  # threads; they wait for the disk, which serves several at once
_GROUP = 64  # pages
_GROUP_BYTES = 4 << 20
# Errors of setting owners and attributes. A page is written in spite of them.
_NOT_OURS = frozenset({errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EINVAL})
_UMASK_LOCK = threading.Lock()


def write_pages(
    changes: Iterable[Change], on_refusal: Callable[[PageUnwritable], None]
) -> Iterator[Change]:
    """Write each change, and yield it, in order, once it is safely on disk.

    A new file is written and synced beside the page. It takes over the page's mode (and its owner
    and extended attributes, where the system allows that) and replaces it; then the directory is
    synced. Below the boundary no link is followed, neither to a directory nor to the page. A new
    page gets the directories that it needs, and replaces nothing.

    ``on_refusal`` is given the error of each page that is outside its boundary, is no longer a
    regular file, no longer has the bytes ``before``, is read-only, or is refused by the system. The
    other pages are still written. A refused page stays as it was unless the message says otherwise.
    Each page is compared with ``before`` once more after the new file is on disk, right before it
    is replaced, so what somebody saves meanwhile is kept.

    Waiting for the disk takes most of the time, so a few directories are written at once while the
    next changes are computed. If the caller stops or is interrupted, pages being written are
    finished and no more are begun.
    """
    pool = ThreadPoolExecutor(_WRITERS)
    running: deque[Future[list[tuple[Change, PageUnwritable | None]]]] = deque()

    def written() -> Iterator[Change]:
        for change, error in running.popleft().result():
            if error is None:
                yield change
            else:
                on_refusal(error)

    try:
        for group in _by_directory(changes):
            running.append(pool.submit(_write_group, group))
            while len(running) > 2 * _WRITERS or (running and running[0].done()):
                yield from written()
        while running:
            yield from written()
    finally:
        pool.shutdown(cancel_futures=True)


def _by_directory(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Consecutive changes in the same directory, in groups small enough to stop soon."""
    group: list[Change] = []
    size = 0
    for change in changes:
        is_other = group and (
            (change.path.parent, change.boundary, change.is_new)
            != (group[0].path.parent, group[0].boundary, group[0].is_new)
        )
        if is_other or len(group) == _GROUP or size > _GROUP_BYTES:
            yield group
            group, size = [], 0
        group.append(change)
        size += len(change.before) + len(change.after)
    if group:
        yield group


def _write_group(group: list[Change]) -> list[tuple[Change, PageUnwritable | None]]:
    """Write changes of one directory under its lock, and sync it after the last."""
    refused: dict[Path, PageUnwritable] = {}
    replaced: list[Path] = []
    first = group[0]
    try:
        with _directory_of(first.boundary, first.path, make=first.is_new) as directory:
            fcntl.flock(directory, fcntl.LOCK_EX)
            for change in group:
                try:
                    _replace(directory, change)
                except PageUnwritable as error:
                    refused[change.path] = error
                except OSError as error:
                    refused[change.path] = _untouched(change.path, error)
                else:
                    replaced.append(change.path)
            if replaced:
                os.fsync(directory)
    except OSError as error:
        refused |= {path: _unconfirmed(path, error) for path in replaced}
        for change in group:
            refused.setdefault(change.path, _untouched(change.path, error))
    return [(change, refused.get(change.path)) for change in group]


def _untouched(path: Path, error: OSError) -> PageUnwritable:
    shown = plain.visible(str(path))
    if error.errno == errno.ELOOP:
        return PageUnwritable(f"{shown}: a symbolic link; name the page that it leads to instead")
    return PageUnwritable(
        f"{shown}: {error.strerror or error}; the page is as it was: "
        "correct its permissions or the disk, then run it again"
    )


def _unconfirmed(path: Path, error: OSError) -> PageUnwritable:
    return PageUnwritable(
        f"{plain.visible(str(path))}: replaced, but the disk does not confirm it "
        f"({error.strerror or error}); check the disk, then run it again"
    )


@contextlib.contextmanager
def _directory_of(root: Path, path: Path, *, make: bool) -> Iterator[int]:
    """A descriptor of the page's directory, opened from the root without following a link; with
    ``make``, missing directories are made."""
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        parts = ()
    if not parts or ".." in parts:
        raise OSError(0, f"not below {plain.visible(str(root))}, and only pages there are written")
    descriptor = open_directory(root, parts[:-1], make=make)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _replace(directory: int, change: Change) -> None:
    """Replace one page. The caller holds the lock of the directory."""
    name = change.path.name
    status, attributes = (None, {}) if change.is_new else _check(directory, change)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(_TEMPORARY, dir_fd=directory)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        temporary = os.open(_TEMPORARY, flags, 0o600, dir_fd=directory)
        try:
            rest = memoryview(change.after)
            while rest:
                rest = rest[os.write(temporary, rest) :]
            if status is None:
                os.fchmod(temporary, 0o666 & ~_umask())
            else:
                _own_like(temporary, status, attributes)
            os.fsync(temporary)
        finally:
            os.close(temporary)
        if status is None:
            _put_in_free_place(directory, change)
            return
        _check(directory, change)  # somebody may have saved the page during the sync
        os.replace(_TEMPORARY, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(_TEMPORARY, dir_fd=directory)
        raise


def _put_in_free_place(directory: int, change: Change) -> None:
    """Give the new file its name, unless something has that name by now."""
    name = change.path.name
    try:
        # Unlike a rename, a hard link never replaces a file.
        os.link(_TEMPORARY, name, src_dir_fd=directory, dst_dir_fd=directory)
        os.unlink(_TEMPORARY, dir_fd=directory)
    except FileExistsError:
        shown = plain.visible(str(change.path))
        raise PageUnwritable(f"{shown}: somebody else made it meanwhile; run it again") from None
    except OSError as error:
        if error.errno not in _NOT_OURS or name in os.listdir(directory):
            raise
        # A file system without hard links.
        os.rename(_TEMPORARY, name, src_dir_fd=directory, dst_dir_fd=directory)


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    with _UMASK_LOCK:
        mask = os.umask(0o077)
        os.umask(mask)
    return mask


def _check(directory: int, change: Change) -> tuple[os.stat_result, dict[str, bytes]]:
    """The status and extended attributes of the page, if it is unchanged and may be written."""
    name, shown = change.path.name, plain.visible(str(change.path))
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    page = os.open(name, flags, dir_fd=directory)
    try:
        status = os.fstat(page)
        if not stat.S_ISREG(status.st_mode):
            raise PageUnwritable(f"{shown}: not a regular file any longer; see what replaced it")
        with os.fdopen(page, "rb", closefd=False) as file:
            is_same = file.read(len(change.before) + 1) == change.before
        if not is_same:
            raise PageUnwritable(f"{shown}: changed since it was read; run it again")
        attributes = _attributes(page)
    finally:
        os.close(page)
    # Renaming over a file needs no permission for the file, and root has all: check its mode.
    if not status.st_mode & 0o222 or not os.access(name, os.W_OK, dir_fd=directory):
        raise PageUnwritable(f"{shown}: read-only; make it writable, then run it again")
    return status, attributes


def _attributes(file: int) -> dict[str, bytes]:
    """The extended attributes, with access lists; none where the file system has none."""
    if sys.platform != "linux":
        return {}
    try:
        return {name: os.getxattr(file, name) for name in os.listxattr(file)}
    except OSError as error:
        if error.errno in _NOT_OURS:
            return {}
        raise


def _own_like(file: int, status: os.stat_result, attributes: dict[str, bytes]) -> None:
    own = os.fstat(file)
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(PermissionError):
            os.fchown(file, status.st_uid, status.st_gid)
    if sys.platform == "linux":
        for name, value in attributes.items():
            try:
                os.setxattr(file, name, value)
            except OSError as error:
                if error.errno not in _NOT_OURS:
                    raise
    os.fchmod(file, stat.S_IMODE(status.st_mode))
