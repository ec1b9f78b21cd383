"""An editor's corrections of names: lines of name, tab, alias, and maybe a tab and "never"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from search.text.names.name_words import term_of

NEVER: Final = "never"


@dataclass(frozen=True, slots=True)
class Edits:
    """Corrections: aliases with their names, and pairs that are not the same."""

    same: Mapping[str, str] = field(default_factory=dict)
    never: frozenset[frozenset[str]] = frozenset()
    surfaces: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Edits":
        """The edits of a file.

        Raises:
            ValueError: a line has another form; the message names it.
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
