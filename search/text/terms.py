"""Analysis: turns a text into terms. Nothing else in the package defines what a term is.

The same code analyses events for the index, queries, and the texts of explanations.

- A *token* is one word of the text with its place; its *term* is what it counts as. Common words
  count as their stem in the language of the archive, names as themselves, adjectives of nations as
  the country, numbers without their separators, dotted acronyms without dots. Which words are names
  is a matter of the word (see ``lexicon``), not of its case in one place. Only words that are
  countries when they have a capital ("Polish", "US") are none without it.
- The words of a compound ("COVID-19") are tokens side by side, so that the whole is a phrase. Its
  first token has the compound written together as another term (``also``).
- Runs of scripts that are written without blanks are overlapping pairs of characters.
- A *name* is a run of capitalised words, such as "Islamic State of Iraq and the Levant"; see
  ``names``.
"""

from collections.abc import Iterable, Set
from enum import Enum
from typing import Final, NamedTuple

from search.text.addresses import words_of_address
from search.text.boilerplate import Part
from search.text.bounded_cache import PIECE_BYTES, BoundedCache
from search.text.english import COUNTRIES, COUNTRY_ACRONYMS, COUNTRY_OF
from search.text.folding import fold_unspaced
from search.text.names.lexicon import Lexicon
from search.text.names.name_words import NO_WORD, Name, Word
from search.text.names.recognition import names_in, unspaced_names
from search.text.names.unspaced_words import words_in
from search.text.stems import ENGLISH, other_stems
from search.text.words import (
    LONGEST_CHUNK,
    Piece,
    has_unspaced,
    is_one_word,
    pieces,
    split_at_spaces,
)

_KNOWN_BYTES: Final = 48 << 20  # of the cache of an open index
# Before a word that is a country with a capital only: "china" on the table, "turkey" in the oven.
_SMALL: Final = "common:"


class Kind(Enum):
    WORD = "word"
    NAME = "name"
    NUMBER = "number"
    UNSPACED = "unspaced"  # a pair of characters of a script without blanks
    ADDRESS = "address"  # a part of a URL: it can be found, and says nothing about an event

    __hash__ = object.__hash__  # that of Enum is a function of Python, called for every word


class Token(NamedTuple):
    """One word of a text. ``start`` and ``end`` are offsets into the text as it was given; ``also``
    are other terms at the same place: of a compound that begins here, or without a unit.
    ``exact`` is the word as it is written, but for case and possessive."""

    term: str
    start: int
    end: int
    kind: Kind
    stop: bool
    also: tuple[str, ...] = ()
    exact: str = ""


class Analysis(NamedTuple):
    """The analysis of a text: its tokens and names, each in the order of the text.

    ``words`` are the places of words of scripts without blanks that the archive shows to be some.
    """

    tokens: tuple[Token, ...]
    names: tuple[Name, ...]
    words: tuple[tuple[int, int], ...] = ()


class _Words(NamedTuple):
    """The words of a chunk, and their offsets from its start."""

    words: tuple[Word, ...]
    spans: tuple[tuple[int, int], ...]


class Terms:
    """The terms of texts, given which words of the archive are names. Safe to share by threads."""

    def __init__(self, lexicon: Lexicon, cache_bytes: int = _KNOWN_BYTES) -> None:
        self.lexicon = lexicon
        self._other_stems = other_stems() if lexicon.language == ENGLISH else {}
        self._known_tokens: BoundedCache[tuple[Token, ...]] = BoundedCache(cache_bytes // 2)
        self._known_words: BoundedCache[_Words] = BoundedCache(cache_bytes // 2)

    def tokens(self, text: str, at: int = 0) -> list[Token]:
        """All tokens in the order of the text; the position of a token is its place in the list.

        ``at`` is the offset of the text in a longer one.
        """
        known, new = self._known_tokens.young, tuple.__new__  # Token() takes twice as long
        tokens: list[Token] = []
        for chunk in split_at_spaces(text):
            if chunk:
                found = known.get(chunk) or self._tokens_of(chunk)
                if at:
                    tokens += [
                        new(Token, (term, at + start, at + end, kind, stop, also, exact))
                        for term, start, end, kind, stop, also, exact in found
                    ]
                else:
                    tokens += found
            at += len(chunk) + 1
        return tokens

    def first_tokens(self, text: str, terms: Set[str]) -> dict[str, Token]:
        """The first token in the text of each of these terms, as ``tokens`` gives it."""
        known, new = self._known_tokens.young, tuple.__new__
        found: dict[str, Token] = {}
        at = 0
        for chunk in split_at_spaces(text):
            if chunk:
                for term, start, end, *rest in known.get(chunk) or self._tokens_of(chunk):
                    if term in terms and term not in found:
                        found[term] = new(Token, (term, at + start, at + end, *rest))
                if len(found) == len(terms):
                    break
            at += len(chunk) + 1
        return found

    def count(self, chunk: str) -> int:
        """The number of tokens of a text without blanks, as ``tokens`` gives them."""
        return 1 if is_one_word(chunk) else len(self._tokens_of(chunk))

    def readings(self, word: str) -> tuple[list[Token], ...]:
        """The possible readings of a word of a query, each as tokens, the likelier first.

        "us" or "turkey" in small letters may mean the country; "us" is never the pronoun. "leaves"
        may be of "leave" or of "leaf".
        """
        tokens = self.tokens(word)
        if word in self._other_stems and len(tokens) == 1:
            return (tokens, [tokens[0]._replace(term=self._other_stems[word], also=())])
        if not word.islower():
            return (tokens,)
        countries = [self._as_country(word, token) for token in tokens]
        if countries == tokens:
            return (tokens,)
        return (countries,) if word == "us" else (countries, tokens)

    def joined(self, word: str) -> str:
        """The term of a compound ("cease-fire") written together; "" if the word is none."""
        found = pieces(word)
        if len(found) < 2 or not found[0].also or (found[0].start, found[-1].end) != (0, len(word)):
            return ""
        joined = found[0].also[-1]
        return self.word_term(joined) if joined == "".join(p.folded for p in found) else ""

    def names(self, text: str) -> list[Name]:
        """The names in a text, in its order. There is none in boilerplate."""
        return self._names(text, self.lexicon.boilerplate.parts(text))

    def analyse(self, text: str) -> Analysis:
        """The tokens and names of a text. In boilerplate all words are stop words."""
        parts = list(self.lexicon.boilerplate.parts(text))
        tokens: list[Token] = []
        for part in parts:
            found = self.tokens(part.text, part.start)
            if part.is_boilerplate:
                found = [token._replace(stop=True) for token in found]
            tokens += found
        words = words_in(fold_unspaced(text), self.lexicon.words) if has_unspaced(text) else ()
        return Analysis(tuple(tokens), tuple(self._names(text, parts)), tuple(words))

    def word_term(self, word: str) -> str:
        """The term of one folded word, with a capital if it is a country."""
        return COUNTRY_OF.get(word) or self.lexicon.entry(word).stem

    def _names(self, text: str, parts: Iterable[Part]) -> list[Name]:
        names: list[Name] = []
        known = self._known_words.young
        for part in parts:
            if part.is_boilerplate:
                continue
            at = part.start
            words: list[Word] = []
            starts: list[int] = []
            ends: list[int] = []
            for chunk in split_at_spaces(part.text):
                if chunk:
                    found, spans = known.get(chunk) or self._words_of(chunk)
                    words += found
                    for start, end in spans:
                        starts.append(at + start)
                        ends.append(at + end)
                at += len(chunk) + 1
            names += names_in(text, words, starts, ends, self.lexicon)
        if has_unspaced(text):
            names += unspaced_names(text, self.lexicon)
            names.sort(key=lambda name: name.start)
        return names

    def _words_of(self, chunk: str) -> _Words:
        known = self._known_words.get(chunk)
        if known is not None:
            return known
        words: list[Word] = []
        spans: list[tuple[int, int]] = []
        for piece in pieces(chunk):
            if piece.group == "unspaced":
                pairs = _pairs(piece)
                words += [NO_WORD] * len(pairs)
                spans += [(pair.start, pair.end) for pair in pairs]
            else:
                is_address = piece.group == "address"
                words.append(NO_WORD if is_address else Word.of(piece, chunk, self.lexicon))
                spans.append((piece.start, piece.end))
        known = _Words(tuple(words), tuple(spans))
        if len(chunk) <= LONGEST_CHUNK:
            self._known_words.put(chunk, known, PIECE_BYTES * max(1, len(words)))
        return known

    def _tokens_of(self, chunk: str) -> tuple[Token, ...]:
        known = self._known_tokens.get(chunk)
        if known is not None:
            return known
        tokens: list[Token] = []
        for piece in pieces(chunk):
            tokens += _pairs(piece) if piece.group == "unspaced" else [self._token(piece)]
        known = tuple(tokens)
        if len(chunk) <= LONGEST_CHUNK:
            self._known_tokens.put(chunk, known, PIECE_BYTES * max(1, len(tokens)))
        return known

    def _token(self, piece: Piece) -> Token:
        term, kind, stop = self._meaning(piece)
        word = piece.folded
        also: tuple[str, ...] = ()
        if piece.also:
            others = dict.fromkeys(map(self.word_term, piece.also))
            also = tuple(other for other in others if other != term)
        if word in self._other_stems and kind is Kind.WORD:
            also = (*also, self._other_stems[word])
        return Token(term, piece.start, piece.end, kind, stop, also, piece.exact or word)

    def _meaning(self, piece: Piece) -> tuple[str, Kind, bool]:
        """The term of a piece, its kind, and whether it is a stop word."""
        word = piece.folded
        if piece.group == "number":
            return word, Kind.NUMBER, False
        if piece.group == "address":
            return self.lexicon.entry(word).stem, Kind.ADDRESS, False
        if piece.group != "word":
            return COUNTRY_OF.get(word, word), Kind.NAME, False
        if word in COUNTRY_OF or word in COUNTRIES:
            if piece.capitalised and (piece.upper or word not in COUNTRY_ACRONYMS):
                return COUNTRY_OF.get(word, word), Kind.NAME, False
            return _SMALL + word if word in COUNTRIES else word, Kind.WORD, word == "us"
        stem, is_stop, is_name, _ = self.lexicon.entry(word)
        kind = Kind.NAME if is_name else Kind.WORD
        return _SMALL + stem if stem in COUNTRIES else stem, kind, is_stop

    def _as_country(self, text: str, token: Token) -> Token:
        word = text[token.start : token.end]
        if word in COUNTRY_OF or word in COUNTRIES:
            return token._replace(term=COUNTRY_OF.get(word, word), kind=Kind.NAME, stop=False)
        return token


def address_tokens(address: str) -> list[Token]:
    """The tokens of an address, in its order. They are its words as written: an address has no
    stems, names and stop words. They have no place in a text."""
    return [Token(w, 0, 0, Kind.ADDRESS, False, (), w) for w in words_of_address(address)]


def _pairs(piece: Piece) -> list[Token]:
    run, start, end = piece.folded, piece.start, piece.end
    if len(run) == 1:
        return [Token(run, start, end, Kind.UNSPACED, False, (), run)]
    if end - start == len(run):
        spans = [(start + i, start + i + 2) for i in range(len(run) - 1)]
    else:  # letters were composed, so that offsets are unknown
        spans = [(start, end)] * (len(run) - 1)
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return [
        Token(pair, *span, Kind.UNSPACED, False, (), pair)
        for pair, span in zip(pairs, spans, strict=True)
    ]
