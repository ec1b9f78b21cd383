"""Names in a text: runs of capitalised words, such as "Islamic State of Iraq and the Levant".

A *run* continues across single spaces, hyphens and small words inside names ("of", "bin", "de"),
but not across other punctuation. ``splitting`` then cuts it into names.
"""

import re
from collections.abc import Sequence
from typing import Final

from search.text.english import (
    ABBREVIATIONS,
    ARTICLES,
    BEFORE_ON,
    CALENDAR,
    COUNTRIES,
    COUNTRY_NAMES,
    HYPHEN_PREFIXES,
    LINKS,
    NAME_OPENINGS,
    NUMBERED,
    PARTICLES,
    WEEKDAYS,
)
from search.text.folding import fold_unspaced
from search.text.names.lexicon import LONGEST_UNSPACED, Lexicon
from search.text.names.name_words import (
    HEADLINE_CAPITALS,
    HYPHENS,
    LONGEST_NAME,
    Name,
    Place,
    Word,
    is_headline,
    name_term,
)
from search.text.names.splitting import cut
from search.text.words import ends_sentence, pieces

_SPACES: Final = (" ", "\u00a0")
_AND: Final = (" & ", "&")
_PLURAL_POSSESSIVES: Final = ("' ", "\u2019 ")
_COUNTRIES: Final = COUNTRIES | COUNTRY_NAMES.keys()


# Who reported it, behind the last sentence of a line: "... (BBC), (Reuters)".
_REPORTERS: Final = re.compile(
    r"""[.!?]['"\u201d\u2019]?\s*\([^()\n]*\)(?:[ ,;]*\([^()\n]*\))*[ .]*(?:\n|\Z)"""
)
_LONGEST_REPORTERS: Final = 300


def names_in(
    text: str,
    words: Sequence[Word],
    starts: Sequence[int],
    ends: Sequence[int],
    lexicon: Lexicon,
) -> list[Name]:
    """All names of one line of ``text``, in its order.

    ``words`` are all words of the line; ``starts`` and ``ends`` are their offsets in the text.
    """
    openings = [index for index, word in enumerate(words) if word.opens]
    if not openings:
        return []
    found: list[Name] = []
    line = _Line(text, words, starts, ends, lexicon, may_be_headline=len(openings))
    names_end = _names_end(text, starts[0], ends[-1])
    end = 0
    for index in openings:
        if starts[index] >= names_end:
            break
        word = words[index]
        if index < end or not (word.begins or line.begins(index)):
            continue
        end = index + 1
        if end < len(words) and words[end].continues:
            end = line.run_end(index)
        if end > index + 1:
            found += cut([Place(words[i], starts[i], ends[i]) for i in range(index, end)])
        elif word.alone:
            found.append(Name(word.alone, starts[index], ends[index] - 2 * word.possessive, 1))
    return found


def _names_end(text: str, start: int, end: int) -> int:
    """The offset up to which a line, from ``start`` to ``end``, may name what it is about.

    Media named in brackets behind its last sentence are left out.
    """
    if text[end : end + 1] != ")":
        return end
    found = _REPORTERS.search(text, max(start, end - _LONGEST_REPORTERS), end + 10)
    return found.start() if found else end


class _Line:
    """The words of one line, and which of them form names.

    In a headline, where nearly every word has a capital, common words begin no name.
    """

    def __init__(
        self,
        text: str,
        words: Sequence[Word],
        starts: Sequence[int],
        ends: Sequence[int],
        lexicon: Lexicon,
        may_be_headline: int,
    ) -> None:
        self.text = text
        self.words = words
        self.starts = starts
        self.ends = ends
        self.lexicon = lexicon
        self.headline = may_be_headline > HEADLINE_CAPITALS and self._is_headline()

    def gap(self, index: int) -> str:
        """The text between the word before and this one."""
        return self.text[self.ends[index - 1] if index else 0 : self.starts[index]]

    def _is_headline(self) -> bool:
        capitals = sum([word.capitalised for word in self.words])
        if capitals <= HEADLINE_CAPITALS:
            return False
        if not is_headline(capitals, sum([word.long_small for word in self.words])):
            return False
        # A short question may be nothing but names: then hardly a plain word has a capital.
        return sum([word.plain and word.capitalised for word in self.words[1:]]) > 1

    def begins(self, index: int) -> bool:
        """Whether a name may begin with a word that opens one: none does inside an identifier."""
        word = self.words[index]
        if word.in_identifier:
            return False
        if not word.capitalised:
            return self._named(index + 1)
        if word.folded in CALENDAR or word.folded in HYPHEN_PREFIXES:
            return False
        if word.stop and (len(word.folded) == 1 or not word.upper):
            # "A. Q. Khan", but not "A Syrian".
            return index + 1 < len(self.words) and self.gap(index + 1) == ". "
        if not (word.common or word.folded in PARTICLES):
            return True
        if not self.headline and index and not self._first_of_sentence(index):
            return True
        # A capital letter that may mean nothing: is it still the first word of a name?
        if index + 1 >= len(self.words) or self.gap(index + 1) not in _SPACES:
            return False
        following = self.words[index + 1]
        if not following.capitalised:
            return False
        if self.lexicon.is_pair(word.folded, following.folded) or word.title:
            return True
        if f"{word.folded} {following.folded}" in _COUNTRIES:
            return True
        if word.folded in NAME_OPENINGS and (word.folded == "royal" or not following.nation):
            return not (following.common and self.headline)
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
        """The number of words at ``index`` that continue the run; 0 if it has ended."""
        word, before, gap = self.words[index], self.words[index - 1], self.gap(index)
        if gap in HYPHENS:
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
        return short and index - begin >= 2 and not (word.common or word.stop)

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
        if word.stop and word.upper and len(word.folded) > 1:  # Packages MUST NOT
            return False
        return not word.stop or word.upper or before.capitalised

    def _linked(self, begin: int, index: int) -> int:
        """The number of small words, with the name after them, that continue the run."""
        last = index
        while last < len(self.words) and not self.words[last].capitalised:
            word = self.words[last]
            is_small = word.small or word.folded in ARTICLES
            if not is_small or last - index >= 3 or self.gap(last) not in _SPACES:
                return 0
            last += 1
        if last >= len(self.words) or self.gap(last) not in (*_SPACES, *HYPHENS):
            return 0
        name, before = self.words[last], self.words[index - 1]
        if name.folded in CALENDAR or before.possessive:
            return 0
        between = [word.folded for word in self.words[index:last]]
        if LINKS.isdisjoint(between) and ARTICLES.isdisjoint(between):
            return last - index + 1
        if self.lexicon.is_link(before.folded, " ".join(between), name.folded):
            return last - index + 1
        if not ARTICLES.isdisjoint(between):
            return 0
        if between[0] == "on":
            return last - index + 1 if before.folded in BEFORE_ON else 0
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
        if index >= len(self.words) or self.gap(index) not in HYPHENS:
            return False
        return self.words[index].capitalised


def _is_initial(word: Word) -> bool:
    return len(word.folded) == 1 or word.folded in ABBREVIATIONS


def unspaced_names(text: str, lexicon: Lexicon) -> list[Name]:
    """The known names in a text of a script without spaces.

    Of two that overlap the longer is taken, and what begins it as well: the country of an office.
    """
    folded = fold_unspaced(text)
    known, openings = lexicon.unspaced, lexicon.unspaced_openings
    found: list[Name] = []
    at = 0
    while at < len(folded):
        longest = min(LONGEST_UNSPACED, len(folded) - at)
        may_begin = folded[at : at + 2] in openings
        sizes = range(longest, 1, -1) if may_begin else ()
        fitting = [size for size in sizes if folded[at : at + size] in known]
        for size in fitting:
            words = [piece.folded for piece in pieces(folded[at : at + size])]
            found.append(Name(name_term(words), at, at + size, len(words)))
        at += max(fitting, default=1)
    return found
