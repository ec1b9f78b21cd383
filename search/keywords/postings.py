"""Postings on their way to disk: Whoosh's term dictionary, and arrays for what it points to.

The events of a term are one slice of a file of numbers, and, since terms are written in order, so
are those of all terms with a common beginning.
"""

import struct
import sys
from array import array
from collections.abc import Iterable
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import OrderedHashWriter

from search.keywords.dictionary import EVENTS, PLACES, TERMS, Extent, file_of, name_of

_BATCH = 1 << 20  # bytes


class _Row:
    """The events of a term, ascending, how often each has it, and where; or the events alone."""

    __slots__ = ("counts", "events", "places")

    def __init__(self) -> None:
        self.events = array("I")
        self.counts = array("I")
        self.places = array("I")


class Postings:
    """The postings of one build, by field and term, in a tenth of the memory of tuples."""

    def __init__(self) -> None:
        self._fields: dict[str, dict[str, _Row]] = {}

    def add(self, field: str, event: int, first: int, terms: Iterable[str]) -> None:
        """Terms of an event that stand one after the other, from a position on; events come in
        order, and their positions too."""
        rows = self._fields.setdefault(field, {})
        for position, term in enumerate(terms, first):
            row = rows.get(term)
            if row is None:
                row = rows[term] = _Row()
            elif row.events[-1] == event:
                row.counts[-1] += 1
                row.places.append(position)
                continue
            row.events.append(event)
            row.counts.append(1)
            row.places.append(position)

    def note(self, field: str, event: int, spellings: Iterable[str]) -> None:
        """Spellings that an event has, wherever."""
        rows = self._fields.setdefault(field, {})
        for spelling in spellings:
            row = rows.get(spelling)
            if row is None:
                row = rows[spelling] = _Row()
            elif row.events[-1] == event:
                continue
            row.events.append(event)

    def write(self, directory: Path) -> None:
        """Write all three files; an archive without a word has empty ones."""
        for suffix in (TERMS, EVENTS, PLACES):
            file_of(directory, suffix).touch()
        if not self._fields:
            return
        dictionary = OrderedHashWriter(FileStorage(str(directory)).create_file(name_of(TERMS)))
        numbers: dict[str, int] = {}
        dictionary.extras["fieldmap"] = numbers
        events, places = 0, 0
        with (
            file_of(directory, EVENTS).open("wb", _BATCH) as event_file,
            file_of(directory, PLACES).open("wb", _BATCH) as place_file,
        ):
            for field in sorted(self._fields):
                numbers[field] = len(numbers)
                start = struct.pack("!H", numbers[field])
                rows = {term.encode(): row for term, row in self._fields.pop(field).items()}
                for term in sorted(rows):
                    row = rows.pop(term)
                    written = len(row.places)
                    if written > len(row.events):
                        place_file.write(_little(row.counts))
                        written += len(row.counts)
                    place_file.write(_little(row.places))
                    event_file.write(_little(row.events))
                    extent = Extent(events, len(row.events), places, written)
                    dictionary.add(start + term, extent.to_bytes())
                    events += len(row.events)
                    places += written
        dictionary.close()


def _little(numbers: "array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
