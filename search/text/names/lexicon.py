"""The lexicon: learns which words of an archive are names, from how it writes them.

A word is a name if it has a capital more often than not in the middle of sentences.
Words at the start of a sentence, in headlines set in capitals, and so on, are no evidence. For
words that the archive never shows in the middle of a sentence a built-in list of common English
words decides. The decision belongs to the word: "bush" in a question means Bush.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

from search.text.boilerplate import NO_BOILERPLATE, Boilerplate
from search.text.english import KINDS, LINKS, PARTICLES, common_words, dictionary_words
from search.text.folding import fold_unspaced
from search.text.languages import dictionary_stems, language_of, main_language, stop_words
from search.text.names.acronyms import spelled_out
from search.text.names.unspaced_words import mined_words
from search.text.stems import ENGLISH, SAME_SCRIPT, script_language, stem
from search.text.words import Piece, ends_sentence, has_unspaced, pieces

_TITLES: Final = re.compile("[《〈『]([^《》〈〉『』\n]+)[》〉』]")
LONGEST_UNSPACED: Final = 20  # characters of a name of a script without spaces
# A line with more capitals than this, and hardly a long word without, is a headline in capitals.
HEADLINE_CAPITALS: Final = 3
_HEADLINE_SHARE: Final = 0.1
# A link such as "Food and Drug" is a name's own if one of its ends mostly stands in it.
_LINK_COUNT: Final = 3
# Languages that write all nouns with a capital, which then says nothing about names.
_CAPITAL_NOUNS: Final = frozenset({"german"})
_OTHER_SCRIPTS: Final = frozenset(
    "arabic armenian greek hindi nepali persian russian serbian tamil yiddish".split()
)
# From one text, and such a share of all, an archive has texts of another language.
_FOREIGN_TEXTS: Final = 1
_FOREIGN_SHARE: Final = 1 / 500
_LINK_SHARE: Final = 0.5


def is_headline(capitalised: int, small: int) -> bool:
    """Whether capitals in a line are no evidence; ``small`` counts its long words without one."""
    return capitalised > HEADLINE_CAPITALS and small <= _HEADLINE_SHARE * capitalised


PARTS: Final = tuple(
    "names common pairs links unspaced boilerplate formulas stems words language foreign".split()
)


@dataclass(frozen=True)
class Lexicon:
    """``names`` and ``common``: folded words that the archive shows to be the one or the other.

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

        Texts of which the language cannot be told are in ``language``; "": in that of most texts.
        """
        evidence = _Evidence(language)
        for text in map(boilerplate.without, texts):
            evidence.add(text)
        main = language or main_language(evidence.languages.elements())
        names = _by_word(evidence.capitals, capitalised=True)
        lower = _by_word(evidence.small, capitalised=False)
        common = frozenset(word for word, count in lower.items() if count >= names[word])
        unspaced = {fold_unspaced(topic) for topic in topics if has_unspaced(topic)}
        unspaced |= evidence.titles
        return cls(
            frozenset(word for word, count in names.items() if count > lower[word]),
            common,
            _pairs(evidence.pairs, common),
            _links(evidence.links, evidence.capitals, names) | evidence.spelled,
            frozenset(name for name in unspaced if 2 <= len(name) <= LONGEST_UNSPACED),
            boilerplate,
            main,
            _foreign(main, evidence.languages, evidence.by_language, names + lower),
            mined_words(evidence.without_blanks),
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
    def stop_words(self) -> frozenset[str]:
        """The folded stop words of the archive's languages; see ``is_stop``."""
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
            for language in dict.fromkeys(self.foreign.values()):
                if self._foreign_stems.get(stem(word, language)) == language:
                    return language
        return ENGLISH if _is_of_script(self.language) else self.language

    def stem_of(self, word: str) -> str:
        """The stem of a common folded word; names and stop words are not stemmed."""
        if self.is_stop(word):
            return word
        language = self.language_of(word)
        if language == ENGLISH and not self.is_common(word):
            return word
        # Of other languages there is no list of common words: a name is what the archive proves.
        if not _is_of_script(language) and self.is_name(word):
            return word
        return stem(word, language)

    def is_stop(self, word: str) -> bool:
        """Whether a folded word is a stop word of its language."""
        return word in self.stop_words and word in stop_words(self.language_of(word))

    def is_name(self, word: str) -> bool:
        """Whether the archive writes this folded word as a name."""
        return word in self.names and word not in KINDS

    def is_pair(self, first: str, second: str) -> bool:
        """Whether the archive writes these two folded words, in this order, as parts of a name."""
        return f"{first} {second}" in self.pairs

    def is_link(self, first: str, between: str, last: str) -> bool:
        """Whether the archive writes such words as one name: "food", "and", "drug"."""
        return f"{first} {between} {last}" in self.links

    def is_common(self, word: str) -> bool:
        """Whether this folded word is common, or a form of a common one: "bombings" is."""
        if word in self.names:
            return word in KINDS
        if self.language_of(word) != ENGLISH:  # there is no list of its common words
            return True
        # The stems are those of ``common`` and of English, which need no look of their own.
        return stem(word, self.language_of(word)) in self._common_stems


class _Evidence:
    """What texts show of their words: where they write them with a capital, and in which language.

    ``small`` and ``capitals`` count chunks: the first without a capital, the second with one in
    the middle of a sentence. ``pairs`` and ``links`` are chunks of the second kind side by side,
    or with a connector between them.
    """

    def __init__(self, language: str) -> None:
        self.language = language  # of texts of which it cannot be told
        self.small: Counter[str] = Counter()
        self.capitals: Counter[str] = Counter()
        self.pairs: set[tuple[str, str]] = set()
        self.links: Counter[tuple[str, ...]] = Counter()
        self.spelled: set[str] = set()
        self.titles: set[str] = set()  # in the quotation marks of scripts without blanks
        self.languages: Counter[str] = Counter()  # of the texts
        self.by_language: defaultdict[str, Counter[str]] = defaultdict(Counter)  # chunks
        self.without_blanks: list[str] = []

    def add(self, text: str) -> None:
        if has_unspaced(text):
            self.without_blanks.append(fold_unspaced(text))
        language = language_of(text.split()) or self.language
        self.languages[language] += 1
        if language not in ("", ENGLISH):
            self.by_language[language].update(text.lower().split())
        for name in spelled_out(text):
            self.spelled.update(_links_within(name.words))
        self.titles.update(map(fold_unspaced, _TITLES.findall(text)))
        for line in text.split("\n"):
            if language in _CAPITAL_NOUNS:
                self.small.update(line.lower().split())
            else:
                self._add_line(line.split())

    def _add_line(self, chunks: Sequence[str]) -> None:
        capitalised = [i for i, chunk in enumerate(chunks) if chunk != chunk.lower()]
        long_small = sum([len(chunk) > 3 and chunk.islower() for chunk in chunks])
        if is_headline(len(capitalised), long_small):
            return
        self.small.update(chunks)
        inside = [i for i in capitalised if not _opens(chunks, i)]
        self.capitals.update([chunks[i] for i in inside])
        for first, second in pairwise(inside):
            if second == first + 1:
                self.pairs.add((chunks[first], chunks[second]))
            elif second <= first + 3 and chunks[first + 1] in LINKS:
                self.links[tuple(chunks[first : second + 1])] += 1


def _is_of_script(language: str) -> bool:
    """Whether a language is not written with Latin letters."""
    return language in _OTHER_SCRIPTS


def _foreign(
    main: str,
    languages: Counter[str],
    by_language: Mapping[str, Counter[str]],
    counts: Counter[str],
) -> dict[str, str]:
    """The language of each word that is mostly in texts of a language other than ``main``.

    ``languages`` counts the texts, ``by_language`` the chunks of those that are not English, and
    ``counts`` the words of all texts.
    """
    least = max(_FOREIGN_TEXTS, _FOREIGN_SHARE * languages.total())
    found: dict[str, str] = {}
    not_english: Counter[str] = Counter()
    for language in sorted(by_language):
        words = _by_word(by_language[language], capitalised=False)
        if languages[language] >= least or language == main:
            not_english.update(words)
        if language != main and languages[language] >= least:
            found.update({w: language for w, n in words.items() if 2 * n > counts[w]})
    if main != ENGLISH and languages[ENGLISH] >= least:
        found.update({w: ENGLISH for w, n in counts.items() if 2 * not_english[w] < n})
    return found


def _opens(chunks: Sequence[str], index: int) -> bool:
    """Whether a sentence, a quotation or a bracket opens at this chunk."""
    if index == 0 or not chunks[index][0].isalnum():
        return True
    before = chunks[index - 1]
    if before[-1].isalnum():
        return False
    last = pieces(before)[-1:]
    return not last or ends_sentence(last[0].folded, before[last[0].end :] + " ")


def _links_within(words: Sequence[str]) -> Iterator[str]:
    """The links of a name that an acronym in brackets proves to be one."""
    small = [word in LINKS or word in PARTICLES for word in words]
    first = 0
    for index in range(1, len(words)):
        if not small[index]:
            if index - first > 1:
                yield " ".join(words[first : index + 1])
            first = index


def _by_word(chunks: Counter[str], *, capitalised: bool) -> Counter[str]:
    words: Counter[str] = Counter()
    for chunk, count in chunks.items():
        for piece in pieces(chunk):
            if piece.group == "word" and piece.capitalised == capitalised:
                words[piece.folded] += count
    return words


def _only(chunk: str) -> Piece | None:
    found = pieces(chunk)
    return found[0] if len(found) == 1 else None


def _pairs(pairs: Iterable[tuple[str, str]], common: frozenset[str]) -> frozenset[str]:
    found = set()
    common |= KINDS
    for first, second in pairs:
        one, other = _only(first), _only(second)
        # Only a space may be between the two.
        if one and other and one.end == len(first) and not other.start and one.folded in common:
            found.add(f"{one.folded} {other.folded}")
    return frozenset(found)


def _links(
    links: Counter[tuple[str, ...]], chunks: Counter[str], names: Counter[str]
) -> frozenset[str]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for (first, *between, last), count in links.items():
        one, other = _only(first), _only(last)
        if one and other and one.end == len(first) and not other.start:
            counts[one.folded, " ".join(between), other.folded] += count
    for chunk, count in chunks.items():
        parts = pieces(chunk) if "-" in chunk else ()
        if len(parts) == 2 and not parts[1].capitalised and parts[1].start == parts[0].end + 1:
            counts[parts[0].folded, "-", parts[1].folded] += count
    return frozenset(
        f"{first} {between} {last}"
        for (first, between, last), count in counts.items()
        for alone in [names[first] if between == "-" else min(names[first], names[last])]
        if count >= max(_LINK_COUNT, _LINK_SHARE * alone)
    )
