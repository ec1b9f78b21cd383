"""Writing through Whoosh's codec interface: its term dictionary, and arrays for postings.

Whoosh's own codec pickles postings in blocks of 128, which costs more to read than to match. Here
the events of a term are one slice of a file of numbers, and, since Whoosh writes terms in order,
so are those of all terms with a common beginning.
"""

import struct
from array import array
from collections.abc import Iterable, Iterator

from whoosh.codec.base import PostingsWriter
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3Segment
from whoosh.fields import FieldType
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Existence, Positions

from search.keywords.dictionary import PLACES, SEGMENT, Extent


class Placed(FieldType):  # type: ignore[misc]
    """Terms with their positions. A value is a dict of these."""

    def __init__(self) -> None:
        super().__init__(Positions(), None)

    def index(self, value: dict[str, list[int]]) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, positions in value.items():
            packed = struct.pack(f"<{len(positions)}I", *positions)
            yield term.encode(), len(positions), 1.0, packed


class Present(FieldType):  # type: ignore[misc]
    """Spellings that are there or not. A value is a collection of these."""

    def __init__(self) -> None:
        super().__init__(Existence(), None)

    def index(self, value: Iterable[str]) -> Iterator[tuple[bytes, int, float, bytes]]:
        return ((form.encode(), 1, 1.0, b"") for form in value)


class Pool:
    """The postings of one build, by field and term, in arrays: a tenth of the memory that Whoosh's
    pool of tuples takes, and only the terms are left to sort."""

    def __init__(self) -> None:
        self._terms: dict[tuple[str, bytes], tuple[array[int], array[int], bytearray]] = {}

    def add(self, posting: tuple[str, bytes, int, float, bytes]) -> None:
        field, term, event, _, value = posting
        row = self._terms.get((field, term))
        if row is None:
            row = self._terms[field, term] = (array("I"), array("I"), bytearray())
        row[0].append(event)
        row[1].append(len(value))
        row[2].extend(value)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        for field, term in sorted(self._terms):
            events, lengths, values = self._terms.pop((field, term))
            at = 0
            for event, length in zip(events, lengths, strict=True):
                yield field, term, event, 1.0, bytes(values[at : at + length])
                at += length

    def cleanup(self) -> None:
        self._terms.clear()


class _ArrayPostings(PostingsWriter):  # type: ignore[misc]
    def __init__(self, pst: StructFile, pos: StructFile) -> None:
        self._pst, self._pos = pst, pos
        self._events: list[int] = []
        self._values: list[bytes] = []

    def start_postings(self, format_: object, terminfo: object) -> None:
        self._events, self._values = [], []

    def add_posting(
        self, id_: int, weight: float, vbytes: bytes, length: int | None = None
    ) -> None:
        self._events.append(id_)
        self._values.append(vbytes)

    def finish_postings(self) -> Extent:
        count = len(self._events)
        packed = b"".join(self._values)
        if len(packed) > 4 * count:
            packed = struct.pack(f"<{count}I", *(len(v) // 4 for v in self._values)) + packed
        extent = Extent(self._pst.tell() // 4, count, self._pos.tell() // 4, len(packed) // 4)
        self._pst.write(struct.pack(f"<{count}I", *self._events))
        self._pos.write(packed)
        return extent


class _ArrayFields(W3FieldWriter):  # type: ignore[misc]
    def __init__(self, codec: "ArrayCodec", storage: FileStorage, segment: W3Segment) -> None:
        super().__init__(codec, storage, segment)
        self._positions = segment.create_file(storage, PLACES)

    def start_field(self, fieldname: str, fieldobj: FieldType) -> None:
        super().start_field(fieldname, fieldobj)
        self._postwriter = _ArrayPostings(self._postfile, self._positions)

    def close(self) -> None:
        super().close()
        self._positions.close()


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec with arrays for postings, no lengths, and a segment whose name is known."""

    length_stats = False

    def new_segment(self, storage: FileStorage, indexname: str) -> W3Segment:
        return W3Segment(self, indexname, segid=SEGMENT)

    def field_writer(self, storage: FileStorage, segment: W3Segment) -> _ArrayFields:
        return _ArrayFields(self, storage, segment)
