"""The published files of a generation, by name. Every byte they return was checked."""

import json
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from search.index import checked_array
from search.index.checked_array import ANY, CheckedArray, Rule
from search.index.checked_file import READ, SHARED, CheckedFile, Sums
from search.index.damage import NOT_REGULAR, REPAIR, damaged, parse_guard, unreadable
from search.index.lines import Lines
from search.model.errors import IndexDamaged

_SMALL: Final = 1 << 26  # bytes; a file without checksum is smaller

Shape = tuple[int | None, ...]
_Made = TypeVar("_Made")


class Files:
    """The published files below a directory, by their names ("/" between the parts)."""

    def __init__(
        self,
        directory: Path,
        sums: Mapping[str, Sums],
        held: Mapping[str, CheckedFile] | None = None,
    ) -> None:
        self.directory = directory
        self.sums = sums
        self._held = dict(held or {})
        self._shared: list[CheckedFile] = []

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
        """Map every file now, so that it can be read even after it was deleted.

        Raises:
            IndexDamaged: one is missing, is not a regular file or has another size.
        """
        self._held = {
            name: CheckedFile(self.directory / name, self.sums[name]) for name in self.sums
        }
        self._shared = [file for file in self._held.values() if file.size > SHARED]

    def __contains__(self, name: str) -> bool:
        return name in self.sums

    def open(self, name: str) -> CheckedFile:
        """A file, mapped.

        Raises:
            IndexDamaged: it was not published, is gone, is not a regular file or has another size.
        """
        if name not in self.sums:
            raise damaged(self.directory / name, "it is missing")
        held = self._held.get(name)
        return CheckedFile(self.directory / name, self.sums[name]) if held is None else held

    def read(self, name: str) -> bytes:
        """All bytes of a file."""
        file = self.open(name)
        return file.read(0, file.size)

    def lines(self, name: str, count: int | None = None) -> Lines:
        """A file of sorted lines of text; ``count`` is how many it must have.

        Raises:
            IndexDamaged: it is not UTF-8, is cut, or has another number of lines.
        """
        with parse_guard(self.directory / name):
            lines = Lines(self.read(name))
        if count not in (None, len(lines)):
            raise damaged(self.directory / name, "it does not fit the others")
        return lines

    def plain(self, name: str, make: Callable[[Any], _Made]) -> _Made:
        """The result of ``make`` for the JSON in a file."""
        with parse_guard(self.directory / name):
            return make(json.loads(self.read(name)))

    def array(self, name: str, dtype: str, shape: Shape, rule: Rule = ANY) -> CheckedArray:
        """An array of the given type and shape that follows the rule.

        Args:
            name: of the file, as ``numpy.save`` writes it.
            dtype: as numpy writes it, such as ``"<u4"``.
            shape: of the array; None means any length.
            rule: a condition on its values.

        Raises:
            IndexDamaged: it is missing, or of another type or shape.
        """
        return checked_array.opened(self.open(name), dtype, shape, rule)

    def numbers(self, name: str, rule: Rule = ANY) -> CheckedArray:
        """A file of plain uint32 numbers that follows the rule."""
        return checked_array.numbers(self.open(name), rule)

    def must_be_unaltered(self) -> None:
        """Check the large files that were used again, if something may have written to them.

        Raises:
            IndexDamaged: one is not as it was published.
        """
        for file in self._shared:
            file.must_be_unaltered()

    def faults(self) -> Iterable[str]:
        """Read every file, and give a sentence for each that changed since it was published."""
        for name in self.sums:
            try:
                self.open(name).check_anew()
            except IndexDamaged as error:
                yield str(error).removesuffix(f"; {REPAIR}")


def plain_bytes(path: Path, most: int = _SMALL) -> bytes:
    """All bytes of a regular file that has no checksum. A link is not followed, and a FIFO is not
    waited for.

    Raises:
        OSError: it is not a regular file, cannot be read, or has more than ``most`` bytes.
    """
    handle = os.open(path, READ)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, NOT_REGULAR, str(path))
        if found.st_size > most:
            raise OSError(0, "it is far too large for such a file", str(path))
        return file.read(found.st_size)


def bytes_of(path: Path) -> bytes:
    """All bytes of a small file that every index has.

    Raises:
        FileNotFoundError, NotADirectoryError: there is no such file.
        IndexDamaged: it is not a regular file, or is far too large.
        IndexUnusable: the system refuses to read it.
    """
    try:
        return plain_bytes(path)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise unreadable(path, error) from error
