"""Which words of an archive are names: learned from how the archive writes them.

A word that stands in the middle of sentences with a capital more often than without is a name.
Words at the start of a sentence, in headlines set in capitals, and so on, are no evidence. For
words that the archive never shows in the middle of a sentence a built-in list of common English
words decides. The decision belongs to the word: "bush" in a question means Bush.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from search.english import ABBREVIATIONS
from search.english import common_words as prior_common_words
from search.folding import fold, folded_word
from search.stems import stem

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_ENDS: Final = frozenset(".!?:;–—•…。！？|\n")
_OPENING: Final = " \t\"'“”‘’([{«„*_#>"
# A text with a larger share of capitalised words is a headline in capitals: no evidence.
_HEADLINE_SHARE: Final = 0.65


def starts_sentence(text: str, start: int) -> bool:
    """Whether the word at ``start`` is the first of a sentence, so that a capital says nothing."""
    before = text[max(0, start - 24) : start].rstrip(_OPENING)
    if not before:
        return start <= 24 or not text[:start].strip(_OPENING)
    if before[-1] not in _SENTENCE_ENDS:
        return False
    if before[-1] != ".":
        return True
    last = re.search(r"([^\W\d_]+)\.$", before)
    return last is None or not (len(last[1]) == 1 or fold(last[1]) in ABBREVIATIONS)


@dataclass(frozen=True)
class Lexicon:
    """``names`` and ``common``: folded words that the archive shows to be the one or the other.

    A word in neither was never seen in the middle of a sentence. ``pairs`` are two words in a row,
    the first a common one, that it writes with capitals there: "amnesty international".
    """

    names: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()

    @classmethod
    def learn(cls, texts: Iterable[str]) -> "Lexicon":
        """Learn from all texts of an archive, in any order."""
        capitalised: Counter[str] = Counter()
        small: Counter[str] = Counter()
        pairs: set[tuple[str, str]] = set()
        for text in texts:
            words = _WORD.findall(text)
            without_capital = [word for word in words if word.islower()]
            if len(words) - len(without_capital) > max(4, _HEADLINE_SHARE * len(words)):
                continue
            small.update(without_capital)
            if len(words) > len(without_capital):
                inside = [
                    match
                    for match in _WORD.finditer(text)
                    if not match.group().islower() and not starts_sentence(text, match.start())
                ]
                capitalised.update(match.group() for match in inside)
                pairs.update(
                    (first.group(), second.group())
                    for first, second in pairwise(inside)
                    if first.end() + 1 == second.start()
                )
        names, common = _by_folded(capitalised), _by_folded(small)
        common_words = frozenset(word for word, count in common.items() if count >= names[word])
        folded_pairs = ((folded_word(first), folded_word(second)) for first, second in pairs)
        return cls(
            frozenset(word for word, count in names.items() if count > common[word]),
            common_words,
            frozenset(
                f"{first} {second}" for first, second in folded_pairs if first in common_words
            ),
        )

    @cached_property
    def _prior(self) -> frozenset[str]:
        return prior_common_words()

    @cached_property
    def _common_stems(self) -> frozenset[str]:
        return frozenset(map(stem, self.common | self._prior))

    def is_name(self, word: str) -> bool:
        """Whether the archive writes this folded word as a name."""
        return word in self.names

    def is_pair(self, first: str, second: str) -> bool:
        """Whether the archive writes these two folded words, in this order, as parts of a name."""
        return f"{first} {second}" in self.pairs

    def is_common(self, word: str) -> bool:
        """Whether this folded word is common, or a form of a common one: "bombings" is."""
        return word not in self.names and (
            word in self.common or word in self._prior or stem(word) in self._common_stems
        )


def _by_folded(surfaces: Counter[str]) -> Counter[str]:
    folded: Counter[str] = Counter()
    for surface, count in surfaces.items():
        folded[folded_word(surface)] += count
    return folded
