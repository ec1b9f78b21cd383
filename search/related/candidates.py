"""The candidates of related lists: for one event or text, or for many events at once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence, Set

from search.model.hit import Explanation
from search.related import diversity
from search.related.explanations import explanations
from search.related.ranking import Ranking
from search.related.similarity import Similarity
from search.related.similarity_parts import Link

# The place of a list, an event that it links to, and the score of the link.
Linked = tuple[int, int, float]
Places = Sequence[int]  # of lists among those that are made together, from 0
Alike = Set[tuple[int, int]] | None  # the links of a list that may be near-duplicates; None: any


class Candidates(ABC):
    """The links that some lists are made from, and what is faster for many lists at once.

    ``left_out`` has the ordinals that are no candidates, by the place of the list.
    """

    def __init__(self, similarity: Similarity, lists: int) -> None:
        self.similarity = similarity
        self.left_out: list[frozenset[int]] = [frozenset()] * lists

    @abstractmethod
    def best(self, places: Places, count: int, least: float) -> list[list[Link]]:
        """The ``count`` best links of each list that score at least ``least``, best first."""

    @abstractmethod
    def fillers(self, places: Places, count: int, enough: int, below: float) -> list[list[Link]]:
        """``count`` links that may fill up each short list and score less than ``below``, as
        ``Ranking.fillers`` gives them. Where ``enough`` share several words of names, those that
        share fewer are left out."""

    @abstractmethod
    def alike(self, lists: Sequence[list[Link]]) -> Sequence[Alike]:
        """The links of each list that may be near-duplicates, as pairs of places in the list."""

    @abstractmethod
    def spread(self, lists: Sequence[list[Link]]) -> list[list[int]]:
        """The order of each list, as ``diversity.spread`` gives it."""

    @abstractmethod
    def explanations(self, linked: Sequence[Linked]) -> list[Explanation]:
        """The explanation of each link: the place of its list, its ordinal and its score."""


class OneList(Candidates):
    """The candidates for the list of one event or text, from its ranking."""

    def __init__(self, similarity: Similarity, ranking: Ranking, *, time: bool) -> None:
        super().__init__(similarity, 1)
        self._ranking = ranking
        self._time = time

    def best(self, places: Places, count: int, least: float) -> list[list[Link]]:
        return [self._ranking.best(count, least, self.left_out[0])]

    def fillers(self, places: Places, count: int, enough: int, below: float) -> list[list[Link]]:
        return [self._ranking.fillers(count, below, self.left_out[0])]

    def alike(self, lists: Sequence[list[Link]]) -> Sequence[Alike]:
        return [None] * len(lists)

    def spread(self, lists: Sequence[list[Link]]) -> list[list[int]]:
        terms = self.similarity.term_vector
        each = (([terms(link.ordinal) for link in links], links) for links in lists)
        return [diversity.spread(events, [link.raw for link in links]) for events, links in each]

    def explanations(self, linked: Sequence[Linked]) -> list[Explanation]:
        scored = [(other, score) for _, other, score in linked]
        return explanations(self.similarity, self._ranking.query, scored, time=self._time)
