"""What lies on disk, and how it is read: nothing in it can run code or cost without bound.

Whoosh's term dictionary ends in one pickle, a handful of numbers. It is read by an unpickler that
knows no class. Everything else is numbers and UTF-8, checked before it is followed.
"""

import io
import pickle
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from search.index.checked_file import CheckedFile
from search.index.postings.whoosh_files import FileFormatError, OrderedHashReader, StructFile
from search.text.folding import LONGEST_WORD

FORMAT: Final = 1
TERMS, EVENTS, PLACES, FACTS = ".trm", ".pst", ".pos", "postings.json"
LENGTHS: Final = "lengths.npy"
FORMS: Final = "_forms"  # the field beside each field with the spellings that are no terms

# What reading a damaged file may raise.
BROKEN: Final = (
    struct.error, pickle.UnpicklingError, EOFError, ValueError, IndexError, KeyError, TypeError,
    OverflowError, AttributeError, OSError, FileFormatError,
)  # fmt: skip

_LONGEST_PICKLE: Final = 1 << 16
_EXTENT: Final = struct.Struct("<QIQI")


def file_of(directory: Path, suffix: str) -> Path:
    return directory / name_of(suffix)


def name_of(suffix: str) -> str:
    return f"terms{suffix}"


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a term's arrays lie, counted in numbers of four bytes. ``numbers`` in the file of
    positions are, where there are more of them than events, first the count of each event."""

    start: int
    events: int
    places: int
    numbers: int

    def to_bytes(self) -> bytes:
        return _EXTENT.pack(self.start, self.events, self.places, self.numbers)


class _NoClasses(pickle._Unpickler):
    """Reads numbers, strings, lists and dicts. The slow unpickler on purpose: the fast one
    reserves memory as the pickle says."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"a pickle in the index asks for {module}.{name}")


class _Mapped(StructFile):  # type: ignore[misc]
    """A mapped file behind Whoosh's interface; ``get``, all that lookups use, moves no cursor."""

    def __init__(self, file: CheckedFile) -> None:
        self._file = file
        self._at = 0

    def seek(self, offset: int, whence: int = 0) -> None:
        self._at = offset

    def tell(self) -> int:
        return self._at

    def read(self, count: int) -> bytes:
        self._at += count
        return self.get(self._at - count, count)

    def get(self, position: int, length: int) -> bytes:
        if position < 0 or length < 0:
            raise ValueError("the term dictionary points outside of itself")
        return self._file.read(
            min(position, self._file.size), min(position + length, self._file.size)
        )

    def read_pickle(self) -> Any:
        stream = io.BytesIO(self.get(self._at, _LONGEST_PICKLE))
        found = _NoClasses(stream).load()
        self._at += stream.tell()
        return found


class TermFile:
    """Whoosh's ordered hash: keys are a field's number in two bytes and a term in UTF-8.

    Raises everything of ``BROKEN`` when the file is damaged, and ends whatever it says.
    """

    def __init__(self, file: CheckedFile) -> None:
        self._hash = OrderedHashReader(_Mapped(file), file.size)
        self._fields = {str(name): int(number) for name, number in self._fieldmap()}
        tables = [(position, slots) for position, slots in self._hash.tables]
        if any(position < 0 or not 0 <= 12 * slots <= file.size for position, slots in tables):
            raise ValueError("the term dictionary points outside of itself")

    def _fieldmap(self) -> Iterable[tuple[Any, Any]]:
        return dict(self._hash.extras["fieldmap"]).items()

    def _key(self, field: str, term: str) -> bytes | None:
        number = self._fields.get(field)
        return None if number is None else struct.pack("!H", number) + term.encode()

    def extent(self, field: str, term: str) -> Extent | None:
        key = self._key(field, term)
        value = None if key is None else self._hash.get(key)
        return None if value is None else Extent(*_EXTENT.unpack(value))

    def span(self, field: str, start: str, end: int) -> tuple[int, int]:
        """The first of the postings of all terms that begin so, and the first behind them."""
        key = self._key(field, start)
        if key is None:
            return 0, 0
        # No UTF-8 holds the byte FF, so this key stands behind all that begin with the other.
        first, behind = self._posting_at(key, end), self._posting_at(key + b"\xff", end)
        if first > behind:
            raise ValueError("terms are out of order")
        return first, behind

    def _posting_at(self, key: bytes, end: int) -> int:
        at = self._hash.closest_key_pos(key)
        if at is None:
            return end
        _, position, length = self._hash.key_and_range_at(at)
        return Extent(*_EXTENT.unpack(self._hash.dbfile.get(position, length))).start

    def all(self, field: str, start: str) -> Iterator[str]:
        key = self._key(field, start)
        last = 0
        for position, length, *_ in () if key is None else self._hash.ranges_from(key):
            found = self._hash.dbfile.get(position, length)
            if position <= last:
                raise ValueError("terms are out of order")
            if not found.startswith(key):
                return
            last = position
            term = found[2:].decode()
            if len(term) > LONGEST_WORD:
                raise ValueError("a term is longer than words can be")
            yield term
