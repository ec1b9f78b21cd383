"""Data to standard output, everything else to standard error; colour only where it is wanted."""

import json
import os
import sys
from collections.abc import Iterable
from typing import Any, Final

_COLOURS: Final = {"score": "36", "link": "90", "term": "32", "hit": "33"}


def write_json(value: dict[str, Any], form: str) -> None:
    """One JSON value: on several lines as "json", on one as "jsonl"."""
    _write(json.dumps(value, ensure_ascii=False, indent=2 if form == "json" else None))


def write_lines(lines: Iterable[str]) -> None:
    for line in lines:
        _write(line)


def _write(line: str) -> None:
    # In bytes: what a terminal's encoding cannot say must not stop a run.
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def say(sentence: str) -> None:
    """A sentence for a person, on standard error."""
    print(sentence.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)


def paint(text: str, role: str) -> str:
    """Text in the colour of its role, if standard output is a terminal that wants colours."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m"
