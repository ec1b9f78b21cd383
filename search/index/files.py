"""Files that tell when they were damaged: read by blocks, each checked when it is first touched.

Whoever publishes files writes down a checksum for each of their blocks (``Sums``). Whoever reads
them maps them into memory, and every block is compared with its checksum before its first byte is
used, once. So a question pays for what it touches, and no altered byte is ever part of an answer.
"""

import json
import mmap
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray
from xxhash import xxh3_64_intdigest

from search.model.errors import IndexDamaged

BLOCK: Final = 1 << 16
_SHIFT: Final = 16
_LONGEST_HEADER: Final = 1 << 12
_HEADER: Final = re.compile(  # as numpy.save writes it
    rb"\x93NUMPY\x01\x00(..)\{'descr': '([<|][a-z][0-9])', 'fortran_order': False, "
    rb"'shape': \(((?:[0-9]{1,15}, ?)*(?:[0-9]{1,15})?)\), \} *\n",
    re.DOTALL,
)
_SMALL: Final = 1 << 26
UNBELIEVABLE: Final = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NOT_PLAIN: Final = "it is no plain file"
_MEND: Final = "rebuild it with: event-search index --repair"

_Made = TypeVar("_Made")


class Sums(NamedTuple):
    """The bytes of a file, and a checksum (XXH3, 64 bits) for each of its blocks: uint64."""

    size: int
    blocks: NDArray[np.uint64]


def sums_of(path: Path) -> Sums:
    """The checksums of a file as it is now.

    Raises:
        OSError: it cannot be read.
    """
    sums = []
    size = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            size += len(block)
            sums.append(xxh3_64_intdigest(block))
    return Sums(size, np.array(sums, dtype="<u8"))


def damaged(path: Path | str, what: str) -> IndexDamaged:
    """The error for a file that is not what was published."""
    return IndexDamaged(f"{path}: {what}; {_MEND}")


@contextmanager
def believed(path: Path) -> Iterator[None]:
    """If nothing can be made of what a file holds, it is the file's fault.

    Raises:
        IndexDamaged: instead of what was raised, and because of it.
    """
    try:
        yield
    except UNBELIEVABLE as error:
        raise damaged(path, f"it does not hold what it should ({error!r:.200})") from error


class Checked:
    """A mapped file. Immutable, and safe to share by threads: a block may be checked twice."""

    def __init__(self, path: Path, sums: Sums) -> None:
        self.path = path
        self.size = sums.size
        self._sums = sums.blocks
        self._good = bytearray(len(sums.blocks))
        self._flags: NDArray[np.uint8] = np.frombuffer(self._good, np.uint8)
        self._whole = not sums.size
        self._map = _mapped(path, sums.size)
        self.bytes = memoryview(self._map)

    def touch(self, begin: int, end: int) -> None:
        """Check the blocks of a range of bytes.

        Raises:
            IndexDamaged: one is not as it was published, or the range is not in the file.
        """
        if self._whole and 0 <= begin <= end <= self.size:
            return
        if not 0 <= begin <= end <= self.size:
            raise damaged(self.path, "something points outside of it")
        last = (end + BLOCK - 1) >> _SHIFT
        at = self._good.find(0, begin >> _SHIFT, last)
        while at >= 0:
            self._check(at)
            at = self._good.find(0, at + 1, last)

    def touch_rows(self, offset: int, width: int, rows: NDArray[np.integer[Any]]) -> None:
        """Check the blocks of rows of so many bytes; the first row begins at ``offset``."""
        if self._whole or not width:
            return
        begin = rows.astype(np.int64) * width + offset
        blocks = np.concatenate([begin >> _SHIFT, (begin + width - 1) >> _SHIFT])
        for block in sorted(set(blocks[self._flags[blocks] == 0].tolist())):
            self._check(block)

    def read(self, begin: int, end: int) -> bytes:
        """The bytes of a range, checked."""
        self.touch(begin, end)
        return self._map[begin:end]

    def check_anew(self) -> None:
        """Check all of it, whatever was checked before.

        Raises:
            IndexDamaged: a block is not as it was published.
        """
        for block in range(len(self._good)):
            self._check(block)

    def _check(self, block: int) -> None:
        found = self.bytes[block << _SHIFT : (block + 1) << _SHIFT]
        if xxh3_64_intdigest(found) != int(self._sums[block]):
            raise damaged(self.path, f"bytes from {block << _SHIFT:,} on were altered")
        self._good[block] = 1
        self._whole = 0 not in self._good


class CheckedArray:
    """An array in a checked file. What is taken from it is checked before it is used."""

    def __init__(self, file: Checked, offset: int, array: NDArray[Any]) -> None:
        self._file = file
        self._offset = offset
        self._array = array
        self._width = int(array.dtype.itemsize * np.prod(array.shape[1:], dtype=np.int64))

    @property
    def shape(self) -> tuple[int, ...]:
        return self._array.shape

    def __len__(self) -> int:
        return len(self._array)

    def between(self, begin: int, end: int) -> NDArray[Any]:
        """The rows from ``begin`` to before ``end``.

        Raises:
            IndexDamaged: they were altered, or there are none.
        """
        if not 0 <= begin <= end <= len(self._array):
            raise damaged(self._file.path, "something points outside of it")
        self._file.touch(self._offset + begin * self._width, self._offset + end * self._width)
        return self._array[begin:end]

    def at(self, rows: NDArray[np.integer[Any]]) -> NDArray[Any]:
        """The rows of these numbers, which must not be negative."""
        if len(rows) and int(rows.max()) >= len(self._array):
            raise damaged(self._file.path, "something points outside of it")
        self._file.touch_rows(self._offset, self._width, rows)
        return np.asarray(self._array.take(rows, axis=0))

    def whole(self) -> NDArray[Any]:
        """All of it."""
        return self.between(0, len(self._array))


class Files:
    """The published files below a directory, by their names ("/" between the parts)."""

    def __init__(
        self, directory: Path, sums: Mapping[str, Sums], held: Mapping[str, Checked] | None = None
    ) -> None:
        self.directory = directory
        self.sums = sums
        self._held = dict(held or {})

    @classmethod
    def sealed(cls, directory: Path) -> "Files":
        """All files that are below a directory now, as they are now."""
        names = sorted(
            path.relative_to(directory).as_posix()
            for path in directory.rglob("*")
            if path.is_file()
        )
        return cls(directory, {name: sums_of(directory / name) for name in names})

    def only(self, name: str) -> "Files":
        """The same directory with the files of a sub-directory only."""
        inner = {file: sums for file, sums in self.sums.items() if file.startswith(f"{name}/")}
        return Files(self.directory, inner)

    def part(self, name: str) -> "Files":
        """The files of a sub-directory."""
        start = f"{name}/"
        inner = {
            file.removeprefix(start): sums
            for file, sums in self.sums.items()
            if file.startswith(start)
        }
        held = {file: self._held[start + file] for file in inner if start + file in self._held}
        return Files(self.directory / name, inner, held)

    def hold(self) -> None:
        """Map every file now: what is mapped can be read even when its name is gone.

        Raises:
            IndexDamaged: one is gone, is no plain file or has another size.
        """
        self._held = {name: Checked(self.directory / name, self.sums[name]) for name in self.sums}

    def __contains__(self, name: str) -> bool:
        return name in self.sums

    def open(self, name: str) -> Checked:
        """A file, mapped.

        Raises:
            IndexDamaged: it was not published, is gone, is no plain file or has another size.
        """
        if name not in self.sums:
            raise damaged(self.directory / name, "it is missing")
        held = self._held.get(name)
        return Checked(self.directory / name, self.sums[name]) if held is None else held

    def read(self, name: str) -> bytes:
        """All bytes of a file."""
        file = self.open(name)
        return file.read(0, file.size)

    def text(self, name: str) -> str:
        """A file of UTF-8 text."""
        try:
            return self.read(name).decode("utf-8")
        except UnicodeDecodeError as error:
            raise damaged(self.directory / name, f"no UTF-8 ({error.reason})") from error

    def plain(self, name: str, make: Callable[[Any], _Made]) -> _Made:
        """What is made of a file of JSON."""
        with believed(self.directory / name):
            return make(json.loads(self.text(name)))

    def array(self, name: str, dtype: DTypeLike, dimensions: int = 1) -> CheckedArray:
        """An array as ``numpy.save`` writes it, of the type and dimensions that it must have."""
        file = self.open(name)
        shape, offset = _shape(file, np.dtype(dtype), dimensions)
        array: NDArray[Any] = np.frombuffer(
            file.bytes, dtype, count=int(np.prod(shape, dtype=np.int64)), offset=offset
        )
        return CheckedArray(file, offset, array.reshape(shape))

    def numbers(self, name: str) -> CheckedArray:
        """A file of nothing but uint32."""
        file = self.open(name)
        return CheckedArray(file, 0, np.frombuffer(file.bytes, "<u4", count=file.size // 4))

    def faults(self) -> Iterable[str]:
        """Read every file; a sentence for each that is not as it was published."""
        for name in self.sums:
            try:
                self.open(name).check_anew()
            except IndexDamaged as error:
                yield str(error).removesuffix(f"; {_MEND}")


def plain_bytes(path: Path, most: int = _SMALL) -> bytes:
    """All bytes of a plain file that no checksum is known of. A link is not followed, and what is
    no file is not waited for.

    Raises:
        OSError: it is no plain file, cannot be read, or has more than so many bytes.
    """
    handle = os.open(path, _READ)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, _NOT_PLAIN, str(path))
        if found.st_size > most:
            raise OSError(0, "it is far larger than such a file can be", str(path))
        return file.read(most)


def bytes_of(path: Path) -> bytes:
    """All bytes of a small file without which there is no index.

    Raises:
        FileNotFoundError, NotADirectoryError: there is nothing.
        IndexDamaged: it is no plain file, cannot be read, or is far larger than any of ours.
    """
    try:
        return plain_bytes(path)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise damaged(path, error.strerror or str(error)) from error


def _mapped(path: Path, size: int) -> mmap.mmap | bytes:
    try:
        handle = os.open(path, _READ)
    except OSError as error:
        raise damaged(path, error.strerror or str(error)) from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise damaged(path, _NOT_PLAIN)
        if found.st_size != size:
            raise damaged(path, f"it has {found.st_size:,} bytes and should have {size:,}")
        return mmap.mmap(handle, size, access=mmap.ACCESS_READ) if size else b""
    except OSError as error:
        raise damaged(path, error.strerror or str(error)) from error
    finally:
        os.close(handle)


def _shape(file: Checked, dtype: np.dtype[Any], dimensions: int) -> tuple[tuple[int, ...], int]:
    """The shape of an array in a file, and where its numbers begin.

    The header is matched, not read as Python, as numpy would do.
    """
    found = _HEADER.match(file.read(0, min(file.size, _LONGEST_HEADER)))
    if found is None:
        raise damaged(file.path, "no array of ours")
    shape = tuple(int(count) for count in found[3].split(b",") if count.strip())
    fits = found.end() + dtype.itemsize * _product(shape) == file.size
    if found[2].decode() != dtype.str or len(shape) != dimensions or not fits:
        raise damaged(file.path, f"an array of {found[2]!r} {shape} where {dtype} was expected")
    return shape, found.end()


def _product(shape: tuple[int, ...]) -> int:
    product = 1
    for count in shape:
        product *= count
    return product
