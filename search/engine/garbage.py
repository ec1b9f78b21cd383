"""Python's search for garbage, put off while there is none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = 200_000  # values more than at the last search


@contextmanager
def little_collection() -> Iterator[None]:
    """A command that answers one question: what it imports and opens is no garbage, now or at its
    end, when Python looks through everything once more. One that goes on is looked through."""
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.freeze()


@contextmanager
def no_collection() -> Iterator[None]:
    """Millions of values are made and none is garbage: looking through them costs a third more."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
