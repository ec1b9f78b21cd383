"""RSS, Atom and RDF feeds: each entry is a record."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from search.archive.dates import parse_date
from search.archive.formats import NumberedFields
from search.model.generated import GENERATED, GENERATOR


def feed_records(data: bytes) -> Iterator[NumberedFields]:
    """The entries of a feed.

    Raises:
        ValueError: not a feed, or one that event-search wrote.
    """
    import feedparser  # noqa: PLC0415 – few archives are feeds

    # As a file: feedparser opens a text as a path or an address.
    feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not feed.version:
        raise ValueError("XML, but neither RSS nor Atom")
    if feed.feed.get("generator") == GENERATOR:
        raise ValueError(GENERATED)
    for number, entry in enumerate(feed.entries, 1):
        if _is_published(entry):
            yield number, _fields(entry)


def _is_published(entry: Any) -> bool:
    """Whether an entry is a text: exports of WordPress and Blogger also have drafts, comments,
    settings and files."""
    kinds = [entry.get("wp_post_type") or entry.get("blogger_type", "post").lower()]
    kinds += [tag.term.rpartition("#")[2] for tag in entry.get("tags", ()) if _is_kind(tag)]
    status = entry.get("wp_status") or entry.get("blogger_status", "").lower()
    is_draft = status in ("draft", "auto-draft", "trash", "pending", "soft_trashed")
    return kinds[-1] in ("post", "page") and not is_draft and entry.get("app_draft") != "yes"


def _is_kind(tag: Any) -> bool:
    """Whether the category of an entry says which kind of entry it is, in exports of Blogger."""
    return str(tag.get("scheme", "")).endswith("/g/2005#kind")


def _fields(entry: Any) -> dict[str, Any]:
    content = next((each.get("value", "") for each in entry.get("content", ())), "")
    fields = {
        "id": entry.get("id") or entry.get("link"),
        "date": _day(entry),
        "title": entry.get("title"),
        "summary": max(content, entry.get("summary", ""), key=len),
        "url": entry.get("link"),
        "author": entry.get("author"),
        "terms": [
            tag["term"] for tag in entry.get("tags", ()) if tag.get("term") and not _is_kind(tag)
        ],
    }
    return {name: value for name, value in fields.items() if value}


def _day(entry: Any) -> str | date | None:
    """The day as it is written, in the zone of the feed; as feedparser reads it if need be."""
    written = entry.get("published") or entry.get("created") or entry.get("updated")
    try:
        parse_date(written)
        return str(written)
    except ValueError:
        parsed = entry.get("published_parsed") or entry.get("updated_parsed")
        return date(*parsed[:3]) if parsed else None
