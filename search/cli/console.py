"""Standard streams: data goes to standard output, and every message to standard error.

Each stream may be closed, full, or a pipe without a reader. Data that cannot be written is an
error. Messages that cannot be written are lost; the exit code still tells how the command ended.
"""

import errno
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TextIO

from search.model.errors import UsageError
from search.model.printing import inert, json_text, visible

if TYPE_CHECKING:
    from search.archive.page.related_section import Change

_COLOURS: Final = {"score": "36", "link": "90", "term": "32", "hit": "33", "bar": "36"}
# Flags for what replaces a closed descriptor, by its number: any use of it fails.
_UNUSABLE: Final = {0: os.O_WRONLY, 1: os.O_RDONLY, 2: os.O_RDONLY}

_unread: TextIO | None = None  # standard output, once the pipe behind it has no reader


def claim_streams() -> None:
    """Replace closed standard streams before any file is opened.

    Otherwise the next file would get the descriptor of a closed stream, and Python prints messages
    to standard output if standard error is missing. Using a replacement fails, like writing to a
    full disk.
    """
    for number, flags in _UNUSABLE.items():
        try:
            os.fstat(number)
        except OSError:
            unusable = os.open(os.devnull, flags)  # gets the lowest number that is free: this one
            os.set_inheritable(unusable, True)
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def write_json(value: dict[str, Any], form: str) -> None:
    """One JSON value: on several lines as "json", on one as "jsonl"."""
    _write(json_text(value, indent=2 if form == "json" else None))


def write_lines(lines: Iterable[str]) -> None:
    """Lines to standard output.

    Raises:
        UsageError: standard output is closed, or what is behind it refuses them. Where it is a
            pipe that nobody reads any more, lines are lost without an error; see ``is_unread``.
    """
    for line in lines:
        _write(line)


def write_change(change: "Change", *, diff: bool, name: bool) -> None:
    """The diff of a page or its name.

    A diff is written byte for byte, for programs that apply it. For a terminal, control characters
    are escaped.
    """
    if diff:
        from search.archive.page.diff import unified_diff  # noqa: PLC0415

        text = unified_diff(change).removesuffix("\n")
        _write(inert(text) if sys.stdout.isatty() else text)
    elif name:
        _write(str(change.path))


def is_unread() -> bool:
    """Whether standard output is a pipe without a reader, so that a long run may stop."""
    return _unread is not None and sys.stdout is _unread


def _write(line: str) -> None:
    global _unread  # noqa: PLW0603
    # As bytes: a character that the terminal cannot encode must not stop a run.
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
    except OSError as error:
        _discard(sys.stdout)
        if isinstance(error, BrokenPipeError):
            _unread = sys.stdout
            return
        reason = "it is closed" if error.errno == errno.EBADF else error.strerror
        raise UsageError(
            f"standard output: {reason}; make room there, or write elsewhere"
        ) from error


def say(sentence: str) -> None:
    """A sentence for a person, on one line of standard error."""
    try:
        print(visible(sentence), file=sys.stderr, flush=True)
    except OSError:
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Send the rest of a failed stream to /dev/null: Python flushes it once more at exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def width() -> int:
    """The columns of the terminal; 80 if standard output is not a terminal."""
    if not sys.stdout.isatty():
        return 80
    import shutil  # noqa: PLC0415 - it loads the packages for compressed files

    return shutil.get_terminal_size().columns


def paint(text: str, role: str) -> str:
    """Text in the colour of its role, if standard output takes colours."""
    if not _wants_colours():
        return text
    return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m"


def _wants_colours() -> bool:
    """NO_COLOR switches colours off (no-color.org), FORCE_COLOR on (force-color.org). Without
    either, a terminal that is not dumb gets them."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
