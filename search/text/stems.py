"""The stem of a common word, by Snowball. Names are never stemmed; ``terms`` decides that.

Words are folded first, so that a word typed without accents has the same stem.
English has a table beside Snowball: irregular forms ("shot"), and words that Snowball would
take for forms of an unrelated one ("important", "import").
"""

import re
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import Stemmer

from search.text import tables

ENGLISH: Final = "english"
LANGUAGES: Final = frozenset(Stemmer.algorithms()) - {"porter", "dutch_porter"}
# What a stem must keep of a word that lost its end: a rest of three letters means too many words.
_SHORTEST: Final = 3

# First and last character of the blocks of each language, or of one that represents several.
_SCRIPTS: Final = (
    ("\u0370", "\u03ff", "greek"),
    ("\u1f00", "\u1fff", "greek"),
    ("\u0400", "\u052f", "russian"),
    ("\u0530", "\u058f", "armenian"),
    ("\u0600", "\u06ff", "arabic"),
    ("\u0900", "\u097f", "hindi"),
    ("\u0b80", "\u0bff", "tamil"),
)
# Languages whose script represents another language in the table above.
SAME_SCRIPT: Final[Mapping[str, str]] = {
    "serbian": "russian", "persian": "arabic", "nepali": "hindi",
}  # fmt: skip
# "The", with "and", "by" or "to" before it: of a word that ends in ه Snowball takes the one or the
# other away. Names such as Allah stay whole.
_ARABIC_ARTICLE: Final = re.compile("^[وف]?(?:[بك]?ال|لل)(?=.{3})")
# What Snowball does not see in a folded word, or in a word at all: "eleicoes" is the plural of
# "eleicao", "beschliesst" a form of "beschliessen". One pattern a line, with its replacement.
_ENDINGS: Final[Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]] = {
    language: tuple((re.compile(pattern), ending) for pattern, ending in endings)
    for language, endings in {
        "portuguese": ((r"[ao]es$", "ao"), (r"(?<=...[aeou])is$", "l")),
        "polish": ((r"(?<=...)ow$", "\u00f3w"),),
        "german": ((r"(?<=..ss)t$", ""),),
        "french": ((r"iere(?=s?$)", "ier"),),
        "catalan": ((r"cio$", "cions"),),
        "greek": ((r"(?<=..)\u03b9(?:\u03b1|\u03c9\u03bd)$", "\u03b9\u03b5\u03c2"),),
    }.items()
}
# Ukrainian has no stemmer of its own; its endings are those of Russian in other letters.
_UKRAINIAN: Final = str.maketrans("\u0456\u0457\u0454\u0491", "\u0438\u0438\u0435\u0433")
# Before an irregular verb: overheard, misunderstood, rewrote, withstood.
_PREFIX: Final = re.compile("(?:over|under|mis|out|re|fore|up|with|inter|counter)(?=...)")
# British spellings of verbs and of what is made of them: nationalise, organisation, analysed.
_BRITISH: Final = re.compile(
    "(?<=...)(?:(?:(?<=ac|al|an|ar|as|at|el|en|er|es|et|gn|ic|id|il|im|in|ir|it|iv|ll|og|ol|on|or|ot"
    "|ph|pt|rd|rg|rn|th|un|ur|ut)|(?<=[^r]em|[^r]om))is(?=e[drs]?$|ers$|ing(?:ly)?$|ations?$|ational$|abl[ey]$)"
    "|(?<=(?:ana|ara|ata)l)ys(?=e[dr]?$|ers$|ing$))"
)
# A verb that ends in c has a k before an ending: mimicked, trafficking, but not kicked.
_MIMICKED: Final = re.compile("(?:(?<=[aeiouy][flmnt]i)|(?<=cni|ffi))ck(?=ed$|ing$|ers?$)")
_MARKS: Final = "=~?"  # of lines of the table of English forms
_local = threading.local()


def script_language(word: str) -> str:
    """The language that the script of a folded word tells; "" for Latin and unknown scripts."""
    first = word[:1]
    if first < "\u0370":
        return ""
    return next((name for low, high, name in _SCRIPTS if low <= first <= high), "")


def stem(word: str, language: str = ENGLISH) -> str:
    """The stem of a folded common word of a language that Snowball knows; else the word."""
    if any(map(str.isdigit, word)) or language not in LANGUAGES:
        return word
    if language == ENGLISH:
        return _english().get(word) or _english_stem(word)
    for pattern, ending in _ENDINGS.get(language, ()):
        word = pattern.sub(ending, word)
    if language == "russian":
        word = word.translate(_UKRAINIAN)
    if language == "arabic":
        word = _ARABIC_ARTICLE.sub("", word)
    stemmed: str = _snowball(language).stemWord(word)
    if len(stemmed) < _SHORTEST and len(word) >= _SHORTEST:
        return word
    if language == "arabic" and not word.endswith(stemmed) and 2 * len(stemmed) <= len(word):
        return word  # a foreign name would lose all but its first letters
    return stemmed or word


def _english_stem(word: str) -> str:
    if (prefix := _PREFIX.match(word)) and (known := _irregular().get(word[prefix.end() :])):
        return prefix[0] + known
    if "ck" in word:
        word = _MIMICKED.sub("c", word)
    if "is" in word or "ys" in word:
        word = _BRITISH.sub(lambda british: british[0][0] + "z", word)
    stemmed: str = _snowball(ENGLISH).stemWord(word)
    return _spellings().get(stemmed, stemmed) or word


def _snowball(language: str) -> Any:
    """A stemmer of this thread: PyStemmer's are not safe to share."""
    stemmers: dict[str, Any] = _local.__dict__
    found = stemmers.get(language)
    if found is None:
        found = stemmers[language] = Stemmer.Stemmer(language)
    return found


@cache
def _table() -> Mapping[str, list[list[str]]]:
    """The words of the lines of the table of English forms, by the mark that a line begins with;
    "" for a word with its irregular forms."""
    found: dict[str, list[list[str]]] = {mark: [] for mark in ("", *_MARKS)}
    for line in tables.lines("english_forms"):
        mark = line[0] if line[0] in _MARKS else ""
        found[mark].append((line[1:] if mark else line.replace(":", "", 1)).split())
    return found


@cache
def _english() -> dict[str, str]:
    """The stems of the words in the table of English forms."""
    apart = {word: words[0] for words in _table()["="] for word in words}
    return {**_irregular(), **apart}


@cache
def _irregular() -> dict[str, str]:
    """The stems of irregular forms: "shot" counts as "shoot"."""
    stem_of, spellings = _snowball(ENGLISH).stemWord, _spellings()
    return {
        form: spellings.get(stemmed, stemmed)
        for word, *forms in _table()[""]
        for stemmed in [stem_of(word)]
        for form in forms
    }


@cache
def _spellings() -> dict[str, str]:
    """The stems of words with two spellings, by the stem of the other one."""
    stem_of = _snowball(ENGLISH).stemWord
    return {stem_of(other): stem_of(word) for word, *others in _table()["~"] for other in others}


@cache
def other_stems() -> dict[str, str]:
    """The stems of other English words that a form belongs to as well, by the form: "leaves"
    counts as "leave", and is the plural of "leaf"."""
    return {form: stem(word) for form, word in _table()["?"]}
