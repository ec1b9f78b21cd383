"""What vectors are made of: the terms of a text with their counts. For asking and training."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.text.terms import Analysis, Kind

# What a term is, by the number that is stored; a long name is one of several words.
KINDS: Final = ("term", "name", "number", "pair", "long name")
WORD: Final = 0
NAME: Final = 1
PAIR: Final = 3
LONG_NAME: Final = 4
KIND_OF: Final = {
    Kind.WORD: WORD, Kind.NAME: NAME, Kind.NUMBER: 2, Kind.UNSPACED: 3, Kind.ADDRESS: WORD,
}  # fmt: skip
MOST_COUNTED: Final = 254
# For relatedness: the count of a term that an event has only in boilerplate.
ONLY_REPEATED: Final = 255
# For relatedness a word of a title counts as so many words of a body.
TITLE_COUNT: Final = 3


def term_counts(analysis: Analysis) -> dict[str, tuple[int, int]]:
    """The terms of a text with their count, from 1, and the number of their kind.

    Stop words and parts of addresses are left out. A name of several words is a term beside its
    words, with count 0.
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
    return counts


class TermRows(NamedTuple):
    """The terms of many texts, row by row.

    ``columns`` are the numbers of the terms, ``counts`` how often each occurs, both from
    ``starts`` [texts + 1] on; ``weighted`` are the counts for relatedness, in which a word of a
    title counts ``TITLE_COUNT`` times if there is a body. ``terms`` ascend, ``kinds`` [terms] are
    the least of each; ``words`` [texts]: how many words are no stop words."""

    terms: list[str]
    kinds: NDArray[np.uint8]
    starts: NDArray[np.int64]
    columns: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    weighted: NDArray[np.uint8]
    words: NDArray[np.uint32]
