"""Feeds that readers read, sitemaps that pass their schema, the same bytes each time."""

import json
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from search import Event, Index, build
from search.model.errors import UsageError
from search.model.event import parse_day
from search.publish import feeds
from search.publish.feeds import Channel, SiteAddress, sitemaps, write_feeds

feedparser = pytest.importorskip("feedparser")
etree = pytest.importorskip("lxml.etree")
pytest.importorskip("feedgen")

CHANNEL = Channel("News & more", SiteAddress("https://news.test"))
SCHEMA = Path(__file__).with_name("sitemap.xsd")


def valid(data: bytes) -> bool:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    return bool(schema.validate(etree.fromstring(data)))


@pytest.fixture
def written(story_index: Index, tmp_path: Path) -> Path:
    assert len(write_feeds(story_index, tmp_path / "out", CHANNEL, limit=5)) == 4
    return tmp_path / "out"


@pytest.mark.parametrize("name", ["index_rss.xml", "index_atom.xml"])
def test_a_reader_of_feeds_finds_the_newest_events(name: str, written: Path) -> None:
    feed = feedparser.parse((written / name).read_bytes())
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.feed.title == "News & more"
    titles = [entry.title for entry in feed.entries]
    assert len(titles) == 5
    assert titles[0] == "Glaciers lose ice faster than was thought."
    assert feed.entries[0].link.startswith("https://news.test/news/2017/03/21/glaciers")


HARD = [
    "<b>bold</b> & co",
    "]]> \x00\x1b",
    "\u202eright to left",
    "a\nb\tc",
    "x" * 5_000,
]


def hard_events() -> list[Event]:
    day = parse_day("2016-02-06")
    return [
        Event(f"/a b/{number}?x=<1>&y#z.md", day, title, title, terms=(title,))
        for number, title in enumerate(HARD)
    ]


@pytest.mark.parametrize("language", ["en", "zh", "pt-BR"])
def test_an_atom_feed_passes_the_schema_of_its_specification(language: str) -> None:
    schema = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
    channel = Channel("News <&> more", CHANNEL.address, language)
    for events in ([], hard_events()):
        feed = etree.fromstring(feeds.atom(channel, events))
        assert schema.validate(feed), schema.error_log
        # What RFC 4287 asks for in words: an author for every entry, other links, other ids.
        assert feed.find("{*}author/{*}name").text
        ids = [entry.findtext("{*}id") for entry in feed.iterfind("{*}entry")]
        assert len(set(ids)) == len(ids) == len(events)
        kinds = [(link.get("rel"), link.get("hreflang")) for link in feed.iterfind("{*}link")]
        assert len(set(kinds)) == len(kinds)
        for entry in feed.iterfind("{*}entry"):
            assert entry.find("{*}content") is not None or entry.find("{*}link").get("href")
    assert not schema.validate(etree.fromstring(feeds.rss(channel, [])))


def test_an_rss_feed_has_what_its_specification_asks_for() -> None:
    channel = etree.fromstring(feeds.rss(CHANNEL, hard_events())).find("channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")).tzinfo is not None
    assert len(channel.findall("item")) == len(HARD)
    guids = set()
    for item in channel.iterfind("item"):
        assert item.findtext("title") or item.findtext("description")
        assert item.findtext("link").startswith("https://news.test/")
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo is not None
        assert item.find("guid").get("isPermaLink") == "true"
        guids.add(item.findtext("guid"))
    assert len(guids) == len(HARD)
    own = channel.find("{http://www.w3.org/2005/Atom}link[@rel='self']")
    assert own.get("href") == "https://news.test/index_rss.xml"


def test_a_json_feed_has_what_its_version_asks_for(written: Path) -> None:
    feed = json.loads((written / "feed.json").read_bytes())
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "News & more"
    assert len(feed["items"]) == 5
    for item in feed["items"]:
        assert item["id"] == item["url"]
        assert item["content_text"]
        assert item["date_published"].endswith("T00:00:00+00:00")


def test_a_sitemap_has_all_pages_and_passes_its_schema(written: Path, story_index: Index) -> None:
    data = (written / "sitemap.xml").read_bytes()
    assert valid(data)
    assert data.count(b"<url>") == len(story_index)


def test_a_sitemap_of_many_pages_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "SITEMAP_URLS", 2)
    links = [(f"/news/{number}.md", f"2016-02-0{number}") for number in range(1, 6)]
    files = dict(sitemaps(CHANNEL.address, links))
    assert sorted(files) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    assert all(map(valid, files.values()))
    assert b"https://news.test/sitemap-3.xml</loc><lastmod>2016-02-05" in files["sitemap.xml"]


def test_nothing_new_writes_nothing(story_index: Index, written: Path) -> None:
    assert write_feeds(story_index, written, CHANNEL, limit=5) == []


def test_hostile_titles_stay_text(tmp_path: Path) -> None:
    events = [
        Event("/a.md", parse_day("2016-02-06"), "<script>alert(1)</script> & ]]>", "a\ufffeb"),
        Event("/b c.md", parse_day("2016-02-05"), "\ufffe", url="javascript:alert(1)"),
        Event("/d.md", parse_day("2016-02-04"), "D", url="https://other.test/a b?c=<d>&e"),
    ]
    lines = "".join(json.dumps(event.to_json()) + "\n" for event in events)
    (tmp_path / "events.jsonl").write_text(lines, encoding="utf-8")
    build([tmp_path / "events.jsonl"], tmp_path / "index")
    with Index.open(tmp_path / "index") as index:
        write_feeds(index, tmp_path / "out", CHANNEL)
    for name in ("index_rss.xml", "index_atom.xml"):
        tree = etree.fromstring((tmp_path / "out" / name).read_bytes())
        assert not [node for node in tree.iter() if etree.QName(node).localname == "script"]
    links = [item["url"] for item in json.loads((tmp_path / "out/feed.json").read_bytes())["items"]]
    assert links[0] == "https://news.test/a.md"
    assert links[1] == "https://news.test/javascript:alert(1)"
    assert links[2] == "https://other.test/a%20b?c=%3Cd%3E&e"
    assert valid((tmp_path / "out/sitemap.xml").read_bytes())


@pytest.mark.parametrize("base", ["news.test", "javascript:alert(1)", "file:///a", "http://[", ""])
def test_a_base_that_is_no_web_address_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="no web address"):
        SiteAddress(base)


@pytest.mark.parametrize(
    ("base", "ending", "link", "url"),
    [
        ("https://n.test", "", "/news/a.md", "https://n.test/news/a.md"),
        ("https://n.test/zh/", ".html", "/news/a.md", "https://n.test/zh/news/a.html"),
        ("https://n.test", "/", "/news/a.md", "https://n.test/news/a/"),
        ("https://n.test", "", "/../../etc", "https://n.test/etc"),
        ("https://n.test", "", "//evil.test/x", "https://n.test/evil.test/x"),
    ],
)
def test_links_follow_the_base(base: str, ending: str, link: str, url: str) -> None:
    assert SiteAddress(base, ending).url(link) == url
