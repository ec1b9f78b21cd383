"""The compiled loops of searches, loaded where a process asks many questions.

A compiler takes longer to load than hundreds of questions take, and a question from the shell
shall not wait for it. So a process that has asked ``MANY`` questions loads the loops, once, in a
thread of its own; until that is done, and for good where numba is missing or cannot compile,
questions are answered without them. The answers are the same to the last bit.
"""

from functools import lru_cache
from itertools import count
from threading import Thread, main_thread
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MANY: Final = 500  # questions, which take about as long as loading what they shall be spared
THREAD: Final = "kernels of searches"

_questions = count(1)
_loaded: list[ModuleType] = []


def kernels_if_many() -> ModuleType | None:
    """The loops if they are there; to be called once a question."""
    if _loaded:
        return _loaded[0]
    if next(_questions) == MANY:
        Thread(target=load, name=THREAD).start()
    return None


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The same array: what may be altered and what may not are two types to a compiler."""
    same = array.view()
    same.flags.writeable = False
    return same


def load() -> ModuleType | None:
    """Load the loops for all questions from now on, or compile them where no earlier process did.

    None where numba is missing, or cannot compile, and where the process is about to end.
    """
    try:
        from search.kernels import warm_up as searches  # noqa: PLC0415

        for _ in searches.rehearsed():
            if not main_thread().is_alive():
                return None
    except Exception:  # whatever keeps a compiler from working
        return None
    _loaded[:] = [searches]
    return searches


# Postings are laid out by blocks of 2^13 events: the sums of two threads stay in the nearest cache,
# which two often share. In blocks of up to 2^16 events where there would be more than sixteen.
_SHIFTS: Final = (13, 14, 15, 16)


@lru_cache(maxsize=1)
def compiled() -> ModuleType | None:
    """The kernels, if numba is there and can compile them on this machine."""
    try:
        from search.kernels import lists as kernels  # noqa: PLC0415

        starts, some = np.array([0, 1]), np.zeros(1, np.uint32)
        kernels.lay_out(starts, some, np.ones(1, np.uint8), 1, _SHIFTS[0])
    except Exception:  # whatever keeps a compiler from working
        return None
    return kernels
