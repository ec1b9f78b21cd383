import gzip
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive import Skipped, records, walk
from search.archive import read as read_archive
from search.model import limits
from search.model import printing as plain
from search.model.event import Event
from tests.growing import grows_as_its_size

GOOD: dict[str, object] = {"id": "/a.md", "date": "2016-02-6", "title": "A"}
Read = tuple[list[Event], list[tuple[int | None, str]]]


def lines(*raw: str | bytes | dict[str, object]) -> bytes:
    return b"".join(
        (json.dumps(line) if isinstance(line, dict) else line).encode() + b"\n"
        if not isinstance(line, bytes)
        else line + b"\n"
        for line in raw
    )


def read(data: bytes) -> Read:
    complaints: list[tuple[int | None, str]] = []
    found = records.read_lines(io.BytesIO(data), lambda n, why: complaints.append((n, why)))
    return [record.event for record in found if record.event], complaints


def table(data: bytes) -> Read:
    complaints: list[tuple[int | None, str]] = []
    found = records.read_table(
        io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", "surrogateescape", newline=""),
        lambda n, why: complaints.append((n, why)),
    )
    return [record.event for record in found if record.event], complaints


def test_known_fields_are_read_and_others_kept_if_they_are_short() -> None:
    full = {
        **GOOD, "summary": "S", "url": "https://example.org/a", "sources": ["Reuters"],
        "terms": ["T"], "category": "x", "stories": ["y"], "n": 1e999,
    }  # fmt: skip
    events, complaints = read(lines(full))
    assert complaints == []
    assert events == [
        Event(
            "/a.md",
            date(2016, 2, 6),
            "A",
            "S",
            "https://example.org/a",
            ("Reuters",),
            ("T",),
            {"category": "x", "n": "inf"},  # where a record is filed is not what it is about
        )
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ("[" * 100_000, "no JSON|nested"),
        (b"\xff", "UTF-8"),
        ("9" * 5000, "no JSON"),
        ({**GOOD, "id": True}, "id"),
        ({**GOOD, "id": ["/x"]}, "id"),
        ({**GOOD, "id": "a\u0000"}, "id"),
        ({**GOOD, "id": "a\nb"}, "id"),
        ({**GOOD, "id": "\ud800"}, "id"),
        ({**GOOD, "id": "x" * 5000}, "id"),
        ({**GOOD, "date": "yesterday"}, "date"),
        ({**GOOD, "date": "2015-02-29"}, "day"),
        ({**GOOD, "title": ""}, "title"),
        ({**GOOD, "title": "\u0000\u202e"}, "title"),
        ({**GOOD, "title": "t" * (limits.TITLE_LENGTH + 1)}, "characters"),
        ({**GOOD, "title": None}, "title is missing or empty; the fields are: id, date, title"),
        ({**GOOD, "title": 7}, "title must be a text"),
    ],
)
def test_a_bad_line_is_told_and_the_rest_goes_on(
    bad: str | bytes | dict[str, object], reason: str
) -> None:
    events, complaints = read(lines(GOOD, bad, "", {**GOOD, "id": "/b.md"}))
    assert [event.id for event in events] == ["/a.md", "/b.md"]
    assert [number for number, _ in complaints] == [2]
    assert re.search(reason, complaints[0][1])


def test_texts_are_mended() -> None:
    events, _ = read(lines({**GOOD, "title": " a\u0000b\nc \ud83d", "terms": ["\u202e", "x\ty"]}))
    assert (events[0].title, events[0].terms) == ("a b c \ufffd", ("x y",))


def test_a_line_that_is_too_long_is_passed_over_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINE_BYTES", 100)
    events, complaints = read(lines(GOOD, "x" * 1000, GOOD, "y" * 101) + b"z" * 500)
    assert len(events) == 2
    assert [number for number, _ in complaints] == [2, 4, 5]


def test_a_byte_order_mark_and_crlf_do_not_matter() -> None:
    data = b"\xef\xbb\xbf" + lines(GOOD).replace(b"\n", b"\r\n")
    assert len(read(data)[0]) == 1


def zipped(root: Path, data: bytes) -> Read:
    path = root / "a.jsonl.gz"
    path.write_bytes(data)
    said: list[Skipped] = []
    return list(read_archive(path, said.append)), [(each.line, each.reason) for each in said]


def test_gzip_is_read(tmp_path: Path) -> None:
    assert len(zipped(tmp_path, gzip.compress(lines(GOOD, {**GOOD, "id": "b"})))[0]) == 2


@pytest.mark.parametrize("cut", [0, 5, 20, 40, -9, -1])
def test_a_damaged_gzip_file_ends_with_a_reason(tmp_path: Path, cut: int) -> None:
    packed = gzip.compress(lines(*({**GOOD, "id": str(n)} for n in range(50))))
    events, complaints = zipped(tmp_path, packed[:cut] if cut else b"no gzip at all")
    assert len(events) <= 50
    assert [why for _, why in complaints if "gzip" in why]


def test_a_gzip_bomb_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "_PACKED_ALLOWANCE", 1 << 20)
    bomb = gzip.compress((b" " * 1000 + b"\n") * 20_000)
    events, complaints = zipped(tmp_path, bomb)
    assert events == []
    assert "far more" in complaints[-1][1]


def test_a_table_is_read_by_its_header() -> None:
    events, complaints = table(
        b"title,date,sources,ID,extra\r\n"
        b'"A, quoted ""title""",2016-2-6,Reuters; AP ;,/a.md,x\r\n'
        b"\r\n"
        b'"two\nlines",2016-02-07,,/b.md,\r\n'
    )
    assert complaints == []
    assert [event.title for event in events] == ['A, quoted "title"', "two lines"]
    assert [event.sources for event in events] == [("Reuters", "AP"), ()]


def test_a_table_without_the_columns_is_told_once() -> None:
    reason = "no column for date, title; the columns are: a, b; try --map date=COLUMN,title=COLUMN"
    reason += ", or --undated to take what has no date"
    assert table(b"a,b\n1,2\n3,4\n") == ([], [(1, reason)])
    assert table(b"") == ([], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"/x.md,2016-02-06", "columns"),
        (b"/x.md,2016-02-06,T,more", "columns"),
        (b"/x.md,2016-02-31,T", "day"),
        (b"/x.md,2016-02-06,\xff", "UTF-8"),
        (b",2016-02-06,T", "id"),
        (b"/x.md,2016-02-06," + b"t" * 200_000, "200000 characters"),
        (b"/x\x00,2016-02-06,T", "id"),
        (b'/x.md,2016-02-06,"T', "quotation mark"),
        (b'"/x.md,2016-02-06,T', "quotation mark"),
    ],
)
def test_a_bad_row_is_told_and_the_rest_goes_on(row: bytes, reason: str) -> None:
    events, complaints = table(b"id,date,title\n" + row + b"\n/y.md,2016-02-06,Y\n")
    assert [event.id for event in events] == ["/y.md"]
    assert len(complaints) == 1
    assert re.search(reason, complaints[0][1])


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_give_events_or_reasons(data: bytes, has_header: bool) -> None:
    read(data)
    table((b"id,date,title\n" if has_header else b"") + data)


def test_a_field_may_be_as_long_as_a_row() -> None:
    long = b"x" * 131_073
    events, complaints = table(
        b"id,date,title,summary\n/a,2015-01-05,One," + long + b"\n/b,2015-01-06,Two,\n"
        b'/c,2015-01-05,Three,"' + b"word word\n" * 20_000 + b'"\n/d,2015-01-06,Four,\n'
    )
    assert complaints == []
    assert [event.id for event in events] == ["/a", "/b", "/c", "/d"]


ROWS = [f"/m{n},2015-01-06,Event number {n},s" for n in range(6)]


@pytest.mark.parametrize(
    "bad",
    ['/q,2015-01-07,"Broken quote,', '"', '/q,2015-01-07,T,"', '"/q', '/q,"2015',
     '/q,2015-01-07,T,"""', '/q,2015-01-07,"T"",s'],
)  # fmt: skip
@pytest.mark.parametrize("other", ["s", '"a ""quoted"" text"', '"quoted"', 'an "inner" word'])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_stray_quotation_mark_costs_its_own_row(bad: str, other: str, end: str) -> None:
    whole = [f"/o,2015-01-06,Other,{other}", *ROWS[:3], bad, *ROWS[3:], f"/p,2015-01-06,P,{other}"]
    events, complaints = table(end.join(["id,date,title,summary", *whole]).encode())
    assert [event.id for event in events] == ["/o", "/m0", "/m1", "/m2", "/m3", "/m4", "/m5", "/p"]
    assert [line for line, _ in complaints] == [6]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found_out(delimiter: str, end: str) -> None:
    rows = [["id", "date", "title", "tags"], ["/a", "2015-01-05", "One", ""]]
    rows.append(["/b", "2015-01-06", f'"T{delimiter} w"', "x"])
    data = end.join(delimiter.join(row) for row in rows)
    events, complaints = table(data.encode())
    assert complaints == []
    assert [event.title for event in events] == ["One", plain.line(f"T{delimiter} w")]


def test_a_column_that_is_named_twice_is_read_from_the_first_and_told() -> None:
    events, complaints = table(b"id,date,title,title\n/a,2015-01-05,One,Uno\n")
    assert [event.title for event in events] == ["One"]
    assert complaints == [(1, "two columns are called title; the first is read")]


@pytest.mark.parametrize(
    "unit", ['a,"b', '"', '""', '"\n', ",\n", '/a,2015-01-06,"x\n', '"a""\n', '"",\n', "\r", "x"]
)
def test_no_table_takes_long(unit: str) -> None:
    header = b"id,date,title\n"
    assert grows_as_its_size(
        lambda size: table(header + (unit * (size // len(unit))).encode()), 80_000
    )


def test_fields_are_known_by_what_others_call_them() -> None:
    other = {
        "guid": 7, "headline": "T", "pubDate": "Sat, 06 Feb 2016 10:30:00 GMT",
        "description": "S", "link": "https://e.org/7", "tags": ["a", 2], "source": "Wire",
    }  # fmt: skip
    events, complaints = read(lines(other))
    assert complaints == []
    assert events == [
        Event("7", date(2016, 2, 6), "T", "S", "https://e.org/7", ("Wire",), ("a", "2"))
    ]


@pytest.mark.parametrize("name", ["sources", "terms"])
@pytest.mark.parametrize("value", [{"a": 1}, [None], [["x"]], 7, True])
def test_an_optional_field_of_another_type_costs_itself(name: str, value: object) -> None:
    events, complaints = read(lines({**GOOD, name: value}))
    assert [event.id for event in events] == ["/a.md"]
    assert [number for number, _ in complaints] == [1]
    assert re.match(f"{name} must be .*; the event is kept without it", complaints[0][1])


def test_a_text_is_a_list_of_one() -> None:
    events, complaints = read(lines({**GOOD, "terms": "security", "sources": "The Wire"}))
    assert complaints == []
    assert (events[0].terms, events[0].sources) == (("security",), ("The Wire",))
