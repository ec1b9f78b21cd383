"""Exports say what the index says, in the form that each program takes."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html as parser

from search import Event, Index, ReadOptions, RelatedOptions, build
from search.model import json_answers
from search.model.errors import UsageError
from search.model.event import parse_day
from search.publish.export.documents import Changes
from search.publish.export.pages import write_data, write_html
from search.publish.export.postgresql import write_postgresql
from search.publish.export.run import ExportSummary, Write, export
from search.publish.export.servers import write_meilisearch, write_ndjson, write_opensearch
from search.publish.export.sqlite import write_sqlite
from search.publish.files import place_of
from tests.small_archive import odd, stories

OPTIONS = RelatedOptions(limit=4, min_score=0)
FORMS: dict[str, Write] = {
    "data": write_data,
    "html": write_html,
    "ndjson": write_ndjson,
    "opensearch": write_opensearch,
    "meilisearch": write_meilisearch,
    "sqlite": write_sqlite,
    "postgresql": write_postgresql,
}


def exported(index: Index, out: Path, form: str, since: int | None = None) -> ExportSummary:
    return export(index, out, form, FORMS[form], OPTIONS, since=since)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ours(index: Index) -> dict[str, list[dict[str, object]]]:
    return {
        one: [json_answers.item(hit) for hit in index.related(one, OPTIONS)] for one in index.ids()
    }


def test_json_lines_hold_every_event_with_its_list(story_index: Index, tmp_path: Path) -> None:
    assert exported(story_index, tmp_path, "ndjson").upserts == len(story_index)
    documents = lines(tmp_path / "events.ndjson")
    assert [document["id"] for document in documents] == list(story_index.ids())
    assert {str(one["id"]): one["related"] for one in documents} == ours(story_index)
    assert documents[-1]["year"] == 2017


@pytest.mark.parametrize(
    "form", ["ndjson", "meilisearch", "opensearch", "data", "postgresql", "sqlite"]
)
def test_an_export_of_events_without_a_date_is_replaced_by_the_next(
    tmp_path: Path, form: str
) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "/a", "title": "A flood"}\n', encoding="utf-8")
    build([tmp_path / "a.jsonl"], tmp_path / "i", ReadOptions(undated=True))
    with Index.open(tmp_path / "i") as index:
        for _ in range(2):
            done = export(index, tmp_path / "out", "any", FORMS[form], RelatedOptions())
            assert done.upserts == 1


def test_data_files_stand_where_the_pages_do(story_index: Index, tmp_path: Path) -> None:
    exported(story_index, tmp_path, "data")
    for one in story_index.ids():
        document = json.loads((tmp_path / f"{one[1:-3]}.json").read_bytes())
        assert document["id"] == one
        assert document["title"] == story_index.event(one).title


def test_html_pages_have_filters_and_links_that_lead_to_pages(
    story_index: Index, tmp_path: Path
) -> None:
    exported(story_index, tmp_path, "html")
    count = 0
    for page in tmp_path.rglob("*.html"):
        tree = parser.fromstring(page.read_text(encoding="utf-8"))
        assert tree.xpath("//*[@data-pagefind-body]")
        assert tree.xpath("//*[@data-pagefind-filter='year']/text()")
        for link in tree.xpath("//a/@href"):
            assert (page.parent / unquote(link)).is_file()
            count += 1
    assert count > 20


def test_sqlite_gives_our_lists_with_reasons_that_add_up(
    story_index: Index, tmp_path: Path
) -> None:
    exported(story_index, tmp_path, "sqlite")
    db = sqlite3.connect(tmp_path / "events.sqlite")
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    listed: dict[str, list[tuple[str, float]]] = {one: [] for one in story_index.ids()}
    for event, other, score in db.execute("SELECT event, related, score FROM related_lists"):
        listed[event].append((other, score))
    assert listed == {
        one: [(item["id"], item["score"]) for item in items]
        for one, items in ours(story_index).items()
    }
    apart = db.execute(
        "SELECT count(*) FROM related WHERE abs(score - (SELECT sum(contribution) FROM"
        " contributions WHERE contributions.pair = related.pair)) > 1e-9"
    )
    assert apart.fetchone() == (0,)
    words = "SELECT count(*) FROM events_fts WHERE events_fts MATCH 'earthquake'"
    assert db.execute(words).fetchone() == (story_index.search('"earthquake"').total,)
    years = "SELECT year, count(*) FROM events GROUP BY year"
    assert dict(db.execute(years)) == {2013: 9, 2014: 8, 2015: 7, 2016: 4, 2017: 1}
    db.close()


def test_search_servers_are_given_what_their_limits_allow(tmp_path: Path) -> None:
    events = [*stories(), Event("/" + "长" * 300 + ".md", parse_day("2016-01-01"), "A long id")]
    build_from(events, tmp_path)
    with Index.open(tmp_path / "index") as index:
        exported(index, tmp_path / "os", "opensearch")
        exported(index, tmp_path / "ms", "meilisearch")
        assert_bulk(tmp_path / "os", len(index))
        documents = lines(tmp_path / "ms" / "documents.ndjson")
        keys = [str(document["key"]) for document in documents]
        assert len(set(keys)) == len(index)
        assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,511}", key) for key in keys)


def assert_bulk(out: Path, count: int) -> None:
    rows = lines(out / "bulk-0001.ndjson")
    assert len(rows) == 2 * count
    ids = set()
    for action, document in zip(rows[::2], rows[1::2], strict=True):
        target = action["index"]
        assert isinstance(target, dict)
        ids.add(target["_id"])
        assert len(target["_id"].encode()) <= 512
        assert set(document) == set(
            json.loads((out / "index.json").read_bytes())["mappings"]["properties"]
        )
    assert len(ids) == count
    assert (out / "bulk-0001.ndjson").read_bytes().endswith(b"\n")


def build_from(events: list[Event], place: Path) -> None:
    text = "".join(json.dumps(event.to_json()) + "\n" for event in events)
    (place / "events.jsonl").write_text(text, encoding="utf-8")
    build([place / "events.jsonl"], place / "index")


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[], int]:
    """Builds an index, and changes it when it is called: one event goes, comes, is edited."""
    build_from([*stories(), *odd()], tmp_path)

    def change() -> int:
        events = stories()[1:]
        last = events[-1]
        events[-1] = Event(last.id, last.date, "Glaciers grow again.", last.summary)
        events.append(Event("/news/2017/04/1/new.md", parse_day("2017-04-01"), "Norland is new."))
        build_from([*events, *odd()], tmp_path)
        return len(events) + len(odd())

    return change


@pytest.mark.parametrize("form", ["data", "html", "sqlite"])
def test_what_changed_makes_of_an_export_what_a_whole_one_is(
    form: str, changed: Callable[[], int], tmp_path: Path
) -> None:
    with Index.open(tmp_path / "index") as index:
        first = exported(index, tmp_path / "out", form)
    count = changed()
    with Index.open(tmp_path / "index") as index:
        summary = exported(index, tmp_path / "out", form, since=first.generation)
        exported(index, tmp_path / "whole", form)
    assert summary.deletes == 1
    assert 2 <= summary.upserts < count
    assert contents(tmp_path / "out", form) == contents(tmp_path / "whole", form)


def contents(out: Path, form: str) -> object:
    if form != "sqlite":
        return {
            str(path.relative_to(out)): path.read_bytes()
            for path in out.rglob("*")
            if path.is_file()
        }
    db = sqlite3.connect(out / "events.sqlite")
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.execute("INSERT INTO events_fts (events_fts) VALUES ('integrity-check')")
    rows = [
        db.execute(query).fetchall()
        for query in (
            "SELECT id, date, title, summary FROM events ORDER BY id",
            "SELECT * FROM related_lists ORDER BY event, rank",
            "SELECT id, term FROM shared_terms JOIN events ON number = event ORDER BY id, term",
        )
    ]
    db.close()
    return rows


def test_what_changed_is_told_to_servers(changed: Callable[[], int], tmp_path: Path) -> None:
    gone = stories()[0].id
    with Index.open(tmp_path / "index") as index:
        first = exported(index, tmp_path / "nd", "ndjson")
        exported(index, tmp_path / "os", "opensearch")
        exported(index, tmp_path / "ms", "meilisearch")
    changed()
    with Index.open(tmp_path / "index") as index:
        for place, form in (("nd", "ndjson"), ("os", "opensearch"), ("ms", "meilisearch")):
            exported(index, tmp_path / place, form, since=first.generation)
        with pytest.raises(UsageError, match="export all of it again"):
            exported(index, tmp_path / "nd", "ndjson", since=first.generation)
        with pytest.raises(UsageError, match="no such export"):
            exported(index, tmp_path / "nd", "sqlite", since=first.generation)
    told = lines(tmp_path / "nd" / "changes.ndjson")
    assert told[-1] == {"op": "delete", "id": gone}
    assert {"delete": {"_id": gone}} in lines(tmp_path / "os" / "bulk-0001.ndjson")
    assert len(json.loads((tmp_path / "ms" / "deleted.json").read_bytes())) == 1


HOSTILE = Event(
    "/../../etc/passwd.md",
    parse_day("2016-02-06"),
    "<script>alert(1)</script>\\N {\"a\",'b'} \\.",
    "'; DROP TABLE events; --\n\\.\n\ttab",
    url="javascript:alert(1)",
    sources=('a"b\\c', "{}"),
)


def test_nothing_in_an_event_leads_out_or_becomes_code(tmp_path: Path) -> None:
    build_from([HOSTILE, *stories()], tmp_path)
    with Index.open(tmp_path / "index") as index:
        for form in FORMS:
            exported(index, tmp_path / "out" / form, form)
    inside = {path for path in tmp_path.rglob("*") if "passwd" in path.name}
    assert inside == set()
    for page in (tmp_path / "out" / "html").rglob("*.html"):
        assert "<script" not in page.read_text(encoding="utf-8")
    row = next(
        row
        for row in (tmp_path / "out/postgresql/events.copy").read_bytes().split(b"\n")
        if row.startswith(b"/..")
    )
    assert row.count(b"\t") == 7


def test_ids_have_places_of_their_own_and_inside() -> None:
    plain = "/a.md a.md /a /./a.md /../a.md /b/.hidden.md /b//c.md //b/c.md http://x/y.md C:\\x.md"
    ids = [*plain.split(), "/" + "x" * 300 + ".md", "/_other/x.md", ".md", "/.md"]
    places = [place_of(one, ".json") for one in ids]
    assert len(set(places)) == len(ids)
    assert all(not place.startswith("/") and ".." not in place for place in places)
    assert places[0] == "a.json"


POSTGRES = os.environ.get("EVENT_SEARCH_POSTGRES", "")


@pytest.mark.skipif(not POSTGRES, reason="EVENT_SEARCH_POSTGRES names no database for psql")
def test_postgresql_gives_our_lists_with_reasons_that_add_up(
    changed: Callable[[], int], tmp_path: Path
) -> None:
    def psql(*words: str) -> str:
        ran = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", POSTGRES, *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path / "out",
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def assert_the_same(index: Index) -> None:
        query = (
            "SELECT coalesce(json_agg(json_build_array(event, other, score) ORDER BY event, rank),"
            " '[]') FROM event_search.related"
        )
        expected = [
            [one, item["id"], item["score"]]
            for one, items in sorted(ours(index).items())
            for item in items
        ]
        assert sorted(json.loads(psql("-c", query))) == sorted(expected)
        apart = (
            "SELECT count(*) FROM event_search.related r WHERE score <> (SELECT sum(contribution)"
            " FROM event_search.contributions c WHERE c.event = r.event AND c.rank = r.rank)"
        )
        assert psql("-c", apart) == "0"
        assert psql("-c", "SELECT count(*) FROM event_search.events") == str(len(index))

    with Index.open(tmp_path / "index") as index:
        first = exported(index, tmp_path / "out", "postgresql")
        psql("-c", "DROP SCHEMA IF EXISTS event_search CASCADE")
        psql("-f", "schema.sql")
        psql("-f", "load.sql")
        assert_the_same(index)
    changed()
    with Index.open(tmp_path / "index") as index:
        exported(index, tmp_path / "out", "postgresql", since=first.generation)
        psql("-f", "load.sql")
        assert_the_same(index)
    build_from([HOSTILE, *stories()], tmp_path)
    with Index.open(tmp_path / "index") as index:
        exported(index, tmp_path / "out", "postgresql")
        psql("-f", "load.sql")
        assert_the_same(index)
        title = psql("-c", "SELECT title FROM event_search.events WHERE id LIKE '/../%'")
        assert title == index.event(HOSTILE.id).title


def test_the_command_exports_and_goes_on(story_directory: Path, tmp_path: Path) -> None:
    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "search", "export", *words, "--out", str(tmp_path / "out")],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "EVENT_SEARCH_INDEX": str(story_directory)},
        )

    whole = command("ndjson")
    assert whole.returncode == 0, whole.stderr
    assert "29 written" in whole.stderr
    assert "0 written" in command("ndjson", "--since-generation", "1").stderr
    refused = command("ndjson", "--since-generation", "99")
    assert refused.returncode == 2
    assert "without --since-generation" in refused.stderr


@pytest.mark.parametrize("form", FORMS)
def test_an_interrupted_export_leaves_no_file_half_written(
    story_index: Index, tmp_path: Path, form: str
) -> None:
    def interrupted(out: Path, whole: bool, changes: Changes) -> None:
        FORMS[form](out, whole, until_interrupted(changes))

    def until_interrupted(changes: Changes) -> Changes:
        yield from changes
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(story_index, tmp_path, form, interrupted, OPTIONS)
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".tmp")]
