"""The word that is printed with a related item where two events share no name.

A word by itself is seldom a topic. A phrase is better, and so is a word of both titles.
"""

import re
from collections.abc import Callable, Container, Mapping, Set
from functools import cache
from itertools import filterfalse, pairwise
from typing import Final

from search.text import tables
from search.text.analysed_event import AnalysedEvent
from search.text.english import CALENDAR, common_words, dictionary_words
from search.text.languages import has_capital_nouns
from search.text.stems import stem
from search.text.terms import Kind, Token

POSSESSIVE: Final = re.compile("['\u2019]s?$", re.IGNORECASE)
VERBS: Final = "verbs: "  # opens a line of the table
_SEEN: Final = 2.0  # the weight of a word in both titles, which readers of a list see
_MOST_PHRASES: Final = 3  # words of which phrases are looked for if none tells much by itself
_SHORTEST_WORD: Final = 3  # letters of a word that is no name
_JOINING: Final = ("-", "\u2010", "\u2011", "_")
_JOINED: Final = re.compile("(?:[-\u2010\u2011_][^\\W_]+)*")
_LONGEST_JOINED: Final = 40  # characters
_MOST_JOINED: Final = 3  # hyphens of a compound; more are in names of files and pages


def shared_word(
    one: AnalysedEvent,
    other: AnalysedEvent,
    contributions: Mapping[str, float],
    commonplace: Container[str],
    is_widespread: Callable[[str], bool],
) -> list[str]:
    """The most informative shared word, if any, with the words beside it in both texts.

    Of words that English uses all the time only those of both titles are topics: "path" and "name"
    are in any long text. Other words of the dictionary that are not in both titles, and words that
    much of the archive has, are printed alone only if there is no better one: "double free".
    """
    seen = _in_title(one) & _in_title(other)
    telling = {term for term, part in contributions.items() if part > 0 and term not in commonplace}
    ours, theirs = _words(one, telling), _words(other, telling)
    written = {
        term: words
        for term in ours.keys() & theirs.keys()
        if (words := set(filterfalse(_names_no_topic, _shared_spellings(ours[term], theirs[term]))))
        if term in seen or not all(word in common_words() for word in words)
    }
    if not written:
        return []
    strength = {term: contributions[term] * (_SEEN if term in seen else 1.0) for term in written}
    general = {
        term
        for term in written.keys() - seen
        if all(w in dictionary_words() for w in written[term])
    }
    general |= {term for term in written if is_widespread(term)}
    in_order = sorted(written, key=lambda term: (-round(strength[term], 9), term))
    for term in in_order[:_MOST_PHRASES]:
        if phrases := _phrases(one, term) & _phrases(other, term):
            return [min(phrases, key=lambda phrase: (len(phrase), phrase))]
        if term not in general:
            break
    best = next((term for term in in_order if term not in general), in_order[0])
    return [min(written[best], key=lambda word: (len(word), word))]


def _shared_spellings(ours: Set[str], theirs: Set[str]) -> Set[str]:
    """The spellings of one term in two texts; of compounds those that are in both."""
    if both := ours & theirs:
        return both
    words = [{word for word in spellings if word.isalnum()} for spellings in (ours, theirs)]
    return words[0] | words[1] if all(words) else frozenset()


def _phrases(told: AnalysedEvent, term: str) -> set[str]:
    """A common word or compound with the telling word before it, or behind it: "asylum seekers"."""
    text, found = told.event.text, set()
    compounds: list[list[Token]] = []
    for token in told.analysis.tokens:
        if compounds and text[compounds[-1][-1].end : token.start] in _JOINING:
            compounds[-1].append(token)
        else:
            compounds.append([token])
    for first, second in pairwise(compounds):
        if text[first[-1].end : second[0].start] == " ":
            both = first + second
            if any(token.term == term for token in both) and all(map(_is_plain, both)):
                found.add(text[both[0].start : both[-1].end].lower())
    return found


def _names_no_topic(word: str) -> bool:
    """Whether a word is a form that names no topic by itself ("removed", "initially"), or mostly
    digits."""
    if sum(map(str.isdigit, word)) > len(word) / 2:
        return True
    return word.endswith(("ed", "ly")) and stem(word) != word


def _is_plain(token: Token) -> bool:
    is_word = token.kind is Kind.WORD and not token.stop
    return is_word and len(token.exact) >= _SHORTEST_WORD and is_telling(token.exact)


def _in_title(told: AnalysedEvent) -> set[str]:
    length = len(told.event.title)
    return {token.term for token in told.analysis.tokens if token.end <= length}


def _words(told: AnalysedEvent, wanted: Container[str]) -> dict[str, set[str]]:
    """The spellings of those terms that may be printed as words, of a part of a compound the
    compound. A word inside a longer name is none: South Sudan is no Sudan, and Silver Bell no bell.
    """
    found: dict[str, set[str]] = {}
    text = told.event.text
    capital_nouns = has_capital_nouns(token.exact for token in told.analysis.tokens)
    # Where all nouns are capitalised, two of them side by side need be no name.
    longer = [name for name in told.analysis.names if name.words > 1 and not capital_nouns]
    at = 0
    for token in told.analysis.tokens:
        while at < len(longer) and longer[at].end <= token.start:
            at += 1
        inside = at < len(longer) and longer[at].start <= token.start
        if inside or token.stop or token.term not in wanted:
            continue
        if token.kind not in (Kind.WORD, Kind.NAME) or len(token.exact) < _SHORTEST_WORD:
            continue
        surface = POSSESSIVE.sub("", _whole_compound(text, token.start, token.end))
        is_slug = sum(map(surface.count, _JOINING)) > _MOST_JOINED
        if is_telling(token.exact) and is_telling(token.term) and not is_slug:
            is_word = token.kind is Kind.WORD and not capital_nouns
            found.setdefault(token.term, set()).add(surface.lower() if is_word else surface)
    return found


def _whole_compound(text: str, start: int, end: int) -> str:
    """A word with what hyphens and underscores join to it: "use-after-free", "copy_from_slice"."""
    before = _JOINED.match(text[max(0, start - _LONGEST_JOINED) : start][::-1])
    behind = _JOINED.match(text, end, end + _LONGEST_JOINED)
    return text[start - (before.end() if before else 0) : behind.end() if behind else end]


def is_telling(term: str) -> bool:
    """Whether a name or a word may be printed as what two events share."""
    return not all(
        word in _never_shared() or word in CALENDAR or word.isdigit() for word in term.split(" ")
    )


@cache
def _never_shared() -> frozenset[str]:
    lines = (line.removeprefix(VERBS) for line in tables.lines("never_shared"))
    return frozenset(word for line in lines for word in line.split())
