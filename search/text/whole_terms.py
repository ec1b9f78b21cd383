"""Which of some printed terms are whole: part of no other."""

from collections.abc import Iterable
from typing import Final

from search.text.words import has_unspaced

MOST_TERMS: Final = 3


def wholes(surfaces: Iterable[str]) -> tuple[str, ...]:
    """The first ``MOST_TERMS`` terms, each once, without terms that are part of another."""
    lowered = {term: term.lower() for term in surfaces}
    return tuple(
        term
        for term, lower in lowered.items()
        if not any(is_part(lower, longer) for longer in lowered.values())
    )[:MOST_TERMS]


def is_part(name: str, longer: str) -> bool:
    """Whether a name in small letters is some of the words of a longer one, or of a script without
    blanks some of its characters."""
    if has_unspaced(name[:1]):
        return name != longer and name in longer
    return name != longer and f" {name} " in f" {longer} "
