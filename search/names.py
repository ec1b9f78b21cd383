"""Names in a text: runs of capitalised words, such as "Islamic State of Iraq and the Levant".

A run goes on over single spaces, hyphens and the particles of names ("of", "bin", "de"), never
over punctuation. Titles ("President", "Mr"), adjectives of nations before a title, months and
days, and common words at the start of a sentence are left out of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from search.english import (
    ABBREVIATIONS,
    CALENDAR,
    COUNTRY_NAMES,
    COUNTRY_OF,
    HYPHEN_PARTICLES,
    HYPHEN_PREFIXES,
    NUMBERED,
    OPENING_PARTICLES,
    PARTICLES,
    STOP_WORDS,
    TITLES,
)
from search.folding import folded_word
from search.lexicon import Lexicon, starts_sentence

# A run of more words is a headline in capitals or an attack, and no name.
LONGEST_NAME: Final = 12


@dataclass(frozen=True, slots=True)
class Name:
    """One name where it stands: ``term`` is its folded words, ``start`` and ``end`` offsets."""

    term: str
    start: int
    end: int
    words: int


@dataclass(frozen=True, slots=True)
class Word:
    """One word as ``names_in`` needs it: where it stands, and its folded spelling."""

    surface: str
    start: int
    end: int
    folded: str

    @property
    def capitalised(self) -> bool:
        return not self.surface.islower() and self.surface[:1].isalpha()


def names_in(text: str, words: Sequence[Word], lexicon: Lexicon) -> list[Name]:
    """All names of ``text``, in its order. ``words`` are all its words with their places."""
    found: list[Name] = []
    run: list[Word] = []
    for index, word in enumerate(words):
        if run and not _joins(text[run[-1].end : word.start], run[-1], word, lexicon):
            found.extend(_names_of(run, lexicon))
            run = []
        if _belongs(text, words, index, run, lexicon):
            run.append(word)
        elif run:
            found.extend(_names_of(run, lexicon))
            run = []
    found.extend(_names_of(run, lexicon))
    return found


def _joins(gap: str, before: Word, word: Word, lexicon: Lexicon) -> bool:
    if gap in (" ", "-", "\u00a0", "\u2010", "\u2011"):
        # "Syria's Bashar al-Assad" is two names, "Women's World Cup" and a known pair one.
        possessive = before.surface[-2:] in ("'s", "\u2019s")
        return (
            not possessive
            or not lexicon.is_name(before.folded)
            or lexicon.is_pair(before.folded, word.folded)
        )
    return gap == ". " and (len(before.surface) == 1 or before.folded in ABBREVIATIONS)


def _belongs(
    text: str, words: Sequence[Word], index: int, run: Sequence[Word], lexicon: Lexicon
) -> bool:
    word = words[index]
    if word.folded in CALENDAR:
        return False
    if word.capitalised and word.folded not in HYPHEN_PREFIXES:
        if word.folded in STOP_WORDS and len(word.surface) > 1 and not word.surface.isupper():
            return bool(run) and not starts_sentence(text, word.start)
        if not lexicon.is_common(word.folded) or not starts_sentence(text, word.start):
            return True
        following = words[index + 1 : index + 2]
        return bool(following) and lexicon.is_pair(word.folded, following[0].folded)
    if word.surface.isdigit():
        return bool(run) and run[-1].folded in NUMBERED
    if text[word.end : word.end + 1] == "-" and word.folded in HYPHEN_PARTICLES:
        return _capital_follows(words, index)
    if not run or word.folded not in PARTICLES or not _capital_follows(words, index):
        return False
    if word.folded in ("the", "and", "in"):
        return any(w.folded in OPENING_PARTICLES for w in run)
    return True


def _capital_follows(words: Sequence[Word], index: int) -> bool:
    for word in words[index + 1 : index + 3]:
        if word.capitalised:
            return word.folded not in CALENDAR
        if word.folded not in PARTICLES:
            return False
    return False


def _names_of(run: Sequence[Word], lexicon: Lexicon) -> list[Name]:
    """Cut a run at titles and nations, and keep the parts that are names."""
    parts: list[list[Word]] = [[]]
    office = 0
    for index, word in enumerate(run):
        last = index == len(run) - 1
        if office:
            office -= 1
        elif word.folded == "secretary" and [w.folded for w in run[index + 1 : index + 2]] == [
            "of"
        ]:
            parts.append([])
            office = 2
        elif word.folded in TITLES and not last:
            parts.append([])
        elif (
            _is_nation(word)
            and not last
            and (_is_nation(run[index + 1]) or _titled(run[index + 1]))
        ):
            parts.extend(([word], []))
        else:
            parts[-1].append(word)
    return [name for part in parts for name in _name(part, lexicon)]


def _is_nation(word: Word) -> bool:
    return word.folded in COUNTRY_OF


def _titled(word: Word) -> bool:
    return word.folded in TITLES


def _name(part: list[Word], lexicon: Lexicon) -> list[Name]:
    while part and part[0].folded in PARTICLES and part[0].folded not in HYPHEN_PARTICLES:
        part = part[1:]
    while part and part[-1].folded in PARTICLES:
        part = part[:-1]
    if not part or len(part) > LONGEST_NAME:
        return []
    start, end = part[0].start, part[-1].end
    if len(part) == 1:
        word = part[0].folded
        if word in STOP_WORDS or not (lexicon.is_name(word) or word in COUNTRY_OF) or len(word) < 2:
            return []
        return [Name(COUNTRY_OF.get(word, word), start, end, 1)]
    term = " ".join(word.folded for word in part)
    return [Name(COUNTRY_NAMES.get(term, term), start, end, len(part))]


def word_of(surface: str, start: int) -> Word:
    return Word(surface, start, start + len(surface), folded_word(surface))
