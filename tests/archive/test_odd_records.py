"""Records and files that are not quite as their kind has them."""

import json
from pathlib import Path
from typing import Any

import pytest

from search.archive import Skipped, read
from search.model import limits
from search.model.event import Event


def one(root: Path, name: str, text: str | bytes) -> tuple[list[Event], list[str]]:
    (root / name).write_bytes(text.encode() if isinstance(text, str) else text)
    skipped: list[Skipped] = []
    return list(read(root / name, skipped.append)), [each.reason for each in skipped]


DAY = "2016-02-06"
LONG = "The dam near Dunmore " + "is watched by many people " * 10


@pytest.mark.parametrize(
    ("record", "title", "summary"),
    [
        ({"title": {"rendered": "A dam"}, "content": {"rendered": "<p>It breaks.</p>"}},
         "A dam", "It breaks."),  # WordPress
        ({"title": "A dam", "excerpt": "It breaks…", "body": "It breaks and more."},
         "A dam", "It breaks and more."),
        ({"title": "A dam", "updates": [{"body": "One."}, {"message": "Two."}, 3, {"body": [1]}]},
         "A dam", "One.\nTwo."),
        ({"title": "A dam", "updates": [3]}, "A dam", ""),
        ({"text": "A dam breaks."}, "A dam breaks.", ""),
        ({"text": LONG}, LONG[:119].rsplit(" ", 1)[0] + "…", LONG.strip()),
    ],
)  # fmt: skip
def test_titles_and_texts_are_found(
    tmp_path: Path, record: dict[str, Any], title: str, summary: str
) -> None:
    events, _ = one(tmp_path, "a.json", json.dumps({"date": DAY, **record}))
    assert [event.summary for event in events] == [summary]
    assert events[0].title[:100] == title[:100]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.json", b"\xff", "not UTF-8"),
        ("a.rst", b"\xff", "not UTF-8"),
        ("a.json", '{"date": "2016-02-06", "title": {"a": 1}}', "title is missing"),
        ("a.json", '{"date": "2016-02-06", "title": 7}', "title must be a text"),
        ("a.xml", "<rss version='2.0'><channel><item><title>T</title></item></channel></rss>",
         "date is missing"),
        ("a.rst", "T\n==\n\nNo date.\n", "date is missing"),
        ("a.md", "title: T\n\nNo fields, but a text.\n", "no title line"),
        ("a.md", "title: T\nnothing\nmore\n", "no title line"),
        ("2016-02-31-a.md", "# A\n", "no day"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(tmp_path: Path, name: str, text: str | bytes, reason: str) -> None:
    events, reasons = one(tmp_path, name, text)
    assert events == [] and reason in reasons[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.org", "* A dam\nIt breaks.\n#+date: 2016-02-06\n"),
        ("a.txt", "Subject: A dam\nDate: 6 Feb 2016\nAuthor: Q\n\nIt breaks.\n"),
        ("a.txt", "A dam\n=====\nFeb 6, 2016\nIt breaks.\n"),
        ("a.adoc", "// A comment\n= A dam\n:revdate: 2016-02-06\n// Another\n\nIt breaks.\n"),
        ("a.rst", ".. A comment\n\n=====\nA dam\n=====\n:Date: 2016-02-06\n\nIt breaks.\n"),
        ("a.ics", "BEGIN:VEVENT\nno line\nDTSTART:20160206T100000Z\nSUMMARY:A dam\nCATEGORIES:x\n"
         "DESCRIPTION:It\\n breaks.\nATTENDEE:q\nEND:VEVENT\nEND:VEVENT\n"),
        ("CHANGELOG.md", "# A dam\n\nIt breaks.\n\n### [2016-02-06](/x)\n"),
        ("changes.rst", "Demo\n====\n\n1.0 (2016-02-06)\n-------\n\nIt breaks.\n\n0.9\n---\n"),
        ("a.md", "---\ntitle: A dam\ndate:\t2016-02-06\ntags: [a\n---\nIt breaks.\n"),
        ("a.jsonl", json.dumps({"tags": "a, b", "when the date": DAY, "text": "It breaks."})),
    ],
)  # fmt: skip
def test_other_forms_are_read(tmp_path: Path, name: str, text: str) -> None:
    if name == "CHANGELOG.md":
        (tmp_path / "2016-02-06").mkdir()
        text, name = text.partition("###")[0], "2016-02-06/CHANGELOG.md"
        text = "---\ndate: 2016-02-06\n---\n" + text
    events, reasons = one(tmp_path, name, text)
    assert reasons == []
    assert [(str(event.date), "breaks" in event.text) for event in events] == [(DAY, True)]


def test_what_is_too_large_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WHOLE_FILE_BYTES", 10)
    assert "larger than" in one(tmp_path, "a.json", " " * 11)[1][0]
    monkeypatch.setattr(limits, "WHOLE_FILE_BYTES", 1 << 20)
    monkeypatch.setattr(limits, "YAML_BYTES", 10)
    assert "YAML" in one(tmp_path, "a.yaml", " " * 11)[1][0]
    monkeypatch.setattr(limits, "TEXT_FILE_BYTES", 10)
    assert "larger than" in one(tmp_path, "a.txt", " " * 11)[1][0]


def test_parquet_is_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [{"id": n, "date": DAY, "title": f"A dam {n}"} for n in range(3)]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet")
    assert [event.id for event in read(tmp_path)] == ["0", "1", "2"]
