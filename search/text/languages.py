"""Language detection, and stop words by language.

English is detected by its own words. Other texts are classified by py3langid, a naive Bayes
classifier of byte n-grams (Lui and Baldwin, 2012), for which a few words are enough. The language
is "" for texts of names and numbers, and if Snowball has no stemmer for it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from search.model.errors import UsageError
from search.text import tables
from search.text.english import STOP_WORDS as ENGLISH_STOP_WORDS
from search.text.english import dictionary_words
from search.text.stems import ENGLISH, LANGUAGES, stem

_MOST_CHARACTERS: Final = 1_500  # of a text that the classifier reads
_STOP_WORD_SHARE: Final = 1 / 12  # of stop words in a text, above which it is surely English
_COMMON_WORD_SHARE: Final = 1 / 2  # of common words among those that tell a language, likewise
_LEAST: Final = 0.3  # the probability from which a language is believed
_AROUND_A_WORD: Final = "\"'()[].,;:!?"
# Languages that Snowball does not stem, so that their texts are not taken for another: those with
# many speakers, and neighbours of the ones that it stems. Rarer ones would take texts from these.
_OTHERS: Final = (
    "am be bg bn gu he hr ja ka kk km kn ko lo lv mk ml mn mr my pa si sk sl te th uk ur vi zh"
)


# ISO 639-1 codes of the languages that Snowball stems.
CODES: Final = dict(
    pair.split(":")
    for pair in """
    ar:arabic hy:armenian eu:basque ca:catalan cs:czech da:danish de:german el:greek en:english
    eo:esperanto es:spanish et:estonian fa:persian fi:finnish fr:french ga:irish hi:hindi
    hu:hungarian id:indonesian it:italian lt:lithuanian ne:nepali nl:dutch no:norwegian pl:polish
    pt:portuguese ro:romanian ru:russian sr:serbian st:sesotho sv:swedish ta:tamil tr:turkish
    yi:yiddish
    """.split()
)
_NORWEGIAN: Final = {"nb": "no", "nn": "no"}  # its two written forms
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
    language = CODES.get(asked.partition("-")[0], asked)
    return language if language in LANGUAGES else ""


@cache
def stop_words(language: str) -> frozenset[str]:
    """The folded stop words of a language; empty for an unknown language.

    Months and days are among them but in English, where May and March are words of other meaning.
    """
    if language == ENGLISH:
        return ENGLISH_STOP_WORDS
    return _NONE.union(*(tables.word_lists(table).get(language, _NONE) for table in _STOP_TABLES))


_STOP_TABLES: Final = ("stop_words", "function_words", "calendar")
_NONE: Final[frozenset[str]] = frozenset()


def language_of(chunks: Sequence[str]) -> str:
    """The language of a text, given its words split at blanks; "" if it cannot be detected."""
    if is_english(chunks):
        return ENGLISH
    text = " ".join(chunks)[:_MOST_CHARACTERS]
    if not any(map(str.isalpha, text)):
        return ""
    code, probability = _classifier().classify(text)
    return stemmed_language(_NORWEGIAN.get(code, code)) if probability >= _LEAST else ""


def is_english(chunks: Sequence[str]) -> bool:
    """Whether the words of a text show that it is English.

    They are stop words of English alone, or common words of English. What has a capital may be a
    name of any language, and a stop word of several languages ("in") is no evidence.
    """
    if sum(map(_only_english().__contains__, chunks)) > len(chunks) * _STOP_WORD_SHARE:
        return True
    words = [chunk.strip(_AROUND_A_WORD) for chunk in chunks]
    telling = [word for word in words if word not in _shared_stop_words() and _is_small(word)]
    english = sum(map(_is_english, telling))
    return english > 0 and english >= len(telling) * _COMMON_WORD_SHARE


def _is_small(word: str) -> bool:
    """Whether a word has a letter and no capital."""
    return word.islower() or (not word.isascii() and word == word.lower() and word.isalpha())


def has_capital_nouns(words: Iterable[str]) -> bool:
    """Whether a text is in German, which writes all nouns with a capital, given its folded words.

    It is if it has more stop words of German alone than of English alone.
    """
    german, english = stop_words("german"), ENGLISH_STOP_WORDS
    return sum((word in german) - (word in english) for word in words) > 0


@cache
def _classifier() -> Any:
    """The classifier: its model takes half a second to load, so only texts that need it do."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    classifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    classifier.set_languages(
        {*CODES, *_NORWEGIAN, *_OTHERS.split()}.intersection(classifier.labels)
    )
    return classifier


@cache
def _only_english() -> frozenset[str]:
    """English stop words that are none of another language."""
    return ENGLISH_STOP_WORDS - _other_stop_words()


@cache
def _shared_stop_words() -> frozenset[str]:
    """English stop words that are stop words of another language, too."""
    return ENGLISH_STOP_WORDS & _other_stop_words()


@lru_cache(maxsize=4_096)
def _is_english(word: str) -> bool:
    """Whether a word is a form of a common one of English, and no stop word of another language."""
    return stem(word) in dictionary_stems(ENGLISH) and word not in _other_stop_words()


@cache
def dictionary_stems(language: str) -> frozenset[str]:
    """The stems of words that English writes small, by the rules of a language."""
    return frozenset(stem(word, language) for word in dictionary_words())


@cache
def _other_stop_words() -> frozenset[str]:
    return frozenset().union(*tables.word_lists("stop_words").values())


def main_language(languages: Iterable[str]) -> str:
    """The language of most texts; English if none is detected."""
    counts = Counter(language for language in languages if language)
    return min(counts, key=lambda language: (-counts[language], language), default=ENGLISH)
