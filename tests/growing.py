"""Whether work grows as its size does: told by ratios, so that no machine is too slow for it."""

import gc
import time
from collections.abc import Callable


def grows_as_its_size(work: Callable[[int], object], size: int) -> bool:
    """Whether eight times as much takes less than thirty-two times as long, in CPU time; were each
    compared with each, it would be sixty-four times."""

    def spent(size: int) -> float:
        # What the collector looks through grows with all tests before, not with this size.
        gc.disable()
        try:
            began = time.process_time()
            work(size)
            return time.process_time() - began
        finally:
            gc.enable()

    little = sorted(spent(size // 8) for _ in range(3))[1]
    return any(spent(size) < 32 * little for _ in range(4))
