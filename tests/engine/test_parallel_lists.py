"""Many lists: in the order asked, the same from one process and from several."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Index, IndexUnusable, RelatedOptions, build
from search.engine import parallel_lists as lists
from search.engine.parallel_lists import made_of_lists, related_lists
from search.model.hit import Hit
from tests.conftest import ROOT
from tests.small_archive import stories


@pytest.fixture
def few_are_worth_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_WORTH_STARTING", 2)
    monkeypatch.setattr(lists, "_WORTH_COMPILING", 2)
    monkeypatch.setattr(lists, "_CHUNK", 3)


def test_lists_come_in_the_order_asked(story_index: Index) -> None:
    asked = [event.id for event in reversed(stories())] * 2
    listed = list(related_lists(story_index, asked, RelatedOptions()))
    assert listed == [(event_id, story_index.related(event_id)) for event_id in asked]


def test_an_unknown_id_has_no_list_and_costs_nothing_else(story_index: Index) -> None:
    known = stories()[0].id
    listed = list(related_lists(story_index, ["/none", known, ""], RelatedOptions()))
    expected = story_index.related(known)
    assert listed == [("/none", None), (known, expected), ("", None)]


def test_an_id_may_be_a_path_or_a_link(story_index: Index) -> None:
    known = stories()[0].id
    link = f"https://example.org{known}"
    assert list(related_lists(story_index, [link], RelatedOptions())) == [
        (link, story_index.related(known))
    ]


@pytest.mark.usefixtures("few_are_worth_a_process")
def test_several_processes_give_the_same_as_one(story_directory: Path) -> None:
    with Index.open(story_directory) as index:
        asked = [*index.ids(), "/none"] * 3
        for options in (RelatedOptions(limit=3), RelatedOptions(order="context", min_score=0.2)):
            assert list(related_lists(index, asked, options, 2)) == list(
                related_lists(index, asked, options)
            )


@pytest.mark.usefixtures("few_are_worth_a_process")
def test_ids_are_read_only_a_little_ahead(story_directory: Path) -> None:
    taken = 0

    def ids() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield stories()[0].id

    with Index.open(story_directory) as index:
        for processes in (1, 2):
            taken = 0
            listed = related_lists(index, ids(), RelatedOptions(), processes)
            next(listed)
            listed.close()  # type: ignore[attr-defined]
            assert taken < 60


@pytest.mark.usefixtures("few_are_worth_a_process")
def test_an_index_replaced_meanwhile_is_no_mixture(tmp_path: Path, json_lines: object) -> None:
    archive, directory = tmp_path / "events.jsonl", tmp_path / "index"
    write = json_lines
    assert callable(write)
    write(stories()[:5])
    build([archive], directory)
    with Index.open(directory) as index:
        write(stories())
        build([archive], directory)
        asked = list(index.ids())
        with pytest.raises(IndexUnusable, match="replaced meanwhile; run it again"):
            list(related_lists(index, asked, RelatedOptions(), 2))
        assert len(list(related_lists(index, asked, RelatedOptions()))) == 5


def _length(event_id: str, hits: tuple[Hit, ...] | None) -> tuple[str, int | None]:
    return event_id, None if hits is None else len(hits)


@pytest.mark.usefixtures("few_are_worth_a_process")
def test_what_is_made_of_a_list_comes_from_several_processes_too(story_directory: Path) -> None:
    with Index.open(story_directory) as index:
        asked = [*index.ids(), "/none"]
        expected = [_length(*listed) for listed in related_lists(index, asked, RelatedOptions())]
        for processes in (1, 2):
            assert (
                list(made_of_lists(index, asked, RelatedOptions(), _length, processes)) == expected
            )


_PARENT = """
import os, signal, sys, time
from multiprocessing import active_children
from search import Index, RelatedOptions
from search.engine import parallel_lists

parallel_lists._WORTH_STARTING = 2
parallel_lists._CHUNK = 3
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it
if __name__ == "__main__":
    with Index.open(sys.argv[1]) as index:
        lists = parallel_lists.related_lists(index, [*index.ids()] * 50, RelatedOptions(), 2)
        next(lists)
        print(*[child.pid for child in active_children()], flush=True)
        time.sleep(600)
"""


def _is_running(process: int) -> bool:
    """Whether a process exists and is no zombie, which nobody here may be there to reap."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are not listed here")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_worker_outlives_a_killed_parent(
    how: signal.Signals, story_directory: Path, tmp_path: Path
) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script), str(story_directory)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    workers = [int(word) for word in parent.stdout.readline().split()]
    assert len(workers) == 2 and all(map(_is_running, workers))
    parent.send_signal(how)
    assert parent.wait() == -how
    parent.stdout.close()
    deadline = time.monotonic() + 60
    while any(map(_is_running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = [worker for worker in workers if _is_running(worker)]
    for worker in left:
        os.kill(worker, signal.SIGKILL)
    assert not left
