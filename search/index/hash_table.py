"""Finds events by the hash of a key. Two arrays on disk, sorted by hash:

<name>_hashes.npy      uint64, ascending: the hashes of all keys
<name>_ordinals.npy    uint32: the event of each; several keys may have the same hash
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.index.checked_array import Rule, below
from search.index.files import Files
from search.model.digests import hash_of


def write(keys: Sequence[str], ordinals: NDArray[np.integer], directory: Path, name: str) -> None:
    """Write both files; ``ordinals`` [keys] is the event of each key."""
    hashes = np.array([hash_of(key) for key in keys], dtype="<u8")
    order = np.argsort(hashes, kind="stable")  # so that the ordinals of a hash ascend
    np.save(directory / f"{name}_hashes.npy", hashes[order])
    np.save(directory / f"{name}_ordinals.npy", ordinals[order].astype("<u4"))


class HashTable:
    """The keys of the events of one segment. Safe to share by threads."""

    def __init__(self, files: Files, name: str, events: int, keys: int | None = None) -> None:
        """``keys`` is how many keys there must be; None: any number."""
        self._hashes = files.array(f"{name}_hashes.npy", "<u8", (keys,), Rule(ascending=True))
        size = (len(self._hashes),)
        self._ordinals = files.array(f"{name}_ordinals.npy", "<u4", size, below(events))

    def find(self, key: str) -> list[int]:
        """The events that have a key, and perhaps others whose keys have the same hash."""
        hashed = np.uint64(hash_of(key))
        hashes: NDArray[np.uint64] = self._hashes.whole()
        first, last = hashes.searchsorted(hashed), hashes.searchsorted(hashed, "right")
        found: list[int] = self._ordinals.between(int(first), int(last)).tolist()
        return found
