"""A letter model: how much a word looks like the words of an archive.

Trigrams of letters, backed off to pairs and to any letter:

    p(c | ab) = (count(abc) + 3 · p(c | b)) / (count(ab) + 3)
    p(c | b)  = (count(bc) + 3 / 30) / (count(b) + 3)

A typo makes letter sequences that are rare; an unknown name mostly does not.
Witten and Bell's interpolation with a constant weight; see Chen and Goodman, "An empirical study of
smoothing techniques for language modeling" (1999).
"""

from collections import Counter
from collections.abc import Iterable
from math import log2
from typing import Final

_BACK_OFF: Final = 3.0
_LETTERS: Final = 30
_START, _END = "^", "$"


class LetterModel:
    """The trigrams of some folded words."""

    def __init__(self, words: Iterable[str]) -> None:
        padded = [f"{_START}{_START}{word}{_END}" for word in words]
        self._triples = Counter(w[at : at + 3] for w in padded for at in range(len(w) - 2))
        self._pairs = Counter(w[at : at + 2] for w in padded for at in range(len(w) - 1))
        self._letters = Counter(letter for w in padded for letter in w[1:-1])

    def surprise(self, word: str) -> float:
        """The information in a folded word, in bits: about three a letter for a usual word."""
        padded = f"{_START}{_START}{word}{_END}"
        return -sum(log2(self._probability(padded[at : at + 3])) for at in range(len(padded) - 2))

    def _probability(self, triple: str) -> float:
        """The probability of the third letter after the other two."""
        after_one = (self._pairs[triple[1:]] + _BACK_OFF / _LETTERS) / (
            self._letters[triple[1]] + _BACK_OFF
        )
        return (self._triples[triple] + _BACK_OFF * after_one) / (
            self._pairs[triple[:2]] + _BACK_OFF
        )
