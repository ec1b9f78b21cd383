"""The index is the same, byte for byte, by however many parts and workers it is built."""

from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from search import Index, build
from search.model.errors import IndexUnwritable

PLACES = "Nepal Chile Kenya Norway Peru Ghana".split()
EVENTS = [
    {
        "id": f"e{number}",
        "date": f"2015-{1 + number % 12:02}-{1 + number % 28:02}",
        "title": f"The World Health Organization (WHO) warns {place} of measles in {number + 100}",
        "summary": f"Nurses in {place} are short of vaccine.\nReport by the health desk of {place}."
        * (number % 3),
        "terms": [place, "Health", "中国地震"][: number % 4],
        "sources": ["AFP", "Reuters"][: number % 3],
        "fields": {"severity": "high"} if number % 5 else {},
    }
    for number in range(40)
    for place in [PLACES[number * number % 6]]
]


def tree(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in (directory / "000001").rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    directory = tmp_path_factory.mktemp("whole")
    build(events=EVENTS, directory=directory)
    return tree(directory)


@pytest.mark.parametrize("parts", [2, 5])
@pytest.mark.parametrize("threads", [0, 2])
def test_parts_and_workers_give_the_same_index(
    tmp_path: Path,
    whole: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    parts: int,
    threads: int,
) -> None:
    monkeypatch.setattr("search.engine.base_segment.PART", len(EVENTS) // parts)
    monkeypatch.chdir(tmp_path)
    if threads:
        with ThreadPoolExecutor(threads) as pool:
            build(events=EVENTS, directory="index", executor=pool)
    else:
        build(events=EVENTS, directory="index")
    assert tree(tmp_path / "index") == whole


class Killed(Executor):
    """Its workers are killed from the second call on."""

    calls = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.calls += 1
        future: Future[Any] = Future()
        if self.calls == 1:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(BrokenExecutor("a worker was killed"))
        return future


def test_a_worker_that_is_killed_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    build(events=EVENTS[:20], directory=tmp_path)
    before = tree(tmp_path)
    with pytest.raises(IndexUnwritable, match="killed; free some memory, then run the command"):
        build(events=EVENTS, directory=tmp_path, executor=Killed())
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.glob("0*")] == ["000001"]
    assert not list(tmp_path.glob("building-*"))
    with Index.open(tmp_path) as index:
        assert len(index) == 20
