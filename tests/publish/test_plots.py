"""Plots of years and of a story."""

import pytest

from search import Index, SearchOptions
from search.model.errors import UsageError
from search.publish.plots import plot

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


def test_years_are_bars(story_index: Index) -> None:
    axes = plot(story_index.search("Norland", SearchOptions(years=True)))
    years = story_index.search("Norland", SearchOptions(years=True)).years
    assert [bar.get_height() for bar in axes.patches] == [count.events for count in years]


def test_a_list_is_a_timeline(story_index: Index) -> None:
    hits = story_index.search("Norland $x^2$").hits
    axes = plot(hits)
    assert len(axes.texts) == len(hits)
    axes.figure.canvas.draw()  # no title is taken for a formula


def test_nothing_to_draw_is_said(story_index: Index) -> None:
    with pytest.raises(UsageError, match="nothing to draw"):
        plot(story_index.search("nobodysaidthis"))
