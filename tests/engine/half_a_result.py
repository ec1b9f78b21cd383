"""A program whose worker process is stopped while it writes a result."""

import gc
import os
import sys
import time
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from search.engine.workers import Workers


def write_half(begun: str) -> None:
    """Begin a result that never ends, as a worker does that is stopped at that moment."""
    to_parent = next(each for each in gc.get_objects() if isinstance(each, SimpleQueue))
    os.write(to_parent._writer.fileno(), (1_000_000).to_bytes(4, "big") + b"half")  # type: ignore[attr-defined]
    Path(begun).touch()
    time.sleep(60)


def main(begun: str) -> None:
    with Workers(processes=2).pool() as pool:
        assert pool is not None
        pool.submit(write_half, begun)
        while not Path(begun).exists():
            time.sleep(0.01)
        raise KeyboardInterrupt


if __name__ == "__main__":
    main(sys.argv[1])
