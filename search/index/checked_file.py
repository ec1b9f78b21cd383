"""Files of an index, checked before use. Large ones are shared by all processes of a machine.

A file is published with a checksum for each of its blocks (``Sums``). A reader checks a block when
it first uses it, so a query pays only for the blocks that it reads. No altered byte gets into an
answer:

- A block of a small file is copied into private memory, and the copy is checked and used.
- A large file is mapped and used where it is: in memory once, however many processes read it. No
  writer of ours changes a published file. If another program does, the size or the times of the
  file change, too, and ``CheckedFile.must_be_unaltered`` checks the blocks again. It is called
  after each answer.

No file is kept open: an index has dozens, must stay readable after they are deleted, and should not
use a descriptor for each. Before Python 3.13 ``mmap.mmap`` keeps a descriptor, so the system call
is made directly.
"""

import ctypes
import errno
import mmap
import os
import stat
import weakref
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

from search.index.damage import NOT_REGULAR, damaged, unreadable
from search.model.errors import IndexDamaged

BLOCK: Final = 1 << 16
SHIFT: Final = 16
SHARED: Final = 1 << 20  # bytes; larger files are used where they are
READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_LIBRARY: Final = ctypes.CDLL(None, use_errno=True)
_LIBRARY.mmap.restype = ctypes.c_void_p
_LIBRARY.mmap.argtypes = [
    ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int64,
]  # fmt: skip
_LIBRARY.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_ENDLESS: Final = ctypes.c_ubyte * (1 << 62)  # one type for files of any size
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


def runs_to_check(good: bytearray, begin: int, end: int) -> list[tuple[int, int]]:
    """The runs of unchecked blocks in a range of bytes: the first block of each, and the block
    after its last. ``good`` has a byte for each block of the file, 1 once the block was checked."""
    runs = []
    last = (end + BLOCK - 1) >> SHIFT
    first = good.find(0, begin >> SHIFT, last)
    while first >= 0:
        behind = good.find(1, first, last)
        behind = last if behind < 0 else behind
        runs.append((first, behind))
        first = good.find(0, behind, last)
    return runs


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
        self._sums: list[int] = sums.blocks.tolist()
        self._good = bytearray(len(self._sums))
        self._whole = not sums.size
        self._filling = Lock()
        self._mapped, self._state = _mapped(path, sums.size)
        self._copy: memoryview | None = None
        self._shown: memoryview | None = None  # the copy, read-only

    @property
    def memory(self) -> memoryview:
        """The bytes of the file, read-only. Only blocks that were touched may be used."""
        if self.size > SHARED:
            return self._mapped
        if self._shown is None:
            with self._filling:
                if self._copy is None:
                    self._copy = np.empty(self.size, np.uint8).data
                self._shown = self._copy.toreadonly()
        return self._shown

    def touch(self, begin: int, end: int) -> None:
        """Check the blocks of a range of bytes, and copy those of a small file.

        Raises:
            IndexDamaged: one is not as it was published, or the range is not in the file.
        """
        if self._whole and 0 <= begin <= end <= self.size:
            return
        if not 0 <= begin <= end <= self.size:
            raise damaged(self.path, "an offset points outside of it")
        for first, behind in runs_to_check(self._good, begin, end):
            self._fill(first, behind)

    def read(self, begin: int, end: int) -> bytes:
        """The bytes of a range, checked."""
        self.touch(begin, end)
        return bytes(self.memory[begin:end])

    def must_be_unaltered(self) -> None:
        """Check the used blocks again if another program may have written to them.

        A file that was deleted or replaced is still mapped as it was.

        Raises:
            IndexDamaged: one is not as it was published.
        """
        if self.size <= SHARED or 1 not in self._good:
            return
        try:
            now = _State.of(os.stat(self.path))  # noqa: PTH116 - Path.stat takes twice as long
        except OSError:
            return
        if now == self._state or now.file != self._state.file:
            return
        if now.size != self.size:
            raise _resized(self.path, now.size, self.size)
        for block, is_good in enumerate(self._good):
            if is_good:
                self._compare(block, self._mapped)
        self._state = now

    def check_anew(self) -> None:
        """Check the whole file as it is now, including blocks that were checked before.

        Raises:
            IndexDamaged: a block is not as it was published.
        """
        for block in range(len(self._good)):
            self._compare(block, self._mapped)

    def _fill(self, first: int, behind: int) -> None:
        """Check consecutive blocks, and copy those of a small file that no thread has copied."""
        memory, copy, good = self.memory, self._copy, self._good
        with self._filling:
            for block in range(first, behind):
                if good[block]:
                    continue
                if copy is not None:
                    where = _extent(block)
                    copy[where] = self._mapped[where]
                self._compare(block, memory)
                good[block] = 1
            self._whole = 0 not in good

    def _compare(self, block: int, memory: memoryview) -> None:
        if xxh3_64_intdigest(memory[_extent(block)]) != self._sums[block]:
            raise damaged(self.path, f"bytes from {block << SHIFT:,} on were altered")


def _extent(block: int) -> slice:
    """Where a block is in its file; what is beyond the end of the file is cut off."""
    begin = block << SHIFT
    return slice(begin, begin + BLOCK)


class _State(NamedTuple):
    """The identity, the times and the size of a file."""

    file: tuple[int, int]
    times: tuple[int, int]
    size: int

    @classmethod
    def of(cls, found: os.stat_result) -> "_State":
        times = found.st_mtime_ns, found.st_ctime_ns
        return cls((found.st_dev, found.st_ino), times, found.st_size)


def _mapped(path: Path, size: int) -> tuple[memoryview, _State]:
    """The bytes of a file as they are on disk, without a descriptor; unmapped when unused."""
    try:
        handle = os.open(path, READ)
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise damaged(path, NOT_REGULAR)
        if found.st_size != size:
            raise _resized(path, found.st_size, size)
        return _map(path, handle, size) if size else memoryview(b""), _State.of(found)
    except OSError as error:
        raise unreadable(path, error) from error
    finally:
        os.close(handle)


def _map(path: Path, handle: int, size: int) -> memoryview:
    address = _LIBRARY.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, handle, 0)
    if address == _FAILED:
        number = ctypes.get_errno() or errno.ENOMEM
        raise OSError(number, os.strerror(number), str(path))
    buffer = _ENDLESS.from_address(address)
    unmapping = weakref.finalize(buffer, _LIBRARY.munmap, address, size)
    unmapping.atexit = False  # an array may be in use until the process ends
    return memoryview(buffer).cast("B")[:size].toreadonly()


def _resized(path: Path, found: int, wanted: int) -> IndexDamaged:
    return damaged(path, f"it has {found:,} bytes and should have {wanted:,}")
