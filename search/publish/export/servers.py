"""Files for search servers: JSON Lines, OpenSearch and Elasticsearch bulk, Meilisearch.

They are tested against the documented limits of each server, without a server.
"""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path
from typing import Any, Final

from search.index.outputs import begins
from search.publish.export.documents import Changes, Document, short_key
from search.publish.files import NewFile, write_if_changed

OPENSEARCH_ID_BYTES: Final = 512
# A request is refused beyond http.max_content_length, 100 MB by default.
_is_our_lines: Final = begins(
    rb'\{"(?:id": "(?:[^"\\]|\\.)*", "date": (?:"[\d-]{10}"|null), |op": "(?:upsert|delete)", '
    rb'|(?:index|delete)": \{"_id": "|key": "[0-9a-f]{32}", "id": ")'
)
_BULK: Final = re.compile(r"bulk-(\d{4,})\.ndjson", re.ASCII)
_BULK_BYTES: Final = 50 << 20


def _add(file: NewFile, *lines: str) -> int:
    """Append lines; how many bytes they have."""
    return sum(file.write(line.encode("utf-8", "replace") + b"\n") for line in lines)


def _plain_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def write_ndjson(out: Path, whole: bool, changes: Changes) -> None:
    """``events.ndjson``: a document a line. What changed: ``changes.ndjson``, a line
    ``{"op": "upsert", "document"}`` or ``{"op": "delete", "id"}`` each."""
    name = "events.ndjson" if whole else "changes.ndjson"
    with NewFile(out / name, _is_our_lines) as file:
        for change in changes:
            if not isinstance(change, Document):
                if not whole:
                    _add(file, _plain_json({"op": "delete", "id": change}))
            elif whole:
                _add(file, change.line)
            else:
                _add(file, _plain_json({"op": "upsert", "document": change.plain}))


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


def write_opensearch(out: Path, whole: bool, changes: Changes) -> None:
    """``bulk-0001.ndjson``, ... for ``POST /events/_bulk``, ``index.json`` for ``PUT /events``.

    The id of a document is the id of the event or, if that is longer than 512 bytes, a hash of it.
    """
    write_if_changed(
        out / "index.json",
        json.dumps(OPENSEARCH_INDEX, indent=1).encode() + b"\n",
        begins(rb'\{\n "mappings": \{\n  "_meta": \{\n   "generator": "event-search"'),
    )
    number, left = 0, iter(changes)
    for first in left:
        number += 1
        with NewFile(out / f"bulk-{number:04d}.ndjson", _is_our_lines) as file:
            size = 0
            for change in chain([first], left):
                size += _add(file, *_bulk_lines(change))
                if size > _BULK_BYTES:
                    break
    for old in out.glob("bulk-*.ndjson"):
        found = _BULK.fullmatch(old.name)
        if found and int(found[1]) > number and _is_our_lines(old):
            old.unlink()


def _bulk_lines(change: Document | str) -> list[str]:
    if isinstance(change, Document):
        return [_plain_json({"index": {"_id": opensearch_id(change.id)}}), change.line]
    return [_plain_json({"delete": {"_id": opensearch_id(change)}})]


def opensearch_id(event_id: str) -> str:
    fits = len(event_id.encode("utf-8", "replace")) <= OPENSEARCH_ID_BYTES
    return event_id if fits else short_key(event_id)


MEILISEARCH_SETTINGS: Final = {
    "searchableAttributes": ["title", "summary", "topics"],
    "filterableAttributes": ["date", "year", "sources", "topics", "shared_terms"],
    "sortableAttributes": ["date"],
}


def write_meilisearch(out: Path, whole: bool, changes: Changes) -> None:
    """``documents.ndjson`` with the primary key ``key``, ``settings.json``, and the keys in
    ``deleted.json`` for ``POST /indexes/events/documents/delete-batch``."""
    deleted = []
    with NewFile(out / "documents.ndjson", _is_our_lines) as file:
        for change in changes:
            if isinstance(change, Document):
                _add(file, _plain_json({"key": short_key(change.id), **change.plain}))
            else:
                deleted.append(short_key(change))
    settings = rb'\{\n "searchableAttributes": \[\n  "title",'
    for name, value, mark in (
        ("settings.json", MEILISEARCH_SETTINGS, settings),
        ("deleted.json", deleted, rb'\[(?:\]|\n "[0-9a-f]{32}")'),
    ):
        data = json.dumps(value, indent=1).encode() + b"\n"
        write_if_changed(out / name, data, begins(mark))
