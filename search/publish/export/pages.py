"""A file for each event, named like its page: JSON for data folders, HTML for Pagefind."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Final

from search.index.outputs import IsOurs, begins, check_output
from search.publish.export.documents import Changes, Document
from search.publish.files import HTML_MARK, is_our_page, place_of, write_if_changed

_is_our_data: Final = begins(rb'\{\n "id": "(?:[^"\\]|\\.)*",\n "date": "[\d-]{10}",\n "year": \d')


def write_data(out: Path, whole: bool, changes: Changes) -> None:
    """``news/2016/02/6/slug.json``: the document of each page, for data folders of static sites."""
    _write_each(out, changes, ".json", _is_our_data, _data)


def write_html(out: Path, whole: bool, changes: Changes) -> None:
    """``news/2016/02/6/slug.html``: a plain page with the filters of Pagefind."""
    _write_each(out, changes, ".html", is_our_page, html_page)


def _write_each(
    out: Path, changes: Changes, suffix: str, is_ours: IsOurs, text_of: Callable[[Document], str]
) -> None:
    for change in changes:
        if isinstance(change, Document):
            data = text_of(change).encode("utf-8", "replace")
            write_if_changed(out / place_of(change.id, suffix), data, is_ours)
        else:
            place = out / place_of(change, suffix)
            check_output(place, is_ours)
            place.unlink(missing_ok=True)


def _data(document: Document) -> str:
    return json.dumps(document.plain, ensure_ascii=False, indent=1) + "\n"


def html_page(document: Document) -> str:
    """The page. Search engines index the event; its related list is shown, but not indexed."""
    event = document.event
    depth = place_of(event.id, "").count("/")
    rows = [
        "<!doctype html>",
        '<html lang="und">',
        '<meta charset="utf-8">',
        HTML_MARK,
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(event.title)}</title>",
        '<main data-pagefind-body dir="auto">',
        f'<h1 data-pagefind-meta="title">{escape(event.title)}</h1>',
    ]
    if event.date:
        rows += [
            f'<p><time datetime="{event.date}" data-pagefind-sort="date:{event.date}" '
            f'data-pagefind-meta="date:{event.date}">{event.date}</time>',
            f'<span hidden data-pagefind-filter="year">{event.date.year}</span></p>',
        ]
    if event.summary:
        rows += [f"<p>{escape(line)}</p>" for line in event.summary.split("\n")]
    for name, values in (("source", event.sources), ("topic", event.terms)):
        if values:
            spans = ", ".join(
                f'<span data-pagefind-filter="{name}">{escape(value)}</span>' for value in values
            )
            rows.append(f"<p>{spans}</p>")
    if document.shared_terms:
        rows += [
            f'<span hidden data-pagefind-filter="shared term">{escape(term)}</span>'
            for term in document.shared_terms
        ]
    if document.related:
        rows.append("<nav data-pagefind-ignore><ol>")
        rows += [_item(item, depth) for item in document.related]
        rows.append("</ol></nav>")
    return "\n".join([*rows, "</main>", ""])


def _item(item: dict[str, object], depth: int) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - takes long to load

    link = "../" * depth + quote(place_of(str(item["id"]), ".html"))
    context = item["context"]
    assert isinstance(context, list)
    shared = f" <em>{escape(', '.join(context))}</em>" if context else ""
    return f'<li><a href="{link}">{escape(str(item["title"]))}</a>{shared}</li>'
