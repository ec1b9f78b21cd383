"""Files for search servers: JSON Lines, OpenSearch and Elasticsearch bulk, Meilisearch.

No server takes part in making or testing them: they are held against the documented limits.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from search.index.outputs import begins
from search.publish.export.documents import Document, short_key
from search.publish.files import NewFile, write_if_changed

OPENSEARCH_ID_BYTES: Final = 512
# A request is refused beyond http.max_content_length, 100 MB by default.
_is_our_lines: Final = begins(
    rb'\{"(?:id": "(?:[^"\\]|\\.)*", "date": (?:"[\d-]{10}"|null), |op": "(?:upsert|delete)", '
    rb'|(?:index|delete)": \{"_id": "|key": "[0-9a-f]{32}", "id": ")'
)
_BULK: Final = re.compile(r"bulk-(\d{4,})\.ndjson", re.ASCII)
_BULK_BYTES: Final = 50 << 20


class _Lines:
    """A file of JSON Lines; those we wrote begin with one of our keys."""

    def __init__(self, path: Path) -> None:
        self._file = NewFile(path, _is_our_lines)
        self.size = 0

    def add(self, *lines: str) -> None:
        for line in lines:
            self.size += self._file.write(line.encode("utf-8", "replace") + b"\n")

    def finish(self) -> None:
        self._file.finish()

    def close(self) -> None:
        self._file.discard()


def _plain_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class JsonLines:
    """``events.ndjson``: a document a line. What changed: ``changes.ndjson``, a line
    ``{"op": "upsert", "document"}`` or ``{"op": "delete", "id"}`` each."""

    def __init__(self, out: Path, whole: bool) -> None:
        self._whole = whole
        self._lines = _Lines(out / ("events.ndjson" if whole else "changes.ndjson"))

    def upsert(self, document: Document) -> None:
        change = _plain_json({"op": "upsert", "document": document.plain})
        self._lines.add(document.line if self._whole else change)

    def delete(self, event_id: str) -> None:
        if not self._whole:
            self._lines.add(_plain_json({"op": "delete", "id": event_id}))

    def close(self) -> None:
        self._lines.close()

    def finish(self) -> None:
        self._lines.finish()


OPENSEARCH_INDEX: Final = {
    "mappings": {
        "_meta": {"generator": "event-search"},
        "dynamic": False,
        "properties": {
            "id": {"type": "keyword", "ignore_above": 8191},
            "date": {"type": "date", "format": "yyyy-MM-dd"},
            "year": {"type": "integer"},
            "title": {"type": "text"},
            "summary": {"type": "text"},
            "url": {"type": "keyword", "index": False, "doc_values": False},
            "sources": {"type": "keyword", "ignore_above": 8191},
            "topics": {"type": "keyword", "ignore_above": 8191},
            "shared_terms": {"type": "keyword", "ignore_above": 8191},
            "related": {"type": "object", "enabled": False},  # stored, not indexed
        },
    }
}


class OpenSearch:
    """``bulk-0001.ndjson``, ... for ``POST /events/_bulk``, ``index.json`` for ``PUT /events``.

    The id of a document is the id of the event or, if that is longer than 512 bytes, a hash of it.
    """

    def __init__(self, out: Path, whole: bool) -> None:
        self._out = out
        self._number = 0
        self._lines: _Lines | None = None
        write_if_changed(
            out / "index.json",
            json.dumps(OPENSEARCH_INDEX, indent=1).encode() + b"\n",
            begins(rb'\{\n "mappings": \{\n  "_meta": \{\n   "generator": "event-search"'),
        )

    def upsert(self, document: Document) -> None:
        action = _plain_json({"index": {"_id": opensearch_id(document.id)}})
        self._room().add(action, document.line)

    def delete(self, event_id: str) -> None:
        self._room().add(_plain_json({"delete": {"_id": opensearch_id(event_id)}}))

    def _room(self) -> _Lines:
        if self._lines is not None and self._lines.size > _BULK_BYTES:
            self._lines.finish()
            self._lines = None
        if self._lines is None:
            self._number += 1
            self._lines = _Lines(self._out / f"bulk-{self._number:04d}.ndjson")
        return self._lines

    def close(self) -> None:
        if self._lines is not None:
            self._lines.close()

    def finish(self) -> None:
        if self._lines is not None:
            self._lines.finish()
        for old in self._out.glob("bulk-*.ndjson"):
            found = _BULK.fullmatch(old.name)
            if found and int(found[1]) > self._number and _is_our_lines(old):
                old.unlink()


def opensearch_id(event_id: str) -> str:
    fits = len(event_id.encode("utf-8", "replace")) <= OPENSEARCH_ID_BYTES
    return event_id if fits else short_key(event_id)


MEILISEARCH_SETTINGS: Final = {
    "searchableAttributes": ["title", "summary", "topics"],
    "filterableAttributes": ["date", "year", "sources", "topics", "shared_terms"],
    "sortableAttributes": ["date"],
}


class Meilisearch:
    """``documents.ndjson`` with the primary key ``key``, ``settings.json``, and the keys in
    ``deleted.json`` for ``POST /indexes/events/documents/delete-batch``."""

    def __init__(self, out: Path, whole: bool) -> None:
        self._out = out
        self._lines = _Lines(out / "documents.ndjson")
        self._deleted: list[str] = []

    def upsert(self, document: Document) -> None:
        self._lines.add(_plain_json({"key": short_key(document.id), **document.plain}))

    def delete(self, event_id: str) -> None:
        self._deleted.append(short_key(event_id))

    def close(self) -> None:
        self._lines.close()

    def finish(self) -> None:
        self._lines.finish()
        for name, value, mark in (
            (
                "settings.json",
                MEILISEARCH_SETTINGS,
                rb'\{\n "searchableAttributes": \[\n  "title",',
            ),
            ("deleted.json", self._deleted, rb'\[(?:\]|\n "[0-9a-f]{32}")'),
        ):
            data = json.dumps(value, indent=1).encode() + b"\n"
            write_if_changed(self._out / name, data, begins(mark))
