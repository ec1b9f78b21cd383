"""An interruption leaves everything on disk whole, and is said on one line."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Index, build
from tests.cli.conftest import Ask, shell
from tests.conftest import SAMPLE


def test_an_interruption_says_that_all_is_whole(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Index, "search", interrupted)
    ran = ask("search", "earthquake")
    assert ran.code == 130
    assert ran.err.strip() == "event-search: interrupted; everything on disk is whole"


def test_a_request_to_end_is_an_interruption(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Index, "search", lambda *given: os.kill(os.getpid(), signal.SIGTERM))
    stops = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(stop) for stop in stops]
    try:
        assert ask("search", "earthquake").code == 130
    finally:
        for stop, handler in zip(stops, before, strict=True):
            signal.signal(stop, handler)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Whoever was begun in the background has interruptions ignored, and hands that down."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_run_leaves_every_page_as_before_or_as_after(tmp_path: Path) -> None:
    site = Path(shutil.copytree(SAMPLE, tmp_path / "site"))
    words = ["regenerate", str(site), "--limit", "1", "--index", str(tmp_path / "index")]
    pages = sorted(site.rglob("*.md"))
    before = {path: path.read_bytes() for path in pages}
    process = subprocess.Popen(
        [sys.executable, "-m", "search", *words],
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and all(
        path.stat().st_size == len(page) for path, page in before.items()
    ):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "event-search: interrupted; everything on disk is whole"
    assert sorted(site.rglob("*.md")) == pages
    found = {path: path.read_bytes() for path in pages}
    finished = shell(words, tmp_path)
    assert finished.returncode == 0, finished.stderr
    after = {path: path.read_bytes() for path in pages}
    assert before != found != after
    assert all(found[path] in (before[path], after[path]) for path in pages)


@pytest.fixture(scope="module")
def storms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of so many events that several processes make the lists; only read."""
    place = tmp_path_factory.mktemp("storms")
    lines = (
        json.dumps({"id": f"/{n}", "date": "2015-01-01", "title": f"Storm {n // 10} hits"}) + "\n"
        for n in range(3000)
    )
    (place / "events.jsonl").write_text("".join(lines), encoding="utf-8")
    build([place / "events.jsonl"], place / "index")
    return place / "index"


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("stop", "wait"),
    [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGTERM, 0.4), (signal.SIGHUP, 0.1)],
)
def test_an_interruption_of_all_processes_is_said_once(
    storms: Path, stop: signal.Signals, wait: float
) -> None:
    """A terminal sends ^C to the processes that make the lists, too. Whoever sends it twice, while
    they start or end, still reads one line, and none of semaphores or tracebacks."""
    process = subprocess.Popen(
        [sys.executable, "-m", "search", "related", "--all", "--jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "EVENT_SEARCH_INDEX": str(storms)},
    )
    workers = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and len(workers.read_text().split()) < 3:  # with the tracker
        time.sleep(0.01)
    time.sleep(wait)
    os.killpg(process.pid, stop)
    time.sleep(0.05)
    os.kill(process.pid, signal.SIGTERM)
    said = process.communicate()[1]
    assert process.returncode == 130
    assert said.strip() == "event-search: interrupted; everything on disk is whole"
