"""Language detection, and stop words by language.

A language is detected by its stop words and by letters that few languages have. Only languages that
Snowball stems are detected; the language of other texts, and of very short ones, is "".
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from search.model.errors import UsageError
from search.text import tables
from search.text.english import STOP_WORDS as ENGLISH_STOP_WORDS
from search.text.english import common_words
from search.text.folding import fold
from search.text.stems import ENGLISH, LANGUAGES, SAME_SCRIPT, script_language

_MOST_WORDS: Final = 200  # of a text that are examined
_ENGLISH_SHARE: Final = 1 / 12  # of its words, from which a text is surely English
_WORD: Final = re.compile(r"[^\W\d_]+")
# A letter counts for half a stop word: names bring foreign letters into any text.
_LETTER_WEIGHT: Final = 0.5
_COMMON_WEIGHT: Final = 0.3  # of a word that English writes small, against a stop word
_LEAST: Final = 0.4  # evidence from which a text is of a language
# Their lists have words of many other languages: without more evidence a text is not in them.
_SELDOM: Final = frozenset("basque catalan esperanto estonian irish lithuanian sesotho".split())
_LETTERS: Final = {
    "german": "ßäöü", "spanish": "ñ¿¡", "portuguese": "ãõ", "turkish": "ğışİç",
    "hungarian": "őű", "romanian": "ășțţş", "polish": "łżźćńęąś", "czech": "řěůčšž",
    "danish": "øæå", "norwegian": "øæå", "swedish": "åäö", "finnish": "äö",
    "estonian": "õäöü", "lithuanian": "ėįųšž", "french": "çèêœ", "esperanto": "ĉĝĥĵŝŭ",
    "russian": "ыэёъ", "serbian": "ђјљњћџ", "persian": "پچژگ",
}  # fmt: skip


# ISO 639-1 codes of the languages that Snowball stems.
_CODES: Final = dict(
    pair.split(":")
    for pair in """
    ar:arabic hy:armenian eu:basque ca:catalan cs:czech da:danish de:german el:greek en:english
    eo:esperanto es:spanish et:estonian fa:persian fi:finnish fr:french ga:irish hi:hindi
    hu:hungarian id:indonesian it:italian lt:lithuanian ne:nepali nl:dutch no:norwegian pl:polish
    pt:portuguese ro:romanian ru:russian sr:serbian st:sesotho sv:swedish ta:tamil tr:turkish
    yi:yiddish
    """.split()
)
AUTO: Final = "auto"  # asks for the language that most texts are in


def language_called(name: str) -> str:
    """The language of a name or an ISO 639-1 code; "" for ``AUTO``.

    Raises:
        UsageError: Snowball does not stem it; the message lists the languages.
    """
    if not isinstance(name, str):
        raise UsageError(f"language is {name!r:.40}; it must be a str, such as 'german'")
    language = stemmed_language(name)
    if not language and name.strip().lower() != AUTO:
        known = ", ".join(sorted(LANGUAGES))
        raise UsageError(f"language {name[:40]!r} is not known; name one of: {AUTO}, {known}")
    return language


def stemmed_language(name: str) -> str:
    """The language of a name or an ISO 639-1 code; "" if Snowball stems none of that name."""
    asked = name.strip().lower()
    language = _CODES.get(asked.partition("-")[0], asked)
    return language if language in LANGUAGES else ""


@cache
def stop_words(language: str) -> frozenset[str]:
    """The folded stop words of a language; empty for an unknown language.

    Months and days are among them but in English, where May and March are words of other meaning.
    """
    if language == ENGLISH:
        return ENGLISH_STOP_WORDS
    return _all_stop_words().get(language, _NONE) | _by_language("calendar").get(language, _NONE)


_NONE: Final[frozenset[str]] = frozenset()


def language_of(chunks: Sequence[str]) -> str:
    """The language of a text, given its words split at blanks; "" if it cannot be detected."""
    if sum(map(_only_english().__contains__, chunks)) > len(chunks) * _ENGLISH_SHARE:
        return ENGLISH
    text = " ".join(chunks[:_MOST_WORDS])
    weights = _letter_weights()
    found: defaultdict[str, float] = defaultdict(float)
    for letter in set(text + text.lower()).intersection(weights):
        for language, weight in weights[letter]:
            found[language] += weight
    words = {fold(word) for word in _WORD.findall(text)}
    languages = _languages_of_words()
    for word in words:
        for language in languages.get(word, ()):
            found[language] += 1 / len(languages[word])
        if word in common_words():
            found[ENGLISH] += _COMMON_WEIGHT
        # In a script that represents one language, every word counts a little for that language.
        if (by_script := script_language(word)) and by_script not in SAME_SCRIPT:
            found[by_script] += 1 / len(words)
    for language in _SELDOM.intersection(found):
        found[language] /= 2
    if not found:
        return ""
    best = min(found, key=lambda language: (-found[language], language))
    return best if found[best] >= _LEAST else ""


def _all_stop_words() -> Mapping[str, frozenset[str]]:
    return _by_language("stop_words")


@cache
def _by_language(table: str) -> Mapping[str, frozenset[str]]:
    lists = (line.partition(": ") for line in tables.lines(table))
    return {language: frozenset(words.split()) for language, _, words in lists}


@cache
def _languages_of_words() -> Mapping[str, tuple[str, ...]]:
    every = {ENGLISH: ENGLISH_STOP_WORDS, **_all_stop_words()}
    found: dict[str, tuple[str, ...]] = {}
    for language, words in every.items():
        for word in words:
            found[word] = (*found.get(word, ()), language)
    return found


@cache
def _only_english() -> frozenset[str]:
    """English stop words that are none of another language."""
    return ENGLISH_STOP_WORDS.difference(*_all_stop_words().values())


@cache
def _letter_weights() -> Mapping[str, list[tuple[str, float]]]:
    shared = Counter(letter for letters in _LETTERS.values() for letter in letters)
    weights: dict[str, list[tuple[str, float]]] = {}
    for language, letters in _LETTERS.items():
        for letter in letters:
            weights.setdefault(letter, []).append((language, _LETTER_WEIGHT / shared[letter]))
    return weights


def main_language(languages: Iterable[str]) -> str:
    """The language of most texts; English if none is detected."""
    counts = Counter(language for language in languages if language)
    return min(counts, key=lambda language: (-counts[language], language), default=ENGLISH)
