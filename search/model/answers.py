"""The values that searches and ``why`` answer with."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from search.model.event import Event
from search.model.hit import Hit


class YearCount(NamedTuple):
    """How many of the events that match are of a year."""

    year: int
    events: int


class SourceCount(NamedTuple):
    """How many of the events that match have a source; an event may have several."""

    source: str
    events: int


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The answer to a query.

    ``total`` is how many events match. ``partly`` is how many others match in part, such as by some
    characters of a run of Chinese; they are listed last. ``hits`` are the items of one page, and
    ``first`` is how many items are on earlier pages. ``notes`` say how the query was understood:
    what was cut, read as plain words or read as a time. ``suggestion`` is a corrected query, if a
    word of the query is in no event. ``years`` (ascending) and ``sources`` (most events first)
    count the events that match; they are empty unless ``SearchOptions`` ask for them.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    notes: tuple[str, ...] = ()
    first: int = 0
    suggestion: str | None = None
    years: tuple[YearCount, ...] = ()
    sources: tuple[SourceCount, ...] = ()
    partly: int = 0

    def to_dicts(self) -> list[dict[str, Any]]:
        """The hits as plain data, as ``search --json`` prints them: for a data frame, say."""
        from search.model import json_answers  # noqa: PLC0415 - it needs this module

        return list(map(json_answers.item, self.hits))

    def _repr_html_(self) -> str:
        from search.model import html_views  # noqa: PLC0415 - only notebooks need it

        return html_views.answer_html(self)


@dataclass(frozen=True, slots=True)
class Why:
    """Why event B is, or is not, in the list of event A.

    ``of`` is A, and ``hit`` is B as an item of A's list. ``rank`` is the rank of B, from 1, among
    all candidates for the list; None if B shares nothing with A. ``verdict`` is a sentence: why B
    is listed, or why not. ``marks`` are the decisions of editors about the pair, a sentence each;
    they overrule the ranking.

    If A's list is empty, ``nearest`` has the ids and scores of the events that came closest, best
    first. ``least_score`` is the cutoff of the list.
    """

    of: Event
    hit: Hit
    rank: int | None
    verdict: str
    marks: tuple[str, ...] = ()
    nearest: tuple[tuple[str, float], ...] = ()
    least_score: float = 0.0

    def _repr_html_(self) -> str:
        from search.model import html_views  # noqa: PLC0415 - only notebooks need it

        return html_views.why_html(self)
