"""The Whoosh room: which events match a clause. Nothing here ranks.

Whoosh keeps the term dictionary, an ordered hash on disk; what it points to are plain arrays.
Whoosh's own index has a table of contents, a pickle that would run any code it is told to, and
pickled postings, which cost more to read than to match: neither is written. Nothing in Whoosh is
patched, so that other users of Whoosh in the same process are as they were.

Files: ``terms.trm`` (Whoosh's ordered hash from field and term to extent), ``terms.pst``
(the events of each term, uint32), ``terms.pos`` (their positions, uint32), ``lengths.npy``
(the number of words of each title and summary), ``postings.json``.
"""

from typing import TYPE_CHECKING, Any

from search.index.postings.reader import InvertedIndex

if TYPE_CHECKING:
    from search.index.postings.collector import Occurrences
    from search.index.postings.writer import build

__all__ = ["InvertedIndex", "Occurrences", "build"]


def __getattr__(name: str) -> Any:
    """A question from the shell does not load what only building needs."""
    if name in ("Occurrences", "build"):
        from search.index.postings import writer as building  # noqa: PLC0415

        return getattr(building, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
