"""An open index, with what searching it remembers from one query to the next."""

from functools import lru_cache, partial
from types import ModuleType
from typing import Final

from search.fulltext import paging, ranking
from search.fulltext.matching import Matches, matching
from search.fulltext.query.tree import Clause
from search.fulltext.spelling_variants import other_spellings
from search.index.snapshot import Snapshot
from search.related.similarity import Vectors

_REMEMBERED: Final = 20_000  # words


class Searcher:
    """A snapshot open for searches. Safe to share by threads."""

    def __init__(self, snapshot: Snapshot, vectors: Vectors) -> None:
        self.snapshot = snapshot
        self.vectors = vectors
        # Of functions of the parts: a method would keep the searcher, and its files, alive.
        self.compiled = lru_cache(maxsize=1)(partial(_compiled, vectors))
        self.other_spellings = lru_cache(maxsize=_REMEMBERED)(partial(_spelled, snapshot, vectors))

    def matching(self, clause: Clause | None) -> Matches:
        """The events that match, by the keyword index."""
        snapshot = self.snapshot
        return matching(
            clause, snapshot.keywords, snapshot.terms, snapshot.events.days, snapshot.events_named
        )


def _compiled(vectors: Vectors, kernels: ModuleType) -> tuple[ranking.Compiled, paging.Compiled]:
    return ranking.Compiled(kernels, vectors), paging.Compiled(kernels, vectors)


def _spelled(snapshot: Snapshot, vectors: Vectors, word: str) -> tuple[str, ...]:
    def text_beyond_ascii(ordinal: int) -> str:
        events = snapshot.events
        return "" if events.is_ascii(ordinal) else events[ordinal].text

    return other_spellings(word, snapshot.terms, vectors, text_beyond_ascii)
