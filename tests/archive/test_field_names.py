import json
from datetime import date
from pathlib import Path

import pytest

from search.archive import Skipped, read, scan_archives
from search.archive.field_names import FieldMap
from search.model.errors import UsageError
from search.model.read_options import ReadOptions

RECORD = {"uid": 7, "words above": "A dam breaks", "happened": "6 Feb 2016", "x": {"y": "Text."}}
MAP = {"id": "uid", "title": "words above", "date": "happened", "summary": "y"}


def test_a_map_says_which_fields_are_meant(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(RECORD))
    (event,) = read(tmp_path, map=MAP)
    wanted = ("7", date(2016, 2, 6), "A dam breaks", "Text.")
    assert (event.id, event.date, event.title, event.summary) == wanted


def test_a_map_holds_for_tables_and_front_matter(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("happened,words above\n2016-02-06,A dam breaks\n")
    (tmp_path / "b.md").write_text(
        "---\nhappened: 2016-02-06\nwords above: A dam breaks\ntitle: No\n---\nText.\n"
    )
    found = list(read([tmp_path], map={"title": "words above", "date": "happened"}))
    assert [event.title for event in found] == ["A dam breaks"] * 2


@pytest.mark.parametrize(
    ("record", "tip"),
    [
        ({"whenabout": "2016-02-06", "title": "T"}, "try --map date=whenabout"),
        ({"date": "2016-02-06", "words": "A dam breaks"}, "try --map title=words"),
        ({"date": "2016-02-06", "n": 3}, "the fields are: date, n"),
        (
            {"No.": "A-1", "Out On": "2016-02-06", "Words": "Dam"},
            "try --map 'date=Out On,title=Words'",
        ),
    ],
)
def test_a_reason_proposes_a_map(tmp_path: Path, record: dict[str, object], tip: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    skipped: list[Skipped] = []
    assert not list(read(tmp_path, skipped.append))
    assert skipped[0].reason.endswith(tip)


def test_the_advice_names_all_missing_columns_and_keeps_what_is_mapped(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("No.,Out On,Subject Line,Notes\nA-1,2021-01-01,x,\n", encoding="utf-8")
    skipped: list[Skipped] = []
    assert not list(read(path, skipped.append))
    assert skipped[-1].reason.endswith("; try --map 'date=Out On,title=Subject Line'")
    assert not list(read(path, skipped.append, map={"date": "Out On"}))
    assert skipped[-1].reason.endswith("; try --map 'date=Out On,title=Subject Line'")
    assert len(list(read(path, map={"date": "Out On", "title": "Subject Line"}))) == 1


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [({"titel": "x"}, "write 'title'"), ({"zzz": "x"}, "known are id"),
     ({"title": ""}, "title=NAME"), ({"title": 3}, "title=NAME")],
)  # fmt: skip
def test_a_wrong_map_is_refused(wrong: dict[str, str], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        FieldMap.of(wrong)


def test_with_another_map_every_file_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({**RECORD, "title": "T", "date": "2016-01-01"}))
    first = scan_archives([tmp_path], None, print)
    mapped = ReadOptions(map=FieldMap.of(MAP).sources)
    second = scan_archives([tmp_path], first.file_cache, print, options=mapped)
    assert [event.title for event in second.fresh.values()] == ["A dam breaks"]


@pytest.mark.parametrize("name", ["published_at", "publishedAt", "Published At", "Incident Date"])
def test_names_are_known_however_their_words_are_joined(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({name: "2016-02-06", "headline": "T"}))
    (event,) = read(tmp_path)
    assert (event.id, event.date) == ("2016-02-06-t", date(2016, 2, 6))


def test_the_name_of_an_author_is_no_title(tmp_path: Path) -> None:
    record = {"author": {"name": "Bob", "id": 3}, "date": "2016-02-06", "body": "A dam. It breaks."}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    (event,) = read(tmp_path)
    assert (event.title, event.summary) == ("A dam.", "It breaks.")
