"""Immutable generations on disk, of which one is current.

An index directory holds

    CURRENT      one line, "<generation> <digest of its manifest>"; replacing it is the commit
    LOCK         locked by the one process that writes; HOLDER says who that is, for messages
    SOURCES      what the last run read, so that the next can see that nothing changed (a hint)
    000007/      a generation: files of the rooms, and manifest.json, written last

Publishing, step by step, and what a crash after each step leaves:

1. a new directory ``building-…`` is filled          garbage, swept by the next writer
2. the manifest (sizes, checksums) is written to it  garbage, swept
3. files and directories are synced                  garbage, swept
4. it is renamed to its number                       an unnamed generation, swept
5. CURRENT is replaced and its directory synced      published
6. all but the current and the one before go         nothing, or garbage, swept

A reader reads CURRENT once and stays with that generation. The one before is kept, so a reader
that has just read CURRENT still finds its files; one that was overtaken twice tries again.
"""

import json
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from search.errors import (
    EventSearchError,
    IndexDamaged,
    IndexFormatMismatch,
    IndexLocked,
    IndexMissing,
    IndexUnusable,
    IndexUnwritable,
)

FORMAT: Final = 1
_NUMBER: Final = re.compile(r"[0-9]{6,18}")
_CURRENT_LINE: Final = re.compile(r"([0-9]{6,18}) ([0-9a-f]{64})\n")
_BUILDING: Final = "building-"
_CHUNK: Final = 1 << 20
_ATTEMPTS: Final = 5
_BUILD_ANEW: Final = "delete the index directory and build it anew with: event-search index ARCHIVE"


@dataclass(frozen=True)
class Generation:
    """One published generation. ``facts`` are what its builder wrote down about it."""

    number: int
    directory: Path
    files: dict[str, tuple[int, str]]
    facts: dict[str, Any]

    def verify(self) -> list[str]:
        """Read every file and return a sentence for each that is not as it was published."""
        wrong = []
        for name, (size, digest) in self.files.items():
            path = self.directory / name
            try:
                if path.stat().st_size != size:
                    wrong.append(f"{path}: has another size than when it was published")
                elif _digest_of(path) != digest:
                    wrong.append(f"{path}: its bytes were altered since it was published")
            except OSError as error:
                wrong.append(f"{path}: {error.strerror or error}")
        return wrong

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Whatever fails inside fails for a file that was altered, if there is one.

        Raises:
            IndexDamaged: instead of what was raised, and because of it.
        """
        try:
            yield
        except Exception as error:
            if isinstance(error, EventSearchError) and not isinstance(error, IndexDamaged):
                raise
            for sentence in self.verify():
                raise IndexDamaged(f"{sentence}; {_BUILD_ANEW}") from error
            raise

    def size(self) -> int:
        """Bytes of all files."""
        return sum(size for size, _ in self.files.values())


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


def _current_line(directory: Path) -> str:
    path = directory / "CURRENT"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise IndexMissing(
            f"{directory}: there is no index here; build one with: event-search index ARCHIVE"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error


def _opened(directory: Path, line: str) -> Generation:
    match = _CURRENT_LINE.fullmatch(line)
    if match is None:
        raise _damaged(directory / "CURRENT", "it does not name a generation")
    path = directory / match[1] / "manifest.json"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from error
    if blake2b(data, digest_size=32).hexdigest() != match[2]:
        raise _damaged(path, "its bytes were altered")
    manifest = json.loads(data)
    if manifest["format"] != FORMAT:
        raise IndexFormatMismatch(
            f"{directory}: the index has format {manifest['format']}, this version reads format "
            f"{FORMAT}; build it anew with: event-search index ARCHIVE"
        )
    files = {name: (size, digest) for name, (size, digest) in manifest["files"].items()}
    generation = Generation(int(match[1]), path.parent, files, manifest["facts"])
    for name, (size, _) in files.items():
        try:
            found = (path.parent / name).stat().st_size
        except OSError as error:
            raise _damaged(path.parent / name, error.strerror or str(error)) from error
        if found != size:
            raise _damaged(path.parent / name, f"it has {found} bytes and should have {size}")
    return generation


def _damaged(path: Path, what: str) -> IndexDamaged:
    return IndexDamaged(f"{path}: {what}; {_BUILD_ANEW}")


@contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Hold the index directory for writing; what crashed writers left is swept first.

    Raises IndexLocked while another process holds it, IndexUnwritable if the disk refuses.
    """
    with _refusals(directory):
        directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(directory / "LOCK", timeout=0)
    holder = directory / "HOLDER"
    with _refusals(directory):
        try:
            lock.acquire()
        except Timeout:
            who = _text_of(holder) or "another process"
            message = f"{directory}: {who} is writing this index; try again later"
            raise IndexLocked(message) from None
    try:
        with _refusals(directory):
            holder.write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
            _sweep(directory)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def publish(directory: Path, build: Callable[[Path], dict[str, Any]]) -> Generation:
    """Let ``build`` fill a directory and return its facts, then make that the current generation.

    To be called inside ``writing``. Whatever ``build`` raises leaves the index as it was.
    """
    number = max((int(name) for name in _numbered(directory)), default=0) + 1
    building = directory / f"{_BUILDING}{number:06d}-{os.getpid()}"
    with _refusals(directory):
        try:
            building.mkdir()
            facts = build(building)
            _seal(building, facts)
            target = directory / f"{number:06d}"
            building.rename(target)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        _sync(directory)
        manifest = (target / "manifest.json").read_bytes()
        digest = blake2b(manifest, digest_size=32).hexdigest()
        replace_text(directory / "CURRENT", f"{number:06d} {digest}\n")
        _sweep(directory)
    return current(directory)


def replace_text(path: Path, text: str) -> None:
    """Replace a small file at once and for good: it holds the old text or the new, always."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync(path.parent)


def _seal(building: Path, facts: dict[str, Any]) -> None:
    files = {}
    for path in sorted(building.rglob("*")):
        if path.is_file():
            name = path.relative_to(building).as_posix()
            files[name] = (path.stat().st_size, _digest_of(path))
            _sync(path)
    manifest = {"format": FORMAT, "facts": facts, "files": files}
    path = building / "manifest.json"
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
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)
        elif path.name.endswith(".new"):
            path.unlink(missing_ok=True)


def _numbered(directory: Path) -> list[str]:
    names = [path.name for path in directory.iterdir() if _NUMBER.fullmatch(path.name)]
    return sorted(names, key=int)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _digest_of(path: Path) -> str:
    digest = blake2b(digest_size=32)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


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
        raise IndexUnwritable(
            f"{where}: {error.strerror or error}; the index is as it was: make room or give "
            "permission there, and run the command again"
        ) from error
