"""The open index of the current generation: one for all requests, swapped for the next."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path
from typing import Final

from search.archive.file_list import signature_of
from search.engine.index import Index
from search.model.errors import IndexUnusable
from search.publish.log import LOG

_LOOK_EVERY: Final = 0.25  # seconds between two looks at what is current


class CurrentIndex:
    """Each request takes one ``Index`` and stays with it, so its answer is of one generation.

    Safe to share by threads. What was open before goes when the last request lets go of it.
    """

    def __init__(self, directory: Path) -> None:
        """Raises IndexUnusable if there is no index to begin with."""
        self._directory = directory
        self._lock = threading.Lock()
        self._seen = signature_of(directory / "CURRENT")
        self._looked = time.monotonic()
        self._index = Index.open(directory)

    def get(self) -> Index:
        """The open index; the one before where the new one cannot be opened."""
        if time.monotonic() - self._looked < _LOOK_EVERY or not self._lock.acquire(blocking=False):
            return self._index  # while one request opens the new one, the others are answered
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
