"""When the compiled loops of searches are loaded, and that no answer depends on it."""

import subprocess
import sys
from itertools import count
from pathlib import Path
from threading import enumerate as running

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Index, SearchOptions, loading
from search.question import _union

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
        "from search import Index, loading\n"
        "loading.MANY = 3\n"
        f"index = Index.open({str(story_directory)!r})\n"
        "print([index.search('comet').total for _ in range(4)][-1] > 0)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "True\n", "")


@given(st.lists(st.sets(st.integers(0, 300)), min_size=1, max_size=5), st.integers(301, 700))
@settings(deadline=None)
def test_the_union_of_columns_is_the_same_compiled_or_not(
    columns: list[set[int]], archive: int
) -> None:
    found = [np.array(sorted(column), np.int64) for column in columns]
    expected = sorted(set().union(*columns))
    assert _union(found, archive).tolist() == expected
    assert _union(found, archive, loading.load()).tolist() == expected
