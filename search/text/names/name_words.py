"""The words of names with their properties, and the term of a name."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from search.text.english import (
    ARTICLES,
    CALENDAR,
    COUNTRIES,
    COUNTRY_ACRONYMS,
    COUNTRY_NAMES,
    COUNTRY_OF,
    HYPHEN_PARTICLES,
    HYPHEN_PREFIXES,
    KINDS,
    LINKS,
    PARTICLES,
    SHORT_COUNTRIES,
    TITLES,
)
from search.text.names.lexicon import Lexicon
from search.text.words import Piece, pieces

# Hyphens inside names, as they are in the text.
HYPHENS: Final = ("-", "\u2010", "\u2011")
# Words that begin no name by themselves, even with a capital.
_NEVER_FIRST: Final = CALENDAR | HYPHEN_PREFIXES | PARTICLES
# A run of more words is a headline in capitals or an attack, and no name.
LONGEST_NAME: Final = 12
# A line with more capitals than this, and hardly a long word without, is a headline in capitals.
HEADLINE_CAPITALS: Final = 3
_HEADLINE_SHARE: Final = 0.1


def is_headline(capitalised: int, small: int) -> bool:
    """Whether capitals in a line are no evidence; ``small`` counts its long words without one."""
    return capitalised > HEADLINE_CAPITALS and small <= _HEADLINE_SHARE * capitalised


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
    in_identifier: bool = False  # an underscore is beside it
    begins: bool = False  # a name begins here, whatever is before it
    continues: bool = False  # it may go on with a name that the word before it begins

    @classmethod
    def of(cls, piece: Piece, chunk: str, lexicon: Lexicon) -> "Word":
        """The word of a piece of a chunk."""
        folded, capitalised = piece.folded, piece.capitalised
        before, after = (
            chunk[max(0, piece.start - 1) : piece.start],
            chunk[piece.end : piece.end + 1],
        )
        number = folded.isdigit()
        nation = capitalised and (folded in COUNTRY_OF or folded in COUNTRIES)
        nation &= folded not in COUNTRY_ACRONYMS or piece.upper
        title = folded in TITLES
        entry = lexicon.entry(folded)
        name = nation or entry.is_name
        common = not nation and entry.is_common
        upper = piece.surface.isupper()
        stop = entry.is_stop
        plain = stop or common or (title and not (name and piece.possessive))
        # WHO is no "who", but MUST is "must".
        acronym = upper and len(folded) > 2 and not title and (not stop or folded == "who")
        alone = len(folded) > 1 and (acronym or not plain)
        opens = capitalised or (after == "-" and folded in HYPHEN_PARTICLES)
        in_identifier = "_" in (before, after)
        small = folded in PARTICLES or folded in LINKS or folded in ARTICLES
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
            opens=opens,
            long_small=len(folded) > 3 and not (capitalised or number),
            name=name,
            alone=name_term([folded]) if alone else "",
            in_identifier=in_identifier,
            begins=(
                capitalised
                and not (in_identifier or common or folded in _NEVER_FIRST)
                and not (stop and (len(folded) == 1 or not upper))
            ),
            continues=opens or number or small or before in HYPHENS,
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
