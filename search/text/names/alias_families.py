"""Joins aliases into families, by evidence in the order of its strength.

Time is linear in the evidence, however names are connected: families are disjoint sets, the smaller
merged into the larger, and weak evidence is processed in parts that share no family.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from search.text.english import COUNTRIES, LESSER_FORMS, LINKS, ORGANISATIONS, PARTICLES
from search.text.names.alias_edits import Edits
from search.text.names.alias_evidence import (
    ALSO_KNOWN_AS,
    BRACKET,
    INITIALS,
    KNOWN,
    NATION,
    SPELLED_OUT,
    Evidence,
    Facts,
    inflections,
    plurals,
    spellings,
    surnames,
)
from search.text.names.aliases import written
from search.text.words import pieces

EDITOR: Final = "editor"

_STRONG: Final = (SPELLED_OUT, INITIALS)
# This share of the expansions of an acronym must be spellings of one name.
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
# Connected weak evidence is joined pair by pair, the best first. Amounts that only a forged archive
# has are joined by all convincing pairs at once, in this many rounds.
_FEW: Final = 50
_ROUNDS: Final = 20
_Weak = dict[tuple[str, str, str], int]  # alias, name, kind: number of events
Settled = tuple[dict[str, str], dict[str, str], dict[str, tuple[Evidence, ...]]]


class Families:
    """Names joined by evidence, in the order of its strength."""

    def __init__(self, facts: Facts, edits: Edits) -> None:
        self.facts = facts
        self.edits = edits
        self.parent: dict[str, str] = {}
        self.members: dict[str, set[str]] = {}
        self.never: defaultdict[str, set[str]] = defaultdict(set)
        for pair in edits.never:
            for term in pair:
                self.never[term] |= pair - {term} or pair
        self.evidence: dict[tuple[str, str, str], Evidence] = {}
        self.shorts: set[str] = set()  # acronyms, surnames, plurals: never canonical

    def settled(self) -> Settled:
        """The canonical term of each other name, how names are printed, and the evidence."""
        for alias, name in self.edits.same.items():
            self.join(Evidence(alias, name, EDITOR, 0, ""))
        self._join_organisations()
        self._join_acronyms()
        for found in sorted((*spellings(self.facts), *inflections(self.facts))):
            self.join(found)
        for found in sorted((*plurals(self.facts), *surnames(self.facts))):
            self.join(found)
            self.shorts.add(found.alias)
        self._join_weak()
        return self._aliases()

    def root(self, term: str) -> str:
        parent = self.parent
        while (above := parent.get(term, term)) != term:
            parent[term] = parent.get(above, above)  # halves the way for the next who asks
            term = above
        return term

    def family(self, term: str) -> set[str]:
        return self.members.get(self.root(term), {term})

    def join(self, found: Evidence) -> bool:
        """Merge two families, unless an editor forbids it."""
        first, second = self.root(found.alias), self.root(found.name)
        if first != second:
            few, many = sorted((self.family(first), self.family(second)), key=len)
            if any(self._forbids(term, many) for term in few):
                return False
            if len(many) == 1 and any(self._forbids(term, few) for term in many):
                return False
            many |= few  # the smaller into the larger, so that long chains take no longer
            self.parent[first] = second
            self.members.pop(first, None)
            self.members[second] = many
        self.evidence.setdefault(found[:3], found)
        return True

    def _forbids(self, term: str, family: set[str]) -> bool:
        """Whether an editor forbids that a name joins a family, or any family."""
        never = self.never.get(term)
        return never is not None and (term in never or not never.isdisjoint(family))

    def _join_organisations(self) -> None:
        """Join the acronyms that everybody knows, unless the archive gives them another meaning."""
        explained = {short for short, _, kind in self.facts.pairs if kind == SPELLED_OUT}
        for short, name in ((short, name.lower()) for short, name in ORGANISATIONS.items()):
            is_used = short in self.facts.count and self.facts.acronym(short)
            if is_used and short not in explained:
                self.join(self.facts.same(short, name, KNOWN))
                self.shorts.add(short if name in self.facts.count else name)

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
        for part in self._apart(weak):
            if len(part) <= _FEW:
                while self._join_best(part):
                    pass
            else:
                for _ in range(_ROUNDS):
                    if not self._join_all(part):
                        break

    def _apart(self, weak: _Weak) -> list[_Weak]:
        """The evidence in parts that share no family: what is joined in one changes no other."""
        together: dict[str, str] = {}

        def first_of(root: str) -> str:
            while (above := together.get(root, root)) != root:
                together[root] = together.get(above, above)
                root = above
            return root

        for alias, name, _ in weak:
            together[first_of(self.root(alias))] = first_of(self.root(name))
        parts: defaultdict[str, _Weak] = defaultdict(dict)
        for found, count in weak.items():
            parts[first_of(self.root(found[0]))][found] = count
        return list(parts.values())

    def _join_best(self, weak: _Weak) -> bool:
        """Join the two families with the most evidence; return whether there were any."""
        found = self._convincing(*self._between(weak))
        if not found:
            return False
        _, *pair = min(found)
        for key in sorted(p for p in weak if {self.root(p[0]), self.root(p[1])} == {*pair}):
            if not self.join(self.facts.pair(*key)):
                del weak[key]
        return True

    def _join_all(self, weak: _Weak) -> bool:
        """Join all families with enough evidence, strongest first; return whether there were
        any."""
        found = self._convincing(*self._between(weak))
        keys: defaultdict[frozenset[str], list[tuple[str, str, str]]] = defaultdict(list)
        for key in sorted(weak):
            keys[frozenset((self.root(key[0]), self.root(key[1])))].append(key)
        for _, first, second in sorted(found):
            for key in keys.pop(frozenset((first, second)), ()):
                if not self.join(self.facts.pair(*key)):
                    del weak[key]
        return bool(found)

    def _between(self, weak: _Weak) -> tuple[dict[str, Counter[str]], Counter[frozenset[str]]]:
        """How often and in how many ways families are said to be one, by both of their roots."""
        between: defaultdict[str, Counter[str]] = defaultdict(Counter)
        ways: Counter[frozenset[str]] = Counter()
        for (alias, name, _), count in weak.items():
            first, second = self.root(alias), self.root(name)
            if first != second:
                between[first][second] += count
                between[second][first] += count
                ways[frozenset((first, second))] += 1
        return between, ways

    def _qualifies(self, alias: str, name: str) -> bool:
        """Whether a bracket holds no name but a common remark: "Party (Maoist)"."""
        plain = " " not in alias and not self.facts.acronym(alias)
        return plain and self.facts.count[alias] > self.facts.count[name]

    def _convincing(
        self, between: Mapping[str, Counter[str]], ways: Mapping[frozenset[str], int]
    ) -> list[tuple[int, str, str]]:
        """The pairs of families that weak evidence supports well enough: the support, negated so
        that the strongest pair sorts first, and both roots."""
        found: list[tuple[int, str, str]] = []
        uses_of = {root: self._uses(root) for root in between}
        for first, others in between.items():
            uses = uses_of[first]
            for second, count in others.items():
                if uses > uses_of[second]:
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
        return found

    def _uses(self, root: str) -> int:
        return sum(self.facts.count[term] for term in self.family(root))

    def _begin_alike(self, first: str, second: str) -> bool:
        """Whether a form of each begins with the same two words."""
        beginnings = [
            {tuple(term.split()[:2]) for term in self.family(root) if " " in term}
            for root in (first, second)
        ]
        return not beginnings[0].isdisjoint(beginnings[1])

    def _aliases(self) -> Settled:
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
            if surface != written(term):
                surfaces[term] = surface
        return canonical_of, surfaces, families

    def _canonical(self, members: set[str]) -> str:
        chosen = sorted(term for term in members if term in self.edits.surfaces)
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
    return " ".join(best.split()) or written(term)


def _folded(surface: str) -> str:
    return " ".join(piece.folded for part in surface.split() for piece in pieces(part))
