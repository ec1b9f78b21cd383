"""Walks the files of an archive in a fixed order, and opens only regular files."""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
import stat
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import compress
from operator import not_
from pathlib import Path
from typing import IO, Any, NamedTuple

from search.archive import file_forms
from search.archive.file_forms import Form
from search.model import limits
from search.model import printing as plain
from search.model.errors import ArchiveError
from search.model.read_options import DECISIONS

_DATABASE = re.compile(r"(.*/)?sqlite:([^?]+)(?:\?table=(.*))?", re.DOTALL)
_UNUSABLE = "a name with control or other unusable characters"
_BUILT = "made by a site generator or a package manager"
_OUTNUMBERED = (
    "beside Markdown pages; such files are read if they are named, or outnumber the pages"
)
_PACKED_ALLOWANCE = 64 << 20  # bytes that any gzip file may unpack to
_MOST_BESIDE = 5  # pages in a directory beside which a changelog is read
# Settings of this program and of sites: they hold no events, and skipping them is not reported.
_SETTINGS = frozenset(
    {DECISIONS, "event-search.toml", "pyproject.toml", "package.json", "package-lock.json",
     *(f"{name}.{suffix}" for name in ("_config", "hugo", "config", "zola", "mkdocs")
       for suffix in ("toml", "yaml", "yml", "json"))}
)  # fmt: skip
# Directories that are never part of an archive, and those that are not if they hold index.html.
_NEVER = frozenset({"node_modules", "bower_components", "_site", "__pycache__"})
_OUTPUTS = frozenset({"public", "dist", "build", "resources"})
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_OF_THE_ARCHIVE = frozenset(
    {0, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EACCES, errno.EPERM,
     errno.ENXIO, errno.ENODEV, errno.ENAMETOOLONG}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or one of its lines (from 1), that gave no event, and the reason."""

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        location = plain.visible(self.path) + (f":{self.line}" if self.line is not None else "")
        return f"{location}: {plain.visible(self.reason)}"


class Unreadable(Skipped):
    """A file that the system did not open. It may open it next time, without a change."""


class Undated(Skipped):
    """A page without a day. It may be a log, whose entries have days."""


OnSkip = Callable[[Skipped], None]


def in_silence(skipped: Skipped) -> None:
    """An ``on_skip`` that reports nothing: another pass reports the same files."""


class File(NamedTuple):
    """A file of an archive: its path, and the ``parts`` of that below the archive's argument (none
    if the argument is the file)."""

    location: str
    parts: tuple[str, ...]
    form: Form

    @property
    def path(self) -> Path:
        return Path(self.location)

    @property
    def root(self) -> str:
        """The directory that ``parts`` are relative to."""
        return self.location[: len(self.location) - len("/".join(self.parts))] or "."

    def beside(self, name: str) -> File:
        """Another file in the same directory, with the same form."""
        above = self.location[: self.location.rfind("/") + 1]
        return File(above + name, (*self.parts[:-1], name) if self.parts else (), self.form)


_LATE = frozenset({Form.DOCUMENT, Form.CHANGELOG})


def walk(argument: Path, on_skip: OnSkip) -> Iterator[File]:
    """The files below a directory that may hold events, or the file itself; sorted by name.

    ``batches`` gives the same files, many at once.
    """
    for batch in batches(argument, on_skip):
        for entry, form in zip(batch.entries, batch.forms, strict=True):
            yield batch.file(entry.name, form)


class Batch(NamedTuple):
    """Consecutive files of one directory.

    ``prefix`` is their path before the name. ``parts`` is the path from the archive's argument to
    their directory; None if the argument is the only file. ``beside`` has the files by their names
    that are read with pages of the directory, and are no archive files themselves.
    """

    prefix: str
    parts: tuple[str, ...] | None
    entries: list[os.DirEntry[str] | Path]
    forms: list[Form]
    beside: Mapping[str, os.DirEntry[str] | Path]

    def only(self, wanted: Sequence[bool]) -> Batch:
        """The batch with only these of its files."""
        entries = list(compress(self.entries, wanted))
        return self._replace(entries=entries, forms=list(compress(self.forms, wanted)))

    def file(self, name: str, form: Form) -> File:
        return File(self.prefix + name, () if self.parts is None else (*self.parts, name), form)


def batches(argument: Path, on_skip: OnSkip) -> Iterator[Batch]:
    """The files below a directory that may hold events, or the file itself; sorted by name.

    Pages, JSON Lines and tables come first. Documents of one suffix follow if they outnumber the
    pages; otherwise they are settings, output or data of the site, and are skipped.

    Hidden files and directories, index directories and the output of programs are left out.
    Symbolic links below the argument are not followed, so the walk is finite and stays inside.
    Memory holds the names of one directory for each level of depth.

    Raises:
        ArchiveError: there is nothing of that name.
    """
    argument = database_of(argument)[0]
    try:
        mode = argument.stat().st_mode
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ArchiveError(
            f"{plain.visible(str(argument))}: {reason}; name a directory of pages, "
            "a file of a format that is read, or - for JSON Lines on standard input"
        ) from error
    if stat.S_ISDIR(mode):
        documents: list[Batch] = []
        pages = 0
        for batch in _below(argument, on_skip):
            pages += batch.forms.count(Form.PAGE)
            late = [form in _LATE for form in batch.forms]
            if any(late):
                documents.append(batch.only(late))
            early = batch.only([not each for each in late]) if any(late) else batch
            if early.entries:
                yield early
        yield from _wanted(documents, pages, on_skip)
    elif stat.S_ISREG(mode):
        if file_forms.form_of(argument.name) is None and file_forms.has_remedy(argument.name):
            on_skip(Skipped(str(argument), None, file_forms.reason_not_read(argument.name)))
            return
        above = str(argument)[: -len(argument.name)]
        fields = argument.with_name(file_forms.fields_beside(str(argument)))
        beside = {fields.name: fields} if fields.is_file() else {}
        yield Batch(above, None, [argument], [file_forms.form_of_named(argument.name)], beside)
    else:
        raise ArchiveError(
            f"{plain.visible(str(argument))}: neither a file nor a directory; "
            "name a directory of pages or a file of events"
        )


def database_of(argument: Path) -> tuple[Path, str]:
    """The file and the table of an argument such as sqlite:file.db?table=posts; any other argument
    itself, and "" where no table is named."""
    found = _DATABASE.fullmatch(str(argument))
    return (Path(found[1] or "", found[2]), found[3] or "") if found else (argument, "")


def _wanted(documents: list[Batch], pages: int, on_skip: OnSkip) -> Iterator[Batch]:
    """The documents with a suffix that is more frequent than pages: they hold the events."""
    counts = Counter(
        file_forms.suffix_of(entry.name) for each in documents for entry in each.entries
    )
    for batch in documents:
        wanted = [
            pages <= _MOST_BESIDE
            if form is Form.CHANGELOG
            else counts[file_forms.suffix_of(entry.name)] > pages
            for entry, form in zip(batch.entries, batch.forms, strict=True)
        ]
        for entry in compress(batch.entries, map(not_, wanted)):
            on_skip(Skipped(batch.prefix + entry.name, None, _OUTNUMBERED))
        if any(wanted):
            yield batch.only(wanted)


def _below(top: Path, on_skip: OnSkip) -> Iterator[Batch]:
    stack = [iter(_inside(f"{str(top).removesuffix('/')}/", (), on_skip))]
    while stack:
        for found in stack[-1]:
            if isinstance(found, Batch):
                yield found
            else:
                stack.append(iter(_inside(*found, on_skip)))
                break
        else:
            stack.pop()


def _inside(
    above: str, parts: tuple[str, ...], on_skip: OnSkip
) -> list[Batch | tuple[str, tuple[str, ...]]]:
    """The files of a directory in batches, and between them its directories, in order: for each
    the path prefix of its entries, and its parts."""
    try:
        with os.scandir(above) as scan:
            entries = {entry.name: entry for entry in scan if entry.name[0] != "."}
    except OSError as error:
        directory = Path(above)
        on_skip(Skipped(str(directory), None, refusal(directory, error)))
        return []
    if "LOCK" in entries and ("CURRENT" in entries or "EVENT-SEARCH" in entries):  # an index
        return []
    found: list[Batch | tuple[str, tuple[str, ...]]] = []
    files: list[os.DirEntry[str] | Path] = []
    forms: list[Form] = []
    beside: dict[str, os.DirEntry[str] | Path] = {}
    for name in sorted(entries.keys() - _SETTINGS):
        entry = entries[name]
        if file_forms.is_beside(above, name, entries):
            beside[name] = entry
            continue
        form = file_forms.form_of(name)
        if form and plain.is_identifier(name) and entry.is_file(follow_symlinks=False):
            files.append(entry)
            forms.append(form)
        elif not plain.is_identifier(name):
            on_skip(Skipped(above + name, None, _UNUSABLE))
        elif entry.is_symlink():
            on_skip(Skipped(above + name, None, "a symbolic link; links are not followed"))
        elif entry.is_dir(follow_symlinks=False):
            if _is_built(above, name):
                on_skip(Skipped(above + name, None, _BUILT))
                continue
            if files:
                found.append(Batch(above, parts, files, forms, beside))
                files, forms = [], []
            found.append((f"{'' if above == './' else above}{name}/", (*parts, name)))
        else:
            is_regular = entry.is_file(follow_symlinks=False)
            reason = file_forms.reason_not_read(name) if is_regular else "not a regular file"
            on_skip(Skipped(above + name, None, reason))
    if files:
        found.append(Batch(above, parts, files, forms, beside))
    return found


def _is_built(above: str, name: str) -> bool:
    """Whether a directory holds the output of a site generator or a package manager."""
    if name in _NEVER:
        return True
    return name in _OUTPUTS and Path(above, name, "index.html").is_file()


def refusal(path: Path, error: OSError) -> str:
    """Why a file or directory was not read, if the reason lies in the archive: it is gone, is a
    link or not a regular file, or lacks permission.

    Raises:
        ArchiveError: the system failed to read it. That must not take an event out of the index,
            or a link out of pages.
    """
    if error.errno in _OF_THE_ARCHIVE:
        return error.strerror or str(error)
    raise ArchiveError(
        f"{plain.visible(str(path))}: {error.strerror or error}; nothing was changed without it: "
        "check the disk, then run it again"
    ) from error


def open_directory(root: Path | str, parts: Sequence[str], *, make: bool = False) -> int:
    """A descriptor of a directory, opened from ``root`` without following a link.

    ``make``: missing directories are made.

    Raises:
        OSError: also if one of ``parts`` is a link.
    """
    descriptor = os.open(root, _DIRECTORY)
    try:
        for part in parts:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=descriptor)
                    os.fsync(descriptor)
            below = os.open(part, _DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def open_regular(file: File) -> int:
    """A descriptor for reading a regular file of an archive. A FIFO or device is never waited for.

    Only the archive's argument may be a link, or be below one.

    Raises:
        OSError: also if the file is not a regular file, or a link leads to it.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
    if not file.parts:
        descriptor = os.open(file.location, flags)
    else:
        *above, name = file.parts
        directory = open_directory(file.root, above)
        try:
            descriptor = os.open(name, flags | os.O_NOFOLLOW, dir_fd=directory)
        finally:
            os.close(directory)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "not a regular file", file.location)
    return descriptor


def read_regular(file: File, most: int) -> bytes:
    """Up to ``most`` + 1 bytes of a regular file; the extra byte shows that it is larger."""
    with open(open_regular(file), "rb") as opened:
        return opened.read(most + 1)


@contextmanager
def open_unpacked(file: File) -> Iterator[IO[bytes]]:
    """A regular file of an archive, open for reading. One that is packed by gzip is unpacked; then
    reading raises a ValueError where it is damaged, or far larger than its packed size allows."""
    with os.fdopen(open_regular(file), "rb") as opened:
        if not file_forms.is_packed(file.location):
            yield opened
            return
        packed = os.fstat(opened.fileno()).st_size
        with _Unpacked(opened, _PACKED_ALLOWANCE + packed * limits.UNPACKED_RATIO) as unpacked:
            yield unpacked


class _Unpacked(io.RawIOBase, IO[bytes]):
    """A gzip file, unpacked up to ``limit`` bytes."""

    def __init__(self, packed: IO[bytes], limit: int) -> None:
        self._file = gzip.GzipFile(fileobj=packed)
        self._left = self._limit = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._file.read1(len(buffer))  # what comes before any damage
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError(f"the gzip file cannot be read on: {error}") from error
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("the gzip file unpacks to far more than events would")
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._left = self._limit
        return self._file.seek(offset, whence)
