"""A layer under all file operations of a process: it records them, and lets the n-th fail.

While a `Layer` is installed, ``os``, ``io.open`` and ``open`` go through it for everything below
its root. Files that are opened for writing become objects of Python, so that numpy writes
through it too. What reads through a mapping of memory is out of its reach.
"""

import builtins
import errno
import io
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

REAL = {
    name: getattr(os, name)
    for name in (
        "open", "close", "write", "fsync", "rename", "replace", "unlink", "remove", "mkdir",
        "rmdir", "link", "ftruncate", "fchmod", "fchown",
    )
}  # fmt: skip
REAL_OPEN = io.open
_BUFFER = 1 << 16


class Operation(NamedTuple):
    """One operation; ``handle`` tells open files apart, ``to`` is where a rename or link leads."""

    kind: str
    path: str = ""
    to: str = ""
    handle: int = 0
    offset: int = 0
    data: bytes = b""


@dataclass(frozen=True)
class Fault:
    """The ``at``-th operation (from 0) fails, and, if ``lasting``, all that follow.

    A full disk (ENOSPC) goes on giving room back: only what needs room goes on failing.
    """

    at: int
    code: int
    lasting: bool

    def strikes(self, count: int, kind: str) -> bool:
        needs_room = kind in ("create", "write", "fsync", "mkdir", "rename", "link")
        if count == self.at:
            return True
        return self.lasting and count > self.at and (self.code != errno.ENOSPC or needs_room)

    def error(self, path: str) -> OSError:
        return OSError(self.code, os.strerror(self.code), path)


class Layer:
    """Everything that happens to files below ``root``, in order; ``fault`` makes one fail."""

    def __init__(self, root: Path, fault: Fault | None = None) -> None:
        self.root = str(root.resolve())
        self.operations: list[Operation] = []
        self.failed: list[str] = []  # the kinds of the operations that were made to fail
        self.count = 0
        self._fault = fault
        self._handles: dict[int, int] = {}
        self._next = 0
        self._lock = threading.RLock()

    def full_path(self, path: Any, dir_fd: int | None = None) -> str | None:
        """The path, if it lies below the root (or is it); links in its directory are resolved."""
        if isinstance(path, int):
            return None
        given = Path(os.fsdecode(path))
        if dir_fd is not None and not given.is_absolute():
            given = Path(f"/proc/self/fd/{dir_fd}").readlink() / given
        full = str(given.parent.resolve() / given.name)
        return full if full == self.root or full.startswith(self.root + "/") else None

    @contextmanager
    def step(self, operation: Operation) -> Iterator[None]:
        """One operation: it fails instead, if it is its turn; else it is recorded once done."""
        with self._lock:
            count, self.count = self.count, self.count + 1
            if self._fault is not None and self._fault.strikes(count, operation.kind):
                self.failed.append(operation.kind)
                raise self._fault.error(operation.path)
            yield
            self.operations.append(operation)

    def opened(self, path: str, flags: int, real: Callable[[], int]) -> int:
        writes = flags & (os.O_WRONLY | os.O_RDWR)
        with self._lock:
            is_new = not os.path.lexists(path)
            kind = "open" if not writes else "create" if is_new else "open to write"
            self._next += 1
            handle = self._next
            with self.step(Operation(kind, path, handle=handle)):
                descriptor = real()
            self._handles[descriptor] = handle
            if writes and flags & os.O_TRUNC and not is_new:
                self.operations.append(Operation("truncate", path, handle=handle))
            return descriptor

    def handle_of(self, descriptor: int) -> int | None:
        return self._handles.get(descriptor)

    def closed(self, descriptor: int) -> None:
        self._handles.pop(descriptor, None)


class _Written(io.BufferedIOBase):
    """A file opened for writing whose every write goes through ``os``."""

    def __init__(self, descriptor: int, path: Any, mode: str) -> None:
        self._descriptor = descriptor
        self._waiting = bytearray()
        self.name = path if isinstance(path, int) else os.fsdecode(path)
        self.mode = mode

    @classmethod
    def opened(cls, path: Any, mode: str) -> "_Written":
        # Before the object is made: one whose opening failed would be closed nevertheless.
        flags = os.O_CLOEXEC | os.O_CREAT | (os.O_EXCL if "x" in mode else os.O_TRUNC)
        flags |= os.O_RDWR if "+" in mode else os.O_WRONLY
        return cls(os.open(path, flags, 0o666), path, mode)

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return "+" in self.mode

    def read(self, size: int | None = -1, /) -> bytes:
        self.flush()
        pieces = []
        while size != 0 and (
            piece := os.read(self._descriptor, size if size and size > 0 else _BUFFER)
        ):
            pieces.append(piece)
            size = size - len(piece) if size and size > 0 else size
        return b"".join(pieces)

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: Any, /) -> int:
        view = memoryview(data).cast("B")
        self._waiting += view
        if len(self._waiting) >= _BUFFER:
            self.flush()
        return len(view)

    def flush(self) -> None:
        while self._waiting:
            done = os.write(self._descriptor, bytes(self._waiting))
            del self._waiting[:done]

    def tell(self) -> int:
        return os.lseek(self._descriptor, 0, os.SEEK_CUR) + len(self._waiting)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.flush()
        return os.lseek(self._descriptor, offset, whence)

    def close(self) -> None:
        if not self.closed:
            try:
                self.flush()
            finally:
                self._waiting.clear()
                super().close()
                os.close(self._descriptor)


@contextmanager
def installed(layer: Layer) -> Iterator[Layer]:
    """Everything that this process does below the layer's root goes through it meanwhile."""
    made = _functions(layer)
    try:
        for name, function in made.items():
            setattr(os, name, function)
        io.open = builtins.open = _opener(layer)
        yield layer
    finally:
        for name in made:
            setattr(os, name, REAL[name])
        io.open = builtins.open = REAL_OPEN


def _functions(layer: Layer) -> dict[str, Callable[..., Any]]:
    def open_(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        full = layer.full_path(path, dir_fd)
        if full is None:
            return int(REAL["open"](path, flags, mode, dir_fd=dir_fd))
        return layer.opened(full, flags, lambda: REAL["open"](path, flags, mode, dir_fd=dir_fd))

    def close(descriptor: int) -> None:
        layer.closed(descriptor)
        REAL["close"](descriptor)

    def write(descriptor: int, data: Any) -> int:
        handle = layer.handle_of(descriptor)
        if handle is None:
            return int(REAL["write"](descriptor, data))
        at = os.lseek(descriptor, 0, os.SEEK_CUR)
        with layer.step(Operation("write", handle=handle, offset=at, data=bytes(data))):
            return int(REAL["write"](descriptor, data))

    def on_handle(name: str) -> Callable[..., Any]:
        def call(descriptor: int, *arguments: int) -> None:
            handle = layer.handle_of(descriptor)
            if handle is None:
                REAL[name](descriptor, *arguments)
                return
            offset = arguments[0] if name == "ftruncate" else 0
            with layer.step(Operation(name, handle=handle, offset=offset)):
                REAL[name](descriptor, *arguments)

        return call

    def on_path(name: str, kind: str) -> Callable[..., Any]:
        def call(path: Any, *arguments: Any, dir_fd: int | None = None) -> None:
            full = layer.full_path(path, dir_fd)
            if full is None:
                REAL[name](path, *arguments, dir_fd=dir_fd)
                return
            with layer.step(Operation(kind, full)):
                REAL[name](path, *arguments, dir_fd=dir_fd)

        return call

    def on_two(name: str, kind: str) -> Callable[..., Any]:
        def call(source: Any, target: Any, **where: Any) -> None:
            first = layer.full_path(source, where.get("src_dir_fd"))
            second = layer.full_path(target, where.get("dst_dir_fd"))
            if first is None or second is None:
                assert first is second, f"{source} to {target}: in or out of the root"
                REAL[name](source, target, **where)
                return
            with layer.step(Operation(kind, first, second)):
                REAL[name](source, target, **where)

        return call

    return {
        "open": open_,
        "close": close,
        "write": write,
        **{name: on_handle(name) for name in ("fsync", "ftruncate", "fchmod", "fchown")},
        **{name: on_path(name, "unlink") for name in ("unlink", "remove")},
        **{name: on_path(name, name) for name in ("mkdir", "rmdir")},
        **{name: on_two(name, "rename") for name in ("rename", "replace")},
        "link": on_two("link", "link"),
    }


def _opener(layer: Layer) -> Any:
    def open_(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if isinstance(file, int):
            if layer.handle_of(file) is not None and mode == "wb":
                return _Written(file, file, mode)
            layer.closed(file)  # who closes it now does not tell
        full = layer.full_path(file)
        if full is None:
            return REAL_OPEN(file, mode, *arguments, **options)
        if set(mode) <= set("rbt"):
            with layer.step(Operation("open", full)):
                return REAL_OPEN(file, mode, *arguments, **options)
        assert mode[0] in "wx", f"{file}: opened as {mode}, which is not made"
        raw = _Written.opened(file, mode)
        if "b" in mode:
            return raw
        names = ("buffering", "encoding", "errors", "newline")
        given = dict(zip(names, arguments, strict=False)) | options
        given.pop("buffering", None)
        return io.TextIOWrapper(raw, **given)

    return open_
