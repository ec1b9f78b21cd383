"""Finds out whether the compiled loops work; all callers ask here."""

from functools import lru_cache
from types import ModuleType

import numpy as np


@lru_cache(maxsize=1)
def compiled() -> ModuleType | None:
    """The kernels, if numba is installed and can compile on this machine."""
    try:
        from search.index.kernels import lists as kernels  # noqa: PLC0415

        nothing = np.zeros(0, np.int64)
        kernels.in_order(np.zeros(1, np.int64), np.zeros(0), nothing, nothing)
    except Exception:  # whatever keeps a compiler from working
        return None
    return kernels
