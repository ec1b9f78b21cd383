"""Counts the evidence in an archive that names are aliases. Nothing is decided here.

Kinds of evidence, strongest first:

    spelled out     "World Health Organization (WHO)", the acronym's letters match
    also known as   "Temple Mount, also known as Haram al-Sharif"
    bracket         "Médecins Sans Frontières (Doctors Without Borders)"
    initials        an acronym and a name with its initials in one event
    surname         "James Comey ... Comey" in one event
    plural          "the Houthis", "Houthi rebels"
    spelling        the same but for spaces, hyphens and articles: "Al-Qaeda", "Qaeda"
    nation          "US Food and Drug Administration", where the name without "US" has an acronym
    case            the same in another case of its language: "Тайвань", "Тайване"
    known           an acronym that an archive need not spell out: UN
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from search.model.event import Event
from search.text.english import COUNTRIES, COUNTRY_NAMES, KINDS, LINKS, PARTICLES
from search.text.names.acronyms import letters_match, spelled_out
from search.text.names.name_words import Name, term_of
from search.text.stems import script_language, stem

SPELLED_OUT: Final = "spelled out"
ALSO_KNOWN_AS: Final = "also known as"
BRACKET: Final = "bracket"
INITIALS: Final = "initials"
SURNAME: Final = "surname"
PLURAL: Final = "plural"
SPELLING: Final = "spelling"
NATION: Final = "nation"
CASE: Final = "case"
KNOWN: Final = "known"
_DECLINED: Final = frozenset({"russian", "greek"})  # by script; see ``script_language``
_SHORTEST_STEM: Final = 4

_LONGEST_GAP: Final = 40
_MOST_NAMES: Final = 300  # of one text that are compared with one another
_ALSO: Final = re.compile(
    r"""[ ,()\u2013-]*(?:(?:also|otherwise|better|commonly)\ (?:known\ as|called|referred\ to\ as)
    |a\.?k\.?a\.?)\ (?:the\ )?["'\u201c]?""",
    re.VERBOSE,
)
_ACRONYM: Final = re.compile(r"[A-Z]{2,7}")
_PARTY: Final = re.compile(r"[A-Z]-\w+")  # Barack Obama (D-IL)
_CONNECTING: Final = (LINKS | {"to"}) - {"the"}
# "The Houthis": a group follows "the" at least this often, and in this share of its uses.
_PLURAL_COUNT: Final = 3
_PLURAL_SHARE: Final = 0.3
# A surname is in at least this many events with the full name, which are this share of the events
# with the surname; and of all names that end with it, this one has this share.
_SURNAME_COUNT: Final = 3
_SURNAME_SHARE: Final = 0.1
_BEARER_SHARE: Final = 0.85
_SHORTEST_SPELLING: Final = 5  # letters of names that may differ by a space or an article
_ARTICLES: Final = ("the ", "al ", "el ")


class Evidence(NamedTuple):
    """The evidence for an alias: the number of events, of which ``example`` is one."""

    alias: str
    name: str
    kind: str
    events: int
    example: str


@dataclass(slots=True)
class Facts:
    """What was counted over all events; each figure is a number of events."""

    count: Counter[str] = field(default_factory=Counter)
    surfaces: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    pairs: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # alias, name, kind
    examples: dict[tuple[str, str, str], str] = field(default_factory=dict)
    after_the: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)  # the first event that has a name

    def add(self, event: Event, names: Sequence[Name]) -> None:
        """Count the evidence of one event with these ``names``."""
        text = event.text
        topics = {term: topic for topic in event.terms if (term := term_of(topic))}
        for term, topic in topics.items():
            self.surfaces[term][topic] += 1
        seen = {name.term for name in names} | topics.keys()
        self.count.update(seen)
        for term in seen:
            self.first.setdefault(term, event.id)
        for name in names:
            self.surfaces[name.term][text[name.start : name.end]] += 1
            if text[max(0, name.start - 4) : name.start].lower() == "the ":
                self.after_the[name.term] += 1
        for pair in set(self._pairs(text, names, seen)):
            self.pairs[pair] += 1
            self.examples.setdefault(pair, event.id)

    def update(self, later: "Facts") -> None:
        """Add the evidence of events that follow those counted so far."""
        self.count.update(later.count)
        self.pairs.update(later.pairs)
        self.after_the.update(later.after_the)
        for term, surfaces in later.surfaces.items():
            self.surfaces[term].update(surfaces)
        self.examples = later.examples | self.examples
        self.first = later.first | self.first

    def pair(self, alias: str, name: str, kind: str) -> Evidence:
        """The evidence of a pair that was seen in single events."""
        key = alias, name, kind
        return Evidence(*key, self.pairs[key], self.examples[key])

    def acronym(self, term: str) -> bool:
        """Whether the archive mostly sets a name in capitals."""
        surfaces = self.surfaces[term]
        return 2 * sum(n for s, n in surfaces.items() if s.isupper()) > surfaces.total()

    def same(self, alias: str, name: str, kind: str) -> Evidence:
        """The evidence that an alias itself gives, wherever it occurs."""
        return Evidence(alias, name, kind, self.count[alias], self.first.get(alias, ""))

    def _pairs(
        self, text: str, names: Sequence[Name], terms: set[str]
    ) -> Iterator[tuple[str, str, str]]:
        for found in spelled_out(text):
            yield found.short, COUNTRY_NAMES.get(found.long, found.long), SPELLED_OUT
        for first, second in pairwise(names):
            if first.term != second.term and second.start - first.end <= _LONGEST_GAP:
                kind = _kind(text, first, second)
                if kind:
                    yield second.term, first.term, kind
        names = names[:_MOST_NAMES]
        shorts = {name.term for name in names if _ACRONYM.fullmatch(text[name.start : name.end])}
        for long in {name.term for name in names if name.words > 1}:
            words = long.split()
            if words[-1] in terms and not KINDS.intersection(words):
                yield words[-1], long, SURNAME
            for short in shorts:
                if short[0] == long[0] and short != long and is_acronym(short, long):
                    yield short, long, INITIALS


def is_acronym(short: str, long: str) -> bool:
    """Whether the letters of ``short`` begin the words of ``long``, its small words apart."""
    words = long.split()
    return letters_match(short, words, [word not in LINKS | PARTICLES for word in words])


def _kind(text: str, first: Name, second: Name) -> str:
    gap = text[first.end : second.start]
    if _ALSO.fullmatch(gap):
        return ALSO_KNOWN_AS
    if gap not in (" (", " (the ") or text[second.end : second.end + 1] != ")":
        return ""
    if _PARTY.fullmatch(text, second.start, second.end):
        return ""
    # "... and Development Party (AKP)" may be cut short, and is no evidence.
    before = text[max(0, first.start - 30) : first.start].split()[-2:]
    cut = len(before) == 2 and before[0][:1].isupper() and before[1] in _CONNECTING
    return "" if cut else BRACKET


def spellings(facts: Facts) -> Iterator[Evidence]:
    """Names that are the same without spaces and a leading article."""
    same: defaultdict[str, list[str]] = defaultdict(list)
    for term in facts.count:
        if term not in COUNTRIES:
            same[_key(term)].append(term)
    for key, terms in same.items():
        if len(terms) < 2 or len(key) < _SHORTEST_SPELLING:
            continue
        best, *others = sorted(terms, key=lambda term: (-facts.count[term], term))
        for other in others:
            yield facts.same(other, best, SPELLING)


def inflections(facts: Facts) -> Iterator[Evidence]:
    """Names in the cases of a language that declines them: Тайване is Тайвань in another case."""
    same: defaultdict[str, list[str]] = defaultdict(list)
    for term in facts.count:
        languages = {script_language(word) for word in term.split()}
        if languages <= _DECLINED:
            stems = [stem(word, script_language(word)) for word in term.split()]
            if min(map(len, stems)) >= _SHORTEST_STEM:
                same[" ".join(stems)].append(term)
    for terms in same.values():
        best, *others = sorted(terms, key=lambda term: (-facts.count[term], term))
        for other in others:
            yield facts.same(other, best, CASE)


def _key(term: str) -> str:
    for article in _ARTICLES:
        if term.startswith(article) and len(term) > len(article) + 3:
            term = term[len(article) :]
    return term.replace(" ", "")


def plurals(facts: Facts) -> Iterator[Evidence]:
    """Peoples and groups: "the Houthis" are Houthi fighters, but "the Simpsons" not Simpson."""
    bearers = _bearers(facts)
    for plural, count in facts.count.items():
        single = plural[:-1]
        if " " in plural or plural[-1:] != "s" or len(single) < 4 or {plural, single} & COUNTRIES:
            continue
        if f"{single} party" in facts.count:
            continue  # of which country?
        group = facts.after_the[plural] >= max(_PLURAL_COUNT, count * _PLURAL_SHARE)
        if group and facts.count[single] >= _PLURAL_COUNT and bearers[single].total() < count:
            yield facts.same(single, plural, PLURAL)


def surnames(facts: Facts) -> Iterator[Evidence]:
    """Persons that the archive calls by their surname alone, and no one else so."""
    bearers = _bearers(facts)
    for (surname, name, kind), count in facts.pairs.items():
        if kind != SURNAME or surname in COUNTRIES:
            continue
        often = count >= max(_SURNAME_COUNT, _SURNAME_SHARE * facts.count[surname])
        if often and facts.count[name] >= _BEARER_SHARE * bearers[surname].total():
            yield facts.pair(surname, name, kind)


def _bearers(facts: Facts) -> defaultdict[str, Counter[str]]:
    """The names of several words by their last word."""
    bearers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for term, count in facts.count.items():
        first, _, last = term.rpartition(" ")
        if first:
            bearers[last][term] += count
    return bearers
