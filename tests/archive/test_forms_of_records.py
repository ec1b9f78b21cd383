"""Dates, encodings and layouts that spreadsheets and other programs write."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from search import Event, read
from search.archive.dates import parse_date


def events(path: Path, data: bytes) -> tuple[Sequence[Event], list[str]]:
    path.write_bytes(data)
    said: list[str] = []
    return list(read([path], lambda skipped: said.append(skipped.reason))), said


@pytest.mark.parametrize(
    "text",
    ["06.02.2016", "6.2.2016 10:30", "2016-W05-6", "2016W056", "2016-037", "6. Februar 2016",
     "6 février 2016", "6 de febrero de 2016", "6 февраля 2016", "Date(2016, 2, 6)"],
)  # fmt: skip
def test_a_day_is_read_as_its_country_writes_it(text: str) -> None:
    assert parse_date(text).isoformat() == "2016-02-06"


@pytest.mark.parametrize("text", ["13/02/2016", "10:00 02/13/2016", "13-02-2016", "13. Feb 2016"])
def test_an_order_that_gives_only_one_day_is_read(text: str) -> None:
    assert parse_date(text).isoformat() == "2016-02-13"


@pytest.mark.parametrize("text", ["06/02/2016", "2016-02", "2016-399", "2015-366", "32.01.2016"])
def test_a_day_that_may_be_two_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text[:2]):
        parse_date(text)


TABLE = "id;date;title\n1;2021-04-03;Été à Köln\n2;2021-04-04;x\n"


@pytest.mark.parametrize(
    "data",
    [TABLE.encode(), b"sep=;\r\n" + TABLE.encode(), TABLE.encode("utf-16"),
     b"\xfe\xff" + TABLE.replace(";", "\t").encode("utf-16-be"), TABLE.encode("utf-8-sig")],
)  # fmt: skip
def test_a_table_of_a_spreadsheet_is_read(tmp_path: Path, data: bytes) -> None:
    found, said = events(tmp_path / "a.csv", data)
    assert [event.title for event in found] == ["Été à Köln", "x"]
    assert not said


def test_a_table_in_windows_1252_is_read_whole_and_one_with_damage_is_not(tmp_path: Path) -> None:
    found, said = events(tmp_path / "a.csv", TABLE.encode("cp1252"))
    assert [event.title for event in found] == ["Été à Köln", "x"]
    assert len(said) == 1 and "Windows-1252" in said[0]
    found, said = events(tmp_path / "b.csv", TABLE.encode() + b"3;2021-04-05;\xff\n")
    assert [event.title for event in found] == ["Été à Köln", "x"]
    assert said == ["not UTF-8"]


@pytest.mark.parametrize("layout", ["cr", "pretty", "array"])
def test_json_is_read_however_it_is_laid_out(tmp_path: Path, layout: str) -> None:
    rows = [{"id": f"{n}", "date": "2021-04-03", "title": f"A flood {n}"} for n in range(3)]
    data = {
        "cr": "\r".join(map(json.dumps, rows)),
        "pretty": "\n".join(json.dumps(row, indent=1) for row in rows),
        "array": json.dumps(rows, indent=1),
    }[layout]
    found, said = events(tmp_path / "a.jsonl", data.encode())
    assert [event.id for event in found] == ["0", "1", "2"]
    assert not said
    found, said = events(tmp_path / "b.jsonl", data.encode() + b'\n{\n "id": ')
    assert said
    assert len(found) == 3


@pytest.mark.parametrize("name", ["Advisory No.", "Ticket #", "Incident ID", "Ref. No."])
def test_a_column_of_numbers_of_a_desk_is_the_id(tmp_path: Path, name: str) -> None:
    (event,), _ = events(tmp_path / "a.csv", f"{name},Date,Title\nADV-1,2021-01-01,x\n".encode())
    assert event.id == "ADV-1"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Fix __init__ of zebra", "Fix __init__ of zebra"),
        ("Use `__a__*b*c` & **kwargs", "Use __a__*b*c & **kwargs"),
        ("[1] x_y_", "[1] x_y_"),
        ("**Zebra** is [out](https://example.org)", "Zebra is out"),
    ],
)
def test_the_title_of_a_record_is_shown_as_markdown_but_keeps_names_of_programs(
    tmp_path: Path, title: str, shown: str
) -> None:
    row = {"date": "2021-01-01", "title": title}
    (event,), _ = events(tmp_path / "a.jsonl", json.dumps(row).encode())
    assert event.title == shown


@pytest.mark.parametrize(
    "tag",
    ["{% include hidden.html %}", "{% endhidden %}", "{{< figure src=hidden >}}",
     "{{% hidden %}}", "[caption id=hidden]", ":::hidden", "import Hidden from './hidden'",
     '<Box kind="hidden" />', "{# hidden #}", "    {%- hidden -%}"],
)  # fmt: skip
def test_tags_of_templates_are_no_text(tmp_path: Path, tag: str) -> None:
    row = {"date": "2021-01-01", "title": "x", "summary": f"Above.\n{tag}\nBelow {{x}} [y]."}
    (event,), _ = events(tmp_path / "a.jsonl", json.dumps(row).encode())
    assert "hidden" not in event.summary.casefold()
    assert "Above." in event.summary and "Below {x} [y]." in event.summary
