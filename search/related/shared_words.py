"""The word that is printed with a related item where two events share no name.

A word by itself is seldom a topic. A phrase is better, and so is a word of both titles.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Set
from functools import cache, lru_cache
from typing import Final

from search.related.mentions import TermUse, ends_noun_phrase, is_long
from search.text import tables
from search.text.analysed_event import AnalysedEvent
from search.text.english import CALENDAR, common_words, dictionary_words
from search.text.languages import has_capital_nouns
from search.text.stems import stem
from search.text.terms import Kind, Token

POSSESSIVE: Final = re.compile("['\u2019]s?$", re.IGNORECASE)
VERBS: Final = "verbs: "  # opens a line of the table
_SEEN: Final = 2.0  # the weight of a word in both titles, which readers of a list see
_SAID: Final = 2.0  # that of a word which is no passing mention in either text
_MOST_WORDS: Final = 3  # of a phrase
_MOST_TOKENS: Final = 2_000  # of a text among which phrases are looked for
_LEAST_PARTS: Final = 2
_PARTICIPLE: Final = "ing"  # ends what may be no noun: people interacting with it
_ADJECTIVES: Final = ("ible", "worthy", "ous", "ful", "less")
_VOWELS: Final = frozenset("aeiouy")
_SHORTEST_WORD: Final = 3  # letters of a word that is no name
_JOINING: Final = ("-", "\u2010", "\u2011", "_")
_BEHIND_QUOTED: Final = ("'-", '"-', "`-", ")-")  # before the rest of a compound: 'CHECK'-fail
_JOINED: Final = re.compile("(?:[-\u2010\u2011_.][^\\W_]+)*")
_LONGEST_JOINED: Final = 40  # characters
_REMEMBERED: Final = 1 << 14  # words; the same few are compared in most lists
_MOST_JOINED: Final = 3  # hyphens of a compound; more are in names of files and pages


def shared_word(
    one: AnalysedEvent,
    other: AnalysedEvent,
    contributions: Mapping[str, float],
    use: TermUse,
    only_topics: bool = False,
) -> str:
    """The most informative shared word, or "", with the words beside it in both texts.

    In this order: a word that few texts have, or its phrase ("asylum seekers"); a phrase or a word
    of both titles; a phrase ("double free"); a word that ends a noun phrase; any other. Of the
    words that English uses all the time only those of both titles are printed alone: "path" and
    "name" are in any long text.

    Args:
        only_topics: a phrase that both texts repeat, or a word of both titles; or "".
    """
    seen = _in_title(one) & _in_title(other)
    wanted = {
        term
        for term, part in contributions.items()
        if part > 0 and not (term in use.commonplace or use.is_everywhere(term))
    }
    said = seen | (_said(one, wanted) & _said(other, wanted))
    if only_topics:
        wanted &= said if is_long(one) and is_long(other) else seen
        if not wanted:
            return ""
    ours, theirs = _words(one, wanted), _words(other, wanted)
    written = {
        term: words
        for term in ours.keys() & theirs.keys()
        if (words := _topics(_shared_spellings(ours[term], theirs[term]), term in seen))
        if term in seen or not only_topics
    }
    strength = {
        term: contributions[term]
        * (_SEEN if term in seen else 1.0)
        * (_SAID if term in said else 1.0)
        for term in wanted
    }
    nouns = _nouns(one, written.keys()) & _nouns(other, written.keys())
    in_order = sorted(
        written, key=lambda term: (term not in nouns, -round(strength[term], 9), term)
    )
    technical = [term for term in in_order if written[term].isdisjoint(dictionary_words())]
    if only_topics:
        in_order = [term for term in in_order if term in nouns or term in technical]
    rare = [
        term
        for term in in_order
        if term in nouns and (term in seen or term in technical) and not use.is_widespread(term)
    ]
    phrases, theirs_too = _phrases(one, strength), _phrases(other, strength)
    sums = {
        phrase: round(sum(strength.get(term, 0.0) for term in phrase), 9)
        for phrase in phrases.keys() & theirs_too.keys()
        if wanted.issuperset(phrase) or not only_topics
        if seen.issuperset(phrase)
        or not common_words().issuperset(phrases[phrase].replace("-", " ").split())
    }

    def best_of(among: Iterable[tuple[str, ...]]) -> str:
        best = min(
            among,
            key=lambda phrase: (phrases[phrase].endswith(_PARTICIPLE), -sums[phrase], phrase),
        )
        return _shorter((phrases[best], theirs_too[best]))

    titled = [phrase for phrase in sums if seen.issuperset(phrase)]
    if rare and (with_rare := [phrase for phrase in sums if rare[0] in phrase]):
        return best_of(with_rare)
    if rare:
        return _shorter(written[rare[0]])
    if titled:
        return best_of(titled)
    if shown := [term for term in technical if term in seen]:
        return _shorter(written[shown[0]])
    if sums:
        return best_of(sums)
    if in_order:
        return _shorter(written[in_order[0]])
    return "" if only_topics else _part_of_names(one, other, contributions, wanted)


def _part_of_names(
    one: AnalysedEvent,
    other: AnalysedEvent,
    contributions: Mapping[str, float],
    wanted: Container[str],
) -> str:
    """The stronger of two words that are names in one text and parts of longer names in the other:
    "the Octavia service" of OpenStack, and "OpenStack Octavia". One such word alone may be chance.
    """
    ours, theirs = _words(one, wanted, in_names=True), _words(other, wanted, in_names=True)
    written = {term: ours[term] & theirs[term] for term in ours.keys() & theirs.keys()}
    names = [term for term, words in written.items() if words and not words & common_words()]
    if len(names) < _LEAST_PARTS:
        return ""
    return min(written[min(names, key=lambda term: (-round(contributions[term], 9), term))])


def _shorter(spellings: Iterable[str]) -> str:
    return min(spellings, key=lambda spelling: (len(spelling), spelling))


def _said(analysed: AnalysedEvent, terms: Container[str]) -> set[str]:
    """Those of these terms that a text has more than once; all of a short text."""
    tokens = analysed.analysis.tokens[:_MOST_TOKENS]
    times = Counter(token.term for token in tokens if token.term in terms)
    return {term for term, count in times.items() if count > 1 or not is_long(analysed)}


def _topics(words: Set[str], is_seen: bool) -> set[str]:
    """Those of the spellings of a term that may be printed alone."""
    if not is_seen and all(word in common_words() for word in words):
        return set()
    return {
        word
        for word in words
        if not (_names_no_topic(word) or word.endswith(_ADJECTIVES))
        or (is_seen and word not in dictionary_words())
    }


def _shared_spellings(ours: Set[str], theirs: Set[str]) -> Set[str]:
    """The spellings of one term in two texts; of compounds those that are in both."""
    if both := ours & theirs:
        return both
    words = [{word for word in spellings if word.isalnum()} for spellings in (ours, theirs)]
    return words[0] | words[1] if all(words) else frozenset()


def _nouns(analysed: AnalysedEvent, terms: Set[str]) -> set[str]:
    """Those of these terms that end a noun phrase somewhere in a text; all of a mere title."""
    if not analysed.event.summary:
        return set(terms)
    tokens = analysed.analysis.tokens[:_MOST_TOKENS]
    return {
        token.term
        for at, token in enumerate(tokens)
        if token.term in terms and ends_noun_phrase(analysed, tokens, at, at)
    }


def _phrases(analysed: AnalysedEvent, terms: Container[str]) -> dict[tuple[str, ...], str]:
    """The noun phrases of two or three common words or compounds, as their terms and as written.

    One of the terms is among ``terms``; none is a part of a name.
    """
    text, tokens = analysed.event.text, analysed.analysis.tokens[:_MOST_TOKENS]
    is_title = not analysed.event.summary
    names = iter([name for name in analysed.analysis.names if name.words > 1])
    name = next(names, None)
    found: dict[tuple[str, ...], str] = {}
    starts: list[int] = []  # where the last compounds of a run of plain words begin
    for at, token in enumerate(tokens):
        while name and name.end <= token.start:
            name = next(names, None)
        gap = text[tokens[at - 1].end : token.start] if at else ""
        is_plain = _is_plain(token) and not (name and name.start <= token.start)
        if not is_plain or gap not in (*_JOINING, " ", "\n"):
            starts = []
        if not is_plain:
            continue
        if not starts or gap not in _JOINING:
            starts = [*starts[1 - _MOST_WORDS :], at]
        for first in starts[:-1]:
            phrase = tuple(each.term for each in tokens[first : at + 1])
            if any(term in terms for term in phrase) and (
                is_title or ends_noun_phrase(analysed, tokens, first, at)
            ):
                spelling = " ".join(text[tokens[first].start : token.end].lower().split())
                found.setdefault(phrase, spelling)
    return found


@lru_cache(maxsize=_REMEMBERED)
def _names_no_topic(word: str) -> bool:
    """Whether a word is a form that names no topic by itself ("removed", "initially"), or mostly
    digits. What has no vowel before its ending is no such form, but a name ("rply")."""
    if sum(map(str.isdigit, word)) > len(word) / 2:
        return True
    return word.endswith(("ed", "ly")) and not _VOWELS.isdisjoint(word[:-2]) and stem(word) != word


def _is_plain(token: Token) -> bool:
    is_word = token.kind is Kind.WORD and not token.stop and not _names_no_topic(token.exact)
    return is_word and len(token.exact) >= _SHORTEST_WORD and is_telling(token.exact)


def _in_title(analysed: AnalysedEvent) -> set[str]:
    length = len(analysed.event.title)
    return {token.term for token in analysed.analysis.tokens if token.end <= length}


def _words(
    analysed: AnalysedEvent, wanted: Container[str], in_names: bool = False
) -> dict[str, set[str]]:
    """The spellings of those terms that may be printed as words, of a part of a compound the
    compound. A word inside a longer name is one only ``in_names``: South Sudan is no Sudan.
    """
    found: dict[str, set[str]] = {}
    text = analysed.event.text
    capital_nouns = has_capital_nouns(token.exact for token in analysed.analysis.tokens)
    # Where all nouns are capitalised, two of them side by side need be no name.
    longer = [name for name in analysed.analysis.names if name.words > 1 and not capital_nouns]
    at = 0
    for token in analysed.analysis.tokens:
        if token.stop or token.term not in wanted:
            continue
        while at < len(longer) and longer[at].end <= token.start:
            at += 1
        if at < len(longer) and longer[at].start <= token.start and not in_names:
            continue
        if token.kind not in (Kind.WORD, Kind.NAME) or len(token.exact) < _SHORTEST_WORD:
            continue
        if text.endswith(_BEHIND_QUOTED, 0, token.start):
            continue
        start, end = _whole_compound(text, token.start, token.end)
        surface = POSSESSIVE.sub("", text[start:end])
        joints = sum(map(surface.count, _JOINING))
        is_slug = joints > _MOST_JOINED or (joints > 0 and text.endswith("/", 0, start))
        if is_telling(token.exact) and is_telling(token.term) and not is_slug:
            is_word = token.kind is Kind.WORD and not capital_nouns
            found.setdefault(token.term, set()).add(surface.lower() if is_word else surface)
    return found


def _whole_compound(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a word with what hyphens and underscores join to it: "use-after-free"."""
    before = _JOINED.match(text[max(0, start - _LONGEST_JOINED) : start][::-1])
    behind = _JOINED.match(text, end, end + _LONGEST_JOINED)
    return start - (before.end() if before else 0), behind.end() if behind else end


@lru_cache(maxsize=_REMEMBERED)
def is_telling(term: str) -> bool:
    """Whether a name or a word may be printed as what two events share."""
    return not all(
        word in _never_shared() or word in CALENDAR or word.isdigit() for word in term.split(" ")
    )


@cache
def _never_shared() -> frozenset[str]:
    lines = (line.removeprefix(VERBS) for line in tables.lines("never_shared"))
    return frozenset(word for line in lines for word in line.split())
