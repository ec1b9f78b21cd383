"""What a disk may hold after a crash: only what was synced is sure to be there.

The model is POSIX's, taken strictly: the bytes of a file are safe once it was synced, a name once
its directory was synced; of all else any part may be there, in any order, writes torn anywhere.
A rename happens whole or not at all.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union

from tests.faults.file_layer import Operation


@dataclass(eq=False)
class _File:
    safe: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)


@dataclass(eq=False)
class _Directory:
    now: dict[str, "_Node"] = field(default_factory=dict)
    safe: dict[str, "_Node"] = field(default_factory=dict)
    pending: list[dict[str, "_Node | None"]] = field(default_factory=list)

    def alter(self, names: dict[str, "_Node | None"]) -> None:
        self.pending.append(names)
        _apply(self.now, names)


_Node = Union[_File, _Directory]  # noqa: UP007 - the classes name it before it is made


class Crash:
    """How a crash treats what was not synced."""

    def __init__(self, name: str, names: float, data: float, tear: bool, seed: int = 0) -> None:
        self.name = name
        self._names, self._data, self._tear = names, data, tear
        self._seed = seed
        self.restart()

    def restart(self) -> None:
        self._random = random.Random(self._seed)

    def entries(self, directory: _Directory) -> dict[str, _Node]:
        found = dict(directory.safe)
        for names in directory.pending:
            if self._random.random() < self._names:
                _apply(found, names)
        return found

    def content(self, file: _File) -> bytes:
        kept = [each for each in file.pending if self._random.random() < self._data]
        content = bytearray(file.safe)
        for place, (offset, data) in enumerate(kept):
            if data is None:
                del content[offset:]
                continue
            is_torn = self._tear and (place == len(kept) - 1 or self._random.random() < 0.3)
            piece = data[: self._random.randrange(len(data) + 1)] if is_torn else data
            content.extend(bytes(max(0, offset - len(content))))
            content[offset : offset + len(piece)] = piece
        return bytes(content)


LOST = Crash("all lost", 0, 0, tear=False)
NAMES = Crash("names kept, bytes lost", 1, 0, tear=False)
TORN = Crash("names kept, bytes torn", 1, 1, tear=True)
BYTES = Crash("bytes kept, names lost", 0, 1, tear=False)
KEPT = Crash("all kept", 1, 1, tear=False)


def reordered(seed: int) -> Crash:
    return Crash(f"any part in any order, {seed}", 0.5, 0.6, tear=True, seed=seed)


class Disk:
    """A directory as it is now, all of it safe, on which recorded operations are played."""

    def __init__(self, root: Path) -> None:
        self._root = str(root.resolve())
        self._top = _loaded(root)
        self._handles: dict[int, _Node] = {}

    def play(self, operation: Operation) -> None:
        kind, node = operation.kind, self._handles.get(operation.handle)
        if kind in ("open", "open to write") and operation.handle:
            self._handles[operation.handle] = self._at(operation.path)
        elif kind == "create":
            directory, name = self._place(operation.path)
            self._handles[operation.handle] = made = _File()
            directory.alter({name: made})
        elif kind == "mkdir":
            directory, name = self._place(operation.path)
            directory.alter({name: _Directory()})
        elif kind in ("unlink", "rmdir"):
            directory, name = self._place(operation.path)
            directory.alter({name: None})
        elif kind == "rename":
            directory, name = self._place(operation.path)
            other, new = self._place(operation.to)
            assert directory is other, "a rename across directories is not made"
            directory.alter({name: None, new: directory.now[name]})
        elif kind == "link":
            directory, name = self._place(operation.to)
            directory.alter({name: self._at(operation.path)})
        elif isinstance(node, _File):
            if kind == "write":
                node.pending.append((operation.offset, operation.data))
            elif kind in ("truncate", "ftruncate"):
                node.pending.append((operation.offset, None))
            elif kind == "fsync":
                node.safe, node.pending = KEPT.content(node), []
        elif isinstance(node, _Directory) and kind == "fsync":
            node.safe, node.pending = dict(node.now), []

    def leave(self, crash: Crash, where: Path) -> None:
        """Write to an empty place what such a crash may leave."""
        crash.restart()
        _left(self._top, crash, where)

    def _place(self, path: str) -> tuple[_Directory, str]:
        above, _, name = path.rpartition("/")
        directory = self._at(above)
        assert isinstance(directory, _Directory)
        return directory, name

    def _at(self, path: str) -> _Node:
        node: _Node = self._top
        for part in path[len(self._root) :].split("/"):
            if part:
                assert isinstance(node, _Directory)
                node = node.now[part]
        return node


def _apply(entries: dict[str, _Node], names: dict[str, _Node | None]) -> None:
    for name, node in names.items():
        if node is None:
            entries.pop(name, None)
        else:
            entries[name] = node


def _loaded(path: Path) -> _Directory:
    entries: dict[str, _Node] = {
        child.name: _loaded(child) if child.is_dir() else _File(child.read_bytes())
        for child in path.iterdir()
    }
    return _Directory(entries, dict(entries))


def _left(directory: _Directory, crash: Crash, where: Path) -> None:
    where.mkdir()
    for name, node in crash.entries(directory).items():
        if isinstance(node, _Directory):
            _left(node, crash, where / name)
        else:
            (where / name).write_bytes(crash.content(node))
