"""The lexicon: learns which words of an archive are names, from how it writes them.

A word is a name if it has a capital more often than not in the middle of sentences.
Words at the start of a sentence, in headlines set in capitals, and so on, are no evidence. For
words that the archive never shows in the middle of a sentence a built-in list of common English
words decides. The decision belongs to the word: "bush" in a question means Bush.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from search.text.boilerplate import NO_BOILERPLATE, Boilerplate
from search.text.bounded_cache import BoundedCache
from search.text.english import KINDS, SURNAMES, TITLES, common_words, dictionary_words
from search.text.folding import fold_unspaced
from search.text.languages import dictionary_stems, main_language, stop_words
from search.text.names.unspaced_words import mined_words
from search.text.stems import ENGLISH, SAME_SCRIPT, script_language, stem
from search.text.words import has_unspaced

_CACHE_BYTES: Final = 16 << 20
_ENTRY_BYTES: Final = 250  # with its word
# Kinds of institutions and titles of people ("Court", "President") are common, capital or not.
_NO_NAMES: Final = KINDS | (TITLES - SURNAMES)
LONGEST_UNSPACED: Final = 20  # characters of a name of a script without spaces
_OTHER_SCRIPTS: Final = frozenset(
    "arabic armenian greek hindi nepali persian russian serbian tamil yiddish".split()
)

PARTS: Final = tuple(
    "names common pairs links unspaced boilerplate formulas stems words language foreign".split()
)


class LexiconEntry(NamedTuple):
    """What an archive shows of a folded word.

    ``stem`` is its stem; stop words and names are not stemmed. ``is_stop``: it is a stop word of
    its language. ``is_name``: the archive writes it as a name. ``is_common``: it is a common word,
    or a form of one, as "bombings" is.
    """

    stem: str
    is_stop: bool
    is_name: bool
    is_common: bool


@dataclass(frozen=True)
class Lexicon:
    """``names`` and ``common``: folded words that the archive writes as names, or as common words.

    A word in neither was never seen in the middle of a sentence. ``pairs`` are two words in a row,
    the first a common one, that it writes with capitals there: "amnesty international". ``links``
    are two words with the connector between them in one name: "food and drug", "ki - moon".
    ``unspaced`` are names of scripts without spaces and capitals: topics of events, and titles in
    their quotation marks. ``boilerplate`` is what says nothing of any text, and from which nothing
    was learned. ``language`` is that of most texts, ``foreign`` the language of words that occur
    mostly in texts of another.
    """

    names: Collection[str] = frozenset()
    common: Collection[str] = frozenset()
    pairs: Collection[str] = frozenset()
    links: Collection[str] = frozenset()
    unspaced: Collection[str] = frozenset()
    boilerplate: Boilerplate = NO_BOILERPLATE
    language: str = ENGLISH
    foreign: Mapping[str, str] = field(default_factory=dict)
    words: Collection[str] = frozenset()  # of scripts without blanks, folded

    @classmethod
    def learn(
        cls,
        texts: Iterable[str],
        topics: Iterable[str] = (),
        boilerplate: Boilerplate = NO_BOILERPLATE,
        language: str = "",
    ) -> "Lexicon":
        """Learn from all texts of an archive, and the topics that editors gave, in any order.

        Texts whose language cannot be detected are in ``language``; "": in that of most texts.
        """
        from search.text.names.lexicon_learning import (  # noqa: PLC0415 - no query needs it
            Observations,
            foreign_words,
            name_links,
            name_pairs,
            word_counts,
        )

        seen = Observations(language)
        for text in map(boilerplate.without, texts):
            seen.add(text)
        seen.add_undetermined()
        main = language or main_language(seen.languages.elements())
        names = word_counts(seen.capitals, capitalised=True)
        lower = word_counts(seen.small, capitalised=False)
        common = frozenset(word for word, count in lower.items() if count >= names[word])
        unspaced = {fold_unspaced(topic) for topic in topics if has_unspaced(topic)}
        unspaced |= seen.titles
        return cls(
            frozenset(word for word, count in names.items() if count > lower[word]),
            common,
            name_pairs(seen.pairs, common),
            name_links(seen.links, seen.capitals, names) | seen.spelled,
            frozenset(name for name in unspaced if 2 <= len(name) <= LONGEST_UNSPACED),
            boilerplate,
            main,
            foreign_words(main, seen.languages, seen.by_language, names + lower),
            mined_words(seen.without_blanks),
        )

    def to_plain(self) -> dict[str, list[str]]:
        """The lexicon as sorted lists, by the names in ``PARTS``."""
        return {
            "names": sorted(self.names),
            "common": sorted(self.common),
            "pairs": sorted(self.pairs),
            "links": sorted(self.links),
            "unspaced": sorted(self.unspaced),
            "boilerplate": sorted(self.boilerplate.repeated),
            "formulas": sorted(self.boilerplate.formulas),
            "stems": sorted(self._common_stems),
            "words": sorted(self.words),
            "language": [self.language],
            "foreign": [f"{word} {language}" for word, language in sorted(self.foreign.items())],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Collection[str]]) -> "Lexicon":
        """The lexicon of ``to_plain``. Large parts are searched on demand, and never read whole."""
        [language] = plain["language"]
        lexicon = cls(
            plain["names"],
            plain["common"],
            plain["pairs"],
            plain["links"],
            plain["unspaced"],
            Boilerplate(frozenset(plain["boilerplate"]), frozenset(plain["formulas"])),
            language,
            dict(pair.split(" ") for pair in plain["foreign"]),
            plain["words"],
        )
        # Stemming all common words would take longer than most questions do.
        vars(lexicon)["_common_stems"] = plain["stems"]
        return lexicon

    @cached_property
    def unspaced_openings(self) -> frozenset[str]:
        """The first two characters of all ``unspaced`` names."""
        return frozenset(name[:2] for name in self.unspaced)

    @cached_property
    def prior(self) -> frozenset[str]:
        """Words that English uses all the time, whether the archive has them or not."""
        return common_words()

    @cached_property
    def _common_stems(self) -> Collection[str]:
        common = self.common
        english: frozenset[str] = frozenset()
        if self.foreign:  # then each word may be of another language
            common = dictionary_words().union(common)
        else:
            english = dictionary_stems(self.language_of(""))
        return english.union(stem(word, self.language_of(word)) for word in common)

    @cached_property
    def _foreign_stems(self) -> Mapping[str, str]:
        return {stem(word, language): language for word, language in sorted(self.foreign.items())}

    @cached_property
    def _foreign_languages(self) -> Sequence[str]:
        return sorted(frozenset(self.foreign.values()))

    @cached_property
    def _stop_words(self) -> frozenset[str]:
        """The folded stop words of all languages of the archive."""
        languages = {self.language, ENGLISH, *self.foreign.values(), *_OTHER_SCRIPTS}
        return frozenset().union(*map(stop_words, languages))

    def language_of(self, word: str) -> str:
        """The language of a folded word: that of the texts which have it, or the archive's."""
        known = self.foreign.get(word)
        if known is not None:
            return known
        script = script_language(word)
        if script:
            return self.language if SAME_SCRIPT.get(self.language) == script else script
        if self.foreign and word not in self.common and word not in self.names:
            for language in self._foreign_languages:
                if self._foreign_stems.get(stem(word, language)) == language:
                    return language
        return ENGLISH if _is_of_script(self.language) else self.language

    @cached_property
    def _entries(self) -> BoundedCache[LexiconEntry]:
        return BoundedCache(_CACHE_BYTES)

    def entry(self, word: str) -> LexiconEntry:
        """What the lexicon knows of a folded word."""
        known = self._entries.get(word)
        if known is None:
            known = self._entry(word)
            self._entries.put(word, known, _ENTRY_BYTES)
        return known

    def _entry(self, word: str) -> LexiconEntry:
        language = self.language_of(word)
        is_stop = word in self._stop_words and word in stop_words(language)
        has_capital = word in self.names
        is_name = has_capital and word not in _NO_NAMES
        stemmed = stem(word, language)
        # Only English has a list of common words: of another language, what the archive does not
        # write as a name is common.
        is_common = not is_name and (
            has_capital or language != ENGLISH or stemmed in self._common_stems
        )
        keeps_form = is_name if language != ENGLISH else not is_common
        if is_stop or (keeps_form and not _is_of_script(language)):
            stemmed = word
        return LexiconEntry(stemmed, is_stop, is_name, is_common)

    def is_name(self, word: str) -> bool:
        """Whether the archive writes this folded word as a name."""
        return self.entry(word).is_name

    def is_pair(self, first: str, second: str) -> bool:
        """Whether the archive writes these two folded words, in this order, as parts of a name."""
        return f"{first} {second}" in self.pairs

    def is_link(self, first: str, between: str, last: str) -> bool:
        """Whether the archive writes such words as one name: "food", "and", "drug"."""
        return f"{first} {between} {last}" in self.links


def _is_of_script(language: str) -> bool:
    """Whether a language is not written with Latin letters."""
    return language in _OTHER_SCRIPTS
