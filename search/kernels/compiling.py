"""How the kernels are compiled: kept on disk, without the global lock, and to the last bit.

A compiled function is kept until the file that it stands in changes, whatever it calls; so none
calls one of another file.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """The function, compiled when it is first called."""
    try:
        return cast(_Function, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # there is no directory to keep it in
        return cast(_Function, njit(nogil=True)(function))
