"""The terms of a text with their counts, for queries and for training."""

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.arrays import begins
from search.text.english import common_words
from search.text.names.aliases import Aliases
from search.text.stems import stem
from search.text.terms import Analysis, Kind

# The kind of a term, by the number that is stored; a long name has several words, and a rare word
# is no name and in hardly any event (``scoring.with_rare_words``).
KINDS: Final = ("term", "name", "number", "pair", "long name", "rare word")
WORD: Final = 0
NAME: Final = 1
NUMBER: Final = 2
PAIR: Final = 3
LONG_NAME: Final = 4
RARE_WORD: Final = 5
KIND_OF: Final = {
    Kind.WORD: WORD, Kind.NAME: NAME, Kind.NUMBER: NUMBER, Kind.UNSPACED: PAIR, Kind.ADDRESS: WORD,
}  # fmt: skip
NAMES: Final = (NAME, LONG_NAME)
MOST_COUNTED: Final = 254
# The count, in relatedness, of a term that an event has only in boilerplate.
ONLY_REPEATED: Final = 255
# A text of more words, stop words aside, says twice what it is about, or has it in its title.
SHORT_TEXT: Final = 80
NO_ALIASES: Final = Aliases()


def are_common(terms: Sequence[str]) -> NDArray[np.bool_]:
    """Which terms are common English words: [terms]."""
    stems = _common_stems()
    return np.array([term in stems for term in terms], dtype=np.bool_)


@cache
def _common_stems() -> frozenset[str]:
    return frozenset(map(stem, common_words()))


def term_counts(analysis: Analysis, aliases: Aliases = NO_ALIASES) -> dict[str, tuple[int, int]]:
    """The terms of a text with their count, from 1, and the number of their kind.

    Stop words and parts of addresses are left out. A name of several words is a term beside its
    words, with count 0. Names are replaced as in ``TermRows.with_canonical_names``.
    """
    counts: dict[str, tuple[int, int]] = {}
    for token in analysis.tokens:
        if not (token.stop or token.kind is Kind.ADDRESS):
            for term in (token.term, *token.also):
                count = counts[term][0] if term in counts else 0
                counts[term] = (min(count + 1, MOST_COUNTED), KIND_OF[token.kind])
    for name in analysis.names:
        if name.words > 1 and name.term not in counts:
            counts[name.term] = (0, LONG_NAME)
    named = [(term, count) for term, (count, kind) in counts.items() if kind in NAMES]
    for term, count in named:
        if (canonical := aliases.in_other_words(term)) is not None:
            del counts[term]
            kind = LONG_NAME if " " in canonical else NAME
            counts[canonical] = max((count, kind), counts.get(canonical, (0, kind)))
    return counts


class TermRows(NamedTuple):
    """The terms of many texts, row by row.

    ``columns`` are the numbers of the terms, ``counts`` how often each occurs, both from
    ``starts`` [texts + 1] on; ``weighted`` are the counts for relatedness, and ``titled`` those of
    titles above a body. ``terms`` ascend, ``kinds`` [terms] are the least of each; ``words``
    [texts]: how many words are no stop words."""

    terms: list[str]
    kinds: NDArray[np.uint8]
    starts: NDArray[np.int64]
    columns: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    weighted: NDArray[np.uint8]
    titled: NDArray[np.uint8]
    words: NDArray[np.uint32]

    def are_subjects(self) -> NDArray[np.bool_]:
        """Which terms a text has in its title, or twice, or in few words: [terms]. Of the others
        no text says much."""
        owners = np.repeat(np.arange(len(self.words)), np.diff(self.starts))
        is_more = (self.titled > 0) | (self.weighted > 1) & (self.weighted != ONLY_REPEATED)
        found = np.zeros(len(self.terms), np.bool_)
        found[self.columns[is_more | (self.words[owners] <= SHORT_TEXT)]] = True
        return found

    def with_title_count(self, times: int) -> "TermRows":
        """The same rows, with each word of a title above a body counted so many times."""
        more = self.weighted + self.titled.astype(np.int64) * (times - 1)
        counted = np.minimum(more, MOST_COUNTED).astype(np.uint8)
        return self._replace(weighted=np.where(self.titled > 0, counted, self.weighted))

    def with_canonical_names(self, aliases: Aliases) -> "TermRows":
        """The same rows, with aliases counted as their canonical names.

        This concerns names whose canonical name has other words. "ISIL" and "Daesh" become one
        term, "Islamic State of Iraq and the Levant", which is also the term of texts that spell it
        out. Only ``weighted`` changes: the alias counts nothing, and the canonical name as often as
        the alias did.
        """
        pairs = [
            (number, canonical)
            for number, term in enumerate(self.terms)
            if self.kinds[number] in NAMES and (canonical := aliases.in_other_words(term))
        ]
        if not pairs:
            return self
        terms = sorted({*self.terms, *(canonical for _, canonical in pairs)})
        number_of = {term: number for number, term in enumerate(terms)}
        own = np.array([number_of[term] for term in self.terms], dtype=np.int64)
        kinds = np.full(len(terms), LONG_NAME, np.uint8)
        kinds[own] = self.kinds
        canonical_of = np.full(len(self.terms), -1)
        for number, canonical in pairs:
            canonical_of[number] = number_of[canonical]
            if " " not in canonical:
                kinds[number_of[canonical]] = min(NAME, kinds[number_of[canonical]])
        events = np.repeat(np.arange(len(self.words)), np.diff(self.starts))
        moved = (canonical_of[self.columns] >= 0) & (self.weighted != ONLY_REPEATED)
        weighted = np.where(moved, ONLY_REPEATED, self.weighted)
        columns = np.concatenate([own[self.columns], canonical_of[self.columns[moved]]])
        # If an event has both an alias and its canonical name, the larger count is used.
        cells = np.concatenate([events, events[moved]]) * len(terms) + columns
        counts = np.concatenate([self.counts, np.zeros(int(moved.sum()), np.uint8)])
        titled = np.concatenate([np.where(moved, 0, self.titled), self.titled[moved]])
        weights = np.concatenate([weighted, self.weighted[moved]]).astype(np.int64)
        order = np.lexsort((-np.where(weights == ONLY_REPEATED, -1, weights), cells))
        firsts = order[begins(cells[order])]
        found = cells[firsts]
        most_counted = np.maximum.reduceat(counts[order], begins(cells[order]))
        starts = np.searchsorted(found, np.arange(len(self.words) + 1) * len(terms))
        return TermRows(
            terms,
            kinds,
            starts,
            (found % len(terms)).astype(np.uint32),
            most_counted,
            weights[firsts].astype(np.uint8),
            np.maximum.reduceat(titled[order], begins(cells[order])),
            self.words,
        )
