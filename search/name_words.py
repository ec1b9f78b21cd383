"""What names are made of: words with all that matters about them, and the term of a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from search.english import (
    COUNTRIES,
    COUNTRY_NAMES,
    COUNTRY_OF,
    HYPHEN_PARTICLES,
    KINDS,
    LINKS,
    PARTICLES,
    SHORT_COUNTRIES,
    TITLES,
)
from search.lexicon import Lexicon
from search.words import Piece, pieces

# A run of more words is a headline in capitals or an attack, and no name.
LONGEST_NAME: Final = 12


class Name(NamedTuple):
    """One name where it stands: ``term`` is its folded words, ``start`` and ``end`` offsets.

    A possessive at its end is left out of the span.
    """

    term: str
    start: int
    end: int
    words: int


@dataclass(frozen=True, slots=True)
class Word:
    """What names are made of: all that matters about a word wherever it stands."""

    folded: str
    capitalised: bool
    upper: bool  # set in capitals, or one letter
    possessive: bool
    number: bool
    nation: bool
    title: bool
    name: bool  # the archive writes it as a name
    common: bool
    opens: bool  # a name may begin here: a capital, or "al-"

    @classmethod
    def of(cls, piece: Piece, before_hyphen: bool, lexicon: Lexicon) -> "Word":
        folded = piece.folded
        capitalised = piece.capitalised
        nation = folded in COUNTRY_OF or folded in COUNTRIES
        return cls(
            folded,
            capitalised,
            piece.surface.isupper(),
            piece.possessive,
            piece.surface.isdigit(),
            nation,
            folded in TITLES,
            nation or lexicon.is_name(folded),
            not nation and lexicon.is_common(folded),
            capitalised or (before_hyphen and folded in HYPHEN_PARTICLES),
        )

    @property
    def long_small(self) -> bool:
        """Whether this is a word that a headline in capitals would write with one."""
        return len(self.folded) > 3 and not (self.capitalised or self.number)

    @property
    def plain(self) -> bool:
        """Whether this is a common word that stands in few names."""
        return self.common and not (self.title or self.folded in KINDS)

    @property
    def small(self) -> bool:
        """Whether the word only stands between the words of a name."""
        return not self.capitalised and (self.folded in PARTICLES or self.folded in LINKS)

    @property
    def generic(self) -> bool:
        """Whether the word says of what kind the named thing is: "Court", "Airlines"."""
        return self.common or self.folded in KINDS


NO_WORD: Final = Word("", *[False] * 9)  # stands for what is no word: no name goes over it


class Place(NamedTuple):
    """A word where it stands in the text."""

    word: Word
    start: int
    end: int


def name_term(words: Sequence[str]) -> str:
    """The term of a name of these folded words."""
    first = words[0]
    term = " ".join(words)
    if len(words) == 1:
        term = COUNTRY_OF.get(first, first)
    elif first in SHORT_COUNTRIES:
        term = SHORT_COUNTRIES[first] + term[len(first) :]
    return COUNTRY_NAMES.get(term, term)


def term_of(surface: str) -> str:
    """The term of a name as people write it; "" if it has no word."""
    words = [piece.folded for part in surface.split() for piece in pieces(part)]
    return name_term(words) if words else ""
