"""The loops of a search, and how they are compiled for what it gives them before it calls any."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.kernels.pairs import ReportRows, reports
from search.kernels.search import Archive, Formula, ranked

__all__ = ["Archive", "Formula", "ReportRows", "ranked", "rehearsed", "reports"]


def rehearsed() -> Iterator[None]:
    """Each function compiled, one after the other."""
    some, numbers, flags = np.zeros(1, np.int64), np.ones(1), np.ones(1, np.bool_)
    ordinals, counts = np.zeros(1, np.uint32), np.zeros(1, np.uint8)
    yield
    single = np.ones(1, np.float32)
    rows: tuple[NDArray[Any], ...] = (
        some,
        single,
        np.zeros(2, np.int64),
        ordinals,
        counts,
        single,
        counts,
        numbers,
    )
    reports(ReportRows(*map(_mapped, rows)), some[:0].copy(), 1, 1, 1, 1.0)
    yield
    vectors = np.zeros((1, 1), np.int8)
    archive: tuple[NDArray[Any], ...] = (ordinals, some, vectors, vectors, single, numbers)
    formula = Formula(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1, 1, 1, 1, 1, 1)
    ranked(
        Archive(*map(_mapped, archive)), formula, _mapped(some), ordinals, counts, some, numbers,
        flags, numbers, False,
    )  # fmt: skip
    yield


def _mapped(array: NDArray[Any]) -> NDArray[Any]:
    """As an array of a file is: it cannot be altered, which is a type of its own."""
    same = array.view()
    same.flags.writeable = False
    return same
