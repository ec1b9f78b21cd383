"""Files whose bytes are copied, then checked, and used only from the copy.

A file is published with a checksum for each of its blocks (``Sums``). On first use of a block, a
reader copies it into private memory, compares the copy with the checksum, and uses the copy from
then on. So a query pays only for the blocks that it reads, no altered byte gets into an answer, and
a change to the file after the check has no effect.

The file is mapped rather than kept open: an index has dozens of files, must stay readable after
they are deleted, and should not use a descriptor for each. Before Python 3.13 ``mmap.mmap`` keeps a
descriptor, so the system call is made directly.
"""

import ctypes
import errno
import mmap
import os
import stat
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

from search.index.damage import NOT_REGULAR, damaged, unreadable

BLOCK: Final = 1 << 16
SHIFT: Final = 16
READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_LIBRARY: Final = ctypes.CDLL(None, use_errno=True)
_LIBRARY.mmap.restype = ctypes.c_void_p
_LIBRARY.mmap.argtypes = [
    ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int64,
]  # fmt: skip
_LIBRARY.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_FAILED: Final = ctypes.c_void_p(-1).value


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


class CheckedFile:
    """A file of an index. Safe to share by threads."""

    def __init__(self, path: Path, sums: Sums) -> None:
        """Map a file.

        Raises:
            IndexDamaged: it is gone, is not a regular file or has another size.
            IndexUnusable: the system refuses to open or map it.
        """
        self.path = path
        self.size = sums.size
        self._sums = sums.blocks
        self._good = bytearray(len(sums.blocks))
        self._whole = not sums.size
        self._filling = Lock()
        self._memory: memoryview | None = None
        self._source = _Mapping(path, sums.size)

    @property
    def memory(self) -> memoryview:
        """The copy, of the size of the file. Only blocks that were touched are filled."""
        found = self._memory
        if found is None:
            with self._filling:
                found = self._memory
                if found is None:
                    found = memoryview(_memory(self.path, self.size) if self.size else b"")
                    self._memory = found
        return found

    def touch(self, begin: int, end: int) -> None:
        """Copy and check the blocks of a range of bytes.

        Raises:
            IndexDamaged: one is not as it was published, or the range is not in the file.
        """
        if self._whole and 0 <= begin <= end <= self.size:
            return
        if not 0 <= begin <= end <= self.size:
            raise damaged(self.path, "an offset points outside of it")
        last = (end + BLOCK - 1) >> SHIFT
        at = self._good.find(0, begin >> SHIFT, last)
        while at >= 0:
            self._fill(at)
            at = self._good.find(0, at + 1, last)

    def read(self, begin: int, end: int) -> bytes:
        """The bytes of a range, checked."""
        self.touch(begin, end)
        return bytes(self.memory[begin:end])

    def check_anew(self) -> None:
        """Check the whole file as it is now, including blocks that were checked before.

        Raises:
            IndexDamaged: a block is not as it was published.
        """
        for block in range(len(self._good)):
            self._compare(block, self._source.read(block << SHIFT, self._end(block)))

    def _fill(self, block: int) -> None:
        memory = self.memory
        with self._filling:
            if self._good[block]:
                return
            begin, end = block << SHIFT, self._end(block)
            self._source.copy(memory, begin, end)
            self._compare(block, memory[begin:end])
            self._good[block] = 1
            self._whole = 0 not in self._good

    def _end(self, block: int) -> int:
        return min((block + 1) << SHIFT, self.size)

    def _compare(self, block: int, found: bytes | memoryview) -> None:
        if xxh3_64_intdigest(found) != int(self._sums[block]):
            raise damaged(self.path, f"bytes from {block << SHIFT:,} on were altered")


class _Mapping:
    """The bytes of a file as they are on disk, without a descriptor. Freed with the object."""

    def __init__(self, path: Path, size: int) -> None:
        self._size = size
        self._address = 0
        try:
            handle = os.open(path, READ)
        except OSError as error:
            raise unreadable(path, error) from error
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise damaged(path, NOT_REGULAR)
            if found.st_size != size:
                raise damaged(path, f"it has {found.st_size:,} bytes and should have {size:,}")
            if size:
                self._address = _map(path, handle, size)
        except OSError as error:
            raise unreadable(path, error) from error
        finally:
            os.close(handle)

    def copy(self, target: memoryview, begin: int, end: int) -> None:
        """Copy a range of bytes to the same range of ``target``."""
        target[begin:end] = self.read(begin, end)

    def read(self, begin: int, end: int) -> bytes:
        return ctypes.string_at(self._address + begin, end - begin)

    def __del__(self, _unmap: Any = _LIBRARY.munmap) -> None:
        if self._address:
            _unmap(self._address, self._size)


def _map(path: Path, handle: int, size: int) -> int:
    found = _LIBRARY.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, handle, 0)
    if found == _FAILED:
        number = ctypes.get_errno() or errno.ENOMEM
        raise OSError(number, os.strerror(number), str(path))
    return int(found)


def _memory(path: Path, size: int) -> mmap.mmap:
    """Private memory of this size; pages that are never used cost nothing."""
    try:
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise unreadable(path, error) from error
