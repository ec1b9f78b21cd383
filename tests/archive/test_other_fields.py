"""Fields that are not an event's are kept, shown and searched by their names."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from search import Event, Index, build
from search.archive import read
from search.model.errors import UsageError
from search.model.json_answers import searched

DAY = date(2016, 1, 1)
ROWS: list[dict[str, Any]] = [
    {"id": "/a", "date": "2016-02-06", "title": "The mail service is down", "severity": "High"},
    {"id": "/b", "date": "2016-02-07", "title": "The mail service is slow", "severity": "low"},
    {"id": "/c", "date": "2016-02-08", "title": "A high load of the map", "owner": {"name": "Q R"}},
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    directory = tmp_path_factory.mktemp("fields") / "ix"
    build(events=ROWS, directory=directory)
    return Index.open(directory)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("severity:high", ["/a"]),
        ("SEVERITY:HIGH", ["/a"]),
        ("+severity:low +mail", ["/b"]),
        ("mail -severity:low", ["/a"]),
        ('owner:"Q R"', ["/c"]),
        ('field:"severity low"', ["/b"]),
        ("high", ["/c"]),  # a value is not part of the text
        ("severity:none", []),
    ],
)
def test_a_field_is_searched_by_its_name(index: Index, query: str, ids: list[str]) -> None:
    assert [hit.event.id for hit in index.search(query).hits] == ids


def test_a_field_that_no_event_has_is_words(index: Index) -> None:
    answer = index.search("colour:mail")
    assert "is not a field" in answer.notes[0]
    assert len(answer.hits) == 2


def test_fields_are_in_answers(index: Index) -> None:
    assert index["/c"].fields == {"owner": "Q R"}
    assert searched(index.search("severity:high"))["hits"][0]["fields"] == {"severity": "High"}


def test_what_is_kept_is_short_and_not_an_events(tmp_path: Path) -> None:
    more = {"impact": 3, "ok": True, "long": "x" * 300, "list": [1], "layout": "post", "body": "B."}
    (tmp_path / "a.jsonl").write_text(json.dumps({**ROWS[0], **more, "db": {"status": "open"}}))
    (tmp_path / "b.md").write_text("---\ntitle: T\ndate: 2016-01-01\nAuthor: Q\nlayout: p\n---\n")
    first, second = read(tmp_path)
    assert {**first.fields, **second.fields} == {
        "severity": "High", "impact": "3", "ok": "true", "status": "open", "author": "Q",
    }  # fmt: skip


def test_fields_of_an_event_are_texts_and_survive_json() -> None:
    event = Event("/a", DAY, "T", fields={"severity": "high"})
    assert Event.from_json(event.to_json()) == event
    assert hash(event) == hash(Event("/a", DAY, "T"))
    with pytest.raises(UsageError, match="fields of an event"):
        Event("/a", DAY, "T", fields={"severity": 3})  # type: ignore[dict-item]
