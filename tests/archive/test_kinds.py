"""Small archives of real kinds: the first command of someone who has read nothing reads them."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from search.archive import Skipped, read
from search.model.event import Event

EVENTS = [
    ("2016-02-06", "A river dam breaks near Dunmore", "Villages below the dam are evacuated."),
    ("2016-05-01", "A music festival opens in Springfield", "Bands play in the park: all week."),
]


def values() -> Iterator[dict[str, str]]:
    """What stands for <d>, <t>, <b> and so on, for each event."""
    for n, (written, title, body) in enumerate(EVENTS):
        day = datetime.fromisoformat(f"{written}T10:00:00+00:00")
        yield {
            "d": written, "t": title, "b": body, "n": str(n), "s": title.lower().replace(" ", "-"),
            "compact": f"{day:%Y%m%d}", "short": f"{day:%d %b %Y}", "long": f"{day:%B %d, %Y}",
            "c": f"{day:%a %b %d %Y}", "epoch": f"{day.timestamp():.0f}",
            "y": str(day.year), "m": str(day.month), "day": str(day.day), "us": f"{day:%m/%d/%Y}",
        }  # fmt: skip


def filled(text: str, values: dict[str, str]) -> str:
    for key, value in values.items():
        text = text.replace(f"<{key}>", value)
    return text


def each(name: str, text: str) -> Callable[[Path], None]:
    """One file for each event."""

    def write(root: Path) -> None:
        for given in values():
            path = root / filled(name, given)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(filled(text, given), encoding="utf-8")

    return write


def whole(name: str, before: str, between: str, after: str = "") -> Callable[[Path], None]:
    """One file for all events."""

    def write(root: Path) -> None:
        parts = [filled(between, given) for given in values()]
        (root / name).write_text(before + "".join(parts) + after, encoding="utf-8")

    return write


def as_json(
    file: str, wrap: Callable[[list[object]], object], /, **fields: object
) -> Callable[[Path], None]:
    """One JSON file with a record for each event."""

    def write(root: Path) -> None:
        records = [json.loads(filled(json.dumps(fields), given)) for given in values()]
        (root / file).write_text(json.dumps(wrap(records)), encoding="utf-8")

    return write


def database(root: Path) -> None:
    connection = sqlite3.connect(root / "blog.db")
    connection.execute("CREATE TABLE posts (id INTEGER, title TEXT, body TEXT, published_at TEXT)")
    connection.execute("CREATE TABLE users (id INTEGER, name TEXT)")
    rows = [(n, title, body, day) for n, (day, title, body) in enumerate(EVENTS)]
    connection.executemany("INSERT INTO posts VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()


OSV = {
    "schema_version": "1.4.0", "id": "GHSA-<n>", "modified": "2023-01-01T00:00:00Z",
    "published": "<d>T10:00:00Z", "aliases": ["CVE-2016-<n>"], "summary": "<t>", "details": "<b>",
    "affected": [{"package": {"ecosystem": "npm", "name": "quimby"}, "ranges": []}],
    "database_specific": {"severity": "HIGH", "github_reviewed_at": "2024-01-01T00:00:00Z"},
}  # fmt: skip
STATUSPAGE = {
    "id": "k<n>", "name": "<t>", "created_at": "<d>T10:00:00.000Z", "impact": "major",
    "incident_updates": [{"body": "<b>", "created_at": "<d>T11:00:00Z"}],
    "components": [{"name": "API"}],
}  # fmt: skip
ISSUES = {
    "number": "<n>", "title": "<t>", "body": "<b>", "created_at": "<d>T10:00:00Z",
    "html_url": "https://e.org/<n>", "user": {"login": "x", "id": 9, "name": "X"},
    "labels": [{"id": 1, "name": "status"}],
}  # fmt: skip
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><id>urn:f</id>'
ATOM_ENTRY = (
    '<entry><title><t></title><id>urn:<n></id><link href="https://e.org/<n>"/>'
    "<updated>2020-01-01T00:00:00Z</updated><published><d>T23:30:00-05:00</published>"
    '<content type="html">&lt;p&gt;<b>&lt;/p&gt;</content></entry>'
)
MAIL = "From: A <a@e.org>\nSubject: <t>\nDate: <d> 10:00\nMessage-ID: <<n>@e.org>\n\n<b>\n\n"
VEVENT = (
    "BEGIN:VEVENT\r\nUID:<n>@e.org\r\nDTSTART;VALUE=DATE:<d>\r\nSUMMARY:<t>\r\n"
    "DESCRIPTION:<b>\r\nEND:VEVENT\r\n"
)

KINDS: dict[str, Callable[[Path], None]] = {
    "Jekyll": each("_posts/<d>-<s>.md", "---\nlayout: post\ntitle: <t>\ntags: a b\n---\n\n<b>\n"),
    "Hugo": each("posts/<s>/index.md", '+++\ntitle = "<t>"\ndate = <d>T09:00:00Z\n+++\n<b>\n'),
    "Eleventy": each("posts/<s>.md", "---\ntitle: <t>\ndate: <d>\ntags:\n  - x\n---\n<b>\n"),
    "Zola": each("blog/<d>-<s>.md", '+++\ntitle = "<t>"\n[taxonomies]\ntags = ["x"]\n+++\n<b>\n'),
    "Astro": each(
        "src/content/blog/<s>.mdx",
        "---\ntitle: '<t>'\npubDate: '<d>'\n---\nimport X from './x.astro';\n\n<b>\n",
    ),
    "Docusaurus": each("blog/<d>-<s>/index.mdx", "---\nslug: <s>\ntitle: <t>\n---\n\n<b>\n"),
    "Hexo": each("source/_posts/<s>.md", "title: <t>\ndate: <d> 10:20:00\ntags: [a]\n---\n<b>\n"),
    "Pelican": each("content/<s>.md", "Title: <t>\nDate: <d> 10:20\nTags: a, b\n\n<b>\n"),
    "Pelican, rst": each("<s>.rst", "<t>\n" + "#" * 60 + "\n\n:date: <d> 10:20\n:tags: a\n\n<b>\n"),
    "Nikola": each("posts/<s>.rst", ".. title: <t>\n.. slug: <s>\n.. date: <d> 10:20\n\n<b>\n"),
    "Nikola, md": each("<s>.md", "<!--\n.. title: <t>\n.. date: <d> 10:20:00 UTC\n-->\n\n<b>\n"),
    "Org": each("<s>.org", "#+TITLE: <t>\n#+DATE: <<d> Sat>\n#+FILETAGS: :a:b:\n\n<b>\n"),
    "AsciiDoc": each("<s>.adoc", "= <t>\nJane Doe <j@e.org>\nv1.0, <d>\n:tags: a, b\n\n<b>\n"),
    "JBake": each("<s>.adoc", "= <t>\nJane\n<d>\n:jbake-type: post\n\n<b>\n"),
    "plain text": each("<s>.txt", "<t>\n<d>\n\n<b>\n"),
    "HTML posts": each("_posts/<d>-<s>.html", "---\ntitle: <t>\n---\n<p><b></p>\n"),
    "cState": each(
        "content/issues/<s>.md",
        "---\ntitle: <t>\ndate: <d> 16:24:00\nresolved: true\nresolvedWhen: 2020-01-01 16:58:00\n"
        "severity: down\naffected:\n  - API\nsection: issue\n---\n\n<b>\n",
    ),
    "OSV": each("<n>/GHSA-<n>.json", json.dumps(OSV)),
    "PyPA": each(
        "vulns/<n>/PYSEC-<n>.yaml",
        "id: PYSEC-<n>\ndetails: '<t>\n\n  <b>'\naffected:\n- package:\n    name: quimby\n"
        'published: "<d>T00:00:00Z"\nmodified: "2021-01-01T00:00:00Z"\n',
    ),
    "RustSec": each(
        "crates/q/RUSTSEC-<n>.md",
        '```toml\n[advisory]\nid = "RUSTSEC-<n>"\ndate = "<d>"\nkeywords = ["ssl"]\n\n'
        '[versions]\npatched = [">= 1"]\n```\n\n# <t>\n\n<b>\n',
    ),
    "ruby-advisory-db": each(
        "gems/q/CVE-<n>.yml",
        "---\ngem: q\ncve: 2016-<n>\nurl: https://e.org\ntitle: <t>\ndate: <d>\n"
        "description: |\n  <b>\n",
    ),
    "Statuspage": as_json(
        "incidents.json",
        lambda records: {"page": {"id": "p", "updated_at": "2020-01-01"}, "incidents": records},
        **STATUSPAGE,
    ),
    "issues": as_json("issues.json", lambda records: records, **ISSUES),
    "JSON Feed": as_json(
        "feed.json",
        lambda records: {"version": "https://jsonfeed.org/version/1.1", "items": records},
        id="urn:<n>",
        title="<t>",
        content_html="<p><b></p>",
        date_published="<d>T10:00:00Z",
    ),
    "records by id": as_json(
        "all.json",
        lambda records: {"data": {f"k{n}": record for n, record in enumerate(records)}},
        headline="<t>",
        publishedAt="<d>",
        text="<b>",
    ),
    "changelog": whole(
        "CHANGELOG.md",
        "# Changelog\n\nAll notable changes.\n\n## [Unreleased]\n\n- Nothing\n\n",
        "## [1.<n>.0] - <d>\n\n### <t>\n\n<b>\n\n",
        "[1.0.0]: https://e.org/compare\n",
    ),
    "Atom": whole("feed.xml", ATOM, ATOM_ENTRY, "</feed>"),
    "RSS": whole(
        "feed.rss",
        '<rss version="2.0"><channel><title>F</title>',
        "<item><title><t></title><guid>urn:<n></guid><pubDate><d>T23:30:00-05:00</pubDate>"
        "<description><b></description></item>",
        "</channel></rss>",
    ),
    "mail": each("<n>.eml", MAIL),
    "mailbox": whole("list.mbox", "", "From a@e.org Sat Feb  6 10:00:00 2016\n" + MAIL),
    "calendar": whole("all.ics", "BEGIN:VCALENDAR\r\n", VEVENT, "END:VCALENDAR\r\n"),
    "CSV": whole("a.csv", "Incident Date,Headline,Description\n", "<d>,<t>,<b>\n"),
    "a table with bars": whole("a.psv", "id|date|title|summary\n", "<n>|<d>|<t>|<b>\n"),
    "a table with tabs": whole("a.tab", "id\tdate\ttitle\tsummary\n", "<n>\t<d>\t<t>\t<b>\n"),
    "TSV": whole("a.tsv", "id\tdate\ttitle\tsummary\n", "<n>\t<d>\t<t>\t<b>\n"),
    "SQLite": database,
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_is_read_as_it_lies_there(tmp_path: Path, kind: str) -> None:
    KINDS[kind](tmp_path)
    skipped: list[Skipped] = []
    events = sorted(read([tmp_path], skipped.append), key=lambda event: event.day)
    assert skipped == []
    assert [event.date for event in events] == [date(2016, 2, 6), date(2016, 5, 1)]
    for event, (_, title, body) in zip(events, EVENTS, strict=True):
        assert title in event.text.splitlines()[:3] if kind == "changelog" else title == event.title
        assert event.summary.rstrip().endswith(body)
        assert "import" not in event.summary


def test_ids_links_and_terms_of_records_are_kept(tmp_path: Path) -> None:
    for kind in ("OSV", "issues", "Atom", "Statuspage", "changelog"):
        KINDS[kind](tmp_path)
    found = {event.id: event for event in read([tmp_path])}
    assert found["GHSA-0"].terms == ("quimby", "CVE-2016-0")
    assert found["urn:0"].url == "https://e.org/0"
    assert found["k0"].terms == ("API",)
    assert found["/CHANGELOG.md#1.0.0"].title == "Version 1.0.0"
    assert found["https://e.org/1"].terms == ("status",)


def test_files_of_other_kinds_beside_more_pages_are_not_events(tmp_path: Path) -> None:
    KINDS["Jekyll"](tmp_path)
    KINDS["JSON Feed"](tmp_path)
    (tmp_path / "package.json").write_text('{"name": "x", "date": "2016-01-01"}')
    skipped: list[Skipped] = []
    assert len(list(read([tmp_path], skipped.append))) == len(EVENTS)
    assert {Path(each.path).name for each in skipped} == {"feed.json"}  # settings are silent
    assert len(list(read([tmp_path / "feed.json"]))) == len(EVENTS)  # named


def test_a_table_of_a_database_is_named_in_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database(tmp_path)
    with sqlite3.connect(tmp_path / "blog.db") as connection:
        connection.execute("CREATE TABLE drafts AS SELECT * FROM posts LIMIT 1")
    connection.close()
    before = (tmp_path / "blog.db").read_bytes()
    skipped: list[Skipped] = []
    assert not list(read(tmp_path / "blog.db", skipped.append))
    assert "several tables" in skipped[0].reason and "drafts, posts" in skipped[0].reason
    monkeypatch.chdir(tmp_path)
    named = ["sqlite:blog.db?table=posts", f"sqlite:{tmp_path}/blog.db?table=posts"]
    named.append(str(Path(named[0]).resolve()))  # as the index records it
    for archive in named:
        assert len(list(read(archive))) == len(EVENTS)
    assert len(list(read("sqlite:blog.db?table=drafts"))) == 1
    assert not list(read("sqlite:blog.db?table=no'ne", skipped.append))
    assert "no table" in skipped[-1].reason
    assert [path.name for path in tmp_path.iterdir()] == ["blog.db"]
    assert (tmp_path / "blog.db").read_bytes() == before


@pytest.mark.parametrize("folder", ["node_modules/x", "_site", "public"])
def test_what_programs_have_built_is_passed_over(tmp_path: Path, folder: str) -> None:
    KINDS["Jekyll"](tmp_path)
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "index.html").write_text("x")
    (tmp_path / folder / "2016-02-06-a.md").write_text("# A\n")
    skipped: list[Skipped] = []
    assert len(list(read([tmp_path], skipped.append))) == len(EVENTS)
    assert len(skipped) == 1


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", BOMB + "date: 2016-02-06\ntitle: T\ntags: *u\n"),
        ("a.xml", '<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>'),
        ("a.xml", "<urlset/>"),
        ("a.json", "[" * 100_000),
        ("a.json", '{"a": 1}'),
        ("a.json", '[{"date": "2016-02-06"}, 3]'),
        ("a.yaml", "a: [b\n"),
        ("a.toml", "a = \n"),
        ("a.mbox", "no mailbox"),
        ("a.db", "no database"),
        ("a.parquet", "no table"),
        ("a.txt", "no date\n"),
        ("a.html", "<time datetime='2016-02-06'><h1>"),
    ],
)
def test_hostile_and_other_files_are_reasons(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    skipped: list[Skipped] = []
    assert all(isinstance(event, Event) for event in read([tmp_path], skipped.append))
    assert name == "a.yaml" or skipped
