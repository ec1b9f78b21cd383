"""Finds the reader of a file by its name, for formats other than pages, JSON Lines and CSV."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Final

from search.archive.field_names import FieldMap, prepared
from search.archive.file_forms import POSTS, Form, suffix_of
from search.archive.formats import NumberedFields
from search.archive.formats.bibtex import bibtex_records
from search.archive.formats.calendar import calendar_records
from search.archive.formats.data import json_records, script_records, toml_records, yaml_records
from search.archive.formats.headed_text import text_fields
from search.archive.formats.logs import log_records
from search.archive.formats.mail import mail_reader, mailbox_records, message_records
from search.archive.formats.parquet import parquet_records
from search.archive.formats.sqlite import sqlite_records
from search.archive.formats.xml_records import xml_records
from search.archive.walk import File
from search.model import limits
from search.model.generated import EXPORT_RECORD, GENERATED

_DATA: Final[dict[str, Callable[[bytes, FieldMap], Iterator[NumberedFields]]]] = {
    **dict.fromkeys((".json", ".jsonld", ".geojson"), json_records), ".js": script_records,
    ".toml": toml_records, ".yaml": yaml_records, ".yml": yaml_records,
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf", ".enex"), xml_records),
}  # fmt: skip
_WHOLE: Final[dict[str, Callable[[bytes], Iterator[NumberedFields]]]] = {
    ".eml": message_records, ".mbox": mailbox_records, ".ics": calendar_records,
    ".bib": bibtex_records,
}  # fmt: skip
_DATABASES: Final = frozenset({".db", ".sqlite", ".sqlite3"})
_ORG_DATE: Final = re.compile(r"(?im)^#\+date:")  # the file is one text
_NO_YEAR: Final = re.compile(rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ")
_LOGS: Final = frozenset({".txt", ".log", ".ris", ".nbib", ".org"})


def document_records(
    file: File, opened: IO[bytes], file_id: str, table: str, field_map: FieldMap
) -> Iterator[NumberedFields]:
    """The records of an open file, each with its line or number; None: the file is one record.

    ``file_id`` begins the ids of entries of a log. ``table`` is a table of a database, or "".

    Raises:
        ValueError: the file is not in the format of its suffix, or is too large.
    """
    suffix = suffix_of(file.path.name)
    if suffix == ".parquet":
        yield from parquet_records(opened)
    elif suffix in _DATABASES:
        if file.path.with_name(EXPORT_RECORD.format(form="sqlite")).exists():
            raise ValueError(GENERATED)
        yield from sqlite_records(file.path, table, partial(_is_wanted, field_map))
    elif file.form is Form.CHANGELOG:
        text = _limited(opened, limits.TEXT_FILE_BYTES).decode("utf-8", "replace")
        yield from log_records(text, file_id, undated=field_map.undated, anywhere=True)
    elif suffix in _DATA:
        yield from _DATA[suffix](_limited(opened, limits.WHOLE_FILE_BYTES), field_map)
    elif suffix in _WHOLE:
        yield from _WHOLE[suffix](_limited(opened, limits.WHOLE_FILE_BYTES))
    elif suffix == ".html" and (file.path.parent / ".." / POSTS).is_file():
        raise ValueError(f"the text of a row of {POSTS}, which has its title and day")
    else:
        data = _limited(opened, limits.WHOLE_FILE_BYTES)
        if reader := mail_reader(data):
            yield from reader(data)
            return
        if len(data) > limits.TEXT_FILE_BYTES:
            raise ValueError(_too_large(limits.TEXT_FILE_BYTES))
        number = None
        if suffix in _LOGS:
            text = data.decode("utf-8", "replace")
            is_org = suffix == ".org"
            if not (is_org and _ORG_DATE.search(text)):
                for number, fields in log_records(text, file_id, anywhere=is_org):
                    yield number, fields
        if number is None and _NO_YEAR.match(data):
            raise ValueError(
                "dates without a year, as of syslog; export them with it (journalctl -o json)"
            )
        if number is None:
            yield None, text_fields(data, suffix)


def _is_wanted(field_map: FieldMap, columns: list[str]) -> bool:
    return prepared(dict.fromkeys(columns, "x"), field_map).is_event()


def _limited(file: IO[bytes], limit: int) -> bytes:
    data = bytearray()
    while len(data) <= limit and (piece := file.read(limit + 1 - len(data))):
        data += piece
    if len(data) > limit:
        raise ValueError(_too_large(limit))
    return bytes(data)


def _too_large(limit: int) -> str:
    return f"larger than {limit >> 20} MiB; split it, or convert it to JSON Lines"
