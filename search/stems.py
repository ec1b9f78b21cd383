"""The stem of a common word. Names are never stemmed; that is decided in ``terms``.

English words go through Snowball, but only as far as inflection: "bombing", "bombed" and "bombs"
meet, while "coroner" and "coronation", which Snowball cuts to the same "coron", stay two words.
"""

from os.path import commonprefix
from typing import Final

import Stemmer

_SNOWBALL: Final = {
    script: Stemmer.Stemmer(language)
    for script, language in (("latin", "english"), ("cyrillic", "russian"), ("greek", "greek"),
                             ("arabic", "arabic"))
}  # fmt: skip
_INFLECTIONS: Final = frozenset(
    ("", "s", "es", "ies", "ied", "y", "d", "ed", "ing", "ings", "e", "ly")
)


def script_of(word: str) -> str:
    """The script of a folded word, as far as stems differ by it; "" for any other."""
    first = word[:1]
    if "a" <= first <= "z" or "\u00c0" <= first <= "\u024f":
        return "latin"
    if "\u0400" <= first <= "\u052f":
        return "cyrillic"
    if "\u0370" <= first <= "\u03ff" or "\u1f00" <= first <= "\u1fff":
        return "greek"
    return "arabic" if "\u0600" <= first <= "\u06ff" else ""


def stem(word: str) -> str:
    """The stem of a folded common word."""
    script = script_of(word)
    if not script:
        return word
    stemmed: str = _SNOWBALL[script].stemWord(word)
    if script != "latin":
        return stemmed or word
    shared = len(commonprefix((word, stemmed)))  # noqa: RUF071 - words, not paths
    if word[shared:] in _INFLECTIONS:
        return stemmed
    return _without_inflection(word)


def _without_inflection(word: str) -> str:
    """For words whose derivational ending Snowball would cut: only plural, tense and final e go."""
    for ending in ("ies", "ied"):
        if word.endswith(ending):
            return word[: -len(ending)] + "y"
    for ending in ("ings", "ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and not word.endswith(("ss", "us", "is", "ous")):
            return word[: -len(ending)]
    return word
