"""Runs the functions of a long job in worker processes, and takes their results in order."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any, Final, NamedTuple, TypeVar

_INTERRUPTIONS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AHEAD: Final = 3  # calls in flight per worker; this bounds the results in memory

_Made = TypeVar("_Made")


class Workers(NamedTuple):
    """Who does the work: the caller's ``executor``, or else that many processes, or with one this
    process itself."""

    executor: Executor | None = None
    processes: int = 1

    @contextmanager
    def pool(self) -> Iterator[Executor | None]:
        """An executor while the context lasts; None if this process does the work."""
        if self.executor is not None or self.processes < 2:
            yield self.executor
            return
        spawn = multiprocessing.get_context("spawn")
        others = set(multiprocessing.active_children())
        with _no_interruption():
            # The process that frees semaphores inherits the blocked signals. It ignores the others.
            resource_tracker.ensure_running()
            pool = ProcessPoolExecutor(self.processes, spawn, initializer=_start_worker)
        try:
            yield pool
        except BaseException:
            with _no_interruption():
                for worker in set(multiprocessing.active_children()) - others:
                    worker.terminate()
                _end_results(pool)
            raise
        finally:
            with _no_interruption():
                pool.shutdown(cancel_futures=True)


def _end_results(pool: ProcessPoolExecutor) -> None:
    """Let the thread of the pool that reads results come to an end, once the workers have.

    A worker that is stopped while it writes leaves half a result. As long as this process could
    write to the same pipe too, the thread would wait for the other half.
    """
    results_of_workers = getattr(pool, "_result_queue", None)
    if results_of_workers is not None:
        results_of_workers._writer.close()


HERE: Final = Workers()


def results(
    pool: Executor | None, function: Callable[..., _Made], calls: Iterable[tuple[object, ...]]
) -> Iterator[_Made]:
    """The result of ``function`` for each of these arguments, in order.

    ``calls`` are read a little ahead. The function has to be one of a module.

    Raises:
        BrokenExecutor: a worker was killed.
    """
    if pool is None:
        yield from (function(*call) for call in calls)
        return
    ahead = _AHEAD * (getattr(pool, "_max_workers", None) or os.cpu_count() or 1)
    waiting: deque[Future[_Made]] = deque()
    try:
        for call in calls:
            with _no_interruption():  # a worker that is started here inherits this
                waiting.append(pool.submit(function, *call))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for work in waiting:
            work.cancel()


@contextmanager
def _no_interruption() -> Iterator[None]:
    """Defer interruptions of this process. Processes that it starts meanwhile never get ^C.

    A terminal sends ^C to all its processes. Only the parent handles it, and stops its workers. A
    worker that is half started, or a pool that is half shut down, would print a traceback.
    """
    came: list[signal.Signals] = []
    handlers: dict[signal.Signals, Any] = {}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)
    if threading.current_thread() is threading.main_thread():
        for stop in _INTERRUPTIONS:  # another thread may take a signal that this one blocks
            if callable(handler := signal.getsignal(stop)):
                signal.signal(stop, lambda number, frame: came.append(signal.Signals(number)))
                handlers[stop] = handler
    try:
        yield
    finally:
        for stop, handler in handlers.items():
            signal.signal(stop, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if came:
            handlers[came[0]](came[0], None)


def _start_worker() -> None:
    """Make a worker process exit when its parent exits or stops it.

    A killed parent cannot stop its workers. But then its end of the pipe to each worker is closed,
    and the worker exits.
    """
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    threading.Thread(target=_exit_with_parent, name="exit with parent", daemon=True).start()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
