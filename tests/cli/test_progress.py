"""A bar for those who wait and watch, and nothing for anybody else."""

import io
from types import SimpleNamespace

import pytest

from search.cli.progress import progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    clock = _Clock()
    monkeypatch.setattr("search.cli.progress.time", SimpleNamespace(monotonic=clock))
    return clock


def test_nothing_is_drawn_where_nobody_looks(clock: _Clock) -> None:
    stream = io.StringIO()
    with progress(stream) as report:
        clock.now += 60
        report("reading", 10, 100)
    assert stream.getvalue() == ""


def test_nothing_is_drawn_in_the_first_second(clock: _Clock) -> None:
    stream = _Terminal()
    with progress(stream) as report:
        for done in range(10):
            clock.now += 0.09
            report("reading", done, 9)
    assert stream.getvalue() == ""


def test_a_bar_tells_the_stage_the_count_and_the_whole(clock: _Clock) -> None:
    stream = _Terminal()
    with progress(stream) as report:
        for done in (10, 5_000, 10_000):
            clock.now += 2
            report("reading", done, 10_000)
        clock.now += 2
        report("mining names", 0, None)
    shown = stream.getvalue()
    assert "reading" in shown and "/10000" in shown and "/s" in shown and "mining names" in shown


def test_the_cursor_comes_back_when_the_work_fails(clock: _Clock) -> None:
    stream = _Terminal()

    def work() -> None:
        with progress(stream) as report:
            clock.now += 2
            report("reading", 1, 3)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    hidden, shown = (stream.getvalue().rfind(code) for code in ("\x1b[?25l", "\x1b[?25h"))
    assert shown >= hidden


def test_many_reports_cost_few_drawings(clock: _Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    updates: list[object] = []
    monkeypatch.setattr("rich.progress.Progress.update", lambda *args, **_: updates.append(args))
    with progress(_Terminal()) as report:
        clock.now += 2
        for done in range(1000):
            clock.now += 0.0001
            report("reading", done, 1000)
    assert 0 < len(updates) < 10
