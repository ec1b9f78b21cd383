"""Finds out whether the compiled loops work; who uses them asks here first."""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=1)
def kernels_work() -> bool:
    """Whether numba is installed and can compile on this machine."""
    try:
        from search.index.kernels.comparing import push  # noqa: PLC0415

        push(np.zeros(1), 1.0)
    except Exception:  # whatever keeps a compiler from working
        return False
    return True
