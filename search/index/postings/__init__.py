"""The inverted index: which events have a term, and where. Nothing here ranks.

Files: for each field, and for its spellings (``title``, ``title_forms``), the sorted terms
(``title.txt``) and where each begins in the two files below (``title_starts.npy``, int64
[terms + 1, 2]); ``events.u4`` (the events of each term, uint32); ``positions.u4`` (their
positions, uint32); ``lengths.npy`` (the number of words of each title and summary);
``postings.json``.
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
