"""A snapshot open for searches, with caches that queries share."""

from collections.abc import Iterator
from functools import cached_property, lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.fulltext.frequencies import Frequencies
from search.fulltext.letter_model import LetterModel
from search.fulltext.matching import Matches, Meanings, matching
from search.fulltext.query.dates import Spoken, periods_in
from search.fulltext.query.tree import FIELDS as QUERY_FIELDS
from search.fulltext.query.tree import Clause, Field, Leaf
from search.fulltext.spelling_variants import other_spellings
from search.index.arrays import distinct
from search.index.fields import TEXT_FIELDS
from search.index.snapshot import Snapshot
from search.related.similarity import Similarity
from search.text.english import COUNTRY_NAMES, LONG_NAMES_OF

_SPELLINGS: Final = 20_000  # words whose other spellings are remembered
_MODELS: Final = 32  # first letters
_FEW_WORDS: Final = 100  # of an archive with one first letter: common English words help out
_LEAVES: Final = 512  # words and phrases whose events are remembered


class Searcher:
    """A snapshot open for searches. Safe to share by threads."""

    def __init__(self, snapshot: Snapshot, similarity: Similarity) -> None:
        self.snapshot = snapshot
        self.similarity = similarity
        # Caches of methods would keep the searcher, and its files, alive.
        self.other_spellings = lru_cache(_SPELLINGS)(partial(_spelled, snapshot, similarity))
        self.events_named = partial(_events_named, snapshot)
        """The events, ascending, that have a name by any of its aliases, or, of a country, by its
        one word: "UK"."""
        self._meanings = Meanings(
            self.events_named, self.other_spellings, partial(_events_meant, snapshot)
        )
        self.events_with = lru_cache(_LEAVES)(partial(_events_with, snapshot, self._meanings))
        """The events that match one leaf of a query, in a field if one is named, ascending."""
        self.letter_model = lru_cache(_MODELS)(partial(_letter_model, snapshot))
        """The trigrams of the words of the archive that begin with a letter."""

    @cached_property
    def frequencies(self) -> Frequencies:
        """How often the events have each term."""
        return Frequencies(self.snapshot.inverted_index)

    def matching(self, clause: Clause | None) -> Matches:
        """The events that match a clause, by the inverted index."""
        known = self._meanings._replace(events_with=lambda word: self.events_with(word, None))
        return _matching(self.snapshot, known, clause)

    def times(self, text: str) -> Iterator[Spoken]:
        """The times in a text within the span of the archive; others are numbers."""
        first, last = self.snapshot.events.span
        for time in periods_in(text, self.is_long_name):
            if first and last and (time.first or first) <= last and (time.last or last) >= first:
                yield time

    def has_field(self, name: str) -> bool:
        """Whether events have a field of this name, besides those that all events may have."""
        if name.casefold() in QUERY_FIELDS:
            return False
        tokens = list(self.snapshot.terms.tokens(name))
        inverted = self.snapshot.inverted_index
        return bool(tokens) and len(inverted.events_with("field", tokens[0].term)) > 0

    def is_long_name(self, name: str) -> bool:
        """Whether the archive has a name of these words, given in small letters."""
        return (
            self.similarity.matrix.number_of(name) is not None
            or self.snapshot.has_aliases(name)
            or _country(name) is not None
        )


def _events_named(snapshot: Snapshot, name: str) -> NDArray[np.int64]:
    named, country = snapshot.events_named(name), _country(name)
    if country is None:
        return named
    inverted = snapshot.inverted_index
    found = (inverted.live(inverted.events_with(field, country)) for field in TEXT_FIELDS)
    return distinct(named, *(events.astype(np.int64) for events in found))


def _country(name: str) -> str | None:
    """The term of a country by any of its names."""
    return COUNTRY_NAMES.get(name, name if name in LONG_NAMES_OF else None)


def _letter_model(snapshot: Snapshot, letter: str) -> LetterModel:
    keywords = snapshot.inverted_index
    lexicon = snapshot.terms.lexicon
    spellings = {word for field in TEXT_FIELDS for word in keywords.spellings(field, letter).words}
    # Stems are spellings, too, but nobody writes them.
    words = {word for word in spellings if word in lexicon.names or word in lexicon.common}
    if len(words) < _FEW_WORDS:
        words.update(word for word in lexicon.prior if word[0] == letter)
    return LetterModel(filter(str.isalpha, words))


def _matching(snapshot: Snapshot, meanings: Meanings, clause: Clause | None) -> Matches:
    return matching(clause, snapshot.inverted_index, snapshot.terms, snapshot.events.days, meanings)


def _events_with(
    snapshot: Snapshot, meanings: Meanings, leaf: Leaf, field: str | None
) -> NDArray[np.uint32]:
    return _matching(snapshot, meanings, Field(field, leaf) if field else leaf).ordinals


def _events_meant(snapshot: Snapshot, word: str) -> NDArray[np.int64]:
    """The events whose id, link, slug or identifier a word is."""
    return np.array(snapshot.events.ordinals_meant(word), np.int64)


def _spelled(snapshot: Snapshot, similarity: Similarity, word: str) -> tuple[str, ...]:
    def text_beyond_ascii(ordinal: int) -> str:
        events = snapshot.events
        return "" if events.is_ascii(ordinal) else events[ordinal].text

    return other_spellings(word, snapshot.terms, similarity, text_beyond_ascii)
