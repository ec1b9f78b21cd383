"""Which files a command may write: new ones, and those that event-search wrote before.

A file of ours has a mark near its beginning, or the form of what we write: a comment, a key, a
generator tag, the application id of SQLite. Everything else belongs to the user.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from search.index.ownership import MARK, is_index
from search.model.errors import UsageError

_BEGINNING: Final = 32 << 10  # bytes of a file that are searched for a mark
_STREAM: Final = re.compile(r"/dev/(?:stdout|stderr|null|tty|fd/\d+)|/proc/self/fd/\d+", re.ASCII)

IsOurs = Callable[[Path], bool]


def begins(mark: bytes) -> IsOurs:
    """A test whether a file begins with a match of a regular expression."""
    pattern = re.compile(rb"\A(?:" + mark + rb")")

    def is_ours(path: Path) -> bool:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            return pattern.match(file.read(_BEGINNING)) is not None

    return is_ours


def is_stream(path: Path) -> bool:
    """Whether a path names a stream of this process, such as /dev/stdout."""
    return _STREAM.fullmatch(str(path)) is not None


def check_output(path: Path, is_ours: IsOurs) -> None:
    """Refuse an output path if there is something that event-search did not write.

    An empty file may be replaced in any case.

    Raises:
        UsageError: there is another file, a link, a folder or a device; or the path is inside an
            index directory; or the system denies access.
    """
    if is_stream(path):
        return
    if _is_in_index(path.parent):
        raise UsageError(f"{path}: inside an index directory; name another file")
    try:
        found = path.lstat()
        is_regular = stat.S_ISREG(found.st_mode)
        if is_regular and (not found.st_size or is_ours(path)):
            return
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}; name another file") from error
    what = "a file that event-search did not write" if is_regular else "not a regular file"
    raise UsageError(f"{path}: {what}, so it was left alone; name another one, or remove it")


def _is_in_index(folder: Path) -> bool:
    above = os.path.realpath(folder)
    while True:
        # Called for each file of an export, so the cheapest test comes first.
        if os.path.lexists(f"{above}/{MARK}") and is_index(Path(above)):
            return True
        above, below = os.path.split(above)
        if not below:
            return False
