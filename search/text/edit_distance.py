"""How far two spellings are apart, for words that were typed with a slip."""

from collections.abc import Iterable
from typing import Final

import numpy as np

SHORTEST_FUZZY: Final = 4  # letters; shorter words have too many neighbours to mean anything
LOOSE_FUZZY: Final = 8  # letters from which two slips are likelier than another word
LOOSEST_FUZZY: Final = 6  # letters from which two slips may be asked for


def edits_allowed(text: str, edits: int | None) -> int:
    """How many slips ``Fuzzy`` forgives in this folded word; 0 leaves only the word itself."""
    if len(text) < SHORTEST_FUZZY:
        return 0
    if len(text) < (LOOSE_FUZZY if edits is None else LOOSEST_FUZZY):
        return 1
    return 2 if edits is None else edits


def within_edits(one: str, two: str, limit: int) -> bool:
    """Whether at most ``limit`` letters are added, lost, changed or swapped with their neighbour
    (optimal string alignment: no letter takes part in two slips)."""
    if abs(len(one) - len(two)) > limit:
        return False
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(two, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(before) > limit:
            return False
    return row[-1] <= limit


class Spellings:
    """Many words, to be compared with one word at once."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self._lengths = np.fromiter(map(len, self.words), np.intp, len(self.words))
        longest = int(self._lengths.max(initial=1))
        square = np.array(self.words, f"<U{longest}").view(np.uint32)
        self._letters = np.ascontiguousarray(square.reshape(len(self.words), longest).T)

    def within(self, word: str, limit: int) -> list[str]:
        """The words that ``within_edits`` accepts; the same table, for all words at once and only
        near its diagonal, where what is within the limit lies."""
        near = np.flatnonzero(abs(self._lengths - len(word)) <= limit)
        width = len(word) + limit
        letters = self._letters[:width, near]
        shape = (width + 1, len(near))
        row = np.full(shape, limit + 1, np.int8)
        row[: limit + 1] = np.arange(limit + 1, dtype=np.int8)[:, None]
        before = older = row
        for i, letter in enumerate(map(ord, word), 1):
            older, before, row = before, row, np.full(shape, limit + 1, np.int8)
            if i <= limit:
                row[0] = i
            for j in range(max(1, i - limit), min(len(letters), i + limit) + 1):
                cost = before[j - 1] + (letters[j - 1] != letter)
                cost = np.minimum(cost, np.minimum(before[j], row[j - 1]) + np.int8(1))
                if i > 1 and j > 1:
                    swapped = (letters[j - 2] == letter) & (letters[j - 1] == ord(word[i - 2]))
                    cost = np.where(swapped, np.minimum(cost, older[j - 2] + np.int8(1)), cost)
                row[j] = cost
        good = row[self._lengths[near], np.arange(len(near))] <= limit
        return [self.words[i] for i in near[good]]
