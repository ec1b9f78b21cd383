"""The stem of a common word. Names are never stemmed; that is decided in ``terms``.

English words lose their inflection and no more: "bombing", "bombed" and "bombs" meet, while
"coroner", "coronation" and "coronavirus" stay three words. Words of other scripts go through
Snowball, of which there is no lighter form.
"""

import re
from typing import Final

import Stemmer

_SNOWBALL: Final = {
    script: Stemmer.Stemmer(language)
    for script, language in (("cyrillic", "russian"), ("greek", "greek"), ("arabic", "arabic"))
}
_VOWELS: Final = frozenset("aeiouy")
_LAST: Final = frozenset("degsy")  # what inflected words end in
# One vowel, one consonant: such a word doubles the consonant before an ending (planned), so that
# an ending without doubling shows a silent e (striking: strike), which then tells plane from plan.
_SHORT: Final = re.compile("[^aeiouy]*[aeiouy][^aeiouwxy]")
_IRREGULAR: Final = {
    word: stem
    for stem, words in (("die", "died dies dying"), ("lie", "lied lies lying"), ("news", "news"),
                        ("crisis", "crisis crises"), ("series", "series"), ("species", "species"))
    for word in words.split()
}  # fmt: skip


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
    if word.isascii() and word[-1:] not in _LAST:
        return word
    script = script_of(word)
    if script == "latin":
        return _without_inflection(word)
    if not script:
        return word
    stemmed: str = _SNOWBALL[script].stemWord(word)
    return stemmed or word


def _without_inflection(word: str) -> str:
    if len(word) <= 3 or word in _IRREGULAR:
        return _IRREGULAR.get(word, word)
    word = _without_tense(_singular(word))
    if len(word) > 4 and word[-1] == "e" and not _SHORT.fullmatch(word[:-1]):
        return word[:-1]
    if len(word) > 4 and word[-1] == "y":
        return word[:-1] + "i"
    return word


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word[-1] == "s" and word[-2:] not in ("ss", "us", "is"):
        return word[:-1]
    return word


def _without_tense(word: str) -> str:
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if len(rest) < 3 or rest == word or _VOWELS.isdisjoint(rest):
            continue
        if rest[-1] == rest[-2] and rest[-1] not in "lsz":
            return rest[:-1]
        return rest + "e" if _SHORT.fullmatch(rest) else rest
    return word
