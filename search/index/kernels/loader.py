"""Finds out whether the compiled loops work; all callers ask here."""

from functools import lru_cache
from types import ModuleType
from typing import Final

import numpy as np

# Postings are laid out by blocks of 2^13 events: the sums of two threads stay in the nearest cache,
# which two often share. In blocks of up to 2^16 events where there would be more than sixteen.
_SHIFTS: Final = (13, 14, 15, 16)


@lru_cache(maxsize=1)
def compiled() -> ModuleType | None:
    """The kernels, if numba is installed and can compile on this machine."""
    try:
        from search.index.kernels import lists as kernels  # noqa: PLC0415

        starts, some = np.array([0, 1]), np.zeros(1, np.uint32)
        kernels.lay_out(starts, some, np.ones(1, np.uint8), 1, _SHIFTS[0])
    except Exception:  # whatever keeps a compiler from working
        return None
    return kernels
