"""Boilerplate: sentences that many texts of an archive have, and credits with changing names.

It is below the first line of a text. There are two kinds:

- A *repeated sentence* is the same in many texts, except for years: "(c) 2016 Northwind".
- A *formula* begins or ends with the same words each time, and the rest are other names: "Reporting
  by Ada Bell in Rome; editing by Li Wei". It is among the first or last sentences of its text.

Boilerplate is not about the event: it relates no events, and is never printed as a shared term. It
can still be searched for. ``boilerplate_learning`` learns it from an archive.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from search.text.english import ABBREVIATIONS

# Sentences at the beginning and the end of a body that may be formulas.
_HEAD: Final = 2
_TAIL: Final = 3
_LONGEST_FORMULA: Final = 300  # characters

_END: Final = re.compile(
    "[.!?\u2026][\"'\u201d\u2019\u00bb)\\]]? |[\u3002\uff01\uff1f][\u201d\u300d\u300f]?"
)
# "ROME (Northwind) - Voters ...": place, agency and text are read apart.
_DATELINE: Final = re.compile(
    "([^()\\s]{2,30}(?: [^()\\s]{2,30}){0,3} )\\([^()]{2,40}\\) ?[-\u2010-\u2015]{1,2} "
)
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_DIGITS: Final = re.compile(r"\d+")
UNSPACED: Final = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
# How a sentence of a script without blanks begins: four characters, or up to a colon.
_OPENING: Final = re.compile("[^:\uff1a]{0,3}.")
_LONGEST_SKELETON: Final = 12  # words of a sentence of which all names may change
NAMES: Final = "**"  # represents names in a skeleton
_LONGEST_BYLINE: Final = 6  # words of a sentence of which only the first or last is the same
_SHORTEST_NAME: Final = 4  # letters of a small word that joins no names


class Part(NamedTuple):
    """A line of a text, or what of a line is boilerplate, or is not; ``start`` is an offset."""

    text: str
    start: int
    is_boilerplate: bool


class Sentence(NamedTuple):
    """A sentence with the blanks after it, so that the sentences of a line joined are the line.

    ``compared`` is its text without case, surplus blanks and years.
    """

    text: str
    start: int
    compared: str


@dataclass(frozen=True)
class Boilerplate:
    """``repeated`` are sentences as they are compared; ``formulas`` are keys (see ``keys``)."""

    repeated: frozenset[str] = frozenset()
    formulas: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.repeated or self.formulas)

    def parts(self, text: str) -> Iterator[Part]:
        """The parts of a text, in order: lines, or pieces of lines with boilerplate."""
        end = text.find("\n") if self else -1
        if end < 0:
            at = 0
            for line in text.split("\n"):
                yield Part(line, at, False)
                at += len(line) + 1
            return
        yield Part(text[:end], 0, False)
        found = body(text)
        edges = self.edges(found)
        start = end = end + 1
        marked = False
        for sentence in found:
            is_boilerplate = sentence.start in edges and (
                sentence.compared in self.repeated or not self.formulas.isdisjoint(keys(sentence))
            )
            if sentence.start > end or is_boilerplate != marked:
                if end > start:
                    yield Part(text[start:end], start, marked)
                start, marked = sentence.start, is_boilerplate
            end = sentence.start + len(sentence.text)
        if end > start:
            yield Part(text[start:end], start, marked)

    def without(self, text: str) -> str:
        """A text without its boilerplate."""
        if not self or "\n" not in text:
            return text
        return "\n".join([part.text for part in self.parts(text) if not part.is_boilerplate])

    def edges(self, sentences: Sequence[Sentence]) -> frozenset[int]:
        """Where those of a body's sentences start that may be boilerplate: the repeated ones, and
        the first and last of the others."""
        known: list[int] = []
        others: list[int] = []
        for each in sentences:
            if each.compared:
                (known if each.compared in self.repeated else others).append(each.start)
        return frozenset(known + others[:_HEAD] + others[-_TAIL:])


NO_BOILERPLATE: Final = Boilerplate()


def body(text: str) -> list[Sentence]:
    """The sentences of a text below its first line."""
    found: list[Sentence] = []
    at = text.find("\n") + 1
    for line in text[at:].split("\n") if at else ():
        starts = [0, *_breaks(line)]
        for start, end in zip(starts, [*starts[1:], len(line)], strict=True):
            found.append(sentence_of(line[start:end], at + start))
        at += len(line) + 1
    return found


def sentence_of(text: str, start: int) -> Sentence:
    compared = " ".join(text.lower().split())
    return Sentence(text, start, _YEAR.sub("0", compared).rstrip(" ."))


def _breaks(line: str) -> list[int]:
    """Where sentences begin inside a line."""
    found: list[int] = []
    dateline = _DATELINE.match(line)
    if dateline:
        found += [dateline.end(1), dateline.end()]
    for end in _END.finditer(line, dateline.end() if dateline else 0):
        before = line[max(0, end.start() - 8) : end.start()].rpartition(" ")[2].lower()
        if end.end() < len(line) and not (len(before) == 1 or before in ABBREVIATIONS):
            found.append(end.end())
    return found


@cache
def _opens_unspaced() -> re.Pattern[str]:
    """A sentence of a script without blanks. Hardly a query needs the pattern."""
    return re.compile(rf"\W?[{UNSPACED}]")


def keys(sentence: Sentence) -> tuple[str, ...]:
    """The keys of a sentence as a formula: its beginning, its end, and its words that are not
    names."""
    if not sentence.compared or len(sentence.text) > _LONGEST_FORMULA:
        return ()
    if _opens_unspaced().match(sentence.compared):
        opening = _OPENING.match(sentence.compared)
        return (f"{opening[0]}*",) if opening else ()
    words = _DIGITS.sub("0", sentence.compared).split(" ")
    if len(words) < 2:
        return ()
    if words[0].endswith(":"):
        return (f"{words[0]} *",)
    found = [f"{words[0]} {words[1]} *"]
    if len(words) > 3:
        found.append(f"* {' '.join(words[-3:])}")
    if len(words) <= _LONGEST_SKELETON:
        written = sentence.text.split()
        skeleton = list(_skeleton(written))
        if len(skeleton) > 1 and NAMES in skeleton:
            found.append(" ".join(skeleton))
        if len(words) <= _LONGEST_BYLINE and _is_byline(written):
            found += [f"{words[0]} * *", f"* * {words[-1]}"]
    return tuple(found)


def _skeleton(words: Sequence[str]) -> Iterator[str]:
    """The words of a sentence, with ``NAMES`` for each run of those with capitals or digits."""
    inside = False
    for word in words:
        small = word == word.lower() != word.upper()
        if small:
            yield word
        elif not inside:
            yield NAMES
        inside = not small


def _is_byline(words: Sequence[str]) -> bool:
    """Whether all words but one are names or joiners: "By Ada Bell and Li Wei"."""
    return all(word != word.lower() or len(word) < _SHORTEST_NAME for word in words[1:])
