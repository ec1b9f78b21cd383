"""One canonical spelling for a name, and the evidence for it.

Terms of names (see ``recognition``) that mean the same are a *family*; its canonical member is the
longest form that the archive attests well: "Islamic State of Iraq and the Levant" for ISIL,
ISIS and Daesh. Families are mined from the archive (see ``alias_evidence``); they stand in
a plain text file with their evidence, and a file of the same form overrides them:

    name <TAB> alias <TAB> kind <TAB> number of events <TAB> an event

Editors need the first two columns only. The kind "never" says that the two are not the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from search.model.event import Event
from search.text.english import COUNTRIES, LESSER_FORMS, LINKS, PARTICLES
from search.text.names.alias_evidence import (
    ALSO_KNOWN_AS,
    BRACKET,
    INITIALS,
    NATION,
    SPELLED_OUT,
    Evidence,
    Facts,
    plurals,
    spellings,
    surnames,
)
from search.text.names.name_words import term_of
from search.text.terms import Analysis
from search.text.words import pieces

EDITOR: Final = "editor"
NEVER: Final = "never"

_STRONG: Final = (SPELLED_OUT, INITIALS)
# Of what an acronym is said to stand for, this share must be one name in its spellings.
_DOMINANT: Final = 0.7
# Evidence by brackets counts for more than acronym and name in one event.
_SPELLED_WEIGHT: Final = 3
# An acronym that is used a hundred times must be explained more than once.
_USES_PER_EVIDENCE: Final = 100
_NEAR_ENOUGH: Final = {2: 5}  # events with acronym and name, by letters; 2 for longer ones
# Weak evidence (brackets without matching letters, "also known as").
_WEAK_COUNT: Final = 3
_WEAK_SHARE: Final = 0.5
_USES_PER_WEAK: Final = 30
_WELL_ATTESTED: Final = 0.1
_HEADER: Final = "# name\talias\tkind\tevents\texample"


@dataclass(frozen=True, slots=True)
class Edits:
    """What an editor says: names that are the same (alias to name), and pairs that are not."""

    same: Mapping[str, str] = field(default_factory=dict)
    never: frozenset[frozenset[str]] = frozenset()
    surfaces: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Edits":
        """The edits of a file.

        Raises:
            ValueError: a line is of another form; the message names it.
        """
        same, never, surfaces = {}, set(), {}
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            name, alias, *rest = [part.strip() for part in line.split("\t")] + [""]
            terms = term_of(name), term_of(alias)
            if not all(terms):
                raise ValueError(f"line {number}: expected a name, a tab and its alias: {line!r}")
            if rest[0] == NEVER:
                never.add(frozenset(terms))
            else:
                same[terms[1]] = terms[0]
                surfaces[terms[0]] = name
        return cls(same, frozenset(never), surfaces)


@dataclass(frozen=True, slots=True)
class Aliases:
    """Which names are one. ``families`` maps a canonical term to the evidence for its aliases."""

    canonical_of: Mapping[str, str] = field(default_factory=dict)
    surface_of: Mapping[str, str] = field(default_factory=dict)
    families: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)

    @classmethod
    def mine(
        cls, events: Iterable[Event], analyses: Iterable[Analysis], edits: Edits | None = None
    ) -> "Aliases":
        """The aliases that an archive shows, corrected by an editor."""
        facts = Facts()
        for event, analysis in zip(events, analyses, strict=True):
            facts.add(event, analysis.names)
        return _Families(facts, edits or Edits()).settled()

    def canonical(self, term: str) -> str:
        """The one term for a name and all its aliases."""
        return self.canonical_of.get(term, term)

    def surface(self, term: str) -> str:
        """A name as it is printed."""
        term = self.canonical(term)
        return self.surface_of.get(term) or _written(term)

    def evidence(self, term: str) -> tuple[Evidence, ...]:
        """Why the aliases of a name, or of an alias, are one; strongest first."""
        return self.families.get(self.canonical(term), ())

    def to_text(self) -> str:
        """The file that editors read."""
        lines = [_HEADER]
        for canonical in sorted(self.families):
            name = self.surface(canonical)
            for found in self.families[canonical]:
                for alias in (found.alias, found.name):
                    if alias != canonical:
                        spelling = self.surface_of.get(alias) or _written(alias)
                        about = f"{found.kind}\t{found.events}\t{found.example}"
                        lines.append(f"{name}\t{spelling}\t{about}")
        return "".join(f"{line}\n" for line in dict.fromkeys(lines))

    def to_plain(self) -> dict[str, list[list[str]]]:
        """All that printing needs, for JSON; the evidence is in ``to_text``."""
        return {
            "canonical": sorted(map(list, self.canonical_of.items())),
            "surface": sorted(map(list, self.surface_of.items())),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Sequence[Sequence[str]]]) -> "Aliases":
        """The aliases of ``to_plain``, without evidence."""
        canonical, surface = ({a: b for a, b in plain[part]} for part in ("canonical", "surface"))  # noqa: C416
        return cls(canonical, surface)


class _Families:
    """Names joined by evidence, in the order of its strength."""

    def __init__(self, facts: Facts, edits: Edits) -> None:
        self.facts = facts
        self.edits = edits
        self.parent: dict[str, str] = {}
        self.members: dict[str, set[str]] = {}
        self.evidence: dict[tuple[str, str, str], Evidence] = {}
        self.shorts: set[str] = set()  # acronyms, surnames, plurals: never canonical

    def settled(self) -> Aliases:
        for alias, name in self.edits.same.items():
            self.join(Evidence(alias, name, EDITOR, 0, ""))
        self._join_acronyms()
        for found in sorted(spellings(self.facts)):
            self.join(found)
        for found in sorted((*plurals(self.facts), *surnames(self.facts))):
            self.join(found)
            self.shorts.add(found.alias)
        self._join_weak()
        return self._aliases()

    def root(self, term: str) -> str:
        while self.parent.get(term, term) != term:
            term = self.parent[term]
        return term

    def family(self, term: str) -> set[str]:
        return self.members.get(self.root(term), {term})

    def join(self, found: Evidence) -> bool:
        """Make two families one, unless an editor forbids it."""
        first, second = self.root(found.alias), self.root(found.name)
        if first != second:
            both = self.family(first) | self.family(second)
            if any(pair <= both for pair in self.edits.never):
                return False
            self.parent[first] = second
            self.members.pop(first, None)
            self.members[second] = both
        self.evidence.setdefault(found[:3], found)
        return True

    def _join_acronyms(self) -> None:
        named: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for (short, long, kind), count in self.facts.pairs.items():
            if short not in COUNTRIES and kind in _STRONG:
                named[short][long] += count * (_SPELLED_WEIGHT if kind == SPELLED_OUT else 1)
        for short in sorted(named):
            longs = named[short]
            best = min(longs, key=lambda long: (-longs[long], long))
            alike = [long for long in longs if _alike(long, best)]
            weight = sum(longs[long] for long in alike)
            if weight < _DOMINANT * longs.total():
                continue
            spelled = any((short, long, SPELLED_OUT) in self.facts.pairs for long in alike)
            needed = 1 if spelled else _NEAR_ENOUGH.get(len(short), 2)
            shown = sum(max(self.facts.pairs[short, long, k] for k in _STRONG) for long in alike)
            if shown < max(needed, self.facts.count[short] / _USES_PER_EVIDENCE):
                continue
            for long in sorted(alike, key=lambda long: (-longs[long], long)):
                for kind in _STRONG:
                    if (short, long, kind) in self.facts.pairs:
                        self.join(self.facts.pair(short, long, kind))
                american = f"united states {long}"
                if self.facts.count[american] > 1:
                    self.join(self.facts.same(american, long, NATION))
                    self.shorts.add(american)
            self.shorts.add(short)

    def _join_weak(self) -> None:
        """Join families by brackets and "also known as", until nothing more can be joined."""
        weak = {
            pair: count
            for pair, count in self.facts.pairs.items()
            if pair[2] in (BRACKET, ALSO_KNOWN_AS)
            and not COUNTRIES & set(pair[:2])
            and not self._qualifies(pair[0], pair[1])
        }
        while True:
            between: defaultdict[str, Counter[str]] = defaultdict(Counter)
            ways: Counter[frozenset[str]] = Counter()
            for (alias, name, _), count in weak.items():
                first, second = self.root(alias), self.root(name)
                if first != second:
                    between[first][second] += count
                    between[second][first] += count
                    ways[frozenset((first, second))] += 1
            pair = self._convincing(between, ways)
            if pair is None:
                return
            for found in sorted(p for p in weak if {self.root(p[0]), self.root(p[1])} == pair):
                if not self.join(self.facts.pair(*found)):
                    del weak[found]

    def _qualifies(self, alias: str, name: str) -> bool:
        """Whether a bracket holds no name but a common remark: "Party (Maoist)"."""
        plain = " " not in alias and not self.facts.acronym(alias)
        return plain and self.facts.count[alias] > self.facts.count[name]

    def _convincing(
        self, between: Mapping[str, Counter[str]], ways: Mapping[frozenset[str], int]
    ) -> set[str] | None:
        """The two families for which weak evidence speaks most, if it is enough."""
        found: list[tuple[int, str, str]] = []
        for first, others in between.items():
            uses = self._uses(first)
            for second, count in others.items():
                if uses > self._uses(second):
                    continue  # the rarer one decides
                # "Daesh (ISIS)" and "Daesh (ISIL)" speak for ISIS and ISIL as well, and both
                # together more for a family that ISIS and ISIL are of than one of them twice.
                few, many = sorted((others, between[second]), key=len)
                around = sum(min(n, many[name]) for name, n in few.items() if name in many)
                around += ways[frozenset((first, second))] - 1
                support = count + around
                if support < _WEAK_SHARE * others.total():
                    continue
                often = support >= _WEAK_COUNT and (around or count >= uses / _USES_PER_WEAK)
                if often or (count > 1 and self._begin_alike(first, second)):
                    found.append((-support, first, second))
        return set(min(found)[1:]) if found else None

    def _uses(self, root: str) -> int:
        return sum(self.facts.count[term] for term in self.family(root))

    def _begin_alike(self, first: str, second: str) -> bool:
        """Whether a form of each begins with the same two words."""
        beginnings = [
            {tuple(term.split()[:2]) for term in self.family(root) if " " in term}
            for root in (first, second)
        ]
        return not beginnings[0].isdisjoint(beginnings[1])

    def _aliases(self) -> Aliases:
        canonical_of: dict[str, str] = {}
        families: dict[str, tuple[Evidence, ...]] = {}
        said: defaultdict[str, list[Evidence]] = defaultdict(list)
        for found in self.evidence.values():
            said[self.root(found.name)].append(found)
        for root, members in self.members.items():
            canonical = self._canonical(members)
            canonical_of.update((term, canonical) for term in members if term != canonical)
            families[canonical] = tuple(sorted(said[root], key=lambda e: (-e.events, e)))
        surfaces = {}
        for term in self.facts.count.keys() | families.keys() | canonical_of.keys():
            surface = self.edits.surfaces.get(term) or _surface(term, self.facts.surfaces[term])
            if surface != _written(term):
                surfaces[term] = surface
        return Aliases(canonical_of, surfaces, families)

    def _canonical(self, members: set[str]) -> str:
        chosen = sorted(members & set(self.edits.surfaces))
        if chosen:
            return chosen[0]
        nations = sorted(members & COUNTRIES)
        if nations:
            return nations[0]
        forms = members - self.shorts or members
        best = max(self.facts.count[form] for form in forms)
        attested = [f for f in forms if self.facts.count[f] >= _WELL_ATTESTED * best]
        return min(attested, key=lambda f: (-len(f.split()), -self.facts.count[f], f))


def _content(name: str) -> set[str]:
    return {word for word in name.split() if word not in LINKS and word not in PARTICLES}


def _alike(first: str, second: str) -> bool:
    """Whether two names share half of their words."""
    one, other = _content(first), _content(second)
    return 2 * len(one & other) >= len(one | other)


def _surface(term: str, surfaces: Counter[str]) -> str:
    """The spelling that the archive prefers; of a country the full noun."""
    spelled = {surface: _folded(surface) for surface in surfaces}
    if term in COUNTRIES:
        good = [surface for surface in surfaces if spelled[surface] not in LESSER_FORMS]
    else:
        good = [surface for surface in surfaces if spelled[surface] == term]
        good = good or list(surfaces)
    best = min(good, key=lambda surface: (-surfaces[surface], surface), default="")
    return " ".join(best.split()) or _written(term)


def _folded(surface: str) -> str:
    return " ".join(piece.folded for part in surface.split() for piece in pieces(part))


def _written(term: str) -> str:
    """A name of which no better spelling is known."""
    return " ".join(word if word in LINKS else word[:1].upper() + word[1:] for word in term.split())
