"""Learns which sentences of an archive are boilerplate (see ``boilerplate``).

Boilerplate is in many texts, and as spread over time as the archive: a sentence that is repeated
within a few days is news. Sentences that begin or end with the same words are formulas if

- they are at the beginning or the end of their texts,
- they differ only in names: "Police said" is not a formula,
- these names are not in the rest of the text: "A strong earthquake in Chile" is not one,
- and these names are rare in other texts: "Component: login" is not one.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.model.event import UNDATED
from search.text.boilerplate import UNSPACED, Boilerplate, Sentence, body, keys, sentence_of

# A sentence is boilerplate if it is in at least this many texts, and in this share of all texts up
# to a maximum. What two to five texts share is evidence instead: the same package, the same
# incident.
_LEAST_TEXTS: Final = 8
_LEAST_SHARE: Final = 1 / 50
_ENOUGH_TEXTS: Final = 100
# The middle four fifths of the texts with it span at least this many days, or this part of the days
# that the middle four fifths of the archive span.
_LONG_SPREAD: Final = 60
_SPREAD_SHARE: Final = 1 / 3

# The number of first and last sentences of a text that are read to learn formulas, and the number
# of sentences with the same beginning or end.
_FIRST_READ: Final = 8
_LAST_READ: Final = 5
_MOST_SAMPLED: Final = 200
# Of the sentences that begin or end like a formula, at least this share is where formulas are, and
# at most this share has a word in common with the rest of its text.
_EDGE_SHARE: Final = 0.8
_TIED_SHARE: Final = 0.25
# This share of the small words of formulas is in at least a tenth of them.
_FIXED_SHARE: Final = 0.8
_FIXED: Final = 0.1
_FILLER: Final = 0.5  # what changes is in a smaller share of them
_SHORTEST_FILLER: Final = 3  # letters
_CHANGED_SHARE: Final = 0.5  # of formulas have a name; what differs in numbers only tells these
# What changes is a topic of the archive if other texts have it a tenth as often as the sentences
# do: a component, a player. At most half of it is.
_TOPIC: Final = 0.1
_MOST_TOPICS: Final = 0.5
_MOST_READ: Final = 4_000  # characters of a text that are compared with a sentence
_WORD: Final = re.compile(rf"[{UNSPACED}]{{1,2}}|[^\W\d_{UNSPACED}]+")


def learn_boilerplate(texts: Sequence[str], days: Sequence[int]) -> Boilerplate:
    """The boilerplate of an archive, given all its texts and the day of each.

    A text without a day (`UNDATED`) counts as one more, and says nothing about how spread they are.
    """
    bodies = [number for number, text in enumerate(texts) if "\n" in text]
    share = _LEAST_SHARE * len(texts)
    least = int(np.ceil(max(_LEAST_TEXTS, min(_ENOUGH_TEXTS, share))))
    if len(bodies) < least:
        return Boilerplate()
    sentences = _Tally(days, least)
    read = _Read(texts)
    for number in bodies:
        found = [each for each in body(texts[number]) if each.compared]
        sentences.add(number, {each.compared for each in found})
        read.add(number, found)
    repeated = Boilerplate(sentences.often())
    del sentences
    openings = _Tally(days, least)
    for number in bodies:
        found = read.sentences(number)
        edges = repeated.edges(found)
        openings.add(number, {key for each in found if each.start in edges for key in keys(each)})
    formulas = _Formulas(read, repeated).among(openings.often())
    return Boilerplate(repeated.repeated, formulas)


class _Read:
    """Some first and last sentences of each text, as places in it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._spans = array("Q")
        self._first: dict[int, tuple[int, int]] = {}  # which spans are those of a text

    def add(self, number: int, sentences: Sequence[Sentence]) -> None:
        if len(sentences) > _FIRST_READ + _LAST_READ:
            sentences = [*sentences[:_FIRST_READ], *sentences[-_LAST_READ:]]
        first = len(self._spans)
        for each in sentences:
            self._spans.extend((each.start, each.start + len(each.text)))
        self._first[number] = first, len(self._spans)

    def sentences(self, number: int) -> list[Sentence]:
        """Those of the body of a text."""
        text, (first, end) = self.texts[number], self._first.get(number, (0, 0))
        spans = self._spans[first:end]
        return [sentence_of(text[a:b], a) for a, b in zip(spans[::2], spans[1::2], strict=True)]

    def with_title(self, number: int) -> list[Sentence]:
        title = self.texts[number].partition("\n")[0]
        return [sentence_of(title, 0), *self.sentences(number)]


class _Tally:
    """Finds strings that are in many texts and spread over time. Of rare ones only hashes are
    kept."""

    def __init__(self, days: Sequence[int], least: int) -> None:
        self._days = np.array(days, np.int64)
        self._least = least
        self._spread = min(_LONG_SPREAD, _SPREAD_SHARE * _spread(np.sort(self._days)))
        self._counts: defaultdict[int, int] = defaultdict(int)
        self._often: dict[int, str] = {}
        self._hashes = array("q")
        self._texts = array("q")

    def add(self, number: int, strings: set[str]) -> None:
        """The strings of the text of a number."""
        for string in strings:
            key = hash(string)
            self._counts[key] += 1
            if self._counts[key] == self._least:
                self._often[key] = string
            self._hashes.append(key)
            self._texts.append(number)

    def often(self) -> frozenset[str]:
        """The strings that are in enough texts."""
        hashes, texts = np.array(self._hashes, np.int64), np.array(self._texts, np.int64)
        days: defaultdict[int, list[int]] = defaultdict(list)
        at = np.isin(hashes, list(self._often))
        for key, day in zip(hashes[at].tolist(), self._days[texts[at]].tolist(), strict=True):
            days[key].append(day)
        return frozenset(
            string
            for key, string in self._often.items()
            if _spread(np.sort(days[key])) >= self._spread
        )


def _spread(days: NDArray[np.int64]) -> int:
    """The number of days between the first and the last tenth of ascending days; 0 of none."""
    days = days[days != UNDATED]
    if not len(days):
        return 0
    return int(days[len(days) - 1 - len(days) // 10] - days[len(days) // 10])


class _Seen:
    """The sentences with one key: how many there are, at the edges of texts and elsewhere, and
    those examined, with the numbers of their texts."""

    def __init__(self) -> None:
        self.count = 0
        self.at_edges = 0
        self.sampled: list[tuple[str, int]] = []


class _Formulas:
    """Which keys are those of formulas, given what was read of all texts."""

    def __init__(self, read: _Read, repeated: Boilerplate) -> None:
        self._texts = read.texts
        self._read = read
        self._repeated = repeated

    def among(self, candidates: frozenset[str]) -> frozenset[str]:
        seen = self._seen(candidates) if candidates else {}
        fillers: dict[str, Counter[str]] = {}
        for key, its in seen.items():
            if its.at_edges >= max(_LEAST_TEXTS, _EDGE_SHARE * its.count):
                found = self._fillers(its.sampled)
                if found is not None:
                    fillers[key] = found
        told = self._told_elsewhere(fillers)
        kept = set()
        for key, its_fillers in fillers.items():
            often = _TOPIC * len(self._texts) / len(seen[key].sampled)
            topics = sum([n for word, n in its_fillers.items() if told[word] >= often * n])
            if topics <= _MOST_TOPICS * its_fillers.total():
                kept.add(key)
        return frozenset(kept)

    def _seen(self, candidates: frozenset[str]) -> Mapping[str, _Seen]:
        seen: defaultdict[str, _Seen] = defaultdict(_Seen)
        for number in range(len(self._texts)):
            found = self._read.with_title(number)
            edges = self._repeated.edges(found[1:])
            for sentence in found:
                for key in candidates.intersection(keys(sentence)):
                    each = seen[key]
                    each.count += 1
                    if sentence.start in edges:
                        each.at_edges += 1
                        if len(each.sampled) < _MOST_SAMPLED:
                            each.sampled.append((sentence.text, number))
        return seen

    def _fillers(self, sampled: Sequence[tuple[str, int]]) -> Counter[str] | None:
        """The words that change in sentences with one key, and in how many each is; None if the
        sentences differ in more than names, or have to do with the rest of their texts."""
        words = [_WORD.findall(sentence) for sentence, _ in sampled]
        among = Counter(word for each in words for word in {word.lower() for word in each})
        small = [word for each in words for word in each[1:] if word.islower() and len(word) > 1]
        fixed = sum([among[word] >= _FIXED * len(sampled) for word in small])
        if fixed < _FIXED_SHARE * len(small):
            return None
        changing = Counter({
            word: count
            for word, count in among.items()
            if count < _FILLER * len(sampled)
            if len(word) >= _SHORTEST_FILLER or not word.isascii()
        })  # fmt: skip
        changed = tied = 0
        for each, (sentence, number) in zip(words, sampled, strict=True):
            rest = self._texts[number].replace(sentence, "\n", 1)[:_MOST_READ].lower()
            its = {word.lower() for word in each} & changing.keys()
            changed += bool(its)
            tied += not its.isdisjoint(_WORD.findall(rest))
        if changed < _CHANGED_SHARE * len(sampled) or tied > _TIED_SHARE * len(sampled):
            return None
        return changing

    def _told_elsewhere(self, fillers: Mapping[str, Counter[str]]) -> Counter[str]:
        """The number of texts with each filler outside of sentences with this key."""
        told: Counter[str] = Counter()
        wanted = frozenset().union(*fillers.values())
        for number in range(len(self._texts) if wanted else 0):
            rest = [
                sentence.compared
                for sentence in self._read.with_title(number)
                if fillers.keys().isdisjoint(keys(sentence))
            ]
            told.update(wanted.intersection(_WORD.findall(" ".join(rest))))
        return told
