"""More kinds of archives, in the form in which their programs write them, are read whole."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from search import read
from search.archive import Skipped, scan_archives
from tests.archive.test_kinds import EVENTS, as_json, each, filled, whole

LINES = "<t>.\n\t<b>\n\n"
CSAF = {
    "document": {
        "category": "csaf_security_advisory", "title": "<t>",
        "publisher": {"category": "vendor", "name": "Quimby"},
        "notes": [{"category": "summary", "text": "<b>", "title": "Summary"}],
        "tracking": {
            "id": "QSA-<n>", "initial_release_date": "<d>T10:00:00Z",
            "current_release_date": "2020-01-01T00:00:00Z",
            "revision_history": [{"date": "<d>T10:00:00Z", "number": "1", "summary": "Initial"}],
        },
    },
    "vulnerabilities": [{"title": "Hole", "release_date": "2015-01-01", "notes": [{"text": "x"}]}],
}  # fmt: skip
NVD_1 = {
    "cve": {
        "CVE_data_meta": {"ID": "CVE-<n>", "ASSIGNER": "a@e.org"},
        "description": {"description_data": [{"lang": "en", "value": "<t>. <b>"}]},
    },
    "publishedDate": "<d>T17:29Z", "lastModifiedDate": "2020-01-01T00:00Z",
}  # fmt: skip
GLSA = (
    '<?xml version="1.0"?><!DOCTYPE glsa SYSTEM "glsa.dtd"><glsa id="QSA-<n>"><title><t></title>'
    '<synopsis><b></synopsis><product type="ebuild">quimby</product><announced><d></announced>'
    '<revised count="1">2020-01-01</revised></glsa>'
)
NOTE = (
    "<note><title><t></title><created><d>T10:00:00Z</created><tag>dams</tag><content><![CDATA["
    '<?xml version="1.0"?><!DOCTYPE en-note SYSTEM "enml2.dtd"><en-note><div><b></div></en-note>'
    "]]></content></note>"
)
WIKI = (
    "<page><title><t></title><ns>0</ns><id><n></id><revision><id>5<n></id><timestamp><d>T10:00:00Z"
    "</timestamp><contributor><username>Ida</username></contributor>"
    '<text bytes="9" xml:space="preserve"><b></text></revision></page>'
)
BLOGGER = (
    "<entry><id>q-<n></id><published><d>T10:00:00Z</published><updated>2020-01-01T00:00:00Z"
    "</updated><category scheme='http://schemas.google.com/g/2005#kind' term='q#{}'/>"
    "<title type='text'><t></title><content type='html'>&lt;p&gt;<b>&lt;/p&gt;</content></entry>"
)
BLUESKY = {
    "post": {
        "uri": "at://<n>", "author": {"handle": "ida", "createdAt": "2010-01-01T00:00:00Z"},
        "record": {"createdAt": "<d>T10:00:00Z", "text": "<t>. <b>"},
    }
}  # fmt: skip
NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# <t>\n", "\n", "<b>"]},
        {"cell_type": "code", "source": ["print(1)"]},
    ]
}
TELEGRAM = ["<t>. ", {"type": "link", "text": "https://e.org"}, " <b>"]

Wrap = Callable[[list[object]], object]


def listed(name: str, /, **around: object) -> Wrap:
    """Records in a list, in an object with other fields."""
    return lambda records: {**around, name: records}


def alone(records: list[object]) -> object:
    return records


KINDS: dict[str, Callable[[Path], None]] = {
    # Incidents
    "PagerDuty": as_json(
        "a.json", listed("incidents", limit=25), id="P<n>", summary="[#1<n>] <t>", title="<t>",
        created_at="<d>T10:00:00Z", body={"type": "incident_body", "details": "<b>"},
        service={"id": "S", "summary": "Mail"},
    ),
    "Google Cloud": as_json(
        "a.json", alone, id="<n>", begin="<d>T10:00:00Z", modified="2020-01-01T00:00:00Z",
        external_desc="<t>", updates=[{"created": "<d>T11:00:00Z", "text": "<b>"}],
        most_recent_update={"created": "2020-01-01T00:00:00Z", "text": "Over."},
    ),
    "Opsgenie": as_json(
        "a.json", listed("data", took=0.1), id="<n>", message="<t>", description="<b>",
        createdAt="<d>T10:00:00Z",
    ),
    "ACLED": whole(
        "a.csv", "event_id,event_date,year,event_type,notes,timestamp\n",
        "<n>,<d>,2016,Battles,<t>. <b>,1600000000\n",
    ),
    "one page of incidents": whole("../incidents.md", "# Incidents\n\n", "## <d>: <t>\n\n<b>\n\n"),
    "report with a table": each("<n>.md", "# <t>\n\n| A | B |\n|-|-|\n| Date | <d> |\n\n<b>\n"),
    "journald": whole(
        "a.json", "",
        '{"__REALTIME_TIMESTAMP": "<epoch>000000", "MESSAGE": "<t>. <b>", "__CURSOR": "<n>"}\n',
    ),
    "syslog": whole("a.log", "", "<d>T10:00:0<n>.123456+01:00 quimby sshd[7]: <t>. <b>\n"),
    # Advisories
    "CSAF": each("qsa-<n>.json", json.dumps(CSAF)),
    "NVD, first form": as_json("a.json", listed("CVE_Items", CVE_data_type="CVE"), **NVD_1),
    "NVD, second form": as_json(
        "a.json", listed("vulnerabilities", format="NVD_CVE", timestamp="2023-01-01T00:00:00"),
        cve={"id": "CVE-<n>", "published": "<d>T16:15:07",
             "descriptions": [{"lang": "en", "value": "<t>. <b>"}]},
    ),
    "CISA": as_json(
        "a.json", listed("vulnerabilities", title="Catalog", dateReleased="2023-01-01T10:00:00Z"),
        cveID="CVE-<n>", vulnerabilityName="<t>", dateAdded="<d>", shortDescription="<b>",
        dueDate="2021-11-17",
    ),
    "CISA, CSV": whole(
        "a.csv", "cveID,vulnerabilityName,dateAdded,shortDescription,dueDate\n",
        "CVE-<n>,<t>,<d>,<b>,2021-11-17\n",
    ),
    "Gentoo": each("glsa-<n>.xml", GLSA),
    "list of Debian": whole("a.txt", "", "[<short>] DSA-<n>-1 <t>\n\t{CVE-<n>}\n\tNOTE: <b>\n"),
    "Red Hat": as_json(
        "a.json", alone, CVE="CVE-<n>", public_date="<d>T00:00:00Z", severity="low",
        bugzilla_description="<t>. <b>",
    ),
    "Cisco": as_json(
        "a.json", listed("advisories"), advisoryId="q-<n>", advisoryTitle="<t>",
        firstPublished="<d>T16:00:00-0800", lastUpdated="2020-01-01", summary="<p><b></p>",
    ),
    "VuXML": whole(
        "vuln.xml", '<vuxml xmlns="http://www.vuxml.org/apps/vuxml-1">',
        '<vuln vid="q-<n>"><topic><t></topic><description><body xmlns="http://www.w3.org/1999/xhtml">'
        "<p>Ida reports:</p><blockquote><p><b></p></blockquote></body></description><dates>"
        "<discovery>2015-12-01</discovery><entry><d></entry></dates></vuln>", "</vuxml>",
    ),
    # Exports
    "columns in German": whole("a.csv", "Nr;Datum;Titel;Beschreibung\n", "<n>;<d>;<t>;<b>\n"),
    "columns in French": whole("a.csv", "No,Date du jour,Titre,Texte\n", "<n>,<d>,<t>,<b>\n"),
    "The Guardian": as_json(
        "a.json", lambda records: {"response": {"results": records}}, id="world/<n>",
        webPublicationDate="<d>T10:00:00Z", webTitle="<t>", fields={"bodyText": "<b>"},
    ),
    "MongoDB": as_json(
        "a.json", alone, _id={"$oid": "q<n>"}, title="<t>", content="<b>",
        published_date={"$date": "<d>T10:00:00Z"},
    ),
    "Crossref": as_json(
        "a.json", lambda records: {"status": "ok", "message": {"items": records}}, DOI="10.1/<n>",
        title=["<t>"], abstract="<b>", published={"date-parts": [["<y>", "<m>", "<day>"]]},
    ),
    "alerts": as_json(
        "a.json", alone, annotations={"summary": "<t>", "description": "<b>"},
        startsAt="<d>T10:00:00Z", endsAt="2020-01-01T00:00:00Z", fingerprint="<n>",
    ),
    "Bugzilla": as_json(
        "a.json", listed("bugs"), id="<n>", summary="<t>", creation_time="<d>T13:50:04Z",
        last_change_time="2020-01-01T00:00:00Z", description="<b>",
    ),
    "Jira": as_json(
        "a.json", listed("issues", total=2), key="OPS-<n>",
        fields={"summary": "<t>", "description": "<b>", "created": "<d>T10:00:00.000+0000"},
    ),
    "Drupal": as_json(
        "a.json", listed("data", jsonapi={"version": "1.0"}), id="<n>",
        attributes={"title": "<t>", "created": "<d>T10:00:00Z", "body": {"value": "<p><b></p>"}},
    ),
    "Trello": as_json(
        "a.json", listed("cards", name="Board", dateLastActivity="2020-01-01T00:00:00Z"),
        id="<n>", name="<t>", desc="<b>", dateLastActivity="<d>T10:00:00Z",
    ),
    "Pinboard": as_json("a.json", alone, description="<t>", extended="<b>", time="<d>T10:00:00Z"),
    "Bluesky": as_json("a.json", listed("feed"), **BLUESKY),
    "Telegram": as_json(
        "result.json", listed("messages", name="Q"), id="<n>", type="message",
        date="<d>T10:00:00", text=TELEGRAM,
    ),
    "Blogger": whole(
        "a.xml", "<feed xmlns='http://www.w3.org/2005/Atom'><title>Q</title>",
        BLOGGER.format("post"), filled(BLOGGER, {"n": "9"}).format("comment") + "</feed>",
    ),
    "MediaWiki": whole(
        "a.xml", '<mediawiki xmlns="http://www.mediawiki.org/xml/">', WIKI, "</mediawiki>"
    ),
    "Stack Exchange": whole(
        "Posts.xml", "<posts>",
        '<row Id="<n>" CreationDate="<d>T10:00:00.123" Body="&lt;p&gt;<b>&lt;/p&gt;" Title="<t>" '
        'LastActivityDate="2020-01-01T00:00:00" Tags="&lt;dams&gt;" />', "</posts>",
    ),
    "Evernote": whole("a.enex", '<en-export export-date="20200101T000000Z">', NOTE, "</en-export>"),
    "TiddlyWiki": each("<n>.tid", "created: <compact>100000000\ntags: dams\ntitle: <t>\n\n<b>\n"),
    "BibTeX": whole(
        "a.bib", '@string{q = "Quimby"}\n',
        "@article{q<n>,\n  title = {{<t>}}, journal = q # \" News\",\n  date = {<d>},\n"
        "  abstract = {<b>}\n}\n",
    ),
    "RIS": whole("a.ris", "", "TY  - NEWS\nTI  - <t>\nDA  - <d>\nAB  - <b>\nER  - \n\n"),
    # Logs
    "UPDATING": whole("UPDATING", "Information for users.\n\n", "<compact>:\n\t" + LINES),
    "hg log": whole(
        "a.log", "", "changeset:   <n>:abc<n>\nuser:        Ida\ndate:        <d> 10:00 +0100\n"
        "description:\n<t>\n<b>\n\n",
    ),
    "svn log": whole(
        "a.log", "", "-" * 72 + "\nr<n> | ida | <d> 10:00:00 +0100 (Sat) | 2 lines\n\n<t>\n<b>\n"
    ),
    "RPM": whole("changelog.txt", "", "* <c> Ida <i@e.org> - 1.<n>-1\n- <t>\n- <b>\n\n"),
    "Perl": whole("Changes", "Revision history\n\n", "1.2<n> <d>T10:00:00Z\n  - <t>\n  - <b>\n\n"),
    "Node.js": whole("CHANGELOG.md", "# Node\n\n", "## <d>, Version 5.<n>, @ida\n\n* <t>: <b>\n"),
    "PHP": whole("NEWS", "PHP   NEWS\n|||||\n", "<short>, PHP 7.0.<n>\n\n- Core:\n  . <t>. <b>\n"),
    "list of days": whole("a.txt", "", "<d>  <t>. <b>\n"),
    "journal in Org": whole("a.org", "#+TITLE: Journal\n\n", "* <d> Saturday\n** 10:00 <t>\n<b>\n"),
    "table of days": whole(
        "../incidents.md", "# Incidents\n\n| Day | What | Why |\n|-|-|-|\n", "| <d> | <t> | <b> |\n"
    ),
    "day behind a heading": whole("../incidents.md", "# Log\n\n", "## <t> (<d>)\n\n<b>\n\n"),
    "day of the week": whole("../journal.md", "# Log\n\n", "## Saturday, <long>\n\n<t>. <b>\n\n"),
    # Sites
    "MDX": each("<s>.mdx", "export const meta = {\n  title: '<t>',\n  date: '<d>',\n}\n\n<b>\n"),
    "Jupyter": each("<d>-<s>.ipynb", json.dumps(NOTEBOOK)),
    "Gemini": each("gemlog/<d>-<s>.gmi", "# <t>\n\n<b>\n"),
    "Lektor": each("blog/<s>/contents.lr", "title: <t>\n---\npub_date: <d>\n---\nbody:\n\n<b>\n"),
    "ABlog": each("<s>.rst", "<t>\n=======\n\n.. post:: <long>\n   :tags: dams\n\n<b>\n"),
    "MkDocs": each(
        "posts/<s>.md", "---\ndate:\n  created: <d>\n  updated: 2020-01-01\n---\n\n# <t>\n\n<b>\n"
    ),
    "PEP": each("<n>.rst", "PEP: <n>\nTitle: <t>\nCreated: <short>\n\nAbstract\n=====\n\n<b>\n"),
    "Nunjucks": each("posts/<s>.njk", "---\ntitle: <t>\ndate: <d>\n---\n<p><b></p>\n"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_read_whole(tmp_path: Path, kind: str) -> None:
    root = tmp_path / "archive"
    root.mkdir()
    KINDS[kind](root)
    skipped: list[Skipped] = []
    found = read(
        next(tmp_path.glob("*.md"), root), skipped.append
    )  # a page of many events is named
    events = sorted(found, key=lambda event: event.day)
    assert not skipped
    assert [event.date for event in events] == [date(2016, 2, 6), date(2016, 5, 1)]
    for event, (_, title, body) in zip(events, EVENTS, strict=True):
        assert title in event.text and event.text.count(body) == 1


def reasons(*paths: Path) -> tuple[dict[str, str], list[str]]:
    """The days of the events of archives by their ids, and why the rest was skipped."""
    skipped: list[Skipped] = []
    found = {event.id: event.day for event in read(paths, skipped.append)}
    return found, [each.reason for each in skipped]


def test_posts_of_substack_have_their_texts(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text(
        "post_id,post_date,is_published,title\n1.a,2016-02-06T10:00:00Z,true,A\n2.b,,false,B\n"
        "../x,2016-02-07T10:00:00Z,true,C\n"
    )
    (tmp_path / "posts").mkdir()
    (tmp_path / "x.html").write_text("<p>Not of the export.</p>")
    (tmp_path / "posts/1.a.html").write_text("<p>The text.</p>")
    scan = scan_archives([tmp_path], None, print)
    assert [event.summary for event in scan.fresh.values()] == ["The text.", ""]
    (tmp_path / "posts/1.a.html").write_text("<p>Another text.</p>")
    scan = scan_archives([tmp_path], scan.file_cache, print)
    assert "Another text." in [event.summary for event in scan.fresh.values()]
    assert "a draft" in reasons(tmp_path)[1]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.md", "A\n\nText.\n\nid: 1\ncreated_time: 2016-02-06\ntype_: 1", "Joplin"),
        ("a.jsonl", '{"date": "2016-02-06", "title": "A", "draft": true}', "a draft"),
        ("a.jsonl", '{"date": "2016-02-06", "title": "A", "status": "draft"}', "a draft"),
        ("a.jsonl", '{"date": "2016-02-06", "type": "service", "action": "pin"}', "service"),
        ("a.bib", "@book{a, title = {A}, year = 2016}", "no whole day"),
        ("a.xml", "<a><b>", "not XML"),
        ("a.xml", "<a>" * 200 + "</a>" * 200, "nested too deeply"),
        ("a.ipynb", "{}", "not a Jupyter notebook"),
        ("a.log", "2016-02-06 one line only", "date"),
    ],
)
def test_what_is_no_event_has_a_reason(tmp_path: Path, name: str, text: str, reason: str) -> None:
    (tmp_path / name).write_text(text)
    found, said = reasons(tmp_path)
    assert not found and len(said) == 1 and reason in said[0]


@pytest.mark.parametrize(
    ("other", "day"), [("13/02/2016", "2016-02-06"), ("02/13/2016", "2016-06-02")]
)
def test_the_dates_of_other_files_tell_which_number_is_the_day(
    tmp_path: Path, other: str, day: str
) -> None:
    for name, written in (("a", "06/02/2016"), ("b", other)):
        (tmp_path / f"{name}.json").write_text(json.dumps({"date": written, "title": name}))
    assert reasons(tmp_path)[0]["/a.json"] == day
    scan = scan_archives([tmp_path], None, print)
    (tmp_path / "b.json").unlink()
    after: list[Skipped] = []
    assert not scan_archives([tmp_path], scan.file_cache, after.append).events
    assert "no other date shows which" in after[0].reason


def test_the_rows_of_parquet_tell_it_too(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"id": ["a", "b"], "date": ["06/02/2016", "13/02/2016"], "title": ["A", "B"]}
    parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    assert reasons(tmp_path)[0] == {"a": "2016-02-06", "b": "2016-02-13"}


def test_a_log_begins_where_its_kind_begins(tmp_path: Path) -> None:
    text = "# Q\n\n## [Unreleased]\n\n- X\n\n## 1.1 (2016-05-01)\n\n- B\n\n## 1.0\n\n- A\n"
    (tmp_path / "CHANGELOG.md").write_text(text)
    assert reasons(tmp_path)[0] == {"/CHANGELOG.md#1.1": "2016-05-01"}
    (only,) = read(tmp_path)
    assert (only.title, only.summary) == ("Q 1.1", "B")
