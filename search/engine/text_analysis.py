"""Analyses the texts of an archive, part by part, in worker processes if there are any.

Workers read the events, and the lexicon once it is learned, from the directory that is being built.
So a worker needs memory for the texts of one part and for its cache of analysed words. The process
that builds needs memory for the result of one part and for the evidence of aliases.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engine.garbage_collection import no_collection
from search.index import lines
from search.index.event_store import WrittenEvents
from search.index.postings.collector import Occurrences
from search.index.postings.parts import Part, packed, part_of, unpacked
from search.text.analysed_event import Named, names_as_written
from search.text.boilerplate_learning import learn_boilerplate
from search.text.names.alias_evidence import Facts
from search.text.names.aliases import Aliases
from search.text.names.lexicon import PARTS, Lexicon
from search.text.names.name_words import Name
from search.text.terms import Analysis, Terms

_REMEMBERED_BYTES: Final = 64 << 20  # of analysed words, by each worker


class Analysed(NamedTuple):
    """The analysis of some consecutive events: a part of the postings (see
    ``index.postings.parts``) with the names and topics of each event, and evidence of aliases."""

    part: dict[str, NDArray[Any]]
    facts: Facts


class _Texts(Sequence[str]):
    """The texts of events, read on demand."""

    def __init__(self, events: WrittenEvents) -> None:
        self._events = events

    def __len__(self) -> int:
        return len(self._events.days)

    def __getitem__(self, number: Any) -> Any:
        if number >= len(self):
            raise IndexError(number)
        return self._events.text(number)


def learn_lexicon(directory: Path, language: str) -> None:
    """Learn the words of the events in ``directory``, and write its lexicon."""
    events = WrittenEvents(directory / "events")
    with no_collection():
        boilerplate = learn_boilerplate(_Texts(events), events.days.tolist())
        lexicon = Lexicon.learn(_Texts(events), events.topics(), boilerplate, language)
    (directory / "lexicon").mkdir(exist_ok=True)  # left by a worker that was killed
    for part, words in lexicon.to_plain().items():
        lines.write(words, directory / "lexicon" / f"{part}.txt")


def analyse(directory: Path, first: int, end: int) -> Analysed:
    """Analyse the texts of the events in ``directory`` from the ordinal ``first`` to ``end``."""
    terms, facts = terms_of(directory), Facts()
    occurrences = Occurrences(terms)
    names, topics = _StringLists(), _StringLists()
    events = WrittenEvents(directory / "events")
    with no_collection():
        for event in events.between(first, end):
            found = terms.names(event.text)
            occurrences.add(event, found)
            facts.add(event, found)
            names.add([name.term for name in found])
            topics.add(event.terms)
        part = part_of(occurrences)
    return Analysed(part | names.arrays("names") | topics.arrays("topics"), facts)


@lru_cache(maxsize=1)
def terms_of(directory: Path) -> Terms:
    """The terms by the lexicon of a directory that is being built."""
    lexicon = directory / "lexicon"
    plain = {
        part: frozenset((lexicon / f"{part}.txt").read_text(encoding="utf-8").split("\n")[:-1])
        for part in PARTS
    }
    return Terms(Lexicon.from_plain(plain), _REMEMBERED_BYTES)


def names_of(parts: Sequence[Part], aliases: Aliases) -> Iterator[tuple[Named, ...]]:
    """The names of each event, as ``names_as_written`` gives them."""
    shared: dict[Named, Named] = {}  # one object for each pair, however many events have it
    for part in parts:
        occurrence_of = [Name(term, 0, 0, 1) for term in unpacked(part["names.strings"])]
        each = zip(
            _groups(part, "names", occurrence_of),
            _groups(part, "topics", unpacked(part["topics.strings"])),
            strict=True,
        )
        for names, topics in each:
            named = names_as_written(Analysis((), tuple(names)), topics, aliases)
            yield tuple([shared.setdefault(pair, pair) for pair in named])


class _StringLists:
    """A list of strings for each event, stored as numbers of distinct strings."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._events: list[list[int]] = []

    def add(self, strings: Sequence[str]) -> None:
        known = self._known
        self._events.append([known.setdefault(string, len(known)) for string in strings])

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        return {
            f"{name}.strings": packed(list(self._known)),
            f"{name}.ends": np.cumsum(list(map(len, self._events)), dtype=np.int64),
            f"{name}.numbers": np.fromiter(chain.from_iterable(self._events), np.uint32),
        }


def _groups(part: Part, name: str, strings: Sequence[Any]) -> Iterator[list[Any]]:
    numbers, begin = part[f"{name}.numbers"].tolist(), 0
    for end in part[f"{name}.ends"].tolist():
        yield [strings[number] for number in numbers[begin:end]]
        begin = end
