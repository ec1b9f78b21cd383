"""What people export from other programs is read as it is: notes, posts, advisories, logs."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from search import Index, build, read
from search.archive import Skipped
from search.archive.field_names import NO_MAP
from search.archive.in_memory import scan_events
from search.archive.scan import scan_archives
from tests.archive.test_kinds import EVENTS, as_json, each, whole

CVE = {
    "dataType": "CVE_RECORD",
    "cveMetadata": {"cveId": "CVE-2016-<n>", "datePublished": "<d>T10:00:00Z"},
    "containers": {
        "cna": {
            "title": "<t>",
            "descriptions": [{"lang": "en", "value": "<b>"}],
            "affected": [{"vendor": "n/a", "product": "quimby"}],
        }
    },
}
NOTE = {"type": "Note", "content": "<p><t>. <b></p>", "url": "https://e.org/<n>"}
TAGS = [{"id": n, "name": f"tag {n}", "created_at": "2015-01-01"} for n in range(8)]
KINDS: dict[str, Callable[[Path], None]] = {
    "CVE": each("cves/2016/0xxx/CVE-2016-<n>.json", json.dumps(CVE)),
    "description of a page": each(
        "<n>.md", "---\ntitle: <t>\ndate: <d>\ndescription: <b>\n---\n<b>\n"
    ),
    "decision records": each("000<n>-x.md", "# <t>\n\n* Status: accepted\n* Date: <d>\n\n<b>\n"),
    "pages of Notion": each("<t> 0a1b<n>.md", "# <t>\n\nCreated: <d> 9:12 AM\n\n<b>\n"),
    "notes with wikilinks": each("<t>.md", "---\ncreated: <d>T09:12\n---\n[[x|<b>]]\n"),
    "daily notes": each("journals/<d>.md", "- <t>.\n- <b>\n"),
    "names with a time": each("<d>_1012 <t>.md", "---\nauthor: Ida\n---\n<b>\n"),
    "h-entry": each(
        "posts/<n>.html",
        '<title>x</title><h1 class="p-name"><t></h1><section class="e-content"><p><b></p>'
        '</section><footer><time class="dt-published" datetime="<d>T10:00Z">x</time></footer>',
    ),
    "sections": each("<n>.md", "---\ntitle: <t>\ndate: <d>\n---\nIn short.\n\n## More\n\n<b>\n"),
    "Mastodon": as_json(
        "outbox.json",
        lambda records: {"type": "OrderedCollection", "orderedItems": records},
        id="https://e.org/<n>/activity",
        published="<d>T10:00:00Z",
        object=NOTE,
    ),
    "Ghost": as_json(
        "ghost.json",
        lambda records: {"db": [{"meta": {}, "data": {"tags": TAGS, "posts": records}}]},
        title="<t>",
        html="<p><b></p>",
        published_at="<d>T10:00:00Z",
    ),
    "Instatus": as_json(
        "all.json",
        lambda records: {"incidents": records},
        name={"default": "<t>"},
        started="<d>T10:00:00Z",
        updates=[{"message": {"default": "<b>"}}],
    ),
    "CSL": as_json("refs.json", lambda records: records, title="<t>", abstract="<b>", issued="<d>"),
    "Jira": whole("a.csv", "Summary,Issue key,Created,Description\n", "<t>,OPS-<n>,<d>,<b>\n"),
    "Twitter": whole(
        "tweets.js",
        "window.YTD.tweets.part0 = [",
        '{"tweet": {"id": "<n>", "created_at": "<d>", "full_text": "<t>.\\n<b>"}},',
        '{"tweet": {}}]',
    ),
    "WordPress": whole(
        "export.xml",
        '<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>F</title>',
        "<item><title><t></title><pubDate><d></pubDate><description><b></description>"
        "<wp:post_type>post</wp:post_type></item>",
        "<item><title>a.jpg</title><wp:post_type>attachment</wp:post_type></item></channel></rss>",
    ),
    "NEWS": whole("NEWS", "", "* Noteworthy changes in release 1.<n> (<d>)\n\n<t>.\n\n<b>\n\n"),
    "HISTORY.rst": whole("HISTORY.rst", "", "1.<n> (<d>)\n+++++++++++\n\n<t>.\n\n<b>\n\n"),
    "ChangeLog": whole("ChangeLog", "", "<d>  Ida H.  <i@e.org>\n\n\t<t>.\n\t<b>\n\n"),
    "Debian": whole(
        "changelog", "", "quimby (1.<n>-1) unstable; urgency=low\n\n  * <t>.\n  * <b>\n\n"
        " -- Ida <i@e.org>  <d> 10:00:00 +0200\n\n",
    ),
    "git log": whole(
        "git-log.txt", "",
        "commit 12345<n>7\nAuthor: Ida <i@e.org>\nDate:   <d> 10:00:00 +0200\n\n"
        "    <t>\n\n    <b>\n\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_is_read_as_it_is(tmp_path: Path, kind: str) -> None:
    KINDS[kind](tmp_path)
    skipped: list[Skipped] = []
    events = sorted(read([tmp_path], skipped.append), key=lambda event: event.day)
    assert len(skipped) == (kind == "Twitter")  # the last tweet of the test is empty
    assert [event.date for event in events] == [date(2016, 2, 6), date(2016, 5, 1)]
    for event, (_, title, body) in zip(events, EVENTS, strict=True):
        assert title in event.text
        assert event.text.count(body) == 1
        assert "[[" not in event.text and not event.title.startswith("*")


def test_sections_of_the_program_are_no_text_and_all_others_are(tmp_path: Path) -> None:
    (tmp_path / "2016-02-06-a.md").write_text(
        "# A\n\nOne.\n\n## Impact\n\nTwo.\n\n## Related\n\n1. [B](/b.md)\n\n## Sources\n\n- C\n"
    )
    (event,) = read([tmp_path])
    assert event.summary == "One.\nImpact\nTwo."


@pytest.mark.parametrize(
    ("name", "advice"),
    [("a.docx", "pandoc"), ("a.pdf", "pdftotext"), ("a.xlsx", "CSV"), ("a.zip", "unpack")],
)
@pytest.mark.parametrize("is_named", [True, False])
def test_what_cannot_be_read_is_told_with_what_to_do(
    tmp_path: Path, name: str, advice: str, is_named: bool
) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04")
    skipped: list[Skipped] = []
    assert not [*read([tmp_path / name if is_named else tmp_path], skipped.append)]
    assert advice in skipped[0].reason


TABLE = "id,date,title\n/a,06/02/2016,A\n/b,{},B\n"


@pytest.mark.parametrize(
    ("other", "day"),
    [("13/02/2016", "2016-02-06"), ("02/13/2016", "2016-06-02"), ("2016-02-13", ""),
     ("13/02/2016 and 02/13/2016", ""), ("07/03/2016", "")],
)  # fmt: skip
def test_the_other_dates_of_a_file_tell_which_number_is_the_day(
    tmp_path: Path, other: str, day: str
) -> None:
    records = [{"id": "/a", "date": "06/02/2016", "title": "A"},
               {"id": "/b", "date": other, "title": "B"}]  # fmt: skip
    lines = "".join(json.dumps(record) + "\n" for record in records)
    said: list[str] = []
    for name, text in (("a.csv", TABLE.format(other)), ("a.jsonl", lines)):
        (tmp_path / name).write_text(text)
        events = read([tmp_path / name], lambda skipped: said.append(skipped.reason))
        assert {event.id: event.day for event in events}.get("/a", "") == day
    found = scan_events(records, lambda skipped: said.append(skipped.reason), NO_MAP)
    assert {event.id: event.day for event in found.fresh.values()}.get("/a", "") == day
    assert bool(day) != any("no other date shows which" in reason for reason in said)


def test_the_other_pages_of_an_archive_tell_it_too(tmp_path: Path) -> None:
    def put(name: str, day: str) -> None:
        (tmp_path / name).write_text(f"---\ntitle: {name}\ndate: {day}\n---\nText.\n")

    put("a.md", "06/02/2016")
    put("b.md", "13/02/2016")
    assert {event.id: event.day for event in read([tmp_path])}["/a.md"] == "2016-02-06"
    cache = scan_archives([tmp_path], None, print).file_cache
    put("b.md", "02/13/2016")
    (event,) = [
        e for e in scan_archives([tmp_path], cache, print).fresh.values() if e.id == "/a.md"
    ]
    assert event.day == "2016-06-02"


def test_a_line_whose_date_the_others_tell_is_read_again_when_they_change(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    first = json.dumps({"id": "/a", "date": "06/02/2016", "title": "A"}) + "\n"
    for other, day in (("13/02/2016", "2016-02-06"), ("02/13/2016", "2016-06-02")):
        path.write_text(first + json.dumps({"id": "/b", "date": other, "title": "B"}) + "\n")
        build([path], tmp_path / "index")
        with Index.open(tmp_path / "index") as index:
            assert index.event("/a").day == day
