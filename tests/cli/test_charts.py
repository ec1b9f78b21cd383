"""Bars: one line a count, as wide as the terminal and no wider."""

from hypothesis import given
from hypothesis import strategies as st

from search import SourceCount, YearCount
from search.cli.charts import source_bars, year_bars


def plain(text: str, role: str) -> str:
    return text


def years(counts: dict[int, int], width: int = 40) -> list[str]:
    return list(year_bars([YearCount(*item) for item in counts.items()], width, plain))


def test_a_year_is_a_line_and_the_longest_bar_fills_the_width() -> None:
    assert years({2014: 4, 2015: 8, 2016: 1}, width=16) == [
        "2014 4 ████▌",
        "2015 8 █████████",
        "2016 1 █▏",
    ]


def test_one_year_is_one_full_bar() -> None:
    assert years({2015: 3}, width=20) == ["2015 3 " + "█" * 13]


def test_years_between_without_events_are_shown() -> None:
    assert [line.split()[:2] for line in years({2014: 4, 2016: 1})] == [
        ["2014", "4"],
        ["2015", "0"],
        ["2016", "1"],
    ]


def test_a_long_gap_is_one_line() -> None:
    lines = years({1066: 1, 2016: 1})
    assert len(lines) == 3
    assert lines[1].strip() == "…"


def test_a_hundred_years_are_a_hundred_lines() -> None:
    lines = years({year: year - 1899 for year in range(1900, 2000)})
    assert len(lines) == 100
    lengths = [len(line) for line in lines]
    assert lengths == sorted(lengths)


@given(counts=st.dictionaries(st.integers(1, 9999), st.integers(1, 10**6), min_size=1, max_size=30))
def test_no_line_is_wider_than_the_terminal_and_more_events_are_never_shorter(
    counts: dict[int, int],
) -> None:
    rows = sorted(counts.items())
    lines = list(year_bars([YearCount(*row) for row in rows], 60, plain))
    assert all(len(line) <= 60 for line in lines)
    bars = {line.split()[0]: line for line in lines}
    by_count = sorted(rows, key=lambda row: row[1])
    lengths = [len(bars[str(year)].rstrip()) for year, _ in by_count]
    assert lengths == sorted(lengths)
    assert all(bars[str(year)].split()[1] == f"{count:,}" for year, count in rows)
    assert all(len(bars[str(year)].split()) == 3 for year, _ in rows)


def test_labels_of_any_script_stand_in_columns() -> None:
    counts = [SourceCount("新华社", 4), SourceCount("Post", 2), SourceCount("e\u0301t\u0301", 1)]
    lines = list(source_bars(counts, 30, plain))
    assert [line.index(digit) for line, digit in zip(lines, "421", strict=True)] == [4, 7, 9]


def test_many_sources_are_cut_and_long_ones_too() -> None:
    counts = [SourceCount(f"{number} " + "long " * 20, 50 - number) for number in range(14)]
    *lines, rest = source_bars(counts, 80, plain)
    assert len(lines) == 10
    assert rest == "and 4 more sources"
    assert all("…" in line and len(line) <= 80 for line in lines)


def test_a_source_cannot_move_the_cursor() -> None:
    [line] = source_bars([SourceCount("\x1b[2JPost\n", 1)], 40, plain)
    assert line.isprintable()


def test_bars_are_painted_and_nothing_else() -> None:
    def tagged(text: str, role: str) -> str:
        return f"<{role}>{text}</{role}>"

    [line] = year_bars([YearCount(2015, 1)], 20, tagged)
    assert line == "2015 1 <bar>" + "█" * 13 + "</bar>"
