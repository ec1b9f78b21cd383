import gzip
import io
import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive import records
from search.archive.page.parser import MAX_TITLE
from search.model.event import Event

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
    return [event for _, _, event in found if event], complaints


def table(data: bytes) -> Read:
    complaints: list[tuple[int | None, str]] = []
    found = records.read_table(io.BytesIO(data), lambda n, why: complaints.append((n, why)))
    return [event for _, _, event in found if event], complaints


def test_known_fields_are_read_and_others_ignored() -> None:
    full = {
        **GOOD, "summary": "S", "url": "https://example.org/a", "sources": ["Reuters"],
        "terms": ["T"], "category": "x", "stories": ["y"], "n": 1e999,
    }  # fmt: skip
    events, complaints = read(lines(full))
    assert complaints == []
    assert events == [
        Event("/a.md", date(2016, 2, 6), "A", "S", "https://example.org/a", ("Reuters",), ("T",))
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ("[" * 100_000, "no JSON|nested"),
        (b"\xff", "UTF-8"),
        ("9" * 5000, "no JSON"),
        ({**GOOD, "id": 1}, "id"),
        ({**GOOD, "id": "a\u0000"}, "id"),
        ({**GOOD, "id": "a\nb"}, "id"),
        ({**GOOD, "id": "\ud800"}, "id"),
        ({**GOOD, "id": "x" * 5000}, "id"),
        ({**GOOD, "date": "yesterday"}, "date"),
        ({**GOOD, "date": "2015-02-29"}, "day"),
        ({**GOOD, "title": ""}, "title"),
        ({**GOOD, "title": "\u0000\u202e"}, "title"),
        ({**GOOD, "title": "t" * (MAX_TITLE + 1)}, "characters"),
        ({**GOOD, "title": None}, "title"),
        ({**GOOD, "sources": "Reuters"}, "sources"),
        ({**GOOD, "terms": [None]}, "terms"),
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
    monkeypatch.setattr(records, "MAX_LINE", 100)
    events, complaints = read(lines(GOOD, "x" * 1000, GOOD, "y" * 101) + b"z" * 500)
    assert len(events) == 2
    assert [number for number, _ in complaints] == [2, 4, 5]


def test_a_byte_order_mark_and_crlf_do_not_matter() -> None:
    data = b"\xef\xbb\xbf" + lines(GOOD).replace(b"\n", b"\r\n")
    assert len(read(data)[0]) == 1


def zipped(data: bytes) -> Read:
    complaints: list[tuple[int | None, str]] = []
    found = records.read_zipped_lines(
        io.BytesIO(data), len(data), lambda n, why: complaints.append((n, why))
    )
    return [event for _, _, event in found if event], complaints


def test_gzip_is_read() -> None:
    assert len(zipped(gzip.compress(lines(GOOD, {**GOOD, "id": "b"})))[0]) == 2


@pytest.mark.parametrize("cut", [0, 5, 20, 40, -9, -1])
def test_a_damaged_gzip_file_ends_with_a_reason(cut: int) -> None:
    packed = gzip.compress(lines(*({**GOOD, "id": str(n)} for n in range(50))))
    events, complaints = zipped(packed[:cut] if cut else b"no gzip at all")
    assert len(events) <= 50
    assert [why for _, why in complaints if "gzip" in why]


def test_a_gzip_bomb_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_PACKED_ALLOWANCE", 1 << 20)
    bomb = gzip.compress((b" " * 1000 + b"\n") * 20_000)
    events, complaints = zipped(bomb)
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
    assert table(b"a,b\n1,2\n3,4\n") == ([], [(1, "no header with the columns id, date, title")])
    assert table(b"") == ([], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"/x.md,2016-02-06", "columns"),
        (b"/x.md,2016-02-06,T,more", "columns"),
        (b"/x.md,2016-02-31,T", "day"),
        (b"/x.md,2016-02-06,\xff", "UTF-8"),
        (b",2016-02-06,T", "id"),
        (b"/x.md,2016-02-06," + b"t" * 200_000, "field"),
        (b"/x\x00,2016-02-06,T", "id|NUL"),
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
    zipped(data)
    table((b"id,date,title\n" if has_header else b"") + data)
