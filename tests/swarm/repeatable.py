"""What makes a seed repeatable: the order of file operations, and the clock."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch

DRIFT: Final = 0.3  # of the base: so small an archive is updated all the same


class _Inline:
    """An executor that works at once, so that file operations come in the same order every time."""

    def __init__(self, workers: int) -> None: ...

    def submit(self, work: Any, *given: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(work(*given))
        except BaseException as error:
            future.set_exception(error)
        return future

    def shutdown(self, **how: Any) -> None: ...


@contextmanager
def small_and_repeatable() -> Iterator[None]:
    """So small an archive has deltas, and the order of operations depends on the seed alone."""
    with (
        patch("search.engine.update_plan.DRIFT", DRIFT),
        patch("search.archive.writer.ThreadPoolExecutor", _Inline),
    ):
        yield


@contextmanager
def later(nanoseconds: int) -> Iterator[None]:
    """The clock shows a later time; what was just written is then no longer too fresh to trust."""
    real = time.time_ns
    with patch("time.time_ns", lambda: real() + nanoseconds):
        yield
    if nanoseconds:
        time.sleep(0.02)  # what is written now differs in its time from what was just read
