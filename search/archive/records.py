"""Events from JSON Lines and CSV: one line or row an event; a bad one costs only itself."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Container, Iterator
from typing import IO, Any, NamedTuple, Protocol

from search.archive.page.parser import MAX_TITLE
from search.model import printing as plain
from search.model.digests import digest_of
from search.model.event import Event

MAX_LINE = 4 << 20
MAX_ID = 4_096
_MAX_RATIO = 200  # JSON packs some 5 to 20 times; far more is an attack
_PACKED_ALLOWANCE = 64 << 20

Complain = Callable[[int | None, str], None]


class Record(NamedTuple):
    """What one line, row or page holds. ``digest`` is of its bytes; ``line`` is None for a page.

    ``event`` is None if the caller knows the event of such bytes already.
    """

    line: int | None
    digest: int
    event: Event | None


class Lines(Protocol):
    def readline(self, size: int, /) -> bytes: ...


def read_lines(file: Lines, complain: Complain, known: Container[int] = ()) -> Iterator[Record]:
    """The events of JSON Lines with their line numbers, from 1; blank lines are passed over.

    ``complain`` gets the line number and the reason for every line that gives no event. Lines whose
    digest is ``known`` are not looked into.
    """
    for number, raw in _numbered(file, complain):
        if not raw.strip():
            continue
        digest = digest_of(raw)
        if digest in known:
            yield Record(number, digest, None)
            continue
        try:
            event = _event(_object(raw))
        except ValueError as error:
            complain(number, str(error))
        else:
            yield Record(number, digest, event)


def read_zipped_lines(
    file: IO[bytes], size: int, complain: Complain, known: Container[int] = ()
) -> Iterator[Record]:
    """The same for gzip; ``size`` is the packed size in bytes. Damage ends the file there."""
    number = None
    limit = _PACKED_ALLOWANCE + size * _MAX_RATIO
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            for record in read_lines(_Bounded(unpacked, limit), complain, known):
                number = record.line
                yield record
    except (gzip.BadGzipFile, EOFError, zlib.error, ValueError) as error:
        complain(number, f"the gzip file cannot be read on: {error}")


def read_table(file: Lines, complain: Complain) -> Iterator[Record]:
    """The events of a CSV file with a header, with the number of the line where each row ends.

    Columns are those of JSON Lines in any order; sources and terms are separated by ";".
    """
    rows = csv.reader(
        raw.decode("utf-8", "surrogateescape") for _, raw in _numbered(file, complain)
    )
    header: list[str] | None = None
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            complain(rows.line_num, str(error))
            continue
        if not row:
            continue
        if header is None:
            header = [name.strip().casefold() for name in row]
            missing = [name for name in ("id", "date", "title") if name not in header]
            if missing:
                complain(rows.line_num, f"no header with the columns {', '.join(missing)}")
                return
            continue
        try:
            event = _event(_row(header, row))
        except ValueError as error:
            complain(rows.line_num, str(error))
        else:
            yield Record(rows.line_num, 0, event)


class _Bounded:
    """A file of which at most ``limit`` bytes are read."""

    def __init__(self, file: Lines, limit: int) -> None:
        self._file = file
        self._left = limit

    def readline(self, size: int, /) -> bytes:
        raw = self._file.readline(size)
        self._left -= len(raw)
        if self._left < 0:
            raise ValueError("it unpacks to far more than events would")
        return raw


def _numbered(file: Lines, complain: Complain) -> Iterator[tuple[int, bytes]]:
    number = 0
    while raw := file.readline(MAX_LINE + 1):
        number += 1
        if len(raw) > MAX_LINE:
            complain(number, f"a line longer than {MAX_LINE >> 20} MiB")
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(MAX_LINE)
            continue
        yield number, raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw.decode())
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"no JSON: {error}") from None
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def _row(header: list[str], row: list[str]) -> dict[str, Any]:
    if len(row) != len(header):
        raise ValueError(f"{len(row)} columns where the header has {len(header)}")
    if any("\udc80" <= c <= "\udcff" for text in row if not text.isprintable() for c in text):
        raise ValueError("not UTF-8")
    plain_row: dict[str, Any] = dict(zip(header, row, strict=True))
    for name in ("sources", "terms"):
        items = plain_row.get(name, "").split(";")
        plain_row[name] = [item.strip() for item in items if item.strip()]
    return plain_row


def _event(fields: dict[str, Any]) -> Event:
    event = Event.from_json(fields)
    if len(event.id) > MAX_ID or not plain.is_identifier(event.id):
        raise ValueError("an id that is too long, or has control characters or outer blanks")
    title = plain.line(event.title)
    if not title:
        raise ValueError("title is missing or empty")
    if len(title) > MAX_TITLE:
        raise ValueError(f"a title of {len(title)} characters; {MAX_TITLE} are allowed")
    return Event(
        id=event.id,
        date=event.date,
        title=title,
        summary=plain.lines(event.summary),
        url=plain.line(event.url),
        sources=_lines(event.sources),
        terms=_lines(event.terms),
    )


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(mended for text in texts if (mended := plain.line(text)))
