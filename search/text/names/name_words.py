"""The words of names with their properties, and the term of a name."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from search.text.english import (
    COUNTRIES,
    COUNTRY_ACRONYMS,
    COUNTRY_NAMES,
    COUNTRY_OF,
    HYPHEN_PARTICLES,
    KINDS,
    LINKS,
    PARTICLES,
    SHORT_COUNTRIES,
    TITLES,
)
from search.text.names.lexicon import Lexicon
from search.text.words import Piece, pieces

# A run of more words is a headline in capitals or an attack, and no name.
LONGEST_NAME: Final = 12


class Name(NamedTuple):
    """One occurrence of a name: ``term`` is its folded words, ``start`` and ``end`` are offsets.

    A possessive at its end is left out of the span.
    """

    term: str
    start: int
    end: int
    words: int


class Word(NamedTuple):
    """A word with the properties that do not depend on its place."""

    folded: str
    capitalised: bool = False
    upper: bool = False  # set in capitals, or one letter
    possessive: bool = False
    number: bool = False
    nation: bool = False
    title: bool = False
    common: bool = False
    stop: bool = False  # it says nothing by itself
    opens: bool = False  # a name may begin here: a capital, or "al-"
    long_small: bool = False  # a headline in capitals would write it with one
    name: bool = False  # the archive writes it as a name
    alone: str = ""  # the term of the name that it makes by itself; "" if it makes none

    @classmethod
    def of(cls, piece: Piece, before_hyphen: bool, lexicon: Lexicon) -> "Word":
        folded, capitalised = piece.folded, piece.capitalised
        number = piece.folded.isdigit()
        nation = capitalised and (folded in COUNTRY_OF or folded in COUNTRIES)
        nation &= folded not in COUNTRY_ACRONYMS or piece.upper
        title = folded in TITLES
        name = nation or lexicon.is_name(folded)
        common = not nation and lexicon.is_common(folded)
        upper = piece.surface.isupper()
        stop = lexicon.is_stop(folded)
        plain = stop or common or (title and not (name and piece.possessive))
        # WHO is no "who", but MUST is "must".
        acronym = upper and len(folded) > 2 and not title and (not stop or folded == "who")
        alone = len(folded) > 1 and (acronym or not plain)
        return cls(
            folded=folded,
            capitalised=capitalised,
            upper=upper,
            possessive=piece.possessive,
            number=number,
            nation=nation,
            title=title,
            common=common,
            stop=stop,
            opens=capitalised or (before_hyphen and folded in HYPHEN_PARTICLES),
            long_small=len(folded) > 3 and not (capitalised or number),
            name=name,
            alone=name_term([folded]) if alone else "",
        )

    @property
    def plain(self) -> bool:
        """Whether this is a common word that is in few names."""
        return self.common and not (self.title or self.folded in KINDS)

    @property
    def small(self) -> bool:
        """Whether the word only occurs between other words of a name."""
        return not self.capitalised and (self.folded in PARTICLES or self.folded in LINKS)

    @property
    def generic(self) -> bool:
        """Whether the word names a kind of thing: "Court", "Airlines"."""
        return self.common or self.folded in KINDS


NO_WORD: Final = Word("")  # a placeholder that no name crosses


class Place(NamedTuple):
    """A word at its place in the text."""

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
    words = folded_words(surface)
    return name_term(words) if words else ""


def folded_words(surface: str) -> list[str]:
    """The folded words of a text; those of joined texts are the joined words."""
    return [piece.folded for part in surface.split() for piece in pieces(part)]
