"""Text in, terms out: the one place that says what a term is.

The same code reads events when they are indexed, questions when they are asked and pairs when
they are explained; nothing else in the package takes text apart.

- A *token* is one word of the text with its place; its *term* is what it counts as. Common words
  count as their stem, names as themselves, adjectives of nations as the country, numbers without
  their separators, dotted acronyms without dots. Which words are names is a matter of the word
  (see ``lexicon``), not of its case in one place, so case never matters to a question.
- Runs of scripts that are written without spaces are overlapping pairs of characters.
- A *name* is a run of capitalised words, such as "Islamic State of Iraq and the Levant"; see
  ``names``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from search.english import COUNTRY_OF, STOP_WORDS
from search.folding import APOSTROPHE, LONGEST_WORD, fold, fold_unspaced, folded_word
from search.lexicon import Lexicon
from search.names import Name, names_in, word_of
from search.stems import script_of, stem

_KNOWN_WORDS: Final = 200_000  # the cache of Terms is emptied when it holds so many


class Kind(Enum):
    WORD = "word"
    NAME = "name"
    NUMBER = "number"
    UNSPACED = "unspaced"  # a pair of characters of a script without spaces


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text. ``start`` and ``end`` are offsets into the text as it was given."""

    term: str
    start: int
    end: int
    kind: Kind
    stop: bool


# Han, kana, hangul, Thai, Lao, Burmese, Khmer and their extensions.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
# Marks that Python does not count as parts of words, among them the vowels of Indic scripts.
_MARKS: Final = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0dff\u200c\u200d"
)
_LETTER: Final = rf"(?:[^\W_{_UNSPACED}]|[{_MARKS}])"
_TOKEN: Final = re.compile(
    rf"(?P<unspaced>[{_UNSPACED}]+)"
    rf"|(?P<acronym>(?<!\w)(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?!\w))?|(?<!\w)[^\W\d_]\.[^\W\d_](?!\w))"
    rf"|(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\w)|\d+(?:\.\d+)*(?!\w))"
    rf"|(?P<numbered>(?<!\w)[A-Za-z]{{1,8}}-\d{{1,3}}(?!\w))"
    rf"|(?P<word>{_LETTER}+(?:{APOSTROPHE}{_LETTER}+)*)"
)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a text says, taken apart once: tokens and names, each in the order of the text."""

    tokens: tuple[Token, ...]
    names: tuple[Name, ...]


class Terms:
    """The terms of texts, given which words of the archive are names. Safe to share by threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._known: dict[str, tuple[str, Kind, bool]] = {}

    def tokens(self, text: str) -> list[Token]:
        """All tokens in the order of the text; the position of a token is its place in the list."""
        found: list[Token] = []
        for match in _TOKEN.finditer(text):
            group = match.lastgroup
            start, end = match.span()
            if group == "word":
                surface = match.group()
                known = self._known.get(surface)
                if known is None:
                    known = self._remember(surface)
                term, kind, stop = known
                if term:
                    found.append(Token(term, start, end, kind, stop))
            elif group == "unspaced":
                found.extend(_pairs(match.group(), start))
            else:
                found.append(self._compact(match.group(), group or "", start, end))
        return found

    def names(self, text: str) -> list[Name]:
        """The names in a text, in its order."""
        words = [
            word_of(match.group(), match.start())
            for match in _TOKEN.finditer(text)
            if match.lastgroup != "unspaced"
        ]
        return names_in(text, words, self.lexicon)

    def analyse(self, text: str) -> Analysis:
        return Analysis(tuple(self.tokens(text)), tuple(self.names(text)))

    def word_term(self, word: str) -> str:
        """The term of one folded word."""
        if word in COUNTRY_OF:
            return COUNTRY_OF[word]
        if word in STOP_WORDS:
            return word
        if script_of(word) == "latin" and not self.lexicon.is_common(word):
            return word
        return stem(word)

    def _remember(self, surface: str) -> tuple[str, Kind, bool]:
        if len(self._known) >= _KNOWN_WORDS:
            self._known.clear()
        word = folded_word(surface)
        is_name = word in COUNTRY_OF or self.lexicon.is_name(word)
        known = (
            self.word_term(word),
            Kind.NAME if is_name else Kind.WORD,
            word in STOP_WORDS,
        )
        if len(surface) <= LONGEST_WORD:
            self._known[surface] = known
        return known

    def _compact(self, surface: str, group: str, start: int, end: int) -> Token:
        word = fold(surface.replace("." if group == "acronym" else ",", ""))
        if group == "number":
            return Token(word[:LONGEST_WORD], start, end, Kind.NUMBER, False)
        word = word.replace("-", "")[:LONGEST_WORD]
        return Token(COUNTRY_OF.get(word, word), start, end, Kind.NAME, False)


def _pairs(run: str, start: int) -> Iterable[Token]:
    folded = fold_unspaced(run)
    if len(folded) == 1:
        return (Token(folded, start, start + 1, Kind.UNSPACED, False),)
    return (
        Token(folded[i : i + 2], start + i, start + i + 2, Kind.UNSPACED, False)
        for i in range(len(folded) - 1)
    )
