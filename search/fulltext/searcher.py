"""An open index, with what searching it remembers from one query to the next."""

from collections.abc import Callable
from functools import lru_cache
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
        self.compiled = lru_cache(maxsize=1)(self._compiled)
        self._spell: Callable[[str], tuple[str, ...]] | None = lru_cache(maxsize=_REMEMBERED)(
            self._spelled
        )

    def close(self) -> None:
        """Forget everything, so that nothing keeps the snapshot alive but hits not yet read."""
        self.compiled.cache_clear()
        del self.compiled
        self._spell = None

    def other_spellings(self, word: str) -> tuple[str, ...]:
        """How else the archive spells a word; hits ask for it even after the index was closed."""
        spell = self._spell
        return self._spelled(word) if spell is None else spell(word)

    def matching(self, clause: Clause | None) -> Matches:
        """The events that match, by the keyword index."""
        snapshot = self.snapshot
        return matching(
            clause, snapshot.keywords, snapshot.terms, snapshot.events.days, snapshot.events_named
        )

    def _compiled(self, kernels: ModuleType) -> tuple[ranking.Compiled, paging.Compiled]:
        return ranking.Compiled(kernels, self.vectors), paging.Compiled(kernels, self.vectors)

    def _spelled(self, word: str) -> tuple[str, ...]:
        return other_spellings(word, self.snapshot.terms, self.vectors, self._text_beyond_ascii)

    def _text_beyond_ascii(self, ordinal: int) -> str:
        events = self.snapshot.events
        return "" if events.is_ascii(ordinal) else events[ordinal].text
