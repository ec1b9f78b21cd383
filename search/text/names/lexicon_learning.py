"""What an archive shows of its words, from which the lexicon is made.

Capitals count in the middle of a sentence only: at its start and in headlines they are no evidence.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from search.text.english import KINDS, LINKS, PARTICLES
from search.text.folding import fold_unspaced
from search.text.languages import is_english, language_of
from search.text.names.acronyms import spelled_out
from search.text.names.name_words import HEADLINE_CAPITALS, is_headline
from search.text.stems import ENGLISH
from search.text.words import Piece, ends_sentence, has_unspaced, pieces

_TITLES: Final = re.compile("[《〈『]([^《》〈〉『』\n]+)[》〉』]")
# A link such as "Food and Drug" belongs to a name if it is this frequent, and is this share of the
# uses of the rarer of its two ends.
_LINK_COUNT: Final = 3
_LINK_SHARE: Final = 0.5
# Languages that write all nouns with a capital, which then says nothing about names.
_CAPITAL_NOUNS: Final = frozenset({"german"})
# A language is one of the archive if it has at least this many texts, and this share of all.
_FOREIGN_TEXTS: Final = 1
_FOREIGN_SHARE: Final = 1 / 500


class Observations:
    """Counts of the chunks of texts, by language, and by whether they have a capital.

    ``small`` are chunks without a capital, ``capitals`` those with one in the middle of a sentence.
    ``pairs`` and ``links`` are two of the latter in a row, or with a connector between them.
    """

    def __init__(self, language: str) -> None:
        self.language = language  # of texts whose language cannot be detected
        self.small: Counter[str] = Counter()
        self.capitals: Counter[str] = Counter()
        self.pairs: set[tuple[str, str]] = set()
        self.links: Counter[tuple[str, ...]] = Counter()
        self.spelled: set[str] = set()
        self.titles: set[str] = set()  # in the quotation marks of scripts without blanks
        self.languages: Counter[str] = Counter()  # of the texts
        self.by_language: defaultdict[str, Counter[str]] = defaultdict(Counter)  # chunks
        self.without_blanks: list[str] = []
        self.undetermined: list[str] = []  # texts whose language is yet to be detected

    def add(self, text: str) -> None:
        """Add a text. Unless its words show that it is English, ``add_undetermined`` counts it."""
        if has_unspaced(text):
            self.without_blanks.append(fold_unspaced(text))
            self.titles.update(map(fold_unspaced, _TITLES.findall(text)))
        for name in spelled_out(text):
            self.spelled.update(_links_within(name.words))
        chunks = text.split()
        if is_english(chunks):
            self._add(text, chunks, ENGLISH)
        else:
            self.undetermined.append(text)

    def add_undetermined(self) -> None:
        """Count the texts that are not clearly English, after all texts were added.

        Their language is detected only if they are enough to be another language of the archive,
        since to load the classifier takes as long as to read ten thousand titles.
        """
        total = self.languages.total() + len(self.undetermined)
        classify = len(self.undetermined) >= _foreign_texts(total)
        for text in self.undetermined:
            chunks = text.split()
            self._add(text, chunks, (language_of(chunks) if classify else "") or self.language)
        self.undetermined.clear()

    def _add(self, text: str, chunks: Sequence[str], language: str) -> None:
        self.languages[language] += 1
        if language not in ("", ENGLISH):
            self.by_language[language].update(text.lower().split())
        if language in _CAPITAL_NOUNS:
            self.small.update(text.lower().split())
        elif "\n" not in text:
            self._add_line(chunks)
        else:
            for line in text.split("\n"):
                self._add_line(line.split())

    def _add_line(self, chunks: Sequence[str]) -> None:
        capitalised = [i for i, chunk in enumerate(chunks) if chunk != chunk.lower()]
        if len(capitalised) > HEADLINE_CAPITALS:
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


def _foreign_texts(total: int) -> float:
    """The number of texts, of ``total``, from which a language is one of the archive."""
    return max(_FOREIGN_TEXTS, _FOREIGN_SHARE * total)


def foreign_words(
    main: str,
    languages: Counter[str],
    by_language: Mapping[str, Counter[str]],
    counts: Counter[str],
) -> dict[str, str]:
    """The language of each word that is mostly in texts of a language other than ``main``.

    ``languages`` counts the texts, ``by_language`` the chunks of those that are not English, and
    ``counts`` the words of all texts.
    """
    least = _foreign_texts(languages.total())
    found: dict[str, str] = {}
    not_english: Counter[str] = Counter()
    for language in sorted(by_language):
        words = word_counts(by_language[language], capitalised=False)
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


def word_counts(chunks: Counter[str], *, capitalised: bool) -> Counter[str]:
    """The folded words of counted chunks: those with a capital, or those without."""
    words: Counter[str] = Counter()
    for chunk, count in chunks.items():
        for piece in pieces(chunk):
            if piece.group == "word" and piece.capitalised == capitalised:
                words[piece.folded] += count
    return words


def _only(chunk: str) -> Piece | None:
    found = pieces(chunk)
    return found[0] if len(found) == 1 else None


def name_pairs(pairs: Iterable[tuple[str, str]], common: frozenset[str]) -> frozenset[str]:
    """Two words in a row, each with a capital, of which the first is common: see ``Lexicon``."""
    found = set()
    common |= KINDS
    for first, second in pairs:
        one, other = _only(first), _only(second)
        # Only a space may be between the two.
        if one and other and one.end == len(first) and not other.start and one.folded in common:
            found.add(f"{one.folded} {other.folded}")
    return frozenset(found)


def name_links(
    links: Counter[tuple[str, ...]], chunks: Counter[str], names: Counter[str]
) -> frozenset[str]:
    """Two words and the connector with which the archive joins them in one name: see ``Lexicon``.

    ``chunks`` have a capital in the middle of a sentence; ``names`` counts their words.
    """
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
