"""Switches Python's garbage collector off while there is nothing to collect."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = 200_000  # objects more than at the last collection


@contextmanager
def little_collection() -> Iterator[None]:
    """For a short command: collect rarely, and not at exit.

    What the command imports and opens is never garbage. A long run is still collected.
    """
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.freeze()


@contextmanager
def no_collection() -> Iterator[None]:
    """For code that makes millions of objects, none of them garbage: collecting costs a third
    more."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
