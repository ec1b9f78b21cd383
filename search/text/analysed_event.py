"""An event with its text analysed, and its names in canonical form."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from search.model.event import Event
from search.text.english import COUNTRIES, COUNTRY_NAMES, COUNTRY_OF, KINDS
from search.text.names.aliases import Aliases
from search.text.names.name_words import term_of
from search.text.terms import Analysis, Kind

# A canonical name and its form in the text; "" for a name that only editors gave.
Named = tuple[str, str]
# Code in Markdown and reStructuredText: a fenced block, words in backticks, and the lines that are
# indented below two colons.
_CODE: Final = re.compile(
    r"```(?s:.*?)(?:```|\Z)|``[^`]{1,200}``|`[^`\n]+`"
    r"|(?<=::)\n(?:[ \t]*\n)*(?:[ \t]{2,}.*(?:\n|\Z)|[ \t]*\n)+"
)


@dataclass(frozen=True, eq=False)
class AnalysedEvent:
    """An event with its analysed text and its canonical names by ``aliases``.

    ``named`` are its names as ``names_as_written`` gives them. ``analyse`` computes the analysis of
    its text, which is not kept: it takes twenty times the memory of the names.
    """

    event: Event
    analyse: Callable[[], Analysis]
    aliases: Aliases
    named: tuple[Named, ...]

    @classmethod
    def of(cls, event: Event, analysis: Analysis, aliases: Aliases) -> "AnalysedEvent":
        """An event with an analysis that was made already."""
        named = names_as_written(analysis, event.terms, aliases)
        return cls(event, lambda: analysis, aliases, named)

    @property
    def analysis(self) -> Analysis:
        """The tokens and names of its text."""
        return self.analyse()

    @cached_property
    def has_unspaced_text(self) -> bool:
        """Whether some of its text is of a script without blanks between words."""
        return not self.event.text.isascii() and any(
            token.kind is Kind.UNSPACED for token in self.analysis.tokens
        )

    @cached_property
    def code_spans(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where code starts and ends in its text, if it is Markdown or reStructuredText."""
        spans = [code.span() for code in _CODE.finditer(self.event.text)]
        return tuple(start for start, _ in spans), tuple(end for _, end in spans)

    @cached_property
    def lower_text(self) -> str:
        """Its text in small letters, with spaces for hyphens, as terms of names have them."""
        return self.event.text.lower().replace("-", " ")

    @cached_property
    def own_names(self) -> tuple[str, ...]:
        """Its canonical names, without the countries of institutions."""
        return tuple(dict.fromkeys(name for name, _ in self.named))


def names_as_written(
    analysis: Analysis, topics: Sequence[str], aliases: Aliases
) -> tuple[Named, ...]:
    """The canonical names of an event with their forms in the text: those that editors gave it
    (``topics``) first, then in the order of the text. A surname beside the full name is left out.
    """
    forms: dict[str, dict[str, None]] = {
        aliases.canonical(term): {} for topic in topics if (term := term_of(topic))
    }
    for name in analysis.names:
        forms.setdefault(aliases.canonical(name.term), {})[name.term] = None
    surnames = {
        name.rpartition(" ")[2] for name in forms if " " in name and KINDS.isdisjoint(name.split())
    }
    return tuple(
        (name, form)
        for name, written in forms.items()
        if name not in surnames or name in COUNTRIES
        for form in written or ("",)
    )


def canonical_names(named: Iterable[Named]) -> tuple[str, ...]:
    """The names of an event, each once, in order. The country in "Syrian Army" is a name, too."""
    own = dict.fromkeys(name for name, _ in named)
    return tuple(dict.fromkeys([*own, *(country for name in own for country in _countries(name))]))


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
