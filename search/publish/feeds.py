"""Feeds of the newest events (RSS 2.0, Atom, JSON Feed 1.1), and a sitemap of all pages.

RSS and Atom are written by feedgen (extra ``feeds``). The same index gives the same bytes: all
times are those of events, and none is read from the clock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit
from xml.sax.saxutils import escape

from search.engine.index import Index
from search.index.outputs import begins, check_output
from search.model.arguments import missing_extra
from search.model.errors import UsageError
from search.model.event import Event
from search.model.generated import GENERATOR, JSON_FEED_MARK
from search.model.options import SearchOptions
from search.publish.files import write_if_changed

SITEMAP_URLS: Final = 50_000  # of a file, by the protocol of sitemaps.org
_LONGEST_URL: Final = 2_047  # characters, by the same
_SITEMAPS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- event-search -->\n'
_is_ours: Final = begins(
    rb"<\?xml [^>]*>\n(?:<!-- event-search -->|[^\0]*?<generator>event-search</generator>)"
    rb'|\{\n "version": "https://jsonfeed.org/version/1.1",\n "_event_search": '
)


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """The address of a site: ``base`` is an http or https URL, put before each page's link.

    ``ending`` replaces the ending ``.md`` of links, for sites that render pages; "" keeps it.
    """

    base: str
    ending: str = ""

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.base)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise UsageError(f"{self.base!r} is no web address; write https://example.org")

    def url(self, link: str) -> str:
        """The absolute address of a page's link. A link that is a web address stays as it is."""
        if link.startswith(("http://", "https://")):
            return quote(link, safe="%/:?#[]@!$&'()*+,;=~-._")
        if self.ending and link.endswith(".md"):
            link = link.removesuffix(".md") + self.ending
        path = quote("/" + link.lstrip("/"), safe="%/~-._!$&'()*+,;=:@")
        return urljoin(self.base.rstrip("/") + "/", "." + path)


@dataclass(frozen=True, slots=True)
class Channel:
    """The title, address and language of a feed."""

    title: str
    address: SiteAddress
    language: str = "en"


def write_feeds(index: Index, out: Path, channel: Channel, limit: int = 50) -> list[Path]:
    """Write ``index_rss.xml``, ``index_atom.xml``, ``feed.json`` and ``sitemap.xml`` to ``out``.

    Each feed has the ``limit`` newest events, the sitemap has all. Returns the files that changed.

    Raises:
        UsageError: feedgen is not installed, ``out`` cannot be written, or a file there was not
            written by event-search; then nothing is written.
    """
    # An entry of a feed needs a date.
    newest = SearchOptions(sort="newest", limit=limit, fold=False, since=date.min)
    events = [hit.event for hit in index.search("*", newest).hits]
    files = {
        "index_rss.xml": rss(channel, events),
        "index_atom.xml": atom(channel, events),
        "feed.json": json_feed(channel, events),
    }
    links = ((event.link, event.day) for event in map(index.event, index.ids()))
    files.update(sitemaps(channel.address, links))
    for name in files:
        check_output(out / name, _is_ours)
    return [
        out / name for name, data in files.items() if write_if_changed(out / name, data, _is_ours)
    ]


def rss(channel: Channel, events: Sequence[Event]) -> bytes:
    # A description in RSS is HTML: readers would take a text's "<" for a tag.
    feed = _generator(channel, events, "index_rss.xml", escape)
    feed.description(_xml(channel.title))
    if events:
        feed.lastBuildDate(_moment(events[0]))
    return bytes(feed.rss_str(pretty=True))


def atom(channel: Channel, events: Sequence[Event]) -> bytes:
    return bytes(_generator(channel, events, "index_atom.xml", str).atom_str(pretty=True))


def _generator(
    channel: Channel, events: Sequence[Event], name: str, described: Callable[[str], str]
) -> Any:
    try:
        from feedgen.feed import FeedGenerator  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError(missing_extra("feeds", error, "feeds")) from error
    home = channel.address.url("/")
    feed = FeedGenerator()
    feed.id(home)
    feed.title(_xml(channel.title))
    feed.link(href=channel.address.url("/" + name), rel="self")
    feed.link(href=home, rel="alternate")
    feed.language(channel.language)
    feed.generator(GENERATOR)
    feed.author({"name": _xml(channel.title)})
    feed.updated(_moment(events[0]) if events else datetime(1970, 1, 1, tzinfo=UTC))
    for event in events:
        entry = feed.add_entry(order="append")
        address = channel.address.url(event.link)
        entry.id(address)
        entry.guid(address, permalink=True)
        entry.link(href=address)
        entry.title(_xml(event.title))
        entry.published(_moment(event))
        entry.updated(_moment(event))
        if event.summary:
            entry.description(described(_xml(event.summary)), isSummary=True)
        for topic in event.terms:
            entry.category(term=_xml(topic))
    return feed


def json_feed(channel: Channel, events: Sequence[Event]) -> bytes:
    """https://www.jsonfeed.org/version/1.1/"""
    items = []
    for event in events:
        address = channel.address.url(event.link)
        item: dict[str, Any] = {
            "id": address,
            "url": address,
            "title": event.title,
            "content_text": event.summary or event.title,
            "date_published": _moment(event).isoformat(),
        }
        if event.terms:
            item["tags"] = list(event.terms)
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        JSON_FEED_MARK: {"about": "written by event-search"},
        "title": channel.title,
        "home_page_url": channel.address.url("/"),
        "feed_url": channel.address.url("/feed.json"),
        "language": channel.language,
        "items": items,
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def sitemaps(address: SiteAddress, links: Iterable[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
    """The files of a sitemap with their names: one, or beyond ``SITEMAP_URLS`` pages several and an
    index of them.

    ``links`` are the links of pages with their days. An address too long for a sitemap is left out.
    """
    urls = ((address.url(link), day) for link, day in links)
    pages = [(url, day) for url, day in urls if len(url) <= _LONGEST_URL]
    if len(pages) <= SITEMAP_URLS:
        yield "sitemap.xml", _sitemap("urlset", "url", pages)
        return
    parts: list[tuple[str, str]] = []
    for begin in range(0, len(pages), SITEMAP_URLS):
        part, name = pages[begin : begin + SITEMAP_URLS], f"sitemap-{len(parts) + 1}.xml"
        yield name, _sitemap("urlset", "url", part)
        parts.append((address.url(f"/{name}"), max(day for _, day in part)))
    yield "sitemap.xml", _sitemap("sitemapindex", "sitemap", parts)


def _sitemap(root: str, item: str, urls: Iterable[tuple[str, str]]) -> bytes:
    rows = [
        f"<{item}><loc>{escape(url)}</loc>{f'<lastmod>{day}</lastmod>' * bool(day)}</{item}>\n"
        for url, day in urls
    ]
    text = f'{_HEAD}<{root} xmlns="{_SITEMAPS}">\n{"".join(rows)}</{root}>\n'
    return text.encode()


def _moment(event: Event) -> datetime:
    """An event has a day and no hour: its first moment, by UTC."""
    assert event.date is not None  # feeds have no others
    return datetime.combine(event.date, time(), UTC)


def _xml(text: str) -> str:
    """Text without the characters that no XML may hold."""
    return _NOT_XML.sub("\ufffd", text)
