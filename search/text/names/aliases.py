"""One canonical spelling for a name, and the evidence for it.

Terms of names (see ``recognition``) that mean the same are a *family*; its canonical member is the
longest form that the archive attests well: "Islamic State of Iraq and the Levant" for ISIL,
ISIS and Daesh. Families are mined from the archive (see ``alias_evidence``) and written to
a plain text file with their evidence. An editor overrides them with a file of the same form:

    name <TAB> alias <TAB> kind <TAB> number of events <TAB> an event

Editors need the first two columns only. The kind "never" says that the two are not the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from search.text.english import LINKS

if TYPE_CHECKING:
    from search.text.names.alias_evidence import Evidence


_HEADER: Final = "# name\talias\tkind\tevents\texample"


@dataclass(frozen=True, slots=True)
class Aliases:
    """Aliases. ``families`` maps a canonical term to the evidence for its aliases."""

    canonical_of: Mapping[str, str] = field(default_factory=dict)
    surface_of: Mapping[str, str] = field(default_factory=dict)
    families: "Mapping[str, tuple[Evidence, ...]]" = field(default_factory=dict)

    def canonical(self, term: str) -> str:
        """The canonical term of a name, which all its aliases share."""
        return self.canonical_of.get(term, term)

    def in_other_words(self, term: str) -> str | None:
        """The canonical name of a term that has no word in common with it: of "isil", not "obama".

        None if there is no such name.
        """
        canonical = self.canonical_of.get(term)
        if canonical is None or not set(term.split()).isdisjoint(canonical.split()):
            return None
        return canonical

    def surface(self, term: str) -> str:
        """A name as it is printed."""
        term = self.canonical(term)
        return self.surface_of.get(term) or written(term)

    def evidence(self, term: str) -> "tuple[Evidence, ...]":
        """The evidence for the aliases of a name (or of an alias), strongest first."""
        return self.families.get(self.canonical(term), ())

    def to_text(self) -> str:
        """The file that editors read."""
        lines = [_HEADER]
        for canonical in sorted(self.families):
            name = self.surface(canonical)
            for found in self.families[canonical]:
                for alias in (found.alias, found.name):
                    if alias != canonical:
                        spelling = self.surface_of.get(alias) or written(alias)
                        about = f"{found.kind}\t{found.events}\t{found.example}"
                        lines.append(f"{name}\t{spelling}\t{about}")
        return "".join(f"{line}\n" for line in dict.fromkeys(lines))


def written(term: str) -> str:
    """A name of which no better spelling is known."""
    return " ".join(word if word in LINKS else word[:1].upper() + word[1:] for word in term.split())
