"""An event with its text analysed, and its names in canonical form."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from search.model.event import Event
from search.text.english import COUNTRIES, COUNTRY_NAMES, COUNTRY_OF, KINDS
from search.text.names.aliases import Aliases
from search.text.names.name_words import term_of
from search.text.terms import Analysis, Kind


@dataclass(frozen=True, eq=False)
class AnalysedEvent:
    """An event and what its text says, in the one spelling of each name that ``aliases`` know.

    ``analyse`` gives the analysis of its text. The names are kept, and the analysis is not: it
    takes twenty times the memory.
    """

    event: Event
    analyse: Callable[[], Analysis]
    aliases: Aliases

    @classmethod
    def of(cls, event: Event, analysis: Analysis, aliases: Aliases) -> "AnalysedEvent":
        """An event whose text is analysed already."""
        return cls(event, lambda: analysis, aliases)

    @property
    def analysis(self) -> Analysis:
        """The tokens and names of its text."""
        return self.analyse()

    @cached_property
    def has_unspaced_text(self) -> bool:
        """Whether some of its text is of a script without blanks between words."""
        return any(token.kind is Kind.UNSPACED for token in self.analysis.tokens)

    @cached_property
    def own_names(self) -> tuple[str, ...]:
        """Its canonical names, without the countries of institutions."""
        return tuple(_own_names(self.analysis, self.event.terms, self.aliases))

    @cached_property
    def written(self) -> tuple[tuple[str, str], ...]:
        """The canonical names of its text, with what stands for them there."""
        names = (name.term for name in self.analysis.names)
        return tuple((self.aliases.canonical(term), term) for term in names)


def canonical_names(analysis: Analysis, topics: Sequence[str], aliases: Aliases) -> tuple[str, ...]:
    """The names of an event in canonical terms, each once, in the order of the text.

    ``topics`` are the terms that editors gave it. A surname beside the full name is left out; the
    country of "Syrian Army" is a name as well.
    """
    own = _own_names(analysis, topics, aliases)
    return tuple(dict.fromkeys([*own, *(country for name in own for country in _countries(name))]))


def _own_names(analysis: Analysis, topics: Sequence[str], aliases: Aliases) -> list[str]:
    names = dict.fromkeys(aliases.canonical(term) for topic in topics if (term := term_of(topic)))
    names.update(dict.fromkeys(aliases.canonical(name.term) for name in analysis.names))
    surnames = {
        name.rpartition(" ")[2] for name in names if " " in name and KINDS.isdisjoint(name.split())
    }
    return [name for name in names if name not in surnames or name in COUNTRIES]


def _countries(name: str) -> Iterable[str]:
    """The country that an institution's name begins with, or ends with after "of"."""
    words = name.split()
    if len(words) < 2 or name in COUNTRIES:
        return
    for length in (3, 2):
        country = COUNTRY_NAMES.get(" ".join(words[:length]))
        if country and length < len(words):
            yield country
    if words[0] in COUNTRY_OF:
        yield COUNTRY_OF[words[0]]
    if words[-2] == "of" and words[-1] in COUNTRIES:
        yield words[-1]
