"""Compiles the kernels: cached on disk, without the global lock, bit for bit like numpy.

A compiled function is loaded from disk until a file of this package changes: Numba alone would
look only at the file of the function, and not at those that it calls.
"""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from numba import njit
from numba.core.caching import FunctionCache

# What is divided by zero is infinite or no number, as for numpy: looking for zeros takes time.
_AS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy"}
_FILES: Final = tuple(
    (path.name, path.stat().st_mtime_ns, path.stat().st_size)
    for path in sorted(Path(__file__).parent.glob("*.py"))
)
_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """The function, compiled when it is first called."""
    dispatcher: Any = njit(**_AS)(function)
    with suppress(RuntimeError):  # there is no directory to keep it in
        kept = _forgiving_cache(function)
        if _is_safe(Path(kept.cache_path)):
            dispatcher._cache = kept
    return cast(_Function, dispatcher)


def inlined(function: _Function) -> _Function:
    """The function, compiled as a part of each that calls it: to hand over tuples of many arrays
    takes longer than the little that it does."""
    return cast(_Function, njit(inline="always", **_AS)(function))


def is_safe(directory: Path) -> bool:
    """Whether only this user and root can write to a directory, or replace one above it.

    What is loaded from there is run. A directory that all may write to is safe above ours if it
    is sticky, as /tmp is: then nobody can rename what is not theirs. A group is trusted if it has
    the number of the user, as the private groups of many systems do.
    """
    user = os.geteuid()
    directory = Path.cwd() / directory
    for place in (directory, *directory.parents):
        try:
            found = place.lstat()
        except FileNotFoundError:  # it is made by us, in the one above it
            continue
        is_sticky = place != directory and bool(found.st_mode & stat.S_ISVTX)
        others = _others(found, user)
        if stat.S_ISLNK(found.st_mode):
            if found.st_uid not in (0, user) or not is_safe(place.resolve()):
                return False
        elif found.st_uid not in (0, user) or (found.st_mode & others and not is_sticky):
            return False
    return _all_are_ours(directory, user)


_is_safe = cache(is_safe)  # asked once for each of many functions


def _others(found: os.stat_result, user: int) -> int:
    """The bits of a mode by which somebody else may write; see ``is_safe`` for the group."""
    return stat.S_IWOTH if found.st_gid == user else stat.S_IWOTH | stat.S_IWGRP


def _all_are_ours(directory: Path, user: int) -> bool:
    """Whether only this user and root can write to the files of a directory."""
    if not directory.is_dir():
        return True
    with os.scandir(directory) as entries:
        files = [entry.stat(follow_symlinks=False) for entry in entries]
    return all(
        found.st_uid in (0, user)
        and not stat.S_ISLNK(found.st_mode)
        and not found.st_mode & _others(found, user)
        for found in files
    )


def _forgiving_cache(function: Callable[..., Any]) -> Any:
    """A fault-tolerant cache: a file that cannot be read is compiled again, and a full disk is
    ignored.

    Numba's own raises whatever a pickle raises that was cut short, and what the disk says.
    """
    cache_of: Any = FunctionCache  # which has no types
    kept = cache_of(function)
    kept._cache_file._source_stamp = _FILES
    load, save = kept.load_overload, kept.save_overload

    def load_if_whole(signature: Any, target: Any) -> Any:
        with suppress(Exception):
            return load(signature, target)

    def save_if_possible(signature: Any, made: Any) -> None:
        with suppress(Exception):
            try:
                save(signature, made)
            except Exception:
                kept.flush()  # of what cannot be read
                save(signature, made)

    kept.load_overload, kept.save_overload = load_if_whole, save_if_possible
    return kept
