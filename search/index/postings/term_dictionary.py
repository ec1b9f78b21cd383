"""The term dictionary of the inverted index: the terms of each field, and where their postings are.

Each field has a list of its terms, and one of the spellings that are not terms (``FORMS``). A list
is two files: sorted lines, and an array of the offsets of each term's events and positions in the
files that all fields share.
"""

from functools import cached_property
from typing import Final, NamedTuple

from search.index.checked_array import CheckedArray, Rule
from search.index.files import Files
from search.index.lines import Lines

FORMAT: Final = 2
EVENTS, POSITIONS, FACTS = "events.u4", "positions.u4", "postings.json"
_FROM_0: Final = Rule(0, 1 << 62)
LENGTHS: Final = "lengths.npy"
FORMS: Final = "_forms"  # the list beside each field with the spellings that are no terms


class Extent(NamedTuple):
    """The offsets of a term's events and positions, in numbers of four bytes.

    If there are more positions than events, they begin with the count for each event.
    """

    events: int
    positions: int
    events_end: int
    positions_end: int


class FieldTerms:
    """The terms of one field, or its spellings. Safe to share by threads."""

    def __init__(self, files: Files, name: str) -> None:
        self._files = files
        self._name = lines_of(name)
        self._starts: CheckedArray | None = None  # if no event has the field
        if self._name in files:
            self._starts = files.array(starts_of(name), "<i8", (None, 2), _FROM_0)

    @cached_property
    def terms(self) -> Lines:
        """The terms, ascending; none if no event has the field."""
        if self._starts is None:
            return Lines(b"")
        return self._files.lines(self._name, len(self._starts) - 1)

    def extent(self, term: str) -> Extent | None:
        """The extent of a term; None if no event has it."""
        number = self.terms.index_of(term)
        return None if number is None else self._extent(number, number + 1)

    def extent_beginning(self, start: str) -> Extent | None:
        """The joint extent of all terms with this prefix; None if there are none."""
        found = self.terms.beginning(start)
        return self._extent(found.start, found.stop) if found else None

    def _extent(self, first: int, end: int) -> Extent:
        assert self._starts is not None
        return Extent(
            *self._starts.between(first, first + 1)[0].tolist(),
            *self._starts.between(end, end + 1)[0].tolist(),
        )


def lines_of(name: str) -> str:
    """The name of the file of a list of terms."""
    return f"{name}.txt"


def starts_of(name: str) -> str:
    """The name of the file of its offsets."""
    return f"{name}_starts.npy"
