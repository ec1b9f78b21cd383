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
    """``total`` is how many events match, and ``hits`` are those of the page asked for, of which
    the first is number ``first`` + 1.

    ``notes`` say what was cut or taken as plain words. ``suggestion`` is the query as it was
    probably meant, where words of it are spelled as no event spells them. ``years`` (ascending,
    those with events) and ``sources`` (most events first) are empty unless they were asked for.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    notes: tuple[str, ...] = ()
    first: int = 0
    suggestion: str | None = None
    years: tuple[YearCount, ...] = ()
    sources: tuple[SourceCount, ...] = ()

    def _repr_html_(self) -> str:
        from search.model import html_views  # noqa: PLC0415 - only notebooks need it

        return html_views.answer_html(self)


@dataclass(frozen=True, slots=True)
class Why:
    """The explanation of a pair: ``hit`` is B as an item of the list of A (``of``), listed or not.

    ``rank`` is B's place among all events that A's list is chosen from, from 1; None if it shares
    nothing. ``verdict`` says in a sentence what became of it.
    """

    of: Event
    hit: Hit
    rank: int | None
    verdict: str

    def _repr_html_(self) -> str:
        from search.model import html_views  # noqa: PLC0415 - only notebooks need it

        return html_views.why_html(self)
