from search.archive import Skipped
from search.archive.skips import SkipTally


def test_skips_are_counted_by_the_kind_of_their_reason_with_the_first_of_each() -> None:
    tally = SkipTally()
    tally.add(Skipped("a.md", None, "no title line (# ...)"))
    for line in (2, 3, 9):
        tally.add(Skipped("b.csv", line, f"{line} columns where the header has 4"))
    tally.add(Skipped("c.jsonl", 1, "no such day: '2016-02-31'"))
    tally.add(Skipped("c.jsonl", 2, "no such day: '2016-02-30'"))
    assert tally.lines() == [
        "3 for one reason, the first is b.csv:2: 2 columns where the header has 4",
        "2 for one reason, the first is c.jsonl:1: no such day: '2016-02-31'",
        "a.md: no title line (# ...)",
    ]
    assert len(tally) == 6


def test_without_skips_there_is_nothing_to_say() -> None:
    assert SkipTally().lines() == []
