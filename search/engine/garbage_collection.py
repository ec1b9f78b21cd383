"""Switch off Python's garbage collector while there is no garbage to collect."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = 200_000  # objects more than at the last collection


@contextmanager
def little_collection() -> Iterator[None]:
    """For a command that answers one question: collect rarely, and nothing at its end.

    What the command imports and opens is no garbage. A command that goes on is still collected."""
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.freeze()


@contextmanager
def no_collection() -> Iterator[None]:
    """For code that makes millions of objects, none of them garbage: collecting adds a third."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
