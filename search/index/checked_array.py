"""The gate: where an array of an index is believed, or the index is refused.

Every array that an index holds is opened here, with what must be true of it (``Rule``): the type
of its numbers, its shape, and the range of its values. Bytes are copied and compared with their
checksums (see ``checked_file``); values are compared with the range in the copy, block by block,
before any caller sees one. Nothing that was altered later, by whomever, reaches a loop: indexes
that compiled code follows without looking are within bounds, whoever made the index.
"""

import re
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.checked_file import BLOCK, SHIFT, CheckedFile
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
    """What must be true of an array: values from ``low`` to ``high``, both included (None: any).

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
    """Numbers of things of which there are so many."""
    return Rule(0, count - 1)


def starts(last: int) -> Rule:
    """Where groups begin, one behind the other, and at the end where the last one ends."""
    return Rule(0, last, ascending=True, spanning=True)


# No infinity and no NaN: these are in no range. What is multiplied stays finite.
NOT_NEGATIVE: Final = Rule(0, 1e9)
POSITIVE: Final = Rule(1e-9, 1e9)


class CheckedArray:
    """An array in a checked file. What is taken from it was checked. Safe to share by threads."""

    def __init__(
        self, file: CheckedFile, dtype: str, shape: tuple[int, ...], offset: int, rule: Rule
    ) -> None:
        self._file = file
        self._offset = offset
        self._rule = rule
        count = _product(shape)
        flat: NDArray[Any] = np.frombuffer(file.memory, dtype, count=count, offset=offset)
        flat.flags.writeable = False
        self._flat = flat
        self._array = flat.reshape(shape)
        self._width = int(flat.itemsize * _product(shape[1:]))
        self._good = bytearray((file.size + BLOCK - 1) >> SHIFT)
        self._flags: NDArray[np.uint8] = np.frombuffer(self._good, np.uint8)
        self._is_whole = False

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
            IndexDamaged: they were altered or break the rule, or there are none.
        """
        if not 0 <= begin <= end <= len(self._array):
            raise damaged(self._file.path, "something points outside of it")
        if not self._is_whole:
            self._verify(self._offset + begin * self._width, self._offset + end * self._width)
        return self._array[begin:end]

    def at(self, rows: NDArray[np.integer[Any]]) -> NDArray[Any]:
        """The rows of these numbers, one by one.

        Raises:
            IndexDamaged: they were altered or break the rule, or there is none of a number.
        """
        if not len(rows):
            return self._array[:0]
        if int(rows.max()) >= len(self._array) or int(rows.min()) < 0:
            raise damaged(self._file.path, "something points outside of it")
        if not self._is_whole and self._width:
            begin = rows.astype(np.int64) * self._width + self._offset
            blocks = np.concatenate([begin >> SHIFT, (begin + self._width - 1) >> SHIFT])
            for block in sorted(set(blocks[self._flags[blocks] == 0].tolist())):
                self._verify_block(block)
        return np.asarray(self._array.take(rows, axis=0))

    def whole(self) -> NDArray[Any]:
        """All of it; here the order of its values is checked as well.

        Raises:
            IndexDamaged: something was altered or breaks the rule.
        """
        if not self._is_whole:
            self._verify(0, self._file.size)
            self._check_order()
            self._is_whole = True
        return self._array

    def _verify(self, begin: int, end: int) -> None:
        last = (end + BLOCK - 1) >> SHIFT
        at = self._good.find(0, begin >> SHIFT, last)
        while at >= 0:
            self._verify_block(at)
            at = self._good.find(0, at + 1, last)

    def _verify_block(self, block: int) -> None:
        begin, end = block << SHIFT, min((block + 1) << SHIFT, self._file.size)
        self._file.touch(begin, end)
        low, high = self._rule.low, self._rule.high
        if low is not None or high is not None:
            size = self._flat.itemsize
            first = max(begin - self._offset, 0) // size
            values = self._flat[first : max(end - self._offset, 0) // size]
            if len(values) and not (
                (low is None or values.min() >= low) and (high is None or values.max() <= high)
            ):
                raise self._broken()
        self._good[block] = 1

    def _check_order(self) -> None:
        rule, values = self._rule, self._flat
        if rule.spanning and not (
            len(values) and values[0] == rule.low and values[-1] == rule.high
        ):
            raise self._broken()
        if not (rule.ascending or rule.strictly) or len(values) < 2:
            return
        before, after = values[:-1], values[1:]
        if not bool((before < after).all() if rule.strictly else (before <= after).all()):
            raise self._broken()

    def _broken(self) -> IndexDamaged:
        return damaged(self._file.path, "its numbers are not what they can be")


def opened(
    file: CheckedFile, dtype: str, shape: tuple[int | None, ...], rule: Rule
) -> CheckedArray:
    """An array as ``numpy.save`` writes it, of the type and the shape that it must have.

    None in ``shape`` means any length. The header is matched, not read as Python, as numpy
    would do.

    Raises:
        IndexDamaged: it is none, or of another type or shape.
    """
    found = _HEADER.match(file.read(0, min(file.size, _LONGEST_HEADER)))
    if found is None or found.end() % _ALIGNED:
        raise damaged(file.path, "no array of ours")
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
    """A file of nothing but uint32.

    Raises:
        IndexDamaged: its size is that of no such file.
    """
    if file.size % 4:
        raise damaged(file.path, "its size is not that of whole numbers")
    return CheckedArray(file, "<u4", (file.size // 4,), 0, rule)


def _product(shape: tuple[int, ...]) -> int:
    product = 1
    for count in shape:
        product *= count
    return product
