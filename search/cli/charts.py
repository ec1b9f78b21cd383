"""Counts as bars for a terminal: one line each, scaled to the width."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len as columns

from search.cli.formatting import Paint
from search.model.answers import SourceCount, YearCount
from search.model.printing import line

_MOST_SOURCES: Final = 10
_LONGEST_GAP: Final = 5  # years in a row without events that are shown one by one
_WIDEST_LABEL: Final = 30
_NARROWEST_BAR: Final = 8
_EIGHTHS: Final = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")

_Rows = list[tuple[str, int | None]]  # label and count; None: a gap


def year_bars(counts: Sequence[YearCount], width: int, paint: Paint) -> Iterator[str]:
    """A line for each year, ascending, including years without events.

    ``width`` is in columns; lines are wider only if there is no room for a bar.
    """
    rows: _Rows = []
    for count in counts:
        gap = range(int(rows[-1][0]) + 1, count.year) if rows else range(0)
        if len(gap) > _LONGEST_GAP:
            rows.append(("…", None))
        else:
            rows += [(str(year), 0) for year in gap]
        rows.append((str(count.year), count.events))
    return _bars(rows, width, paint)


def source_bars(counts: Sequence[SourceCount], width: int, paint: Paint) -> Iterator[str]:
    """A line for each of the first sources, and how many more there are."""
    rows: _Rows = [(_cut(line(count.source)), count.events) for count in counts]
    yield from _bars(rows[:_MOST_SOURCES], width, paint)
    if len(rows) > _MOST_SOURCES:
        yield f"and {len(rows) - _MOST_SOURCES:,} more sources"


def _bars(rows: _Rows, width: int, paint: Paint) -> Iterator[str]:
    labels = max(columns(label) for label, _ in rows)
    most = max(count or 0 for _, count in rows)
    numbers = len(f"{most:,}")
    room = max(width - labels - numbers - 2, _NARROWEST_BAR)
    for label, count in rows:
        head = " " * (labels - columns(label)) + label
        if count is None:
            yield head
        elif not count:
            yield f"{head} {0:>{numbers}}"
        else:
            # A bar is rounded down, but is never empty.
            eighths = max(count * room * 8 // most, 1)
            bar = "█" * (eighths // 8) + _EIGHTHS[eighths % 8]
            yield f"{head} {count:>{numbers},} {paint(bar, 'bar')}"


def _cut(label: str) -> str:
    """A label of at most ``_WIDEST_LABEL`` columns."""
    if columns(label) <= _WIDEST_LABEL:
        return label
    while columns(label) >= _WIDEST_LABEL:
        label = label[:-1]
    return label + "…"
