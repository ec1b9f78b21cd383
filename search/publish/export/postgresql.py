"""Files for PostgreSQL: a schema, tables for COPY, and a script that loads them with psql.

psql -f schema.sql mydb     once
psql -f load.sql mydb       each time, from the folder of the export

An id of more than some 2,600 bytes is too long for a key of PostgreSQL: loading stops there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from search.index.outputs import begins, check_output
from search.publish.export.documents import Changes, Document
from search.publish.files import NewFile, write_if_changed

SCHEMA: Final = """-- event-search
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE SCHEMA IF NOT EXISTS event_search;
SET search_path TO event_search, public;
CREATE TABLE events (
    id text PRIMARY KEY, date date, title text NOT NULL, summary text NOT NULL,
    url text NOT NULL, sources text[] NOT NULL, topics text[] NOT NULL,
    shared_terms text[] NOT NULL,
    words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', summary), 'B')
    ) STORED
);
CREATE TABLE related (
    event text NOT NULL REFERENCES events (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    rank integer NOT NULL,
    other text NOT NULL REFERENCES events (id) DEFERRABLE INITIALLY DEFERRED,
    score numeric(5, 4) NOT NULL, context text[] NOT NULL,
    PRIMARY KEY (event, rank)
);
CREATE TABLE contributions (
    event text NOT NULL, rank integer NOT NULL, place integer NOT NULL, term text NOT NULL,
    contribution numeric(6, 4) NOT NULL, kind text NOT NULL,
    PRIMARY KEY (event, rank, place),
    FOREIGN KEY (event, rank) REFERENCES related ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX events_words ON events USING gin (words);
CREATE INDEX events_title ON events USING gin (title gin_trgm_ops);
CREATE INDEX events_date ON events (date);
CREATE INDEX events_sources ON events USING gin (sources);
CREATE INDEX events_topics ON events USING gin (topics);
CREATE INDEX events_shared_terms ON events USING gin (shared_terms);
CREATE INDEX related_other ON related (other);
"""
_COLUMNS: Final = {
    "events": "id, date, title, summary, url, sources, topics, shared_terms",
    "related": "event, rank, other, score, context",
    "contributions": "event, rank, place, term, contribution, kind",
}
_CLEAR: Final = {
    True: "TRUNCATE events, related, contributions;",
    False: """CREATE TEMPORARY TABLE changed (id text) ON COMMIT DROP;
\\copy changed FROM 'changed.copy'
DELETE FROM events WHERE id IN (SELECT id FROM changed);""",
}
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
_is_our_script: Final = begins(b"-- event-search\n")


def write_postgresql(out: Path, whole: bool, changes: Changes) -> None:
    """Text files for COPY. A whole export replaces all rows, an update those of the events that
    changed. They are loaded in one transaction."""
    for name in ("schema.sql", "load.sql"):
        check_output(out / name, _is_our_script)
    # Files for COPY have no room for a mark: they are ours if the script that loads them is.
    is_ours = (out / "load.sql").exists()
    with ExitStack() as opened:
        files = {
            name: opened.enter_context(NewFile(out / f"{name}.copy", lambda path: is_ours))
            for name in (*_COLUMNS, "changed")
        }
        write_if_changed(out / "schema.sql", SCHEMA.encode(), _is_our_script)
        write_if_changed(out / "load.sql", _script(whole), _is_our_script)
        for change in changes:
            rows = _rows(change) if isinstance(change, Document) else [("changed", change)]
            for table, *cells in rows:
                line = "\t".join(map(_escaped, cells))
                files[table].write(line.encode("utf-8", "replace") + b"\n")


def _rows(document: Document) -> Iterator[tuple[Any, ...]]:
    """The rows of a document, each with the name of its table first."""
    event = document.event
    yield "changed", event.id
    yield (
        "events", event.id, event.day or None, event.title, event.summary, event.link,
        _array(event.sources), _array(event.terms), _array(document.shared_terms),
    )  # fmt: skip
    for rank, item in enumerate(document.related, 1):
        context = _array(item["context"])
        yield "related", event.id, rank, item["id"], f"{item['score']:.4f}", context
        for place, part in enumerate(item["explanation"], 1):
            added = f"{part['contribution']:.4f}"
            yield "contributions", event.id, rank, place, part["term"], added, part["kind"]


def _script(whole: bool) -> bytes:
    lines = [
        "-- event-search",
        "\\set ON_ERROR_STOP on",
        "SET client_encoding TO 'UTF8';",
        "SET search_path TO event_search, public;",
        "BEGIN;",
        _CLEAR[whole],
        *(f"\\copy {name} ({columns}) FROM '{name}.copy'" for name, columns in _COLUMNS.items()),
        "COMMIT;",
        "ANALYZE events;",
        "",
    ]
    return "\n".join(lines).encode()


def _escaped(value: Any) -> str:
    return "\\N" if value is None else str(value).translate(_ESCAPES)


def _array(texts: Any) -> str:
    """An array literal; it is escaped once more as a cell."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
