"""What related lists are made from: an open snapshot, and the similarity of its events."""

from typing import NamedTuple

from search.index.snapshot import Snapshot
from search.related.similarity import Similarity


class Reader(NamedTuple):
    """A snapshot open for related lists. Safe to share by threads."""

    snapshot: Snapshot
    similarity: Similarity
