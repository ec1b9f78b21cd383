"""Laws on mutants by the thousand: pages, their regeneration, lines and rows, queries, indexes.

Full version, more than a million cases: ``python -m pytest tests/fuzz --full -rP``. What was
found stands in the tests of the room where it was mended.
"""

import shutil
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from search import Index
from tests.fuzz import laws
from tests.fuzz.laws import FIELDS, LINES, MARKS, PAGES, QUERIES, SIGNS
from tests.fuzz.mutations import mutants
from tests.updated_index import updated_index

SEED = 20151


def cases(seeds: Sequence[bytes], words: Sequence[bytes], count: int) -> Iterator[bytes]:
    return islice(mutants(seeds, words, SEED), count)


def test_pages_are_read_or_refused_with_a_reason(full: bool) -> None:
    for data in cases(PAGES, MARKS, 600_000 if full else 2_000):
        laws.of_a_page(data)


def test_the_laws_of_regenerating_hold_on_mutants(full: bool) -> None:
    for data in cases(PAGES, MARKS, 60_000 if full else 1_000):
        laws.of_regenerating(data)


def test_lines_and_rows_are_events_or_have_a_reason(full: bool) -> None:
    for data in cases(LINES, FIELDS, 250_000 if full else 1_000):
        laws.of_lines_and_rows(data)


def test_every_mutant_is_a_query(full: bool, story_index: Index) -> None:
    for number, data in enumerate(cases(QUERIES, SIGNS, 150_000 if full else 2_000)):
        text = laws.of_a_query(data)
        if number % 100 == 0:
            laws.of_a_search(story_index, text)


def test_an_index_of_mutants_is_asked_or_refused(full: bool, tmp_path: Path) -> None:
    """Its checksums are those of the mutants, so that each is believed as far as it can be."""
    index = updated_index(tmp_path)
    files = laws.files_of(index)
    words = [b"\xff" * 4, bytes(8), b"\x00", b'"', b"[[[[", b"\x80\x02", b"9", b"-1", b"\n"]
    seeds = [path.read_bytes() for path in files]
    for number, data in enumerate(cases(seeds, words, 2_000 if full else 40)):
        laws.of_a_file_of_an_index(index, files[number % len(files)], data)
    shutil.rmtree(index)


def test_a_file_cache_of_mutants_is_one_or_none(full: bool, tmp_path: Path) -> None:
    updated_index(tmp_path)
    seed = (tmp_path / "index/FILE_CACHE").read_bytes()[65:]
    words = [b"\xff" * 4, bytes(8), b'"', b"[", b"{", b"9", b"-", b"\n", b"\x00", b"null"]
    for data in cases([seed], words, 50_000 if full else 1_000):
        laws.of_a_file_cache(data)
