"""Events without a date: they are read if that is said, and no time is compared with them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from search import (
    ArchiveError,
    Event,
    Index,
    ReadOptions,
    RelatedOptions,
    SearchOptions,
    UsageError,
    build,
    read,
    regenerate_archive,
)
from search.model.event import parse_day
from search.model.json_answers import item
from search.publish.export.run import export
from search.publish.feeds import Channel, SiteAddress, write_feeds
from tests.conftest import Lines
from tests.publish.export.test_export import FORMS
from tests.small_archive import stories

UNDATED = ReadOptions(undated=True)
EVENTS = [replace(each, date=None) if at % 3 == 1 else each for at, each in enumerate(stories())]
WITHOUT = {event.id for event in EVENTS if event.date is None}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    directory = tmp_path_factory.mktemp("undated") / "index"
    build(events=EVENTS, directory=directory)
    with Index.open(directory) as opened:
        yield opened


def test_an_event_without_a_date_is_plain_data_and_comes_back(index: Index) -> None:
    for event in EVENTS:
        assert index.event(event.id) == event == Event.from_json(event.to_json())
        assert event.to_json()["date"] == (event.day or None)
    with pytest.raises(UsageError, match="date of an event is missing"):
        Event.from_json({"id": "/a", "title": "No word of a date"})


def test_sorted_by_day_it_comes_last(index: Index) -> None:
    for sort in ("newest", "oldest"):
        answer = index.search("*", SearchOptions(sort=sort, limit=100))
        days = [hit.event.day for hit in answer.hits]
        dated = sorted(filter(None, days), reverse=sort == "newest")
        assert days == dated + [""] * len(WITHOUT)


def test_no_filter_by_date_finds_it(index: Index) -> None:
    first, last = parse_day("0001-01-01"), parse_day("9999-12-31")
    for query, since, until in (
        ("date:..9999", None, None),
        ("date:0001..", None, None),
        ("*", first, None),
        ("*", None, last),
    ):
        options = SearchOptions(limit=100, since=since, until=until)
        hits = index.search(query, options).hits
        assert {hit.event.id for hit in hits} == {each.id for each in EVENTS} - WITHOUT
    found = index.search("NOT date:0001..", SearchOptions(limit=100)).hits
    assert {hit.event.id for hit in found} == WITHOUT
    years = index.search("*", SearchOptions(years=True)).years
    assert sum(year.events for year in years) == len(EVENTS) - len(WITHOUT)


def test_no_time_is_compared_with_it(index: Index) -> None:
    for one in sorted(WITHOUT)[:3]:
        for other in index.ids():
            timed, plain = (
                index.why(one, other, RelatedOptions(time=time)).hit for time in (True, False)
            )
            assert timed.score == plain.score
            assert all(part.kind != "time" for part in timed.explanation.contributions)
    last = parse_day("9999-12-31")
    for options in (
        RelatedOptions(min_score=0, limit=50, within="9y"),
        RelatedOptions(min_score=0, limit=50, older=True),
        RelatedOptions(min_score=0, limit=50, newer=True),
        RelatedOptions(min_score=0, limit=50, until=last),
    ):
        for one in index.ids():
            hits = index.related(one, options)
            assert not {hit.event.id for hit in hits} & WITHOUT
            assert one not in WITHOUT or not hits or options.until
    assert any(hit.event.id in WITHOUT for one in index.ids() for hit in index.related(one))


def test_an_update_that_takes_dates_away_makes_the_index_of_a_build(
    tmp_path: Path, json_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engine.update_plan.DRIFT", 9.0)
    path = json_lines(stories())
    build([path], tmp_path / "index", undated=True)
    build([json_lines(EVENTS)], tmp_path / "index")  # that they need no date is remembered
    with Index.open(tmp_path / "index") as index:
        assert {one for one in index.ids() if index.event(one).date is None} == WITHOUT
        days = [hit.event.day for hit in index.search("*", SearchOptions(sort="newest")).hits]
        assert days == sorted(days, reverse=True)
        json.dumps([item(hit) for one in WITHOUT for hit in index.related(one)])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "---\ntitle: A ferry sinks\nauthor: Ida\n---\nOff Crete.\n"),
        ("a.md", "# A ferry sinks\n\nOff Crete.\n"),
        ("a.jsonl", '{"id": "/a", "title": "A ferry sinks"}\n'),
        ("a.csv", "id,title\n/a,A ferry sinks\n"),
        ("a.json", '{"items": [{"id": "/a", "title": "A ferry sinks"}]}'),
        ("a.rst", "A ferry sinks\n=============\n\nOff Crete.\n"),
        ("CHANGELOG.md", "# A ferry sinks\n\n## [1.2.0]\n\n- Off Crete.\n"),
    ],
)
def test_what_has_no_date_is_read_if_that_is_said(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ArchiveError, match="--undated"):
        build([tmp_path], tmp_path / "index")
    (event,) = read([tmp_path], options=UNDATED)
    assert event.date is None and event.title.startswith("A ferry sinks")
    with pytest.raises(ArchiveError):
        build([tmp_path], tmp_path / "index", ReadOptions(undated=False))


def test_a_date_that_cannot_be_read_costs_the_date_only(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "/a", "date": "soon", "title": "A"}\n')
    told: list[object] = []
    (event,) = read([tmp_path], told.append, UNDATED)
    assert event.date is None and "the event is kept without it" in str(told[0])


def test_pages_without_a_date_get_lists_by_the_template(tmp_path: Path) -> None:
    for at, event in enumerate(EVENTS):
        head = f"---\ntitle: {json.dumps(event.title)}\ndate: {event.day}\n---\n"
        (tmp_path / f"{at}.md").write_text(f"{head}{event.summary}\n", encoding="utf-8")
    template = "- [{title}]({link}) ({date}){context}"
    style = replace(UNDATED.style, item=template)
    options = replace(UNDATED, style=style)
    run = regenerate_archive(tmp_path, tmp_path / "index", read_options=options)
    assert run.changed
    text = "".join(path.read_text() for path in tmp_path.glob("*.md"))
    assert "(2014-05-11)" not in text and "()" not in text and "(2014-06-20)" in text
    again = regenerate_archive(tmp_path, tmp_path / "index", read_options=options)
    assert not again.changed


def test_feeds_leave_it_out_and_exports_have_no_date(index: Index, tmp_path: Path) -> None:
    write_feeds(index, tmp_path / "feeds", Channel("A", SiteAddress("https://example.org")))
    feed = json.loads((tmp_path / "feeds" / "feed.json").read_text())
    assert len(feed["items"]) == len(EVENTS) - len(WITHOUT)
    for form in FORMS:
        export(index, tmp_path / form, form, FORMS[form], RelatedOptions())
    with closing(sqlite3.connect(tmp_path / "sqlite" / "events.sqlite")) as database:
        counts = database.execute("SELECT count(*), count(date), count(year) FROM events")
        assert counts.fetchone() == (len(EVENTS), *[len(EVENTS) - len(WITHOUT)] * 2)
