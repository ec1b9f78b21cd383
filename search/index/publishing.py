"""Publishes a generation atomically, under a lock that one process holds at a time.

Publishing, step by step, and what a crash after each step leaves:

1. a new directory ``building-…`` is filled          garbage, swept by the next writer
2. checksums and the manifest are written to it      garbage, swept
3. files and directories are synced                  garbage, swept
4. it is renamed to its number                       an unnamed generation, swept
5. CURRENT is replaced and its directory synced      published
6. older generations go, except the one before       nothing, or garbage, swept
   and the one in KEPT
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from search.index import generations, ownership
from search.index.checked_file import Sums, sums_of
from search.index.files import Files, plain_bytes
from search.index.generations import (
    CURRENT_LINE,
    MANIFEST,
    SUMS,
    Generation,
    current,
)
from search.model.digests import hex_digest
from search.model.errors import IndexLocked, IndexUnwritable

_NUMBER: Final = re.compile(r"[0-9]{6,18}")
_BUILDING: Final = re.compile(r"building-[0-9]{6,18}-[0-9a-f]{16}")
_TEMPORARY: Final = re.compile(r"(CURRENT|FILE_CACHE|KEPT|LISTS|PAGES|SOURCES)\.[0-9a-f]{16}\.new")
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LAST: Final = 10**18 - 1
_HOLDER: Final = "HOLDER"
_KEPT: Final = "KEPT"
_LONGEST_NAME: Final = 300


@contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Lock the index directory for writing, and sweep what crashed writers left.

    Raises:
        UsageError: the directory is neither empty nor an index. Nothing was changed.
        IndexLocked: another process holds it.
        IndexUnwritable: the disk refuses.
    """
    with _refusals(directory):
        _make(directory)
        ownership.claim(directory)
    # They take long to load, and only writing needs them.
    import socket  # noqa: PLC0415

    from filelock import FileLock, Timeout  # noqa: PLC0415

    if (directory / "LOCK").is_symlink():
        raise IndexUnwritable(f"{directory / 'LOCK'}: a link; remove it, and run the command again")
    lock = FileLock(directory / "LOCK", timeout=0)
    holder = directory / _HOLDER
    with _refusals(directory):
        try:
            lock.acquire()
        except Timeout:
            name = _text_of(holder)[:_LONGEST_NAME]
            who = name if name.isprintable() and name else "another process"
            message = f"{directory}: {who} is writing this index; try again later"
            raise IndexLocked(message) from None
    try:
        with _refusals(directory):
            _sweep(directory)
            with holder.open("x", encoding="utf-8") as file:
                file.write(f"process {os.getpid()} on {socket.gethostname()}")
        yield
    finally:
        with suppress(OSError):  # it has no meaning without the lock
            holder.unlink()
        lock.release()


def publish(
    directory: Path,
    build: Callable[[Path], dict[str, Any]],
    kept: Files | None = None,
) -> Generation:
    """Have ``build`` fill a directory and return its facts, then make it the current generation.

    ``kept`` are files of the current generation that the new one shares: they are hard-linked, and
    neither read nor synced again. Call it inside ``writing``. If ``build`` raises, the index stays
    as it was.
    """
    number = max((int(path.name) for path in _generations(directory)), default=0) + 1
    while os.path.lexists(directory / f"{number:06d}"):  # something that is not ours
        number += 1
    if number > _LAST:
        raise IndexUnwritable(
            f"{directory}: all generation numbers are used up; build the index in another directory"
        )
    building = _building(directory / f"{number:06d}")
    with _refusals(directory):
        try:
            building.mkdir()
            ownership.mark_generation(building)
            sums = _linked(kept, building) if kept else {}
            facts = build(building)
            _seal(building, facts, sums)
            target = directory / f"{number:06d}"
            building.rename(target)
        except BaseException:
            _remove(building)
            raise
        sync(directory)
        digest = hex_digest((target / MANIFEST).read_bytes())
        replace_bytes(directory / "CURRENT", f"{number:06d} {digest}\n".encode())
        if not kept and not _is_folder(directory / _KEPT):
            (directory / _KEPT).unlink(missing_ok=True)
        _sweep(directory)
    return current(directory)


def replace_bytes(path: Path, data: bytes) -> None:
    """Replace a small file atomically and durably: at any time it holds the old bytes or the new.

    Call it inside ``writing``: a writer removes the temporary files of others.

    Raises:
        IndexUnwritable: the disk refuses. The file is as it was.
    """
    temporary = path.with_name(f"{path.name}.{_random()}.new")
    with _refusals(path):
        try:
            with os.fdopen(os.open(temporary, _NEW, 0o666), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        sync(path.parent)


def replace_hint(path: Path, data: bytes) -> None:
    """``replace_bytes`` for a cache file. Does nothing if there is a directory of that name."""
    if not _is_folder(path):
        replace_bytes(path, data)


def keep(generation: Generation) -> None:
    """Keep a generation, in place of the last one that was kept, until one shares no file with it.

    While generations share files, a kept one takes little room. Call it inside ``writing``.
    """
    directory = generation.directory.parent
    replace_hint(directory / _KEPT, generation.line.encode())
    _sweep(directory)


def _make(directory: Path) -> None:
    """Make a directory with its parents, synced so that it survives a crash."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync(path.parent)


def _linked(kept: Files, building: Path) -> dict[str, Sums]:
    for name in kept.sums:
        (building / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(kept.directory / name, building / name, follow_symlinks=False)
        except OSError:  # a file system without links, or one that has too many
            shutil.copyfile(kept.directory / name, building / name, follow_symlinks=False)
            sync(building / name)
    return dict(kept.sums)


def _seal(building: Path, facts: dict[str, Any], known: dict[str, Sums]) -> None:
    sums = dict(known)
    for path in building.rglob("*"):
        name = path.relative_to(building).as_posix()
        if path.is_file() and name not in known and name != ownership.MARK:
            sums[name] = sums_of(path)
            sync(path)
    names = sorted(sums)
    every = b"".join(sums[name].blocks.astype("<u8").tobytes() for name in names)
    (building / SUMS).write_bytes(every)
    sync(building / SUMS)
    manifest = {
        "format": generations.FORMAT,
        "facts": facts,
        "checksums": hex_digest(every),
        "files": {name: sums[name].size for name in names},
    }
    path = building / MANIFEST
    path.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sync(path)
    for folder in [path for path in building.rglob("*") if path.is_dir()]:
        sync(folder)
    sync(building)


def _sweep(directory: Path) -> None:
    """Remove what crashed writers left, and all generations but the current, the one before, and
    the one to ``keep``.

    Nothing is removed that does not have both a name and a mark of ours.
    """
    match = CURRENT_LINE.fullmatch(_text_of(directory / "CURRENT"))
    kept = []
    if match is not None:
        names = (path.name for path in _generations(directory))
        earlier = [name for name in names if int(name) < int(match[1])]
        wanted = _text_of(directory / _KEPT).partition(" ")[0]
        kept = [match[1], *earlier[-1:], *(name for name in earlier if name == wanted)]
    for path in directory.iterdir():
        if _BUILDING.fullmatch(path.name):
            if ownership.is_generation(path):
                _remove(path)
            elif _is_folder(path):
                with suppress(OSError):  # empty if a crash came before its mark; else not ours
                    path.rmdir()
        elif _NUMBER.fullmatch(path.name):
            if kept and path.name not in kept and ownership.is_generation(path):
                with suppress(OSError):
                    _remove(path.rename(_building(path)))
        elif (path.name == _HOLDER or _TEMPORARY.fullmatch(path.name)) and not _is_folder(path):
            path.unlink(missing_ok=True)


def _building(generation: Path) -> Path:
    """An unguessable name for a generation that is not yet, or no longer, published."""
    return generation.with_name(f"building-{generation.name}-{_random()}")


def _random() -> str:
    return os.urandom(8).hex()


def _remove(generation: Path) -> None:
    """Remove an unpublished generation. The mark goes last: a crash leaves nothing unmarked."""
    with suppress(OSError):
        for path in generation.iterdir():
            if _is_folder(path):
                shutil.rmtree(path)
            elif path.name != ownership.MARK:
                path.unlink()
        sync(generation)
        (generation / ownership.MARK).unlink(missing_ok=True)
        generation.rmdir()


def _is_folder(path: Path) -> bool:
    """Whether a path is a directory, and no link to one."""
    return path.is_dir() and not path.is_symlink()


def _generations(directory: Path) -> list[Path]:
    """Our generations, by number."""
    named = (path for path in directory.iterdir() if _NUMBER.fullmatch(path.name))
    return sorted(filter(ownership.is_generation, named), key=lambda path: int(path.name))


def _text_of(path: Path) -> str:
    try:
        return plain_bytes(path).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def sync(path: Path) -> None:
    """Flush a file, or the names in a directory, to the disk."""
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
        remedy = "move away what is there" if in_the_way else "make room or give permission there"
        whole = (directory / "CURRENT").is_file()
        state = "the index is whole, as before or as after: " if whole else ""
        raise IndexUnwritable(
            f"{where}: {error.strerror or error}; {state}{remedy}, and run the command again"
        ) from error
