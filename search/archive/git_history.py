"""Earlier versions of pages and their renames, if their archive is kept in git."""

from __future__ import annotations

import io
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from search.model import limits

_MOST_COMMITS: Final = 5
_MOST_COMMITS_WITH_RENAMES: Final = 2_000
_MOST_BYTES: Final = 64 << 20  # of all files of the last commit that are read
_RENAME: Final = re.compile(r"R\d{1,3}")
_REVERTS: Final = b"This reverts commit "  # what git writes into the message of a revert
_SECONDS: Final = 5  # for each answer; without one nothing is known
# Nothing that a repository configures is run, nothing is fetched, and nothing is written.
_OPTIONS: Final = ("--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=")
_SIZES: Final = "%(objecttype) %(objectsize)"
_ENVIRONMENT: Final = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


class Commit(NamedTuple):
    """A commit: how many files it changed, when it was made, in seconds since 1970, and whether
    it is a plain one: neither a merge nor the revert of another."""

    files: int
    time: int
    is_plain: bool


class Version(NamedTuple):
    """An earlier version of a page, and the commit that replaced it; None for the last version
    that was committed. The version before the commit that added the page has no data."""

    data: bytes | None
    replaced_by: Commit | None = None


def earlier_versions(page: Path) -> Iterator[Version]:
    """The versions of a page in git, newest first: of the last commit, and before each of the last
    few commits that touched the page. None if git or the history is not there."""
    head = _answer(page.parent, "cat-file", "blob", f"HEAD:./{page.name}")
    if head is None:
        return
    yield Version(head)
    words = ["--format=%x00%H %ct %P%n%b%x00", "--name-only", "--full-diff", "--", f"./{page.name}"]
    answer = _answer(page.parent, "log", f"-{_MOST_COMMITS}", *words)
    fields = (answer or b"").split(b"\0")[1:]
    for text, files in zip(fields[::2], fields[1::2], strict=True):
        first, _, body = text.partition(b"\n")
        name, time, *parents = first.split()
        version = _answer(page.parent, "cat-file", "blob", f"{name.decode()}^:./{page.name}")
        count = len(files.strip(b"\n").split(b"\n"))
        is_plain = len(parents) < 2 and _REVERTS not in body
        yield Version(version, Commit(count, int(time), is_plain))
        if version is None:
            return


def is_as_committed(page: Path) -> bool:
    """Whether a page is as the last commit has it, and was not written to since git last looked.

    Git knows that by the file's size and times. So a page that it checked out is as committed, and
    one that somebody wrote is not, even with the same bytes, until git looks at it again.
    """
    words = ["--name-only", "HEAD", "--", f"./{page.name}"]
    return (
        _answer(page.parent, "diff-index", *words) == b""
        and _answer(page.parent, "cat-file", "-e", f"HEAD:./{page.name}") is not None
    )


def has_all_versions(folder: Path) -> bool:
    """Whether the history of a repository is here: it is no shallow and no partial clone."""
    shallow = _answer(folder, "rev-parse", "--is-shallow-repository")
    return (shallow or b"").strip() == b"false" and not _answer(
        folder, "config", "--get-regexp", r"^remote\..*\.promisor$"
    )


def last_committed(folder: Path, paths: Iterable[str]) -> dict[str, bytes]:
    """The contents of files in the last commit, by their paths below a folder.

    Files that are too large for a page are left out, and those that would be too much together.
    """
    wanted, room = list[str](), _MOST_BYTES
    names = [path for path in paths if "\n" not in path]
    for name, line in zip(names, _objects(folder, names, f"--batch-check={_SIZES}"), strict=False):
        size = _blob_size(line)
        if size is not None and size <= min(room, limits.PAGE_BYTES):
            wanted.append(name)
            room -= size
    contents = _objects(folder, wanted, f"--batch={_SIZES}")
    found: dict[str, bytes] = {}
    for name in wanted:
        size = _blob_size(contents.readline())
        if size is not None:
            found[name] = contents.read(size)
            contents.read(1)  # the line break after it
    return found


def _objects(folder: Path, names: Iterable[str], how: str) -> io.BytesIO:
    """What ``git cat-file`` says about files of the last commit."""
    asked = "".join(f"HEAD:./{name}\n" for name in names).encode("utf-8", "surrogateescape")
    return io.BytesIO(_answer(folder, "cat-file", how, asked=asked) or b"")


def _blob_size(line: bytes) -> int | None:
    """The size of a file, by the line about it; None if the commit does not have it."""
    kind, _, size = line.partition(b" ")
    return int(size) if kind == b"blob" else None


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


def deleted_below(folder: Path) -> list[str]:
    """The files of the last commit that are not there any more, by their paths below a folder."""
    words = ["--relative", "--no-renames", "--diff-filter=D", "--name-only", "-z", "HEAD"]
    answer = _answer(folder, "diff", *words)
    return (answer or b"").decode("utf-8", "surrogateescape").split("\0")[:-1]


def _answer(folder: Path, *words: str, asked: bytes = b"") -> bytes | None:
    command = ["git", "-C", str(folder), *_OPTIONS, *words]
    try:
        done = subprocess.run(
            command,
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, **_ENVIRONMENT},
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
