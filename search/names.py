"""Names in a text: runs of capitalised words, such as "Islamic State of Iraq and the Levant".

A *run* goes on over single spaces, hyphens and the small words inside names ("of", "bin", "de"),
never over other punctuation. It is then cut into names: titles ("President", "Mr") and offices
("Foreign Minister", "Secretary of State") are left out, a nation before a person or a title is a
name of its own, and so are two nations side by side.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from search.english import (
    ABBREVIATIONS,
    CALENDAR,
    COUNTRIES,
    COUNTRY_NAMES,
    COUNTRY_OF,
    DOUBTFUL_TITLES,
    HYPHEN_PARTICLES,
    HYPHEN_PREFIXES,
    KINDS,
    LINKS,
    NUMBERED,
    PARTICLES,
    PORTFOLIOS,
    SHORT_COUNTRIES,
    STOP_WORDS,
    SURNAMES,
    TITLES,
    WEEKDAYS,
)
from search.folding import fold_unspaced
from search.lexicon import LONGEST_UNSPACED, Lexicon, is_headline
from search.words import Piece, ends_sentence, pieces

# A run of more words is a headline in capitals or an attack, and no name.
LONGEST_NAME: Final = 12
_SPACES: Final = (" ", "\u00a0")
_AND: Final = (" & ", "&")
_PLURAL_POSSESSIVES: Final = ("' ", "\u2019 ")
_HYPHENS: Final = ("-", "\u2010", "\u2011")
_COUNTRY_OPENINGS: Final = frozenset(name.split()[0] for name in COUNTRY_NAMES)
_DUTIES: Final = PORTFOLIOS | {"and"}  # Minister for Foreign Affairs and Trade


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
    def small(self) -> bool:
        """Whether the word only stands between the words of a name."""
        return not self.capitalised and (self.folded in PARTICLES or self.folded in LINKS)

    @property
    def generic(self) -> bool:
        """Whether the word says of what kind the named thing is: "Court", "Airlines"."""
        return self.common or self.folded in KINDS


NO_WORD: Final = Word("", *[False] * 9)  # stands for what is no word: no name goes over it


class Span(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class _Place(NamedTuple):
    """A word where it stands in the text."""

    word: Word
    start: int
    end: int


# Who reported it, behind the last sentence of a line: "... (BBC), (Reuters)".
_REPORTERS: Final = re.compile(
    r"""[.!?]['"\u201d\u2019]?\s*\([^()\n]*\)(?:[ ,;]*\([^()\n]*\))*[ .]*(?:\n|\Z)"""
)
_LONGEST_REPORTERS: Final = 300


def names_in(
    text: str, words: Sequence[Word], spans: Sequence[Span], lexicon: Lexicon
) -> list[Name]:
    """All names of one line of ``text``, in its order.

    ``words`` are all words of the line, ``spans`` says where each of them stands.
    """
    openings = [index for index, word in enumerate(words) if word.opens]
    if not openings:
        return []
    found: list[Name] = []
    line = _Line(text, words, spans, lexicon)
    end = _reporters(text, spans)
    done = 0
    for index in openings:
        if spans[index].start >= end:
            break
        if index >= done and line.begins(index):
            done = line.run_end(index)
            places = [_Place(words[i], spans[i].start, spans[i].end) for i in range(index, done)]
            found += _cut(places)
    return found


def _reporters(text: str, spans: Sequence[Span]) -> int:
    """Where the names of the media begin that a line ends with: its end if with none."""
    end = spans[-1].end
    if text[end : end + 1] != ")":
        return end
    found = _REPORTERS.search(text, max(spans[0].start, end - _LONGEST_REPORTERS), end + 10)
    return found.start() if found else end


class _Line:
    """The words of one line, and which of them go together.

    In a headline, where nearly every word has a capital, only words that are no common words make
    names.
    """

    def __init__(
        self, text: str, words: Sequence[Word], spans: Sequence[Span], lexicon: Lexicon
    ) -> None:
        self.text = text
        self.words = words
        self.spans = spans
        self.lexicon = lexicon
        self.headline = is_headline(
            sum([word.capitalised for word in words]), sum([word.long_small for word in words])
        )

    def gap(self, index: int) -> str:
        """What stands between the word before and this one."""
        start = self.spans[index - 1].end if index else 0
        return self.text[start : self.spans[index].start]

    def begins(self, index: int) -> bool:
        word = self.words[index]
        if not word.capitalised:
            return self._named(index + 1)
        if word.folded in CALENDAR or word.folded in HYPHEN_PREFIXES:
            return False
        if word.folded in STOP_WORDS and not word.upper:
            return False
        if not (word.common or word.folded in PARTICLES):
            return True
        if not self.headline and index and not self._first_of_sentence(index):
            return True
        # A capital that says nothing: is it the first word of a name all the same?
        if index + 1 >= len(self.words) or self.gap(index + 1) not in _SPACES:
            return False
        following = self.words[index + 1]
        if not following.capitalised:
            return False
        if self.lexicon.is_pair(word.folded, following.folded) or word.title:
            return True
        return not self.headline and (following.common or word.folded in PARTICLES)

    def run_end(self, index: int) -> int:
        """The index behind the last word of the run that begins at ``index``."""
        end = index + 1
        while end < len(self.words) and end - index <= 2 * LONGEST_NAME:
            step = self._step(index, end)
            if not step:
                break
            end += step
        return end

    def _step(self, begin: int, index: int) -> int:
        """How many words from ``index`` on go on with the run: 0 if it has ended."""
        word, before, gap = self.words[index], self.words[index - 1], self.gap(index)
        if gap in _HYPHENS:
            if before.nation and word.nation:
                return 0
            if word.capitalised:
                return 1
            if len(word.folded) <= 3 and self._named(index + 1):  # Lashkar-e-Taiba
                return 1
            return 1 if self._syllable(begin, index) else 0
        if gap in _AND:
            return 1 if word.capitalised else 0
        if gap in _PLURAL_POSSESSIVES and before.folded.endswith("s"):  # Kurdistan Workers' Party
            return 1 if word.capitalised and not before.nation else 0
        if gap not in _SPACES and not (gap == ". " and _is_initial(before)):
            return 0
        if word.capitalised:
            return 1 if self._goes_on(begin, index) else 0
        if word.number:
            return 1 if before.folded in NUMBERED else 0
        if word.opens:  # Bashar al-Assad
            return 2 if self._named(index + 1) else 0
        return self._linked(begin, index)

    def _syllable(self, begin: int, index: int) -> bool:
        """Whether a small word after a hyphen ends a given name (Ban Ki-moon, not London-based)."""
        word, before = self.words[index], self.words[index - 1]
        if self.lexicon.is_link(before.folded, "-", word.folded):
            return True
        short = max(len(word.folded), len(before.folded)) <= 5
        return short and index - begin >= 2 and not (word.common or word.folded in STOP_WORDS)

    def _goes_on(self, begin: int, index: int) -> bool:
        word, before = self.words[index], self.words[index - 1]
        if word.folded in CALENDAR:
            number = index + 1 < len(self.words) and self.words[index + 1].number
            # Theresa May, Black Friday; not "in Paris on May 5" without its "on".
            wanted = before.common if word.folded in WEEKDAYS else index > begin
            return wanted and not number
        if before.possessive and before.name:
            return self.lexicon.is_pair(before.folded, word.folded)
        if self.headline and word.common:
            return self.lexicon.is_pair(before.folded, word.folded)
        return word.folded not in STOP_WORDS or word.upper or before.capitalised

    def _linked(self, begin: int, index: int) -> int:
        """How many small words and the name after them go on with the run."""
        last = index
        while last < len(self.words) and not self.words[last].capitalised:
            word = self.words[last]
            if not word.small or last - index >= 3 or self.gap(last) not in _SPACES:
                return 0
            last += 1
        if last >= len(self.words) or self.gap(last) not in (*_SPACES, *_HYPHENS):
            return 0
        name, before = self.words[last], self.words[index - 1]
        if name.folded in CALENDAR or before.possessive:
            return 0
        between = [word.folded for word in self.words[index:last]]
        if LINKS.isdisjoint(between):
            return last - index + 1
        if self.lexicon.is_link(before.folded, " ".join(between), name.folded):
            return last - index + 1
        if between[0] == "of":
            # "Supreme Court of Pakistan" is one name, "Simon Busuttil of Forza Nazzjonali" two.
            return last - index + 1 if before.generic or before.title else 0
        if between[0] == "for":
            # Observatory for Human Rights; not the ministry's account for Twitter.
            return last - index + 1 if before.generic and name.generic else 0
        if between == ["and", "the"]:
            inside = [word.folded for word in self.words[begin:index]]
            return last - index + 1 if "of" in inside[-2:] else 0
        return 0

    def _first_of_sentence(self, index: int) -> bool:
        return ends_sentence(self.words[index - 1].folded, self.gap(index))

    def _named(self, index: int) -> bool:
        if index >= len(self.words) or self.gap(index) not in _HYPHENS:
            return False
        return self.words[index].capitalised


def _is_initial(word: Word) -> bool:
    return len(word.folded) == 1 or word.folded in ABBREVIATIONS


def _cut(run: Sequence[_Place]) -> list[Name]:
    """The names in a run."""
    found: list[Name] = []
    part: list[_Place] = []
    index = 0
    while index < len(run):
        office = _office(run, index)
        if office:
            while part and part[-1].word.folded in PORTFOLIOS:
                part.pop()
            found.extend(_named(part))
            part = []
            index += office
            if index < len(run) and run[index - 1].word.folded in ("of", "the"):
                # President of Pakistan Asif Ali Zardari: the country ends where it ends.
                length = _country(run, index)
                found.extend(_named(run[index : index + length]))
                index += length
            continue
        part.append(run[index])
        index += 1
    return [*found, *_named(part)]


def _office(run: Sequence[_Place], index: int) -> int:
    """The length of the title at ``index`` with what belongs to it: 0 if there is none."""
    words = [place.word for place in run[index : index + 8]]
    title = words[0].folded
    if not words[0].title or words[0].possessive:
        return 0
    if title in SURNAMES and len(words) == 1 and index and not run[index - 1].word.generic:
        return 0
    if title in DOUBTFUL_TITLES and len(words) > 1 and words[1].generic and not words[1].title:
        return 0
    length = 2 if [word.folded for word in words[1:2]] == ["general"] else 1
    if len(words) <= length + 1 or words[length].folded not in ("of", "for"):
        return length
    length += 2 if words[length + 1].folded == "the" else 1
    while length < len(words) and words[length].folded in _DUTIES:
        length += 1
    return length


def _country(run: Sequence[_Place], index: int) -> int:
    """The number of words of the country that begins at ``index``, 0 if none does."""
    for length in (4, 3, 2) if run[index].word.folded in _COUNTRY_OPENINGS else ():
        words = [place.word.folded for place in run[index : index + length]]
        if len(words) == length and " ".join(words) in COUNTRY_NAMES:
            return length
    return 1 if run[index].word.nation else 0


def _named(part: Sequence[_Place]) -> list[Name]:
    """A part of a run without titles as one name, or two: a nation and what it is said of."""
    while part and not part[0].word.opens:
        part = part[1:]
    while part and part[-1].word.small:
        part = part[:-1]
    if not part or len(part) > LONGEST_NAME:
        return []
    length = _country(part, 0)
    rest = part[length:]
    if length and rest and _splits(part[:length], rest):
        return [*_name(part[:length]), *_named(rest)]
    return _name(part)


def _splits(nation: Sequence[_Place], rest: Sequence[_Place]) -> bool:
    """Whether a nation and the words after it are two names: "Russian Yury Gagarin"."""
    adjective = " ".join(place.word.folded for place in nation) not in COUNTRIES
    if nation[-1].word.possessive or _country(rest, 0) == len(rest):
        return True
    return adjective and not any(place.word.generic for place in rest)


def _name(part: Sequence[_Place]) -> list[Name]:
    words = [place.word for place in part]
    start, end = part[0].start, part[-1].end - 2 * words[-1].possessive
    if len(words) == 1:
        word = words[0]
        plain = word.folded in STOP_WORDS or word.common or (word.title and not word.name)
        acronym = word.upper and len(word.folded) > 2  # WHO is no "who"
        if len(word.folded) < 2 or (plain and not acronym):
            return []
    return [Name(name_term([word.folded for word in words]), start, end, len(words))]


def name_term(words: Sequence[str]) -> str:
    """The term of a name of these folded words."""
    first = words[0]
    term = " ".join(words)
    if len(words) == 1:
        term = COUNTRY_OF.get(first, first)
    elif first in SHORT_COUNTRIES:
        term = SHORT_COUNTRIES[first] + term[len(first) :]
    return COUNTRY_NAMES.get(term, term)


def unspaced_names(text: str, known: AbstractSet[str]) -> list[Name]:
    """The known names in a text of a script without spaces; where two overlap, the longer first."""
    folded = fold_unspaced(text)
    found: list[Name] = []
    at = 0
    while at < len(folded):
        for end in range(min(at + LONGEST_UNSPACED, len(folded)), at + 1, -1):
            if folded[at:end] in known:
                words = [piece.folded for piece in pieces(folded[at:end])]
                found.append(Name(name_term(words), at, end, len(words)))
                at = end
                break
        else:
            at += 1
    return found


def term_of(surface: str) -> str:
    """The term of a name as people write it; "" if it has no word."""
    words = [piece.folded for part in surface.split() for piece in pieces(part)]
    return name_term(words) if words else ""
