"""Laws on mutants by the thousand: pages, their regeneration, lines and rows, queries, indexes.

Full version, more than a million cases: ``python -m pytest tests/fuzz --full -rP``. What was
found stands in the tests of the room where it was mended.
"""

import io
import json
import shutil
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from mutations import mutants
from small_archive import odd, page_of, stories
from test_regenerate import FOUND, TWO, check_laws
from updated_index import updated_index

from search import EventSearchError, Index
from search.blocks import sums_of
from search.events import Event
from search.generations import _digest
from search.query import MAX_CLAUSES, parse
from search.reading import plain
from search.reading.pages import DayList, NoPage, Page
from search.reading.pages import parse as parse_page
from search.reading.records import read_lines, read_table

SEED = 20151

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


def cases(seeds: Sequence[bytes], words: Sequence[bytes], count: int) -> Iterator[bytes]:
    return islice(mutants(seeds, words, SEED), count)


def test_pages_are_read_or_refused_with_a_reason(full: bool) -> None:
    for data in cases(PAGES, MARKS, 600_000 if full else 2_000):
        try:
            page = parse_page(data)
        except NoPage as reason:
            assert str(reason), data
            continue
        if isinstance(page, Page):
            assert plain.is_identifier(page.title), data
            lines = b"".join(data[line.start : line.end] for line in page.lines)
            assert lines == data.removeprefix(b"\xef\xbb\xbf"), data


def test_the_laws_of_regenerating_hold_on_mutants(full: bool) -> None:
    for data in cases(PAGES, MARKS, 60_000 if full else 1_000):
        try:
            if isinstance(parse_page(data), DayList):
                continue
            check_laws(data, TWO[: len(data) % 3], TWO[: len(data) % 2])
        except NoPage:
            continue
        except Exception as error:
            raise AssertionError(data) from error


def test_lines_and_rows_are_events_or_have_a_reason(full: bool) -> None:
    def complain(line: int | None, reason: str) -> None:
        assert reason

    def check(event: Event | None) -> None:
        assert event is not None
        assert Event.from_json(event.to_json()) == event
        assert event.title.encode() and event.id.encode()

    for data in cases(LINES, FIELDS, 250_000 if full else 1_000):
        for record in read_lines(io.BytesIO(data), complain):
            check(record.event)
        for record in read_table(io.BytesIO(data), complain):
            check(record.event)


def test_every_mutant_is_a_query(full: bool, story_index: Index) -> None:
    for number, data in enumerate(cases(QUERIES, SIGNS, 150_000 if full else 2_000)):
        text = data.decode("utf-8", "surrogateescape")
        query = parse(text)
        again = parse(str(query))
        assert len(str(query)) > 1_000 or again.clause == query.clause, data
        assert all(note.isprintable() for note in query.notes), data
        assert len(query.positive) <= MAX_CLAUSES
        if number % 100 == 0:
            scores = [hit.score for hit in story_index.search(text).hits]
            assert scores == sorted(scores, reverse=True), data


def test_an_index_of_mutants_is_asked_or_refused(full: bool, tmp_path: Path) -> None:
    """Its checksums are those of the mutants, so that each is believed as far as it can be."""
    index = updated_index(tmp_path)
    generation = index / "000002"
    files = sorted(path for path in generation.rglob("*") if path.is_file())
    files = [path for path in files if path.name not in ("manifest.json", "checksums")]
    whole = {path: path.read_bytes() for path in files}
    words = [b"\xff" * 4, bytes(8), b"\x00", b'"', b"[[[[", b"\x80\x02", b"9", b"-1", b"\n"]
    for number, data in enumerate(cases(list(whole.values()), words, 2_000 if full else 40)):
        path = files[number % len(files)]
        path.write_bytes(data)
        _seal(generation)
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
        path.write_bytes(whole[path])
    shutil.rmtree(index)


def _seal(generation: Path) -> None:
    files = sorted(path for path in generation.rglob("*") if path.is_file())
    sums = {
        path.relative_to(generation).as_posix(): sums_of(path)
        for path in files
        if path.name not in ("manifest.json", "checksums")
    }
    every = b"".join(each.blocks.tobytes() for each in sums.values())
    (generation / "checksums").write_bytes(every)
    manifest = json.loads((generation / "manifest.json").read_bytes())
    manifest |= {"files": {n: s.size for n, s in sums.items()}, "checksums": _digest(every)}
    data = json.dumps(manifest).encode()
    (generation / "manifest.json").write_bytes(data)
    (generation.parent / "CURRENT").write_text(f"{generation.name} {_digest(data)}\n")
