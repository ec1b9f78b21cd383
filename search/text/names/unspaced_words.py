"""Mines words of scripts without blanks from an archive: frequent, with varying neighbours.

A run of characters is a word if it is frequent and its neighbours vary on both sides: 奥运 is
followed by 会 or by 村, while 京奥 is only followed by 运. (Frequency, cohesion and freedom of
neighbours, as in accessor variety: Feng et al., 2004.)
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Final

_LONGEST: Final = 7  # characters of a word
_LEAST: Final = 3  # times that a word comes
_MOST_SHARE: Final = 0.67  # of a word's places, that may have the same neighbour
_MOST_INSIDE: Final = 0.5  # of a word's places, that are in longer words: 利亚 of 叙利亚
# How much oftener its parts come together than by chance (pointwise mutual information).
_COHESION: Final = 12.0
_MOST_CHARACTERS: Final = 3_000_000  # of an archive that are examined
# Runs of one script: a word of kana does not go on in Han.
_RUNS: Final = (
    "[\u4e00-\u9fff\u3400-\u4dbf\u3005]+|[\u30a1-\u30fa\u30fc]+|[\u3041-\u309f]+|[\u0e00-\u0e7f]+"
    "|[\uac00-\ud7af]+"
)
_KATAKANA: Final = re.compile("[\u30a1-\u30fa\u30fc]+")
# Characters that begin or end no word that says anything: particles, pronouns, numbers, measures.
_EDGES: Final = frozenset(
    "的了在是和与及对将被于为从向等之其并或也就都而还又这那他她它们个名年月日时至该称说"
    "一二三四五六七八九十两几多约第不已再可以有人"
)


@cache
def _runs() -> re.Pattern[str]:
    return re.compile(_RUNS)


def mined_words(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts that are folded (see ``fold_unspaced``), in any order."""
    runs: Counter[str] = Counter()
    left = _MOST_CHARACTERS
    for text in texts:
        found = _runs().findall(text)
        runs.update(found)
        left -= sum(map(len, found))
        if left < 0:
            break
    counts: Counter[str] = Counter()
    for run, times in runs.items():
        for size in range(1, min(_LONGEST + 1, len(run)) + 1):
            for at in range(len(run) - size + 1):
                counts[run[at : at + size]] += times
    neighbour: dict[str, int] = {}  # of each run, the count of its commonest neighbour
    for longer, count in counts.items():
        if count >= _LEAST and len(longer) > 2:
            for part in (longer[1:], longer[:-1]):
                neighbour[part] = max(neighbour.get(part, 0), count)
    total = sum(len(run) * times for run, times in runs.items())
    free = {
        word
        for word, count in counts.items()
        if count >= _LEAST and 2 <= len(word) <= _LONGEST
        if _EDGES.isdisjoint((word[0], word[-1]))
        if neighbour.get(word, 0) <= _MOST_SHARE * count and _coheres(word, count, counts, total)
    }
    inside: Counter[str] = Counter()  # how often a word is a piece of longer ones
    for word in free:
        for piece in _pieces_of(word, free):
            inside[piece] += counts[word]
    # Of kana the whole run is the word: what begins or ends inside of one is a piece.
    return frozenset(
        word
        for word in free
        if inside[word] <= _MOST_INSIDE * counts[word]
        if word in runs or not _KATAKANA.match(word)
    )


def _pieces_of(word: str, known: set[str]) -> set[str]:
    """The parts of a word, without the known words in it: 奥运 of 东京奥运."""
    found = set()
    for at in range(len(word) - 1):
        for to in range(at + 2, len(word) + 1):
            rest = [part for part in (word[:at], word[to:]) if part]
            if rest and not all(part in known for part in rest):
                found.add(word[at:to])
    return found


def _coheres(word: str, count: int, counts: Counter[str], total: int) -> bool:
    """Whether no cut makes two parts of a word that come side by side by chance."""
    return all(
        count * total >= _COHESION * counts[word[:at]] * counts[word[at:]]
        for at in range(1, len(word))
    )


def words_in(text: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where the known words in a folded text begin and end: from the left, the longest first."""
    for run in _runs().finditer(text):
        if _KATAKANA.match(run[0]):
            yield run.span()
            continue
        at, end = run.span()
        while at < end - 1:
            sizes = range(min(_LONGEST, end - at), 1, -1)
            size = next((size for size in sizes if text[at : at + size] in known), 0)
            if size:
                yield at, at + size
            at += size or 1
