"""``events.sqlite``: a database for Datasette and others, with full-text search by FTS5."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from search.index.outputs import begins, check_output
from search.model.errors import UsageError
from search.publish.export.documents import Changes, Document

_TEXTS: Final = """CREATE TABLE {table} (
    event INTEGER NOT NULL REFERENCES events (number) ON DELETE CASCADE, {text} TEXT NOT NULL,
    PRIMARY KEY (event, {text})
) WITHOUT ROWID;
CREATE INDEX {table}_by_{text} ON {table} ({text});
"""
_TABLES: Final = {"sources": "source", "topics": "topic", "shared_terms": "term"}
_TEXT_TABLES: Final = "".join(_TEXTS.format(table=t, text=text) for t, text in _TABLES.items())
SCHEMA: Final = f"""
PRAGMA application_id = 0x45564E54;
CREATE TABLE events (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, date TEXT, year INTEGER,
    title TEXT NOT NULL, summary TEXT NOT NULL, url TEXT NOT NULL
);
CREATE INDEX events_by_date ON events (date);
CREATE INDEX events_by_year ON events (year);
{_TEXT_TABLES}CREATE TABLE related (
    pair INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES events (number) ON DELETE CASCADE,
    rank INTEGER NOT NULL, other_id TEXT NOT NULL REFERENCES events (id),
    score REAL NOT NULL, context TEXT NOT NULL, UNIQUE (event, rank)
);
CREATE INDEX related_by_other ON related (other_id);
CREATE TABLE contributions (
    pair INTEGER NOT NULL REFERENCES related (pair) ON DELETE CASCADE, place INTEGER NOT NULL,
    term TEXT NOT NULL, contribution REAL NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (pair, place)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE events_fts USING fts5 (
    title, summary, content = 'events', content_rowid = 'number', tokenize = 'unicode61'
);
CREATE TRIGGER events_added AFTER INSERT ON events BEGIN
    INSERT INTO events_fts (rowid, title, summary) VALUES (new.number, new.title, new.summary);
END;
CREATE TRIGGER events_deleted AFTER DELETE ON events BEGIN
    INSERT INTO events_fts (events_fts, rowid, title, summary)
    VALUES ('delete', old.number, old.title, old.summary);
END;
CREATE VIEW related_lists AS
    SELECT events.id AS event, related.rank, related.other_id AS related, others.title,
           related.score, related.context
    FROM related JOIN events ON events.number = related.event
    JOIN events AS others ON others.id = related.other_id
    ORDER BY events.date, events.id, related.rank;
"""
_WHOLE: Final = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
_UPDATE: Final = "PRAGMA foreign_keys = ON; PRAGMA defer_foreign_keys = ON;"
# The header of a database has its application id at byte 68: "EVNT".
_is_ours: Final = begins(rb"SQLite format 3\0[\0-\xff]{52}EVNT")


def write_sqlite(out: Path, whole: bool, changes: Changes) -> None:
    """A whole export is a new file, which is renamed when it is finished; an update is one
    transaction. ``SELECT * FROM related_lists WHERE event = ?`` gives the list of an event."""
    path, beside = out / "events.sqlite", out / ".events.sqlite.event-search.tmp"
    check_output(path, _is_ours)
    if whole:
        beside.unlink(missing_ok=True)
    elif not path.is_file():
        raise UsageError(f"{path}: it is gone; export all of it again")
    try:
        with closing(sqlite3.connect(beside if whole else path, isolation_level=None)) as db:
            db.executescript(_WHOLE + SCHEMA if whole else _UPDATE)
            db.execute("BEGIN")
            for change in changes:
                if not whole:
                    _clear(db, change.id if isinstance(change, Document) else change)
                if isinstance(change, Document):
                    _insert(db, change)
            db.execute("COMMIT")
            if whole:
                db.execute("INSERT INTO events_fts (events_fts) VALUES ('optimize')")
                db.execute("ANALYZE")
        if whole:
            beside.replace(path)
    finally:
        if whole:
            beside.unlink(missing_ok=True)


def _insert(db: sqlite3.Connection, document: Document) -> None:
    event = document.event
    values: tuple[Any, ...] = (
        event.id, event.day or None, event.date.year if event.date else None, event.title,
        event.summary, event.link,
    )  # fmt: skip
    number = db.execute(
        "INSERT INTO events (id, date, year, title, summary, url) VALUES (?, ?, ?, ?, ?, ?)",
        [_storable(value) for value in values],
    ).lastrowid
    for table, texts in zip(
        _TABLES, (event.sources, event.terms, document.shared_terms), strict=True
    ):
        rows = [(number, _storable(text)) for text in dict.fromkeys(texts)]
        db.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
    for rank, item in enumerate(document.related, 1):
        pair = db.execute(
            "INSERT INTO related (event, rank, other_id, score, context) VALUES (?, ?, ?, ?, ?)",
            (number, rank, item["id"], item["score"], _storable(", ".join(item["context"]))),
        ).lastrowid
        db.executemany(
            "INSERT INTO contributions VALUES (?, ?, ?, ?, ?)",
            [
                (pair, place, _storable(part["term"]), part["contribution"], part["kind"])
                for place, part in enumerate(item["explanation"], 1)
            ],
        )


def _clear(db: sqlite3.Connection, event_id: str) -> None:
    # Lists of others may name it still: foreign keys are checked when all is written.
    db.execute("PRAGMA defer_foreign_keys = ON")
    db.execute("DELETE FROM events WHERE id = ?", (event_id,))


def _storable(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
