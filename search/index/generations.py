"""Immutable generations on disk, of which one is current.

An index directory holds

    CURRENT      one line, "<generation> <digest of its manifest>"; replacing it is the commit
    LOCK         locked by the one process that writes; HOLDER says who that is, for messages
    SOURCES      what the last run read, so that the next can see that nothing changed (a hint)
    000007/      a generation: files of the rooms, and, written last, checksums of all their
                 blocks (see ``blocks``) and manifest.json

Publishing, step by step, and what a crash after each step leaves:

1. a new directory ``building-…`` is filled          garbage, swept by the next writer
2. checksums and the manifest are written to it      garbage, swept
3. files and directories are synced                  garbage, swept
4. it is renamed to its number                       an unnamed generation, swept
5. CURRENT is replaced and its directory synced      published
6. all but the current and the one before go         nothing, or garbage, swept

A reader reads CURRENT once, maps all files of that generation and stays with it, even when its
names are gone. The one before is kept, so a reader that has just read CURRENT still finds the
files; one that was overtaken twice tries again.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np

from search.index.files import BLOCK, Files, Sums, bytes_of, damaged, plain_bytes, sums_of
from search.model.errors import (
    EventSearchError,
    IndexDamaged,
    IndexFormatMismatch,
    IndexLocked,
    IndexMissing,
    IndexUnusable,
    IndexUnwritable,
)

FORMAT: Final = 3
_NUMBER: Final = re.compile(r"[0-9]{6,18}")
_LAST: Final = 10**18 - 1
_CURRENT_LINE: Final = re.compile(r"([0-9]{6,18}) ([0-9a-f]{64})\n")
_FILE_NAME: Final = re.compile(r"[a-z][a-z0-9_./]*(?<![/.])", re.ASCII)
_BUILDING: Final = "building-"
_HOLDER: Final = "HOLDER"
_LONGEST_NAME: Final = 300
_ATTEMPTS: Final = 5
_MANIFEST: Final = "manifest.json"
_SUMS: Final = "checksums"


@dataclass(frozen=True)
class Generation:
    """One published generation. ``facts`` are what its builder wrote down about it."""

    number: int
    directory: Path
    files: Files
    facts: dict[str, Any]
    line: str  # by which CURRENT names it

    def verify(self) -> list[str]:
        """Read every file and return a sentence for each that is not as it was published."""
        return list(self.files.faults())

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Whatever fails inside fails for a file that was altered, if there is one; what points to
        nothing fails for files that somebody made so.

        Raises:
            IndexDamaged: instead of what was raised, and because of it.
        """
        try:
            yield
        except Exception as error:
            if isinstance(error, EventSearchError) and not isinstance(error, IndexDamaged):
                raise
            for sentence in self.verify():
                raise damaged(*sentence.split(": ", 1)) from error
            if isinstance(error, IndexError | OverflowError):
                what = f"its files contradict each other ({error!r:.200})"
                raise damaged(self.directory, what) from error
            raise

    def size(self) -> int:
        """Bytes of all files."""
        return sum(sums.size for sums in self.files.sums.values())


def current(directory: Path) -> Generation:
    """The generation that is current now.

    Raises IndexMissing, IndexFormatMismatch or IndexDamaged.
    """
    for _ in range(_ATTEMPTS):
        line = _current_line(directory)
        try:
            return _opened(directory, line)
        except IndexDamaged:
            # A writer that published twice since CURRENT was read has swept what it named.
            if _current_line(directory) == line:
                raise
    raise IndexUnusable(f"{directory}: it is being replaced faster than it can be read; try again")


def named(directory: Path, line: str) -> Generation:
    """The generation that CURRENT named by that line, as long as it is not swept.

    Raises IndexFormatMismatch or IndexDamaged.
    """
    return _opened(directory, line)


def _current_line(directory: Path) -> str:
    try:
        return bytes_of(directory / "CURRENT").decode("ascii", "replace")
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(
            f"{directory}: there is no index here; build one with: event-search index ARCHIVE"
        ) from None


def _opened(directory: Path, line: str) -> Generation:
    match = _CURRENT_LINE.fullmatch(line)
    if match is None:
        raise damaged(directory / "CURRENT", "it does not name a generation")
    path = directory / match[1] / _MANIFEST
    data = _bytes_of(path)
    if _digest(data) != match[2]:
        raise damaged(path, "its bytes were altered")
    try:
        manifest = json.loads(data)
        written = manifest["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(path, f"no manifest ({error!r})") from error
    if written != FORMAT:
        raise IndexFormatMismatch(
            f"{directory}: the index has format {written}, this version reads format "
            f"{FORMAT}; build it anew with: event-search index ARCHIVE"
        )
    try:
        files = Files(path.parent, _sums(path.parent, manifest))
        _refuse_links(path.parent, files)
        files.hold()
        return Generation(int(match[1]), path.parent, files, dict(manifest["facts"]), line)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(path, f"no manifest ({error!r})") from error


def _sums(generation: Path, manifest: dict[str, Any]) -> dict[str, Sums]:
    """What the manifest and the file of checksums say of each file."""
    data = _bytes_of(generation / _SUMS)
    if _digest(data) != manifest["checksums"]:
        raise damaged(generation / _SUMS, "its bytes were altered")
    every = np.frombuffer(data, "<u8")
    sums = {}
    at = 0
    for name, size in manifest["files"].items():
        if not _FILE_NAME.fullmatch(name) or size < 0:
            raise damaged(generation / _MANIFEST, f"no file of ours: {name[:80]!r}")
        count = -(-size // BLOCK)
        sums[name] = Sums(size, every[at : at + count])
        at += count
    if at != len(every):
        raise damaged(generation / _SUMS, "it belongs to other files")
    return sums


def _refuse_links(generation: Path, files: Files) -> None:
    """Of a file's path only the last part is opened so that no link is followed."""
    folders = {name.rpartition("/")[0] for name in files.sums}
    above = {folder[:at] for folder in folders for at, c in enumerate(folder) if c == "/"}
    for folder in (generation, *(generation / name for name in folders | above)):
        if folder.is_symlink():
            raise damaged(folder, "a link in the place of a directory")


def _bytes_of(path: Path) -> bytes:
    try:
        return bytes_of(path)
    except OSError as error:
        raise damaged(path, error.strerror or str(error)) from error


@contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Hold the index directory for writing; what crashed writers left is swept first.

    Raises IndexLocked while another process holds it, IndexUnwritable if the disk refuses.
    """
    with _refusals(directory):
        _make(directory)
    # A question from the shell does not load what only writing needs; these take long to load.
    import socket  # noqa: PLC0415

    from filelock import FileLock, Timeout  # noqa: PLC0415

    lock = FileLock(directory / "LOCK", timeout=0)
    holder = directory / _HOLDER
    with _refusals(directory):
        try:
            lock.acquire()
        except Timeout:
            told = _text_of(holder)[:_LONGEST_NAME]
            who = told if told and told.isprintable() else "another process"
            message = f"{directory}: {who} is writing this index; try again later"
            raise IndexLocked(message) from None
    try:
        with _refusals(directory):
            _sweep(directory)
            with holder.open("x", encoding="utf-8") as file:
                file.write(f"process {os.getpid()} on {socket.gethostname()}")
        yield
    finally:
        with suppress(OSError):  # it says nothing as long as nobody holds the lock
            holder.unlink()
        lock.release()


def publish(
    directory: Path,
    build: Callable[[Path], dict[str, Any]],
    kept: Files | None = None,
) -> Generation:
    """Let ``build`` fill a directory and return its facts, then make that the current generation.

    ``kept`` are files of the current generation that the new one has too: they are linked, not
    copied, and neither read nor synced again. To be called inside ``writing``. Whatever ``build``
    raises leaves the index as it was.
    """
    number = max((int(name) for name in _numbered(directory)), default=0) + 1
    if number > _LAST:
        raise IndexUnwritable(f"{directory}: no number is left; build the index somewhere else")
    building = directory / f"{_BUILDING}{number:06d}-{os.getpid()}"
    with _refusals(directory):
        try:
            building.mkdir()
            sums = _linked(kept, building) if kept else {}
            facts = build(building)
            _seal(building, facts, sums)
            target = directory / f"{number:06d}"
            building.rename(target)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        _sync(directory)
        digest = _digest((target / _MANIFEST).read_bytes())
        replace_text(directory / "CURRENT", f"{number:06d} {digest}\n")
        _sweep(directory)
    return current(directory)


def replace_text(path: Path, text: str) -> None:
    """Replace a small file at once and for good: it holds the old text or the new, always.

    Raises IndexUnwritable if the disk refuses.
    """
    replace_bytes(path, text.encode())


def replace_bytes(path: Path, data: bytes) -> None:
    """The same for bytes."""
    temporary = path.with_name(path.name + ".new")
    with _refusals(path.parent):
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync(path.parent)


def _make(directory: Path) -> None:
    """Make a directory, with those above it, so that it outlasts a crash."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    for path in missing:
        _sync(path.parent)


def _linked(kept: Files, building: Path) -> dict[str, Sums]:
    for name in kept.sums:
        (building / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(kept.directory / name, building / name, follow_symlinks=False)
        except OSError:  # a file system without links, or one that has too many
            shutil.copyfile(kept.directory / name, building / name, follow_symlinks=False)
            _sync(building / name)
    return dict(kept.sums)


def _seal(building: Path, facts: dict[str, Any], known: dict[str, Sums]) -> None:
    sums = dict(known)
    for path in building.rglob("*"):
        name = path.relative_to(building).as_posix()
        if path.is_file() and name not in known:
            sums[name] = sums_of(path)
            _sync(path)
    names = sorted(sums)
    every = b"".join(sums[name].blocks.astype("<u8").tobytes() for name in names)
    (building / _SUMS).write_bytes(every)
    _sync(building / _SUMS)
    manifest = {
        "format": FORMAT,
        "facts": facts,
        "checksums": _digest(every),
        "files": {name: sums[name].size for name in names},
    }
    path = building / _MANIFEST
    path.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _sync(path)
    for folder in [path for path in building.rglob("*") if path.is_dir()]:
        _sync(folder)
    _sync(building)


def _sweep(directory: Path) -> None:
    """Remove what crashed writers left, and all generations but the current and the one before."""
    match = _CURRENT_LINE.fullmatch(_text_of(directory / "CURRENT"))
    kept = []
    if match is not None:
        earlier = [name for name in _numbered(directory) if int(name) < int(match[1])]
        kept = [match[1], *earlier[-1:]]
    for path in directory.iterdir():
        if path.name.startswith(_BUILDING) or (_NUMBER.fullmatch(path.name) and kept):
            if path.name in kept:
                continue
            if _is_folder(path):
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        elif (path.name == _HOLDER or path.name.endswith(".new")) and not _is_folder(path):
            path.unlink(missing_ok=True)


def _is_folder(path: Path) -> bool:
    """Whether a path is a directory, and no link to one."""
    return path.is_dir() and not path.is_symlink()


def _numbered(directory: Path) -> list[str]:
    names = [path.name for path in directory.iterdir() if _NUMBER.fullmatch(path.name)]
    return sorted(names, key=int)


def _text_of(path: Path) -> str:
    try:
        return plain_bytes(path).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=32).hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _refusals(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename or directory
        in_the_way = isinstance(error, FileExistsError | IsADirectoryError | NotADirectoryError)
        mend = "move away what stands there" if in_the_way else "make room or give permission there"
        raise IndexUnwritable(
            f"{where}: {error.strerror or error}; the index is whole, as before or as after: "
            f"{mend}, and run the command again"
        ) from error
