"""The values that searches and ``why`` answer with."""

from dataclasses import dataclass
from typing import NamedTuple

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

    ``total`` is how many events match; ``partly`` is how many others, listed behind them, match in
    part, as some of the characters of a run of Chinese. ``hits`` are the items of one page; there
    are ``first`` items on the pages before it. ``notes`` say what was cut, taken as plain words or
    taken as a time. ``suggestion`` is the query as it was probably meant, if no event spells a word
    of it so. ``years`` (ascending) and ``sources`` (most events first) count the events that
    match; they are empty unless ``SearchOptions`` ask for them.
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

    def _repr_html_(self) -> str:
        from search.model import html_views  # noqa: PLC0415 - only notebooks need it

        return html_views.answer_html(self)


@dataclass(frozen=True, slots=True)
class Why:
    """The explanation of a pair of events: ``hit`` is B as an item of the list of A (``of``),
    listed or not.

    ``rank`` is the rank of B, from 1, among all events that the list of A is chosen from; None if
    it shares nothing with A. ``verdict`` says in a sentence why B is listed or is not. ``marks``
    are what editors decided about the pair, a sentence each; they come before the verdict.

    ``nearest`` are the ids and scores of what comes nearest to being listed for A, best first, if
    nothing is; else it is empty. The least score of the list is ``least_score``.
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
