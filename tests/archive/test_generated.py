"""What event-search wrote into an archive is never read as events."""

from pathlib import Path

import pytest

from search import Index, RelatedOptions, build, read
from search.publish.export.pages import write_data
from search.publish.export.run import export
from search.publish.export.servers import write_meilisearch, write_ndjson, write_opensearch
from search.publish.export.sqlite import write_sqlite
from search.publish.feeds import Channel, SiteAddress, json_feed, rss
from search.publish.lists_as_data import write_list_files
from tests.site_pages import put
from tests.small_archive import page_of, stories

EVENTS = stories()[3:9]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})


def ids(archive: Path) -> set[str]:
    return {event.id for event in read([archive])}


@pytest.mark.parametrize("out", ["lists", "lists.json", "lists.jsonl"])
def test_lists_as_data_are_no_events(site: Path, tmp_path: Path, out: str) -> None:
    build([site], tmp_path / "i")
    with Index.open(tmp_path / "i") as index:
        write_list_files(index, site / out, RelatedOptions())
    (site / EVENTS[0].id[1:]).unlink()
    assert ids(site) == {event.id for event in EVENTS[1:]}


def test_feeds_and_documents_are_no_events(site: Path, tmp_path: Path) -> None:
    build([site], tmp_path / "i")
    channel = Channel("News", SiteAddress("https://example.org"))
    out = site / "out"
    with Index.open(tmp_path / "i") as index:
        for writer in (write_data, write_ndjson, write_meilisearch, write_opensearch, write_sqlite):
            export(index, out / writer.__name__, writer.__name__, writer, RelatedOptions())
    (out / "feed.json").write_bytes(json_feed(channel, EVENTS))
    pytest.importorskip("feedgen")
    (out / "rss.xml").write_bytes(rss(channel, EVENTS))
    (site / EVENTS[0].id[1:]).unlink()
    assert ids(site) == {event.id for event in EVENTS[1:]}
