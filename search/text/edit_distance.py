"""Edit distance, for words with typos.

The distance is that of optimal string alignment, as rapidfuzz computes it: letters added, lost,
changed or swapped with their neighbour, and no letter takes part in two typos.
"""

from collections.abc import Iterable
from typing import Final

SHORTEST_FUZZY: Final = 4  # letters; shorter words have too many neighbours to mean anything
LOOSE_FUZZY: Final = 8  # letters from which two typos are likelier than another word
LOOSEST_FUZZY: Final = 6  # letters from which two typos may be asked for


def edits_allowed(text: str, edits: int | None) -> int:
    """The typos that ``Fuzzy`` allows in this folded word; 0 means exact."""
    if len(text) < SHORTEST_FUZZY:
        return 0
    if len(text) < (LOOSE_FUZZY if edits is None else LOOSEST_FUZZY):
        return 1
    return 2 if edits is None else edits


def within_edits(one: str, two: str, limit: int) -> bool:
    """Whether two words are at most ``limit`` typos apart."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - few queries need it

    return OSA.distance(one, two, score_cutoff=limit) <= limit


class Spellings:
    """Many words that are compared with one word at once."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)

    def within(self, word: str, limit: int) -> list[str]:
        """The words that ``within_edits`` accepts, in their order."""
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - few queries need it
        from rapidfuzz.process import extract  # noqa: PLC0415

        # Not extract_iter, whose generators only the collector of cycles would free.
        near = extract(
            word, self.words, scorer=OSA.distance, processor=None, limit=None, score_cutoff=limit
        )
        return [self.words[place] for place in sorted(place for _, _, place in near)]
