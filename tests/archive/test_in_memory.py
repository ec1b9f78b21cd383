from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from search import Event, Index, build
from search.archive import Skipped
from search.archive.field_names import NO_MAP
from search.archive.in_memory import scan_events
from search.model.errors import ArchiveError, UsageError

ROWS: list[dict[str, Any]] = [
    {"id": 1, "date": datetime(2016, 2, 6, 10), "title": "A dam breaks", "summary": float("nan")},
    {"id": 2, "date": datetime(2016, 2, 7), "title": "The dam is mended", "summary": "Text."},
]


def events_of(events: Any) -> list[Event]:
    skipped: list[Skipped] = []
    scan = scan_events(events, skipped.append, NO_MAP)
    assert skipped == []
    return [scan.fresh[digest] for digest in scan.events]


def test_dicts_and_events_are_read() -> None:
    event = Event("/a", date(2016, 1, 1), "A")
    first, second, third = events_of(iter([event, *ROWS]))
    assert first == event
    assert (second.id, second.date, second.summary) == ("1", date(2016, 2, 6), "")
    assert third.summary == "Text."


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames_are_read(library: str) -> None:
    module = pytest.importorskip(library)
    rows = [{**row, "summary": row["title"]} for row in ROWS]
    make = module.Table.from_pylist if library == "pyarrow" else module.DataFrame
    assert events_of(make(rows)) == events_of(rows)


def test_values_of_numpy_are_read() -> None:
    rows = [{**ROWS[1], "id": np.int64(5), "terms": np.array(["x", "y"])}]
    assert [(event.id, event.terms) for event in events_of(rows)] == [("5", ("x", "y"))]


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ("a.jsonl", "is a path"),
        (Path("a.jsonl"), "is a path"),
        ({"id": 1}, "a single record"),
        (Event("/a", date(2016, 1, 1), "A"), "a single record"),
        (3, "must be an iterable"),
        ([ROWS[0], 3], "item 2 of events is 3"),
    ],
)
def test_what_is_no_events_is_refused_where_it_comes_in(events: Any, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        scan_events(events, print, NO_MAP)


def test_records_that_are_no_events_are_skipped_with_their_number() -> None:
    skipped: list[Skipped] = []
    scan_events([ROWS[0], {"a": 1}, {**ROWS[1], "id": 1}], skipped.append, NO_MAP)
    assert [(each.path, each.line) for each in skipped] == [("events", 2), ("events", 3)]


def test_an_index_is_built_from_memory(tmp_path: Path) -> None:
    names = {"title": "headline2"}
    renamed = [{names.get(name, name): value for name, value in row.items()} for row in ROWS]
    summary = build(events=renamed, directory=tmp_path / "ix", map={"title": "headline2"})
    assert (summary.events, summary.built) == (2, True)
    assert not build(events=ROWS, directory=tmp_path / "ix").built  # the same events
    with Index.open(tmp_path / "ix") as index:
        assert [index[event_id].title for event_id in index] == [
            "A dam breaks",
            "The dam is mended",
        ]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, UsageError),
        ({"archives": ["x"], "events": ROWS}, UsageError),
        ({"events": []}, ArchiveError),
        ({"events": ROWS, "directory": ""}, UsageError),
    ],
)
def test_a_build_from_nothing_or_from_two_is_refused(
    tmp_path: Path, arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        build(**{"directory": tmp_path / "ix", **arguments})
