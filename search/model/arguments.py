"""Checks of arguments that callers of the library and users of the command give."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from search.model.errors import UsageError

_Kind = TypeVar("_Kind")


def shown(value: object, length: int = 60) -> str:
    """A value as a message shows it: the beginning of its ``repr``."""
    try:
        return repr(value)[:length]
    except ValueError:  # an integer of more digits than Python prints
        return f"a value of type {type(value).__name__}"


def checked_path(value: object, name: str) -> Path:
    """A path that was given as a str or a ``pathlib.Path``; ``name`` is what messages call it.

    Raises:
        UsageError: it is something else, has a NUL character, or is empty: an empty text comes
            from a variable that is not set, and would mean the current directory.
    """
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(text, str):
        raise UsageError(f"{name} is {shown(value)}; it must be a path, as a str or a Path")
    if not text:
        raise UsageError(f"{name} is empty; name one, or write . for the current directory")
    if "\0" in text:
        raise UsageError(f"{name} is {shown(text)}, which has a NUL character; give another path")
    return Path(text)


def instance_of(kind: type[_Kind], value: object, name: str) -> _Kind:
    """The value, if it is of that class.

    Raises:
        UsageError: it is not.
    """
    if not isinstance(value, kind):
        raise UsageError(f"{name} is {shown(value)}; it must be of type {kind.__name__}")
    return value


def meant(word: str, known: Sequence[str]) -> str:
    """Advice for an unknown word: the known word that is nearest if one is near, else all."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for messages

    near = get_close_matches(word[:60], known, 1, 0.6)
    return f"write {near[0]!r}" if near else f"known are {', '.join(known)}"


def missing_extra(what: str, error: ImportError, extra: str) -> str:
    """The message where a package of an extra of event-search is not installed."""
    return (
        f"{what} needs {error.name}: install it with: pip install 'event-search[{extra}]', or in a "
        f"clone of event-search: pip install '.[{extra}]'"
    )


def must_be_callable(**callbacks: object) -> None:
    """Refuse callbacks, by their names, that cannot be called.

    Raises:
        UsageError: one cannot.
    """
    for name, callback in callbacks.items():
        if not callable(callback):
            raise UsageError(f"{name} is {shown(callback)}; it must be a function")


def day_given(value: object) -> datetime.date | None:
    """The day of a date or a datetime; None for all else, such as pandas' NaT, a datetime without
    a year."""
    if not isinstance(value, datetime.date) or not isinstance(value.year, int):
        return None
    return value.date() if isinstance(value, datetime.datetime) else value
