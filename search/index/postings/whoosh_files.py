"""The parts of Whoosh that read and write its files, without what Whoosh loads beside them.

``whoosh.compat`` asks ``urllib.request`` for a function that nothing here calls. Behind that
module are HTTP, mail and TLS, which take longer to load than all else that a question from the
shell needs of Whoosh, and an index is no matter of a network.
"""

import importlib
import sys
import urllib
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

_HEAVY: Final = "urllib.request"


class _Later(ModuleType):
    """Stands for a module as long as nobody wants more of it than that it is there."""

    @staticmethod
    def urlretrieve(*args: Any, **options: Any) -> Any:
        return _loaded().urlretrieve(*args, **options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what import itself looks for
            raise AttributeError(name)
        # Another thread may have come upon it: it gets the real thing.
        return getattr(_loaded(), name)


def _loaded() -> ModuleType:
    if isinstance(sys.modules.get(_HEAVY), _Later):
        del sys.modules[_HEAVY]
    return importlib.import_module(_HEAVY)


@contextmanager
def _put_off() -> Iterator[None]:
    if _HEAVY in sys.modules:
        yield
        return
    later = _Later(_HEAVY)
    sys.modules[_HEAVY] = later
    vars(urllib)["request"] = later
    try:
        yield
    finally:
        if sys.modules.get(_HEAVY) is later:
            del sys.modules[_HEAVY]
        if vars(urllib).get("request") is later:
            del vars(urllib)["request"]


with _put_off():
    from whoosh.filedb.filetables import FileFormatError, OrderedHashReader, OrderedHashWriter
    from whoosh.filedb.structfile import StructFile

__all__ = ["FileFormatError", "OrderedHashReader", "OrderedHashWriter", "StructFile"]
