"""Which errors of index files mean damage, and which do not.

A file is damaged if it is missing, altered, cut, of another kind, or contradicts itself. A system
that is out of descriptors or memory, or that denies access, says nothing about the file.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from search.model.errors import IndexDamaged, IndexUnusable, UsageError

REPAIR: Final = "rebuild it with: event-search index --repair"
NOT_REGULAR: Final = "it is not a regular file"
# What parsing a file may raise when the file does not hold what it should.
PARSE_ERRORS: Final = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, UsageError,
)  # fmt: skip
_REMEDIES: Final = {
    errno.EMFILE: "close some files or raise the limit (ulimit -n)",
    errno.ENFILE: "close some files or raise the limit of the system",
    errno.ENOMEM: "free some memory",
    errno.EACCES: "give permission to read it",
    errno.EPERM: "give permission to read it",
    errno.EINTR: "it was interrupted",
    errno.EAGAIN: "the system is busy",
}


def damaged(path: Path | str, what: str) -> IndexDamaged:
    """The error for a file that is not what was published."""
    return IndexDamaged(f"{path}: {what}; {REPAIR}")


def unreadable(path: Path, error: OSError) -> IndexUnusable:
    """The error for a file of an index that cannot be opened or read.

    It is damage unless the system refused for another reason, such as permissions.
    """
    reason = error.strerror or str(error)
    remedy = _REMEDIES.get(error.errno or 0)
    if remedy is None:
        return damaged(path, reason)
    return IndexUnusable(f"{path}: {reason}; the index is not damaged: {remedy}, then try again")


@contextmanager
def parse_guard(path: Path) -> Iterator[None]:
    """Turn any error that parsing raises into damage of the file.

    Raises:
        IndexDamaged: in place of the error, which is its cause.
    """
    try:
        yield
    except PARSE_ERRORS as error:
        raise unparsable(path, error) from error


def unparsable(path: Path, error: Exception) -> IndexDamaged:
    """The error for a file that parsing raised one of ``PARSE_ERRORS`` for."""
    return damaged(path, f"it cannot be parsed ({error!r:.200})")
