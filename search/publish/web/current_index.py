"""The open index of the current generation, which all requests share."""

from __future__ import annotations

import gc
import logging
import threading
import time
from pathlib import Path
from typing import Final

from search.archive.file_list import signature_of
from search.engine.index import Index
from search.model.errors import IndexUnusable

LOG: Final = logging.getLogger("event_search")
LOG.addHandler(logging.NullHandler())  # silent unless it is configured
_LOOK_EVERY: Final = 0.25  # seconds between two checks for a new generation


class CurrentIndex:
    """Opens each new generation, and keeps it open until the next one is published.

    A request calls ``get`` once, so its whole answer is from one generation. An earlier index is
    freed when the last request that uses it ends. Safe to share by threads.
    """

    def __init__(self, directory: Path) -> None:
        """Open the current generation of the index in ``directory``.

        Raises:
            IndexUnusable: there is no index yet.
        """
        self._directory = directory
        self._lock = threading.Lock()
        self._seen = signature_of(directory / "CURRENT")
        self._looked = time.monotonic()
        self._index = Index.open(directory)

    def get(self) -> Index:
        """The current index; the one before if the current one cannot be opened."""
        if time.monotonic() - self._looked < _LOOK_EVERY or not self._lock.acquire(blocking=False):
            return self._index  # while one request opens it, others use the old one
        try:
            self._looked = time.monotonic()
            seen = signature_of(self._directory / "CURRENT")
            if seen != self._seen:
                self._index = Index.open(self._directory)
                self._seen = seen
                LOG.info("opened generation %d of %s", self._index.generation, self._directory)
                gc.collect()  # an index has cycles, and holds the files that it maps
        except (IndexUnusable, OSError) as error:
            LOG.warning("generation %d stays open: %s", self._index.generation, error)
        finally:
            self._lock.release()
        return self._index
