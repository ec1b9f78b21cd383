"""Reads events from JSON Lines and tables, one from each line or row; bad ones are skipped."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from functools import partial
from typing import IO, Any, NamedTuple, TextIO

from search.archive.csv_rows import rows
from search.archive.field_names import NO_MAP, SYNONYMS, FieldMap, has_field, prepared, squashed
from search.archive.learned_fields import learned, map_advice, sample_of
from search.archive.lines import Complain, lines_of
from search.archive.page.blocks import BOM
from search.archive.record_event import event_of
from search.model import limits
from search.model import printing as plain
from search.model.digests import digest_of
from search.model.event import Event
from search.model.generated import GENERATED, is_generated

_OBJECT = re.compile(r"[\s,\[\]]*+(?=\{)")
_LISTS = frozenset(name for field in ("sources", "terms") for name in (field, *SYNONYMS[field]))


class Record(NamedTuple):
    """What one line, row or page holds.

    ``line`` is None for a page. ``digest`` is of its bytes. ``event`` is None if the caller already
    knows the event of these bytes. ``replaces`` are the ids of older versions of a page.
    """

    line: int | None
    digest: int
    event: Event | None
    replaces: tuple[str, ...] = ()


def read_lines(
    file: IO[bytes], complain: Complain, known: Container[int] = (), field_map: FieldMap = NO_MAP
) -> Iterator[Record]:
    """The events of JSON Lines with their line numbers, from 1; blank lines are skipped.

    ``complain`` is called with the number of every line that gives no event, and the reason. Lines
    whose digest is ``known`` are not parsed. A line has no digest if its event depends on other
    lines, which may change: by the order of day and month, or by names that were learned.
    """
    asked: list[None] = []  # for the order of day and month, by the present line

    def day_first() -> bool | None:
        asked.append(None)
        return field_map.day_first() if field_map.day_first else None

    given = replace(field_map, day_first=day_first)
    lines = _values(_lines(file, complain), complain)
    first, lines = sample_of(lines)
    used = learned([value for _, raw in first for value in _objects(raw)], given)
    for number, raw in lines:
        if not raw.strip():
            continue
        digest = digest_of(raw)
        if digest in known and used is given:
            yield Record(number, digest, None)
            continue
        asked.clear()
        try:
            event = event_of(prepared(_object(raw), used), partial(complain, number))
        except ValueError as error:
            complain(number, str(error))
        else:
            yield Record(number, digest if used is given and not asked else 0, event)


def read_table(
    text: TextIO,
    complain: Complain,
    field_map: FieldMap = NO_MAP,
    body_of: Callable[[str], str] = lambda post_id: "",
) -> Iterator[Record]:
    """The events of a table with a header, with the number of the line where each row begins.

    ``body_of`` gives the text of a row with a column post_id, if that is in another file.

    Columns are called as the fields of JSON Lines, in any order. They are separated by commas,
    semicolons, tabs or bars, whichever gives the most known columns; sources and terms by ";".
    """
    lines = rows(text, complain, partial(_known_columns, field_map), limits.LINE_BYTES)
    line, names = next(lines, (1, []))
    header = [name.strip() for name in names]
    first, lines = sample_of(lines)
    cells = [dict(zip(header, row, strict=False)) for _, row in first]
    field_map = learned(cells, field_map)
    needed = ("title",) if field_map.undated else ("date", "title")
    known = known_columns(header, field_map)
    if missing := [name for name in needed if header and name not in known]:
        found = ", ".join(plain.visible(name)[:40] for name in header[:12])
        example = {**dict.fromkeys(header, ""), **next(iter(cells), {})}
        advice = map_advice(prepared(example, field_map), missing[0], "COLUMN")
        complain(line, f"no column for {', '.join(missing)}; the columns are: {found}{advice}")
        return
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        complain(line, f"two columns are called {plain.visible(name)}; the first is read")
    for number, fields in lines:
        try:
            record = _row(header, fields)
            if "post_id" in record:
                record["html"] = record.get("html") or body_of(record["post_id"])
            event = event_of(prepared(record, field_map), partial(complain, number))
        except ValueError as error:
            complain(number, str(error))
        else:
            yield Record(number, 0, event)


def known_columns(header: list[str], field_map: FieldMap) -> frozenset[str]:
    """The fields of an event for which a table has a column."""
    fields = prepared(dict.fromkeys(header, "x"), field_map)
    found = frozenset(name for name in SYNONYMS if has_field(fields, name))
    # A table without titles is read if it has texts.
    return found | {"title"} if "summary" in found else found


def _known_columns(field_map: FieldMap, fields: list[str]) -> int:
    return len(known_columns([name.strip() for name in fields], field_map))


def _lines(file: IO[bytes], complain: Complain) -> Iterator[tuple[int, bytes]]:
    text = io.TextIOWrapper(file, "latin-1", newline="")
    try:
        for number, line in lines_of(text, complain, limits.LINE_BYTES):
            raw = line.encode("latin-1")
            yield number, raw.removeprefix(BOM) if number == 1 else raw
    finally:
        text.detach()  # else the file would be closed


def _values(lines: Iterator[tuple[int, bytes]], complain: Complain) -> Iterator[tuple[int, bytes]]:
    """The lines, one value each. If the first line is only a bracket, the values of the whole file,
    each with the number of its first line."""
    for number, raw in lines:
        if raw.strip() in (b"{", b"["):
            yield from _spread(number, raw, lines, complain)
            return
        yield number, raw
        if raw.strip():
            break
    yield from lines


def _spread(
    number: int, first: bytes, lines: Iterator[tuple[int, bytes]], complain: Complain
) -> Iterator[tuple[int, bytes]]:
    """The objects of JSON that is printed over several lines, one after another or in an array."""
    data = bytearray(first)
    for _, raw in lines:
        data += raw
        if len(data) > limits.SPREAD_JSON_BYTES:
            complain(
                number, f"JSON over several lines, larger than {limits.SPREAD_JSON_BYTES >> 20} MiB"
            )
            return
    text = data.decode("utf-8", "replace")
    decoder = json.JSONDecoder()
    at, counted = 0, 0
    while (found := _OBJECT.match(text, at)) is not None:
        number += text.count("\n", counted, found.end())
        counted = at = found.end()
        try:
            end = decoder.raw_decode(text, at)[1]
        except (ValueError, RecursionError) as error:
            complain(number, f"no JSON: {error}")
            return
        yield number, text[at:end].encode("utf-8", "replace")
        at = end
    if text[at:].strip(" \t\r\n,]"):
        complain(number, f"no JSON object: {text[at:].strip()[:40]!r}")


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
    if is_generated(value):
        raise ValueError(GENERATED)
    return value


def _objects(raw: bytes) -> list[dict[str, Any]]:
    """The object in a line, as a list; an empty one if there is none."""
    try:
        return [_object(raw)]
    except ValueError:
        return []


def _row(header: list[str], row: list[str]) -> dict[str, Any]:
    if len(row) != len(header):
        raise ValueError(f"{len(row)} columns where the header has {len(header)}")
    if any("\udc80" <= c <= "\udcff" for text in row if not text.isprintable() for c in text):
        raise ValueError("not UTF-8")
    fields: dict[str, Any] = dict(zip(reversed(header), reversed(row), strict=True))
    for name, value in fields.items():
        if squashed(name) in _LISTS and ";" in value:
            fields[name] = [item.strip() for item in value.split(";") if item.strip()]
    return dict(reversed(fields.items()))
