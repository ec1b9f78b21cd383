"""Data to standard output, everything else to standard error; colour only where it is wanted."""

import json
import os
import shutil
import sys
from collections.abc import Iterable
from typing import Any, Final

from search.model.errors import UsageError

_COLOURS: Final = {"score": "36", "link": "90", "term": "32", "hit": "33", "bar": "36"}


def write_json(value: dict[str, Any], form: str) -> None:
    """One JSON value: on several lines as "json", on one as "jsonl"."""
    _write(json.dumps(value, ensure_ascii=False, indent=2 if form == "json" else None))


def write_lines(lines: Iterable[str]) -> None:
    for line in lines:
        _write(line)


def _write(line: str) -> None:
    # In bytes: what a terminal's encoding cannot say must not stop a run.
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
    except OSError as error:
        # Python flushes once more at exit; there must be something to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            sys.exit(0)
        raise UsageError(
            f"standard output: {error.strerror}; make room there, or write elsewhere"
        ) from error


def say(sentence: str) -> None:
    """A sentence for a person, on one line of standard error."""
    if not sentence.isprintable():
        from search.archive.page.clean_text import visible  # noqa: PLC0415 - costs more than most sentences

        sentence = visible(sentence)
    print(sentence, file=sys.stderr)


def width() -> int:
    """The columns of the terminal; the usual 80 where standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 80


def paint(text: str, role: str) -> str:
    """Text in the colour of its role, if standard output is a terminal that wants colours."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m"
