"""Earlier versions of a page, if its archive is kept in git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_MOST_COMMITS: Final = 5
_SECONDS: Final = 5  # for each answer; without one nothing is known
# Nothing that a repository configures is run, nothing is fetched, and nothing is written.
_OPTIONS: Final = ("--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=")
_ENVIRONMENT: Final = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


def earlier_versions(page: Path) -> Iterator[bytes]:
    """The versions of a page in git, newest first: of the last commit, and before each of the last
    few commits that touched the page. None if git or the history is not there."""
    head = _answer(page, "cat-file", "blob", f"HEAD:./{page.name}")
    if head is None:
        return
    yield head
    commits = _answer(page, "log", f"-{_MOST_COMMITS}", "--format=%H", "--", f"./{page.name}")
    for commit in (commits or b"").decode().split():
        if (version := _answer(page, "cat-file", "blob", f"{commit}^:./{page.name}")) is None:
            return
        yield version


def _answer(page: Path, *words: str) -> bytes | None:
    command = ["git", "-C", str(page.parent), *_OPTIONS, *words]
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
