"""What holds of any bytes at all: the laws that mutants are held to, and their seeds."""

import io
import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from search import EventSearchError, Index
from search.archive import FileCache
from search.archive.file_cache import _digest as digest_line
from search.archive.page.parser import DayList, NoPage, Page
from search.archive.page.parser import parse as parse_page
from search.archive.records import read_lines, read_table
from search.fulltext.query.parser import parse
from search.index.checked_file import sums_of
from search.model import limits
from search.model import printing as plain
from search.model.digests import hex_digest as _digest
from search.model.event import Event
from tests.archive.page.test_related_section import FOUND, TWO, check_laws
from tests.small_archive import odd, page_of, stories

PAGES: Sequence[bytes] = [
    *(page_of(event).encode() for event in [*stories()[:3], *odd()[4:6]]),
    *(
        page_of(event, "### Related:\n\n1. [Old](/old.md) _Context: Old_\n2. [x](/y)\n").encode()
        for event in stories()[3:6]
    ),
    b"---\ntitle: x\n---\n# T\n\n### Source:\n\n* [R](http://e.org)\n\n### Related:\n\n- [a](/b)\n",
    b"\xef\xbb\xbf### 2014-11-12\r\n# T\r\n\r\n## Related events\r\n\r\n1) [a](b)\r\n## Notes\r\n",
    *FOUND,
]
MARKS: Sequence[bytes] = [
    b"# ", b"### ", b"### Related:\n", b"### Source:\n", b"\n", b"\r", b"\r\n", b"\n\n", b"```",
    b"~~~", b"<!--", b"-->", b"1. ", b"- ", b"* ", b"[a](/b)", b"![", b"](", b"    ", b"\t", b"> ",
    b"---\n", b"===\n", b"<pre>", b"</pre>", b"\x00", b"\xff", b"\xe2\x80\xae", b"\xe2\x80\xa8",
    b"\xc2\x85", b"\\", "### 有关:\n".encode(), b"_Context: ",
    b"### [2016-02-6](/news/2016/02/6/index.md)\n", b"\xef\xbb\xbf", b"0000-00-00", b"9999-12-31",
    b"<script>", b"999999999. ", b"&amp;", b"|", b"{%", b"\x0b", b"\x0c",
]  # fmt: skip
LINES: Sequence[bytes] = [
    *(json.dumps(event.to_json()).encode() + b"\n" for event in stories()[:4]),
    b'{"id": "a", "date": "2014-1-2", "title": "t", "terms": ["x"], "sources": []}\n',
    b'id,date,title,summary,sources\na,2014-01-02,"A ""title"".",,x;y\nb,2014-01-03,t,s,\n',
]
FIELDS: Sequence[bytes] = [
    b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\u0000", b"\\ud800", b"\\", b"\n", b"null",
    b"1e999", b"-", b'"id"', b'"date"', b'"title"', b"\x00", b"\xff", b"2014-02-30", b"NaN", b'""',
    b";", b"\r", b"true",
]  # fmt: skip
QUERIES: Sequence[bytes] = [
    b'"state of emergency"~2', b"+earthquake -chile", b"(flood OR storm) AND NOT coast",
    b"title:senate summary:x source:reuters term:y",
    b"date:2014..2016 date:2015-09 vaccin* recieve~2", b"since 2014 2016 earthquake summer 2015",
    "北京 OR émeutes".encode(),
]  # fmt: skip
SIGNS: Sequence[bytes] = [
    b"(", b")", b'"', b"+", b"-", b"*", b"~", b"~9", b":", b"..", b"AND", b" OR ", b" NOT ",
    b"title:", b"date:", b"date:2015-13", b" ", b"\t", b"\x00", b"\xff", b"\xe2\x80\x9c",
    b"\xc2\xab", b"source:(", b"9999",
]  # fmt: skip


def of_a_page(data: bytes) -> None:
    """It is read, or refused with a reason."""
    try:
        page = parse_page(data)
    except NoPage as reason:
        assert str(reason), data
        return
    if isinstance(page, Page):
        assert not page.title or plain.is_identifier(page.title), data
        lines = b"".join(data[line.start : line.end] for line in page.lines)
        assert lines == data.removeprefix(b"\xef\xbb\xbf"), data


def of_regenerating(data: bytes) -> None:
    """Twice is once, and no byte outside the section changes."""
    try:
        if not isinstance(parse_page(data), DayList):
            check_laws(data, TWO[: len(data) % 3], TWO[: len(data) % 2])
    except NoPage:
        return
    except Exception as error:
        raise AssertionError(data) from error


def of_lines_and_rows(data: bytes) -> None:
    """Each is an event, or has a reason."""

    def complain(line: int | None, reason: str) -> None:
        assert reason

    def check(event: Event | None) -> None:
        assert event is not None
        assert Event.from_json(event.to_json()) == event
        assert event.title.encode() and event.id.encode()

    for record in read_lines(io.BytesIO(data), complain):
        check(record.event)
    for record in read_table(
        io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", "surrogateescape", newline=""), complain
    ):
        check(record.event)


def of_a_query(data: bytes) -> str:
    """It is one, as is what is printed of it; the query is given back."""
    text = data.decode("utf-8", "surrogateescape")
    query = parse(text)
    again = parse(str(query))
    assert len(str(query)) > 1_000 or again.clause == query.clause, data
    assert all(note.isprintable() for note in query.notes), data
    assert len(query.positive) <= limits.QUERY_CLAUSES
    return text


def of_a_search(index: Index, text: str) -> None:
    """Its hits stand in order."""
    scores = [hit.score for hit in index.search(text).hits]
    assert scores == sorted(scores, reverse=True), text


def of_a_file_cache(data: bytes) -> None:
    """With a digest that is right it is one, or none."""
    data = data[:4_000]
    file_cache = FileCache.from_bytes(digest_line(data) + data)
    if file_cache is not None:
        found = [
            record for place in range(len(file_cache.names)) for record in file_cache.of(place)
        ]
        assert found == file_cache.records.tolist(), data
        assert all(len(record) == 4 for record in found), data


def files_of(index: Path) -> list[Path]:
    """The files of the generation of an index that hold what it says."""
    generation = index / "000002"
    files = sorted(path for path in generation.rglob("*") if path.is_file())
    return [
        path for path in files if path.name not in ("manifest.json", "checksums", "EVENT-SEARCH")
    ]


def of_a_file_of_an_index(index: Path, path: Path, data: bytes) -> None:
    """With these bytes in a file of it, and checksums that are right, it is asked or refused."""
    whole = path.read_bytes()
    path.write_bytes(data)
    _seal(index / "000002")
    try:
        with Index.open(index) as opened:
            for event_id in islice(opened.ids(), 3):
                opened.related(event_id)
            opened.search('"Port Selva" earthquake~ 2014')
            opened.related_text("an earthquake at Port Selva")
    except EventSearchError as error:
        assert "\n" not in str(error)
    except Exception as error:
        raise AssertionError(f"{path.name} became {data[:200]!r}...") from error
    finally:
        path.write_bytes(whole)


def _seal(generation: Path) -> None:
    files = sorted(path for path in generation.rglob("*") if path.is_file())
    sums = {
        path.relative_to(generation).as_posix(): sums_of(path)
        for path in files
        if path.name not in ("manifest.json", "checksums", "EVENT-SEARCH")
    }
    every = b"".join(each.blocks.tobytes() for each in sums.values())
    (generation / "checksums").write_bytes(every)
    manifest = json.loads((generation / "manifest.json").read_bytes())
    manifest |= {"files": {n: s.size for n, s in sums.items()}, "checksums": _digest(every)}
    data = json.dumps(manifest).encode()
    (generation / "manifest.json").write_bytes(data)
    (generation.parent / "CURRENT").write_text(f"{generation.name} {_digest(data)}\n")
