"""How the kernels are compiled: kept on disk, without the global lock, and to the last bit.

A compiled function is kept until the file that it stands in changes, whatever it calls; so none
calls one of another file.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar, cast

from numba import njit
from numba.core.caching import FunctionCache

# What is divided by zero is infinite or no number, as for numpy: looking for zeros takes time.
_AS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy"}
_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """The function, compiled when it is first called."""
    dispatcher: Any = njit(**_AS)(function)
    with suppress(RuntimeError):  # there is no directory to keep it in
        dispatcher._cache = _forgiving(FunctionCache, function)
    return cast(_Function, dispatcher)


def _forgiving(cache_of: Any, function: Callable[..., Any]) -> Any:
    """A cache that is a hint: what cannot be read is compiled anew, a full disk keeps nothing.

    Numba's own raises whatever a pickle raises that was cut short, and what the disk says.
    """
    cache = cache_of(function)
    load, save = cache.load_overload, cache.save_overload

    def load_if_whole(signature: Any, target: Any) -> Any:
        with suppress(Exception):
            return load(signature, target)

    def save_if_possible(signature: Any, made: Any) -> None:
        with suppress(Exception):
            try:
                save(signature, made)
            except Exception:
                cache.flush()  # of what cannot be read
                save(signature, made)

    cache.load_overload, cache.save_overload = load_if_whole, save_if_possible
    return cache
