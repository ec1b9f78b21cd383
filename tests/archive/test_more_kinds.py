"""More kinds of archives; each has the misleading fields of its program."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from search import read
from search.archive import Skipped, scan_archives
from tests.archive.test_kinds import EVENTS, as_json, each, values, whole
from tests.archive.test_newcomers import alone, listed, reasons

LATER = "2020-01-01T00:00:00Z"
BLOGGER = (
    "<entry><id>q-<n></id><blogger:type>POST</blogger:type><blogger:status>LIVE</blogger:status>"
    "<title><t></title><content type='html'>&lt;p&gt;<b>&lt;/p&gt;</content>"
    "<published><d>T10:00:00Z</published></entry>"
)
JIRA = (
    "<item><title>[OPS-<n>] <t></title><link>https://e.org/<n></link>"
    "<description>&lt;p&gt;<b>&lt;/p&gt;</description><summary>In short</summary>"
    f"<created><d>T10:00:00Z</created><updated>{LATER}</updated></item>"
)
WIKINEWS = (
    "<page><title><t></title><id><n></id><revision><id>5<n></id>"
    f"<timestamp>{LATER}</timestamp><text>{{{{date|<long>}}}}\n<b></text></revision></page>"
)
MAIL = "From: Ida <i@e.org>\nTo: l@e.org\nSubject: <t>\nDate: <d> 10:00\n\n<b>\n\n"
SIGNED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n======\nQSA-<n>   Security Advisory\n"
    "      The project\n\nTopic:    <t>\n\nCategory: core\nAnnounced: <d>\n\n<b>\n"
    "-----BEGIN PGP SIGNATURE-----\nabc\n"
)
MOVABLE_TYPE = (
    "AUTHOR: Ida\nTITLE: <t>\nBASENAME: q-<n>\nSTATUS: Publish\nPRIMARY CATEGORY: News\n"
    "CATEGORY: Q\nDATE: <us> 10:00:00\n-----\nBODY:\n<p><b></p>\n-----\nCOMMENT:\nAUTHOR: Bo\n"
    "DATE: 08/20/2016\nNice.\n-----\n"
    "--------\n"
)


def each_day(root: Path, record: Callable[[dict[str, str]], object]) -> None:
    """A file of JSON in which records have the names of their days."""
    (root / "a.json").write_text(json.dumps({v["d"]: record(v) for v in values()}))


KINDS: dict[str, Callable[[Path], None]] = {
    # Fields
    "GitLab": each("<n>.yml", 'title: <t>\ndescription: "<b>"\ndate: 2020-01-01\npubdate: "<d>"\n'),
    "Reddit": as_json(
        "a.json", lambda records: {"data": {"children": [{"data": each} for each in records]}},
        id="<n>", title="<t>", selftext="<b>", created=1600000000.0, created_utc="<epoch>",
    ),
    "UCDP": whole("a.csv", "id,source_date,source_headline,notes,date_start,date_end\n",
                  "<n>,2020-01-01,<t>,<b>,<d> 00:00:00.000,2020-01-01\n"),
    "CourtListener": as_json("a.json", listed("results"), id="<n>", caseName="<t>", snippet="<b>",
                             dateFiled="<d>", timestamp=LATER),
    "Heroku": as_json("a.json", alone, id="<n>", created_at="<d>T10:00:00Z", title="<t>",
                      updates=[{"contents": "<b>", "created_at": LATER}]),
    "Drupal advisories": as_json("a.json", listed("list"), title="<t>", created="<epoch>",
                                 field_sa_description={"value": "<p><b></p>"}, body=[]),
    "Xen": as_json("a.json", lambda records: [{"xsas": records}], title="<t>. <b>", public=True,
                   public_time="<d> 12:00", cve=["CVE-<n>"]),
    "Contentful": as_json(
        "a.json", lambda records: {"contentTypes": [{"name": "Post", "description": "A post.",
                                   "createdAt": LATER}] * 9, "entries": records},
        sys={"id": "<n>", "createdAt": LATER},
        fields={"title": {"en-US": "<t>"}, "body": {"en-US": "<b>"},
                "publishDate": {"en-US": "<d>"}},
    ),
    "ReliefWeb": as_json("a.json", listed("data"), id="<n>", fields={
        "title": "<t>", "body": "<b>", "date": {"created": LATER, "original": "<d>T00:00:00Z"}}),
    "Knight Lab": as_json(
        "a.json", listed("events"), text={"headline": "<t>", "text": "<p><b></p>"},
        start_date={"year": "<y>", "month": "<m>", "day": "<day>"},
    ),
    "parts of a date": whole("a.csv", "Year,Month,Day,Headline,Text\n", "<y>,<m>,<day>,<t>,<b>\n"),
    "pino": whole("a.ndjson", "", '{"level": 30, "time": <epoch>000, "msg": "<t>. <b>"}\n'),
    "events in German": whole("a.csv", "Datum;Ereignis;Beschreibung\n", "<d>;<t>;<b>\n"),
    "NTSB": whole("a.csv", "EventId,EventDate,PublicationDate,ProbableCause\n",
                  "<n>,<d>,2020-01-01,<t>. <b>\n"),
    "ServiceNow": as_json("a.json", listed("result"), number="INC<n>", short_description="<t>",
                          description="<b>", opened_at="<d> 10:00:00"),
    "questions of a form": whole("a.tsv", "#\tWhat happened\tWhen\tBody\n", "<n>\t<t>\t<d>\t<b>\n"),
    "objects by day": lambda root: each_day(root, lambda v: {"title": v["t"], "text": v["b"]}),
    "lists by day": lambda root: each_day(root, lambda v: [{"title": v["t"], "text": v["b"]}]),
    "texts by day": lambda root: each_day(root, lambda v: f"{v['t']}. {v['b']}"),
    "lists by year": whole("a.yml", "", "20<n>6:\n- date: <d>\n  title: <t>\n  text: '<b>'\n"),
    "documents of YAML": whole("a.yml", "", "---\ntitle: <t>\ndate: <d>\ntext: '<b>'\n"),
    "Elasticsearch": whole(
        "a.jsonl", "",
        '{"_id": "<n>", "_source": {"title": "<t>", "date": "<d>", "text": "<b>"}}\n',
    ),
    "lines above the header": whole(
        "a.csv", "Events of 2016\n# by Ida; in May\n\nid;date;title;text\n", "<n>;<d>;<t>;<b>\n"
    ),
    "detected": whole("a.csv", "ID;Detected at;Resolved at;Summary;Details\n",
                      "<n>;<d> 10:00;2020-01-01;<t>;<b>\n"),
    "plans": whole("a.csv", "Ref,Planned start,Planned end,Title,Notes,Created\n",
                   "<n>,<d> 10:00,2020-01-01,<t>,<b>,2015-01-01\n"),
    # XML
    "Takeout": whole("a.atom", "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:blogger="
                     "'http://schemas.google.com/blogger/2018'><title>Q</title>", BLOGGER,
                     BLOGGER.replace("LIVE", "DRAFT") + BLOGGER.replace("POST", "COMMENT")
                     + "</feed>"),
    "XML of Jira": whole("a.xml", '<rss version="0.92"><channel>', JIRA, "</channel></rss>"),
    "OpenSSL": whole("a.xml", "<security>", '<issue public="<compact>"><title><t></title>'
                     '<description><b></description><reported source="Ida"/></issue>',
                     "</security>"),
    "AppStream": whole("a.xml", "<component><releases>", '<release version="1.<n>" date="<d>">'
                       "<description><p><t></p><ul><li><b></li></ul></description></release>",
                       "</releases></component>"),
    "Wikinews": whole("a.xml", "<mediawiki>", WIKINEWS, "</mediawiki>"),
    # Mail
    "Maildir": each("cur/<epoch>.M<n>P1.host:2,S", MAIL),
    "archive of a list": whole(
        "2016-February.txt", "", "From ida at e.org  Sat Feb  6 10:00:00 2016\n" + MAIL
    ),
    "mail as text": each("<n>/1.txt", MAIL),
    # Texts
    "signed advisory": each("QSA-<n>.asc", SIGNED),
    "outage report": each("<n>.txt", "OUTAGE\n\nSubject: <t>\nIncident date: <long>\n\n<b>\n"),
    "front matter of a text": each("<n>.txt", "---\ntitle: <t>\ndate: <d>\n---\n<b>\n"),
    "minutes": each("Minutes <short>.txt", "<t>\n\n<b>\n"),
    "day at the end of a name": each("report_<d>.md", "# <t>\n\n<b>\n"),
    "folders of days": each("2016/0<m>/0<day>-<s>/README.md", "# <t>\n\n<b>\n"),
    "Franklin": each("<s>.md", '@def title = "<t>"\n@def published = "<short>"\n\n# <t>\n\n<b>\n'),
    "Franklin, TOML": each(
        "<s>.md", '+++\ntitle = "<t>"\ndate = Date(<y>, <m>, <day>)\n+++\n<b>\n'
    ),
    "JSON above a page": each("<s>.md", '---json\n{"title": "<t>", "date": "<d>"}\n---\n<b>\n'),
    "day and author": each("<s>.md", "# <t>\n\n_Posted by Ida, <long>_\n\n<b>\n"),
    "day in a list": each("<n>.md", "# <t>\n\n- Severity: 2\n- Start: <d> 10:00 UTC\n\n<b>\n"),
    "day in a title": each("<n>.md", "# Incident of <d>: <t>\n\n<b>\n"),
    "name without a heading": each("<d>_<s>_report.md", "## Report\n\n<t>. <b>\n"),
    "Svelte": each("<s>.svx", "---\ntitle: <t>\npubDatetime: <d>T10:00:00Z\n---\n<b>\n"),
    "languages": each("<s>.en.md", "+++\ntitle = '<t>'\ndate = <d>\n+++\n<b>\n"),
    # Logs
    "Movable Type": whole("a.txt", "", MOVABLE_TYPE, MOVABLE_TYPE.replace("Publish", "Draft")),
    "git log, one line": whole("a.log", "", "abc123<n> <d> <t>. <b>\n"),
    "git log, with bars": whole("gitlog.txt", "", "abc123<n>|Ida|<d>|<t>. <b>\n"),
    "releases with a sign": whole("RELEASES.md", "# Releases\n\n",
                                  "## 🎉 Version 1.<n> · <d>\n\n<t>. <b>\n"),
    "times of a zone": whole("log.md", "# Log\n\n", "### <d> 10:00 UTC - <t>\n\n<b>\n\n"),
    "days in a folder": whole("status.md", "# Status\n\n", "## <long>\n\n### <t>\n\n<b>\n\n"),
    "Org, timestamps": whole(
        "a.org", "#+TITLE: Events\n\n* Years\n",
        "** DONE [#A] <t>  :dams:rain:\nCLOSED: [2020-01-01 Wed]\n:PROPERTIES:\n:ID: x<n>\n:END:\n"
        "<<d> Sat>\n*** Details\n<b>\n",
    ),
    "Org, days before titles": whole("a.org", "", "* <<d> Sat 10:00> <t>\n<b>\n"),
    "Org, days behind titles": whole("a.org", "", "* <t> [<d> Sat]\n<b>\n"),
    "Org, closed": whole("a.org", "", "* DONE <t>\n  CLOSED: [<d> Sat 10:00]\n<b>\n"),
    "Org, date tree": whole("a.org", "* 2016\n", "*** <d> Saturday\n**** <t>\n<b>\n"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_read_whole(tmp_path: Path, kind: str) -> None:
    KINDS[kind](tmp_path)
    skipped: list[Skipped] = []
    found = sorted(read(tmp_path, skipped.append), key=lambda event: event.day)
    assert {each.reason for each in skipped} <= {"a draft"}
    assert [event.date for event in found] == [date(2016, 2, 6), date(2016, 5, 1)]
    for event, (_, title, body) in zip(found, EVENTS, strict=True):
        assert title in event.text and event.text.count(body) == 1


@pytest.mark.parametrize("name", ["a.csv.gz", "a.json.gz", "a.xml.gz", "changelog.Debian.gz"])
def test_packed_files_are_read_as_if_they_were_not(tmp_path: Path, name: str) -> None:
    rows = list(values())
    text = {
        "a.csv.gz": "id,date,title\n" + "".join(f"{v['n']},{v['d']},Été {v['t']}\n" for v in rows),
        "a.json.gz": json.dumps([{"date": v["d"], "title": v["t"]} for v in rows]),
        "a.xml.gz": "<x>{}</x>".format(
            "".join(f"<a><date>{v['d']}</date><title>{v['t']}</title></a>" for v in rows)
        ),
        "changelog.Debian.gz": "".join(
            f"quimby (1.{v['n']}) x; y=z\n\n  * {v['t']}\n\n -- I <i>  {v['d']} 10:00\n\n"
            for v in rows
        ),
    }[name]
    data = text.encode("cp1252" if name == "a.csv.gz" else "utf-8")
    (tmp_path / name).write_bytes(gzip.compress(data))
    assert {event.day for event in read(tmp_path)} == {"2016-02-06", "2016-05-01"}
    (tmp_path / name).write_bytes(gzip.compress(data)[:-9])
    assert any("gzip" in reason for reason in reasons(tmp_path)[1])


@pytest.mark.parametrize(
    ("name", "record", "reason"),
    [
        ("a.jsonl", {"ts": "1454752800.0001", "subtype": "channel_join", "text": "x"}, "service"),
        (
            "a.jsonl",
            {"created": 1454752800, "name": "g", "topic": {}, "purpose": {"value": "x"}},
            "a channel",
        ),
        ("a.jsonl", {"updated": 1454752800, "name": "ida", "profile": {"title": "x"}}, "a user"),
        # A day that cannot be read is not replaced by that of the last change.
        ("a.jsonl", {"date": "06/02/2016", "updated": "2020-01-01", "title": "x"}, "two days"),
        ("a.jsonl", {"date": {}, "title": "x"}, "not a day"),
        ("a.jsonl", {"date": {"date-parts": 2016}, "title": "x"}, "not a day"),
        ("a.jsonl", {"date": {"a": {"a": {"a": {"a": "2016-02-06"}}}}, "title": "x"}, "not a day"),
        ("a.jsonl", {"date": "2016-02 February", "title": "x"}, "no whole day"),
    ],
)
def test_what_is_no_event_or_no_day_is_refused(
    tmp_path: Path, name: str, record: dict[str, object], reason: str
) -> None:
    (tmp_path / name).write_text(json.dumps(record))
    found, said = reasons(tmp_path)
    assert not found and reason in said[0]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.log", "Feb  6 10:00:00 quimby sshd[7]: A dam breaks.\n", "without a year"),
        ("a.org", "* A\nText.\n", "date is missing"),
        ("a.md", "# A\n\nDate: 31 February 2016\n\nText.\n", "no day"),
        ("a.md", "# A\n\n## 2016-02-06\n\nOnce is no log.\n", "no day"),
        ("q.meta", ".. title: A\n", "no text of the same name"),
        ("a.md", "---\ntitle: A\ndate: 2016-02-06\nisPublished: false\n---\nText.\n", "draft"),
        (
            "a.md",
            "---\ndraft: true\n---\n# A\n\n## 2016-02-06\n\nB\n\n## 2016-02-07\n\nC\n",
            "draft",
        ),
        ("_index.en.md", "---\ntitle: Posts\ndate: 2016-02-06\n---\n", ""),
        ("README.md", "# A list\n\nOf pages.\n", ""),
    ],
)
def test_texts_without_days_have_a_reason(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    (tmp_path / name).write_text(text)
    found, said = reasons(tmp_path)
    assert not found and (reason in said[0] if reason else not said)


def test_a_packed_changelog_without_versions_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.MD.GZ").write_bytes(gzip.compress(b"# A\n\nText.\n"))
    assert reasons(tmp_path) == ({}, ["no version with a day"])


def test_an_index_in_a_folder_of_a_day_stays_a_list(tmp_path: Path) -> None:
    for folder in ("2016/02/6", "2016/02"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "index.md").write_text("# All of it\n\nA list.\n")
    assert reasons(tmp_path) == ({}, [])


def test_a_log_in_a_folder_is_not_read_again_unless_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "status.md"
    path.write_text("## 2016-02-06 A\n\nText.\n\n## 2016-05-01 B\n\nText.\n")
    scan = scan_archives([tmp_path], None, print)
    again = scan_archives([tmp_path], scan.file_cache, print)
    assert len(scan.events) == 2 and scan.events == again.events
    path.write_text("---\ndate: 2016-02-07\n---\n# One page\n")
    last = scan_archives([tmp_path], again.file_cache, print)
    assert [event.title for event in last.fresh.values()] == ["One page"]


def test_the_map_of_the_user_is_stronger_than_pubdate(tmp_path: Path) -> None:
    record = {"pubdate": "2020-01-01", "seen": "2016-02-06", "title": "A"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    assert [event.day for event in read(tmp_path, map={"date": "seen"})] == ["2016-02-06"]


def test_a_diary_has_an_entry_for_each_line_that_is_a_day(tmp_path: Path) -> None:
    days = ("February 6, 2016", "Sunday, May 1, 2016", "23 July 2016")
    text = "\n\n".join(f"{day}\n\nIt rains." for day in days)
    (tmp_path / "a.txt").write_text(f"THE DIARY OF IDA\n\n{text}\n")
    assert list(reasons(tmp_path)[0].values()) == ["2016-02-06", "2016-05-01", "2016-07-23"]


def test_words_in_capitals_before_a_colon_stay_in_a_post_of_movable_type(tmp_path: Path) -> None:
    head = "TITLE: A\nDATE: 02/16/2016 10:00:00\nALLOW COMMENTS: 1\nCONVERT BREAKS: 1\n"
    body = "-----\nBODY:\nA dam.\nUPDATE: It holds.\n-----\nEXTENDED BODY:\nMore.\n-----\n"
    (tmp_path / "a.txt").write_text(head + body)
    assert [event.summary for event in read(tmp_path)] == ["A dam.\nUPDATE: It holds.\nMore."]


def test_text_between_the_elements_of_a_text_stays(tmp_path: Path) -> None:
    record = "<a><date>2016-02-0{}</date><title>A {}</title><text>One <b>two</b> three</text></a>"
    text = "".join(record.format(n, n) for n in (1, 2, 3))
    (tmp_path / "a.xml").write_text(f"<x>{text}</x>")
    assert [event.summary for event in read(tmp_path)] == ["One two three"] * 3


def test_a_text_with_a_purpose_or_a_profile_is_no_channel(tmp_path: Path) -> None:
    record = {"date": "2016-02-06", "title": "A", "purpose": {"value": "x"}, "profile": {"n": 1}}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    assert list(reasons(tmp_path)[0].values()) == ["2016-02-06"]


def test_tags_of_a_log_are_terms(tmp_path: Path) -> None:
    for kind in ("Org, timestamps", "Movable Type"):
        KINDS[kind](tmp_path)
    assert {event.terms for event in read(tmp_path)} == {("dams", "rain"), ("News", "Q")}
