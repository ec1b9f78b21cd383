"""Plots for notebooks, with matplotlib where it is installed (extra ``plot``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search.model.answers import SearchAnswer
from search.model.arguments import missing_extra
from search.model.errors import UsageError
from search.model.hit import Hit

_LONGEST_LABEL = 60  # characters


def plot(value: SearchAnswer | Sequence[Hit], axes: Any = None) -> Any:
    """Draw an answer or a list, and return matplotlib's axes, to which ``axes`` may draw.

    An answer that was asked for with ``years=True`` is drawn as bars of events by year; any other
    answer, or a list, as a timeline of its events.

    Raises:
        UsageError: matplotlib is not installed, or there is nothing to draw.
    """
    if axes is None:
        try:
            from matplotlib import pyplot  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise UsageError(missing_extra("plot", error, "plot")) from error
        axes = pyplot.subplots()[1]
    if isinstance(value, SearchAnswer) and value.years:
        axes.bar([count.year for count in value.years], [count.events for count in value.years])
        axes.set(title=_plain(value.query), xlabel="year", ylabel="events")
        return axes
    hits = value.hits if isinstance(value, SearchAnswer) else value
    if not hits:
        raise UsageError("nothing to draw: the list is empty, or ask with years=True")
    in_time = sorted(
        (hit.event for hit in hits if hit.event.date), key=lambda event: (event.day, event.id)
    )
    axes.plot([event.date for event in in_time], range(len(in_time)), "o")
    for place, event in enumerate(in_time):
        words = _plain(event.title)
        axes.annotate(words, (event.date, place), xytext=(8, -3), textcoords="offset points")
    axes.set(xlabel="date", yticks=[])
    axes.invert_yaxis()
    return axes


def _plain(text: str) -> str:
    """The text, cut, and without dollar signs that matplotlib would read as a formula."""
    cut = text if len(text) <= _LONGEST_LABEL else text[:_LONGEST_LABEL] + "…"
    return cut.replace("$", "\\$")
