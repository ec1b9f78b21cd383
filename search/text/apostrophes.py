"""Apostrophes: the end of a possessive, after an elided article, or part of the word."""

import re
from collections.abc import Callable
from typing import Final

from search.text import tables
from search.text.folding import LONGEST_WORD, fold

_MARKS: Final = re.compile("['\"\u00b7\u05f3\u05f4]")
_LISTS: Final = tables.word_lists("apostrophes")
# Short words that lose their vowel before another: French, Italian, Catalan and Portuguese.
_ELIDED: Final = _LISTS["elided"]
_SAINTS: Final = _LISTS["saints"]  # Sant'Ana is a name of its own
# Shortened verbs of English: what is left of I'm and they've is the pronoun.
_SHORTENED: Final = _LISTS["shortened"]
# Case endings of Turkish, which are set off from a name: İstanbul'da, ABD'nin.
_TURKISH: Final = _LISTS["turkish"]
_ONE_LETTER: Final = frozenset("a e i u")  # of these Sana'a and Hawai'i end, too
_SHORTEST_NAME: Final = 3  # letters before a Turkish ending: Sa'da is one word


def apostrophe_forms(
    surface: str, fold: Callable[[str], str] = fold
) -> tuple[str, tuple[str, ...]]:
    """The folded form of a normalised word, and other folded forms that find it.

    "Shi'ite's" is "shiite", "l'Italia" is "italia" and "İstanbul'da" is "istanbul"; what was cut
    off is left out of the word but not of what finds it.
    """
    if surface.isalnum():
        return fold(surface)[:LONGEST_WORD], ()
    word = surface[:-2] if surface.endswith(("'s", "'S")) else surface
    word = word.replace("`", "'")
    whole = fold(_MARKS.sub("", word))[:LONGEST_WORD]
    before, mark, after = word.partition("'")
    if not mark:
        return whole, ()
    first, rest = fold(before), fold(_MARKS.sub("", after))[:LONGEST_WORD]
    if first in _ELIDED and rest:
        return rest, (whole,)
    if first in _SAINTS and rest:
        return whole, (rest,)
    if rest in _SHORTENED:
        return first, (whole,)
    if rest in _TURKISH and len(first) >= _SHORTEST_NAME:
        return first, (whole,)
    if rest in _ONE_LETTER and len(first) > _SHORTEST_NAME:
        return whole, (first,)
    return whole, ()
