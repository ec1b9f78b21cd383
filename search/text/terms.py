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

from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from search.text.english import COUNTRY_OF, STOP_WORDS
from search.text.names.lexicon import Lexicon
from search.text.names.name_words import NO_WORD, Name, Word
from search.text.names.recognition import names_in, unspaced_names
from search.text.stems import script_of, stem
from search.text.words import LONGEST_CHUNK, UNSPACED, Piece, pieces

_KNOWN_CHUNKS: Final = 200_000  # the cache of Terms is emptied when it holds so many


class Kind(Enum):
    WORD = "word"
    NAME = "name"
    NUMBER = "number"
    UNSPACED = "unspaced"  # a pair of characters of a script without spaces

    __hash__ = object.__hash__  # that of Enum is a function of Python, called for every word


class Token(NamedTuple):
    """One word of a text. ``start`` and ``end`` are offsets into the text as it was given."""

    term: str
    start: int
    end: int
    kind: Kind
    stop: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a text says, taken apart once: tokens and names, each in the order of the text."""

    tokens: tuple[Token, ...]
    names: tuple[Name, ...]


class _Chunk(NamedTuple):
    """What stands between two spaces: its tokens, placed from its start, and a word for each."""

    tokens: tuple[Token, ...]
    words: tuple[Word, ...]


class Terms:
    """The terms of texts, given which words of the archive are names. Safe to share by threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._known: dict[str, _Chunk] = {}
        self._known_tokens: dict[str, tuple[Token, ...]] = {}

    def tokens(self, text: str) -> list[Token]:
        """All tokens in the order of the text; the position of a token is its place in the list."""
        known = self._known_tokens
        tokens: list[Token] = []
        at = 0
        for chunk in text.split(" "):
            if chunk:
                placed = known.get(chunk)
                if placed is None:
                    placed = self._remember_tokens(chunk)
                if at:
                    tokens += [
                        Token(term, at + start, at + end, kind, stop)
                        for term, start, end, kind, stop in placed
                    ]
                else:
                    tokens += placed
            at += len(chunk) + 1
        return tokens

    def names(self, text: str) -> list[Name]:
        """The names in a text, in its order."""
        return list(self.analyse(text).names)

    def analyse(self, text: str) -> Analysis:
        tokens: list[Token] = []
        names: list[Name] = []
        at = 0
        for line in text.split("\n"):
            found, words = self._read(line, at)
            names += names_in(text, words, found, self.lexicon)
            tokens += found
            at += len(line) + 1
        if self.lexicon.unspaced and UNSPACED.search(text):
            names += unspaced_names(text, self.lexicon)
            names.sort(key=lambda name: name.start)
        return Analysis(tuple(tokens), tuple(names))

    def word_term(self, word: str) -> str:
        """The term of one folded word."""
        if word in COUNTRY_OF:
            return COUNTRY_OF[word]
        stemmed = stem(word)
        if stemmed == word or word in STOP_WORDS:
            return word
        if script_of(word) == "latin" and not self.lexicon.is_common(word):
            return word
        return stemmed

    def _read(self, text: str, at: int) -> tuple[list[Token], list[Word]]:
        """The tokens of a text that begins at ``at``, and a word for each."""
        known, new = self._known, tuple.__new__  # Token() takes twice as long
        tokens: list[Token] = []
        words: list[Word] = []
        for chunk in text.split(" "):
            if chunk:
                placed, found = known.get(chunk) or self._remember(chunk)
                for term, start, end, kind, stop in placed:
                    tokens.append(new(Token, (term, at + start, at + end, kind, stop)))
                words += found
            at += len(chunk) + 1
        return tokens, words

    def _remember(self, chunk: str) -> _Chunk:
        words: list[Word] = []
        for piece in pieces(chunk):
            if piece.group == "unspaced":
                words += [NO_WORD] * len(_pairs(piece))
            else:
                before_hyphen = chunk[piece.end : piece.end + 1] == "-"
                words.append(Word.of(piece, before_hyphen, self.lexicon))
        known = _Chunk(self._tokens_of(chunk), tuple(words))
        if len(chunk) <= LONGEST_CHUNK:
            if len(self._known) >= _KNOWN_CHUNKS:
                self._known.clear()
            self._known[chunk] = known
        return known

    def _remember_tokens(self, chunk: str) -> tuple[Token, ...]:
        """As ``_remember``, for who asks for no names."""
        known = self._known.get(chunk)
        tokens = self._tokens_of(chunk) if known is None else known.tokens
        if len(chunk) <= LONGEST_CHUNK:
            if len(self._known_tokens) >= _KNOWN_CHUNKS:
                self._known_tokens.clear()
            self._known_tokens[chunk] = tokens
        return tokens

    def _tokens_of(self, chunk: str) -> tuple[Token, ...]:
        tokens: list[Token] = []
        for piece in pieces(chunk):
            if piece.group == "unspaced":
                tokens += _pairs(piece)
            else:
                tokens.append(self._token(piece))
        return tuple(tokens)

    def _token(self, piece: Piece) -> Token:
        word = piece.folded
        if piece.group == "number":
            return Token(word, piece.start, piece.end, Kind.NUMBER, False)
        if piece.group != "word":
            term = COUNTRY_OF.get(word, word)
            return Token(term, piece.start, piece.end, Kind.NAME, False)
        is_name = word in COUNTRY_OF or self.lexicon.is_name(word)
        kind = Kind.NAME if is_name else Kind.WORD
        return Token(self.word_term(word), piece.start, piece.end, kind, word in STOP_WORDS)


def _pairs(piece: Piece) -> list[Token]:
    run, start = piece.folded, piece.start
    if len(run) == 1:
        return [Token(run, start, start + 1, Kind.UNSPACED, False)]
    return [
        Token(run[i : i + 2], start + i, start + i + 2, Kind.UNSPACED, False)
        for i in range(len(run) - 1)
    ]
