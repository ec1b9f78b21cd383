"""The archives that an index was built from, and the files in them that editors write.

Commands that answer queries load this module, so it does not load the readers of archives.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from search.index.files import plain_bytes
from search.model import limits
from search.model.read_options import DECISIONS

_MARK: Final = b"event-search:"


def recorded(directory: Path) -> dict[str, Any]:
    """The content of the file SOURCES; empty if it is missing or cannot be parsed."""
    try:
        record = json.loads(plain_bytes(directory / "SOURCES"))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def sources(directory: Path) -> tuple[str, ...]:
    """The archives that the index was last built from, as absolute paths."""
    archives = recorded(directory).get("archives")
    return tuple(map(str, archives)) if isinstance(archives, list) else ()


def archives_of(directory: Path) -> Iterator[Path]:
    """The archives of an index that are on this machine."""
    return (path for path in map(Path, sources(directory)) if path.exists())


def page_files(directory: Path, event_id: str) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Where the page of an event may be: archives, each with the ends of the id as paths in it,
    the longest first."""
    parts = tuple(event_id.split("/")[1:])
    if parts and not {"", ".", ".."} & set(parts):
        for archive in filter(Path.is_dir, archives_of(directory)):
            for start in range(len(parts)):
                yield archive, parts[start:]


def may_be_edited(directory: Path, event_id: str = "") -> bool:
    """Whether there may be decisions of editors about the list of an event, or about all lists."""
    for archive in archives_of(directory):
        if any((folder / DECISIONS).exists() for folder in (archive, archive.parent)):
            return True
    for archive, parts in page_files(directory, event_id):
        try:
            return _MARK in plain_bytes(archive.joinpath(*parts), limits.PAGE_BYTES)
        except OSError:
            continue
    return False
