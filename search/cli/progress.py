"""A progress bar on a terminal, after a second; nothing if the stream is not a terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

from search.model.progress import OnProgress

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE: Final = 1.0  # seconds before a bar appears
_PAUSE: Final = 0.1  # seconds between two updates


@contextmanager
def progress(stream: TextIO | None = None) -> Iterator[OnProgress]:
    """A function to report progress to; it draws on standard error, or ``stream``, if that is a
    terminal."""
    stream = stream or sys.stderr
    if not stream.isatty():
        yield lambda stage, done, total: None
        return
    bar = _Bar(stream)
    try:
        yield bar.report
    finally:
        bar.close()


class _Bar:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started = time.monotonic()
        self._looked = 0.0
        self._drawn: Progress | None = None
        self._stages: dict[str, TaskID] = {}

    def report(self, stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._started < _PATIENCE or (now - self._looked < _PAUSE and done != total):
            return
        self._looked = now
        progress = self._drawn = self._drawn or self._draw()
        if stage not in self._stages:
            self._stages[stage] = progress.add_task(stage, total=total, rate="")
        task = self._stages[stage]
        progress.update(task, completed=done, total=total)
        speed = progress.tasks[task].speed  # None until there were two reports
        progress.update(task, rate=f"{speed:,.0f}/s" if speed else "")

    def _draw(self) -> "Progress":
        # Loaded only when a bar is drawn: rich costs more than a short command.
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(file=self._stream),
            transient=True,
        )
        progress.start()
        return progress

    def close(self) -> None:
        if self._drawn is not None:
            self._drawn.stop()
