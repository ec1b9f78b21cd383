"""When the compiled loops of searches are loaded, and that no answer depends on it."""

import subprocess
import sys
from itertools import count
from pathlib import Path
from threading import enumerate as running

import numpy as np
import pytest

from search import Index, SearchOptions
from search.kernels import loader as loading

QUERIES = [
    "comet", "norland quake", "comet 2015", "port selva fever", "norland OR marsh", "zzzz", "*",
    "+comet marsh", '"port selva" comet', "quake since 2014", "who", "Überlingen", "",
]  # fmt: skip


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has asked nothing yet."""
    monkeypatch.setattr(loading, "_loaded", [])
    monkeypatch.setattr(loading, "_questions", count(1))


def wait() -> None:
    for thread in running():
        if thread.name == loading.THREAD:
            thread.join()


@pytest.mark.usefixtures("unloaded")
def test_who_asks_many_questions_gets_the_same_answers_from_compiled_loops(
    story_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MANY", 2 * len(QUERIES))
    options = SearchOptions(limit=50, years=True)
    with Index.open(story_directory) as index:
        before = [index.search(query, options) for query in QUERIES]
        assert not loading._loaded
        [index.search(query) for query in QUERIES]
        wait()
        assert loading._loaded
        assert [index.search(query, options) for query in QUERIES] == before
        newest = SearchOptions(sort="newest")
        sorted_by_compiled = [index.search(query, newest) for query in QUERIES]
    monkeypatch.setattr(loading, "_loaded", [])
    monkeypatch.setattr(loading, "_questions", count(3 * len(QUERIES)))
    with Index.open(story_directory) as index:
        assert [index.search(query, newest) for query in QUERIES] == sorted_by_compiled


@pytest.mark.usefixtures("unloaded")
def test_without_a_compiler_answers_go_on(
    story_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MANY", 3)
    monkeypatch.setitem(sys.modules, "search.kernels", None)
    with Index.open(story_directory) as index:
        answers = [index.search("comet") for _ in range(6)]
        wait()
        assert not loading._loaded
        assert answers == [index.search("comet")] * 6


def test_a_process_that_ends_while_it_loads_ends_well(story_directory: Path) -> None:
    code = (
        "from search import Index\n"
        "from search.kernels import loader as loading\n"
        "loading.MANY = 3\n"
        f"index = Index.open({str(story_directory)!r})\n"
        "print([index.search('comet').total for _ in range(4)][-1] > 0)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "True\n", "")


@pytest.mark.parametrize("ordinal", [3, 1 << 40, -1])
def test_compiled_loops_believe_no_ordinal(ordinal: int) -> None:
    """Files of an index may be of anyone's making, and compiled code looks at no bounds."""
    loaded = loading.load()
    assert loaded is not None
    beyond, some, number = np.array([0, ordinal]), np.array([0]), np.ones(1)
    far, counts = np.array([0, min(ordinal, 1 << 20) % (1 << 32)], np.uint32), np.ones(2, np.uint8)
    vectors, one = np.zeros((3, 1), np.int8), np.ones(3)
    days = np.zeros(3, np.int64)
    archive = loaded.Archive(one.astype(np.uint32), days, vectors, vectors[:0], one, number)
    formula = loaded.Formula(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1, 1, 1, 1, 1, 1)
    ends, flags = np.array([2]), np.ones(1, np.bool_)
    for candidates, events in ((beyond, far * 0), (some, far)):
        with pytest.raises(IndexError, match="not there"):
            for any_word in (False, True) if events is far else (False,):
                loaded.ranked(
                    archive, formula, candidates, events, counts, ends, number, flags,
                    number[:0], any_word,
                )  # fmt: skip


@pytest.mark.parametrize("ordinal", [3, 1 << 40, -1])
def test_reports_are_looked_for_among_events_only(ordinal: int) -> None:
    loaded = loading.load()
    assert loaded is not None
    starts, terms = np.array([0, 2, 4, 6]), np.array([0, 9, 0, 9, 0, 9], np.uint32)
    one, single, counts = np.ones(1), np.ones(1, np.float32), np.zeros(6, np.uint8)
    rows = loaded.ReportRows(
        np.zeros(3, np.int64), np.ones(3, np.float32), starts, terms, counts, single,
        np.ones(1, np.uint8), one,
    )  # fmt: skip
    # Terms that the archive does not have are no rare ones.
    first, second = loaded.reports(rows, np.arange(3), 30, 3, 1, 1.0)
    assert (first.tolist(), second.tolist()) == ([0, 0, 1], [1, 2, 2])
    assert len(loaded.reports(rows, np.arange(3), 30, 3, 2, 1.0)[0]) == 0
    assert len(loaded.reports(rows, np.arange(3), 30, 3, 1, 1.1)[0]) == 0
    with pytest.raises(IndexError, match="not there"):
        loaded.reports(rows, np.array([0, ordinal]), 30, 3, 1, 1.0)


@pytest.mark.parametrize("standing", [0, 5, -1])
def test_compiled_loops_end_where_events_stand_in_one_place(standing: int) -> None:
    loaded = loading.load()
    assert loaded is not None
    everyone, one = np.arange(3), np.ones(3)
    vectors = np.ones((3, 0), np.int8)
    for places in (np.full(3, standing), standing - everyone):
        archive = loaded.Archive(
            one.astype(np.uint32), places, vectors, vectors[:0], one, np.ones(1)
        )
        formula = loaded.Formula(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1, 1, 1, 1, 1, 1)
        found = loaded.ranked(
            archive, formula, everyone, everyone.astype(np.uint32), one.astype(np.uint8),
            np.array([3]), np.ones(1), np.ones(1, np.bool_), np.zeros(0), False,
        )  # fmt: skip
        assert len(found[5]) == 1


@pytest.mark.parametrize("weight", [np.nan, np.inf, -5.0, 1e300])
def test_compiled_loops_count_scores_that_are_none_among_the_least_or_the_greatest(
    weight: float,
) -> None:
    loaded = loading.load()
    assert loaded is not None
    everyone, one = np.arange(3), np.ones(3)
    vectors = np.ones((3, 1), np.int8)
    archive = loaded.Archive(
        one.astype(np.uint32), everyone, vectors, vectors[:0], one * weight, np.ones(3)
    )
    formula = loaded.Formula(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1, 1, 1, 1, 1, 1)  # no room for a place
    found = loaded.ranked(
        archive, formula, everyone, everyone.astype(np.uint32), one.astype(np.uint8),
        np.array([3]), np.array([weight]), np.ones(1, np.bool_), np.zeros(0), False,
    )  # fmt: skip
    units = found[4]
    assert ((units >= 0) & (units <= 1)).all()
