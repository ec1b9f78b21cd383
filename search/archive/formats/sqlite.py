"""SQLite databases, opened read-only: each row of a table is a record.

The table is the one with columns for a date and a title, unless the archive names it:
``sqlite:file.db?table=posts``. A journal beside the file is not read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from search.archive.formats import NumberedFields
from search.model import limits


def sqlite_records(
    path: Path, table: str, is_wanted: Callable[[list[str]], bool]
) -> Iterator[NumberedFields]:
    """The rows of a table, numbered from 1, in the order of the table.

    ``table`` may be "": then it is the only table, or the only one whose columns ``is_wanted``
    accepts.

    Raises:
        ValueError: not a database, no such table, or several tables are accepted.
    """
    # immutable: neither locks nor a journal are looked for, and nothing beside the file is opened.
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.SQLITE_VALUE_BYTES)
            database.execute("PRAGMA trusted_schema = OFF")
            name = _table(database, table, is_wanted)
            rows = database.execute(f"SELECT * FROM {_quoted(name)}")
            columns = [column[0] for column in rows.description]
            for number, row in enumerate(rows, 1):
                if number > limits.ROWS:
                    raise ValueError(f"more than {limits.ROWS:,} rows in {name}")
                yield number, dict(zip(columns, row, strict=True))
    except sqlite3.Error as error:
        raise ValueError(f"not a SQLite database that can be read: {error}") from error


def _table(
    database: sqlite3.Connection, wanted: str, is_wanted: Callable[[list[str]], bool]
) -> str:
    # Tables only: a view may compute without end.
    found = [
        str(row[0])
        for row in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        )
    ]
    names = ", ".join(found[:12]) or "none"
    if wanted:
        if wanted not in found:
            raise ValueError(f"no table {wanted!r}; the tables are: {names}")
        return wanted
    good = [name for name in found if is_wanted(_columns(database, name))]
    if not good and len(found) == 1:
        return found[0]  # its values may show what its names do not
    if len(good) != 1:
        which = "several tables have" if good else "no table has"
        raise ValueError(
            f"{which} columns for a date and a title; name one as sqlite:FILE?table=NAME; "
            f"the tables are: {names}"
        )
    return good[0]


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in database.execute(f"PRAGMA table_info({_quoted(table)})")]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
