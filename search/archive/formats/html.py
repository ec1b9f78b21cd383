"""HTML pages of one text: title, day and article, by the marks that sites use for them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any, Final

# Hostile HTML must take time in proportion to its length: repetitions that may fail are bounded.
_TAG: Final = re.compile(r"<(meta|time|h1|title)\b([^<>]{0,2000})>([^<>]{0,1000})", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([\w:-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))")
_PUBLISHED: Final = re.compile(r"\"datePublished\"\s*:\s*\"([^\"\n]{4,40})\"")  # of JSON-LD
_ARTICLE: Final = re.compile(r"<article\b[^<>]{0,2000}>", re.IGNORECASE)
# Where a text begins, best first.
_TEXTS: Final = (
    re.compile(r"\be-content\b[^<>]{0,200}>", re.IGNORECASE),
    _ARTICLE,
    re.compile(r"<main\b[^<>]{0,2000}>", re.IGNORECASE),
    re.compile(r"<body\b[^<>]{0,2000}>", re.IGNORECASE),
)
_END: Final = re.compile(r"<footer\b|</(?:article|main|body)>", re.IGNORECASE)
_ASIDE: Final = re.compile(r"<(/?)(?:h1|header|nav|aside)\b[^<>]{0,2000}>", re.IGNORECASE)
# What marks a day and a title, best first: values of attributes, and tags.
_DAYS: Final = (
    "article:published_time", "datepublished", "dt-published", "dc.date.issued", "dcterms.issued",
    "dc.date", "date", "pubdate", "publishdate", "publish_date", "time",
)  # fmt: skip
_TITLES: Final = ("p-name", "h1", "og:title", "title")


def html_fields(text: str) -> dict[str, Any]:
    """The title, the date and the text of a page.

    Raises:
        ValueError: it has no title, or several articles.
    """
    marked: dict[str, str] = {}
    for tag, inside, content in (found.groups() for found in _TAG.finditer(text)):
        attributes = {name.casefold(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(inside)}
        value = attributes.get("content") or attributes.get("datetime") or content
        names = [attributes.get(each, "") for each in ("property", "name", "itemprop", "class")]
        for name in (*" ".join(names).casefold().split(), tag.casefold()):
            if value.strip():
                marked.setdefault(name, unescape(value).strip())
    if found := _PUBLISHED.search(text):
        marked.setdefault("datepublished", found[1])
    day, title = (next(filter(None, map(marked.get, each)), "") for each in (_DAYS, _TITLES))
    if not title:
        raise ValueError("HTML without a title; convert it to Markdown (pandoc)")
    begin = next(filter(None, (pattern.search(text) for pattern in _TEXTS)), None)
    body = text[begin.end() :] if begin else text
    end = _END.search(body)
    body, rest = (body[: end.start()], body[end.end() :]) if end else (body, "")
    if _ARTICLE.search(rest):
        raise ValueError("HTML with several articles; it lists other pages")
    return {"title": title, "date": day, "text": _without_asides(body)}


def _without_asides(body: str) -> str:
    """A text without the elements of its title and of what is beside it; scripts go later."""
    parts: list[str] = []
    depth = at = 0
    for found in _ASIDE.finditer(body):
        if not depth:
            parts.append(body[at : found.start()])
        depth = max(depth + (-1 if found[1] else 1), 0)
        at = found.end()
    return "".join(parts if depth else (*parts, body[at:]))
