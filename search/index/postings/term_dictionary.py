"""The term dictionary of the inverted index: which terms a field has, and where each lies.

Each field has its terms, and apart from them the spellings that are no terms (``FORMS``). A list of
terms is two files: sorted lines, and an array that says where the events and positions of each
begin in the files that all fields share.
"""

from functools import cached_property
from typing import Final, NamedTuple

from search.index.checked_array import CheckedArray, Rule
from search.index.files import Files
from search.index.lines import Lines

FORMAT: Final = 2
EVENTS, PLACES, FACTS = "events.u4", "positions.u4", "postings.json"
_FROM_0: Final = Rule(0, 1 << 62)
LENGTHS: Final = "lengths.npy"
FORMS: Final = "_forms"  # the list beside each field with the spellings that are no terms


class Extent(NamedTuple):
    """Where a term's events and positions lie, counted in numbers of four bytes.

    Positions that are more than the events begin with the count of each event.
    """

    events: int
    places: int
    events_end: int
    places_end: int


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
        """Where a term lies; None if no event has it."""
        number = self.terms.index_of(term)
        return None if number is None else self._extent(number, number + 1)

    def extent_beginning(self, start: str) -> Extent | None:
        """Where the terms that begin so lie, term after term; None if there are none."""
        found = self.terms.beginning(start)
        return self._extent(found.start, found.stop) if found else None

    def _extent(self, first: int, end: int) -> Extent:
        assert self._starts is not None
        return Extent(
            *self._starts.between(first, first + 1)[0].tolist(),
            *self._starts.between(end, end + 1)[0].tolist(),
        )


def lines_of(name: str) -> str:
    """The file of the terms of a field."""
    return f"{name}.txt"


def starts_of(name: str) -> str:
    """The file of where they begin."""
    return f"{name}_starts.npy"
