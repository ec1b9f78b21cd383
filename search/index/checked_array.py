"""Arrays on disk, checked before use. An index is untrusted until it has passed these checks.

Every array of an index is opened here with its type, its shape and a ``Rule`` for its values. Block
by block, bytes are compared with their checksums (see ``checked_file``) and values with the rule,
before a caller gets them. So every offset that compiled code follows is within bounds, even in a
forged index. A large array is used where the file is mapped, and another program may write to that
during a loop. So compiled code also bounds each offset that it reads (see ``kernels``).
"""

import re
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.checked_file import BLOCK, SHIFT, CheckedFile, runs_to_check
from search.index.damage import damaged
from search.model.errors import IndexDamaged

_LONGEST_HEADER: Final = 1 << 12
_ALIGNED: Final = 64  # bytes; numpy.save pads the header so
_HEADER: Final = re.compile(  # as numpy.save writes it
    rb"\x93NUMPY\x01\x00(..)\{'descr': '([<|][a-z][0-9])', 'fortran_order': False, "
    rb"'shape': \(((?:[0-9]{1,15}, ?)*(?:[0-9]{1,15})?)\), \} *\n",
    re.DOTALL,
)


class Rule(NamedTuple):
    """A condition on an array: values from ``low`` to ``high``, both included (None: any).

    With ``ascending`` no value is less than the one before, with ``strictly`` each is greater, and
    with ``spanning`` the first is ``low`` and the last is ``high``.
    """

    low: float | None = None
    high: float | None = None
    ascending: bool = False
    strictly: bool = False
    spanning: bool = False


ANY: Final = Rule()


def below(count: int) -> Rule:
    """Indexes into something of this length."""
    return Rule(0, count - 1)


def starts(last: int) -> Rule:
    """Offsets where consecutive groups begin, and at last where the last group ends."""
    return Rule(0, last, ascending=True, spanning=True)


# No infinity and no NaN, which are in no range, so that products stay finite.
NOT_NEGATIVE: Final = Rule(0, 1e9)
POSITIVE: Final = Rule(1e-9, 1e9)


class CheckedArray:
    """An array in a checked file: every value it returns was checked. Safe to share by threads."""

    def __init__(
        self, file: CheckedFile, dtype: str, shape: tuple[int, ...], offset: int, rule: Rule
    ) -> None:
        self._file = file
        self._offset = offset
        self._rule = rule
        count = _product(shape)
        flat: NDArray[Any] = np.frombuffer(file.memory, dtype, count=count, offset=offset)
        self._flat = flat
        self._array = flat.reshape(shape)
        self._width = int(flat.itemsize * _product(shape[1:]))
        self._good = bytearray((file.size + BLOCK - 1) >> SHIFT)
        self._flags: NDArray[np.uint8] = np.frombuffer(self._good, np.uint8)
        self._is_whole = False
        self._low, self._high = _bounds_to_check(flat.dtype, rule)

    @property
    def path(self) -> Any:
        """The file, for messages."""
        return self._file.path

    @property
    def shape(self) -> tuple[int, ...]:
        return self._array.shape

    def __len__(self) -> int:
        return len(self._array)

    def between(self, begin: int, end: int) -> NDArray[Any]:
        """The rows from ``begin`` to before ``end``.

        Raises:
            IndexDamaged: they were altered, break the rule, or are out of range.
        """
        if not 0 <= begin <= end <= len(self._array):
            raise damaged(self._file.path, "an offset points outside of it")
        if not self._is_whole:
            self._verify(self._offset + begin * self._width, self._offset + end * self._width)
        return self._array[begin:end]

    def at(self, rows: NDArray[np.integer[Any]]) -> NDArray[Any]:
        """The rows at these indexes.

        Raises:
            IndexDamaged: they were altered, break the rule, or are out of range.
        """
        if not len(rows):
            return self._array[:0]
        if int(rows.max()) >= len(self._array) or int(rows.min()) < 0:
            raise damaged(self._file.path, "an offset points outside of it")
        if not self._is_whole and self._width and 0 in self._good:
            begin = rows.astype(np.int64) * self._width + self._offset
            good = bytearray(b"\1") * len(self._good)  # as are blocks that are not needed
            for byte in (begin, begin + self._width - 1):
                np.frombuffer(good, np.uint8)[byte >> SHIFT] = self._flags[byte >> SHIFT]
            for run in runs_to_check(good, 0, self._file.size):
                self._verify_blocks(*run)
        return np.asarray(self._array.take(rows, axis=0))

    def whole(self) -> NDArray[Any]:
        """The whole array. Only this method checks the order of the values, too.

        Raises:
            IndexDamaged: something was altered or breaks the rule.
        """
        if not self._is_whole:
            if self._rule.ascending or self._rule.strictly:
                self._file.touch(0, self._file.size)
                self._check_order()
            else:
                self._verify(0, self._file.size)
            self._is_whole = True
        return self._array

    def _verify(self, begin: int, end: int) -> None:
        for first, behind in runs_to_check(self._good, begin, end):
            self._verify_blocks(first, behind)

    def _verify_blocks(self, first: int, behind: int) -> None:
        begin, end = first << SHIFT, min(behind << SHIFT, self._file.size)
        self._file.touch(begin, end)
        low, high = self._low, self._high
        if low is not None or high is not None:
            size = self._flat.itemsize
            at = max(begin - self._offset, 0) // size
            values = self._flat[at : max(end - self._offset, 0) // size]
            if len(values) and not (
                (low is None or values.min() >= low) and (high is None or values.max() <= high)
            ):
                raise self._broken()
        self._good[first:behind] = b"\1" * (behind - first)

    def _check_order(self) -> None:
        """Check the rule of an ascending array: all values are between the first and the last."""
        rule, values = self._rule, self._flat
        fits = not rule.spanning
        if len(values):
            first, last = values[0], values[-1]
            fits = (self._low is None or first >= self._low) and (
                self._high is None or last <= self._high
            )
            if rule.spanning:
                fits = first == rule.low and last == rule.high
        before, after = values[:-1], values[1:]
        if not (fits and (before < after if rule.strictly else before <= after).all()):
            raise self._broken()

    def _broken(self) -> IndexDamaged:
        return damaged(self._file.path, "its values are out of range or order")


def _bounds_to_check(dtype: np.dtype[Any], rule: Rule) -> tuple[float | None, float | None]:
    """The lowest and the highest value of a rule; None for one that the type itself keeps."""
    low, high = rule.low, rule.high
    if dtype.kind in "iu":
        ends = np.iinfo(dtype)
        low = None if low is None or low <= ends.min else low
        high = None if high is None or high >= ends.max else high
    return low, high


def opened(
    file: CheckedFile, dtype: str, shape: tuple[int | None, ...], rule: Rule
) -> CheckedArray:
    """Open an array as ``numpy.save`` writes it, of the given type and shape (None: any length).

    The header is matched by a pattern; numpy would evaluate it as Python.

    Raises:
        IndexDamaged: it is no array, or of another type or shape.
    """
    found = _HEADER.match(file.read(0, min(file.size, _LONGEST_HEADER)))
    if found is None or found.end() % _ALIGNED:
        raise damaged(file.path, "it is no array that event-search wrote")
    found_shape = tuple(int(count) for count in found[3].split(b",") if count.strip())
    fits = found.end() + np.dtype(dtype).itemsize * _product(found_shape) == file.size
    is_one = found[2].decode() == dtype and len(found_shape) == len(shape) and fits
    if not is_one or any(n not in (None, has) for n, has in zip(shape, found_shape, strict=True)):
        wanted = f"{dtype} {tuple('any' if n is None else n for n in shape)}"
        raise damaged(
            file.path, f"an array of {found[2]!r} {found_shape} where {wanted} was expected"
        )
    return CheckedArray(file, dtype, found_shape, found.end(), rule)


def numbers(file: CheckedFile, rule: Rule) -> CheckedArray:
    """Open a file of plain uint32 numbers.

    Raises:
        IndexDamaged: its size is no multiple of 4.
    """
    if file.size % 4:
        raise damaged(file.path, "its size is not that of whole numbers")
    return CheckedArray(file, "<u4", (file.size // 4,), 0, rule)


def _product(shape: tuple[int, ...]) -> int:
    product = 1
    for count in shape:
        product *= count
    return product
