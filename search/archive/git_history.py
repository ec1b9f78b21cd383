"""Earlier versions of pages and their renames, if their archive is kept in git."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_MOST_COMMITS: Final = 5
_MOST_COMMITS_WITH_RENAMES: Final = 2_000
_RENAME: Final = re.compile(r"R\d{1,3}")
_SECONDS: Final = 5  # for each answer; without one nothing is known
# Nothing that a repository configures is run, nothing is fetched, and nothing is written.
_OPTIONS: Final = ("--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=")
_ENVIRONMENT: Final = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


class Version(NamedTuple):
    """An earlier version of a page, and how many files the commit that replaced it changed: 1 if
    it is the last version that was committed."""

    data: bytes
    files: int


def earlier_versions(page: Path) -> Iterator[Version]:
    """The versions of a page in git, newest first: of the last commit, and before each of the last
    few commits that touched the page. None if git or the history is not there."""
    head = _answer(page.parent, "cat-file", "blob", f"HEAD:./{page.name}")
    if head is None:
        return
    yield Version(head, 1)
    words = ["--format=%x00%H", "--name-only", "--full-diff", "--", f"./{page.name}"]
    answer = _answer(page.parent, "log", f"-{_MOST_COMMITS}", *words)
    for commit in (answer or b"").split(b"\0")[1:]:
        name, *files = filter(None, commit.split(b"\n"))
        version = _answer(page.parent, "cat-file", "blob", f"{name.decode()}^:./{page.name}")
        if version is None:
            return
        yield Version(version, len(files))


def last_committed(folder: Path, path: str) -> bytes | None:
    """A file as the last commit has it, by its path below a folder; None if it has none."""
    return _answer(folder, "cat-file", "blob", f"HEAD:./{path}")


def renames_below(folder: Path) -> dict[str, str]:
    """The new path of each file that a commit renamed, by its old one, both below a folder.

    A path that was renamed more than once has the latest of its new paths.
    """
    words = ["--relative", "-M", "--diff-filter=R", "--name-status", "-z", "--format="]
    answer = _answer(folder, "log", f"-{_MOST_COMMITS_WITH_RENAMES}", *words)
    fields = (answer or b"").decode("utf-8", "surrogateescape").replace("\n", "").split("\0")
    found: dict[str, str] = {}
    for kind, old, new in zip(fields, fields[1:], fields[2:], strict=False):
        if _RENAME.fullmatch(kind):
            found.setdefault(old, new)
    return found


def _answer(folder: Path, *words: str) -> bytes | None:
    command = ["git", "-C", str(folder), *_OPTIONS, *words]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, **_ENVIRONMENT},
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
