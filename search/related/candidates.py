"""What related lists are made from: of one event or text, or of many events at once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence, Set

from search.model.hit import Explanation
from search.related import diversity
from search.related.batch import Batch, Linked
from search.related.explanations import explanations
from search.related.ranking import Ranking
from search.related.similarity import Vectors
from search.related.similarity_parts import Link

Places = Sequence[int]  # of lists among those that are made together, from 0
Alike = Set[tuple[int, int]] | None  # the links of a list that may be near-duplicates; None: any


class Candidates(ABC):
    """The links that some lists are made from, and what depends on whether loops are compiled.

    ``left_out`` has the ordinals that are no candidates, by the place of the list.
    """

    def __init__(self, vectors: Vectors, lists: int) -> None:
        self.vectors = vectors
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

    def __init__(self, vectors: Vectors, ranking: Ranking, *, time: bool) -> None:
        super().__init__(vectors, 1)
        self._ranking = ranking
        self._time = time

    def best(self, places: Places, count: int, least: float) -> list[list[Link]]:
        return [self._ranking.best(count, least, self.left_out[0])]

    def fillers(self, places: Places, count: int, enough: int, below: float) -> list[list[Link]]:
        return [self._ranking.fillers(count, below, self.left_out[0])]

    def alike(self, lists: Sequence[list[Link]]) -> Sequence[Alike]:
        return [None] * len(lists)

    def spread(self, lists: Sequence[list[Link]]) -> list[list[int]]:
        terms = self.vectors.term_vector
        each = (([terms(link.ordinal) for link in links], links) for links in lists)
        return [diversity.spread(events, [link.raw for link in links]) for events, links in each]

    def explanations(self, linked: Sequence[Linked]) -> list[Explanation]:
        scored = [(other, score) for _, other, score in linked]
        return explanations(self.vectors, self._ranking.query, scored, time=self._time)


class ManyLists(Candidates):
    """The candidates for the lists of many events, found by compiled loops."""

    def __init__(self, vectors: Vectors, batch: Batch, ordinals: Sequence[int]) -> None:
        super().__init__(vectors, len(ordinals))
        self._batch = batch
        self._ordinals = ordinals

    def best(self, places: Places, count: int, least: float) -> list[list[Link]]:
        some, more = self._some(places)
        return self._left(places, self._batch.best(some, count + more, least), count)

    def fillers(self, places: Places, count: int, enough: int, below: float) -> list[list[Link]]:
        some, more = self._some(places)
        found = self._batch.fillers(some, count + more, below, enough + more)
        return self._left(places, found, count + more)

    def alike(self, lists: Sequence[list[Link]]) -> Sequence[Alike]:
        return self._batch.alike(lists)

    def spread(self, lists: Sequence[list[Link]]) -> list[list[int]]:
        return self._batch.spread(lists)

    def explanations(self, linked: Sequence[Linked]) -> list[Explanation]:
        of_events = [(self._ordinals[place], other, score) for place, other, score in linked]
        return self._batch.explanations(of_events)

    def _some(self, places: Places) -> tuple[list[int], int]:
        """The ordinals of the events at these places, and how many links may have to be left out
        of a list."""
        left_out = max(len(self.left_out[place]) for place in places)
        return [self._ordinals[place] for place in places], left_out

    def _left(self, places: Places, lists: Sequence[list[Link]], count: int) -> list[list[Link]]:
        """The first links of each list that are not left out."""
        return [
            [link for link in links if link.ordinal not in self.left_out[place]][:count]
            for place, links in zip(places, lists, strict=True)
        ]
