"""An open index, with the similarity of its events."""

from typing import NamedTuple

from search.index.snapshot import Snapshot
from search.related.similarity import Vectors


class Reader(NamedTuple):
    """A snapshot open for related lists. Safe to share by threads."""

    snapshot: Snapshot
    vectors: Vectors
