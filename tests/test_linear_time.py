"""Work grows as what it is given: no pattern backtracks, whatever a page, a query or a line says.

Told by ratios in one run, never by seconds: a text of twice the length may take three times as long
at most, where quadratic work takes four times as long.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
import regex

from tests.patterns import Written, adversaries, calls, written

SIZES = (16, 256, 4_096)
DEARER = 40.0  # times what a plain scan of the text costs: far below what backtracking costs
QUADRATIC = 3.0  # times the cost at half the length; linear work comes to 2, quadratic to 4
_SCAN = re.compile(r"(?:[^\x00]|\x00)*+")


def cost(work: Callable[[str], object], text: str, times: int) -> float:
    """The least CPU time of so many runs on a text, in seconds."""
    spent = []
    for _ in range(times):
        began = time.process_time_ns()
        work(text)
        spent.append(time.process_time_ns() - began)
    return min(spent) / 1e9


def slow_text(each: Written) -> str | None:
    """How to make a text on which the pattern takes more than linear time; None: none was found."""
    is_bytes = each.engine == "bytes"
    written_as = each.pattern.encode("latin-1") if is_bytes else each.pattern
    flags = each.flags & ~re.UNICODE if is_bytes else each.flags
    pattern: Any = (regex if each.engine == "regex" else re).compile(written_as, flags)

    def run(text: str) -> object:
        given = text.encode("latin-1", "replace") if is_bytes else text
        return list(pattern.finditer(given)) if each.anywhere else pattern.match(given)

    for begin, pump, end in adversaries(each.pattern, each.flags, seed=1):

        def text_of(size: int, parts: tuple[str, str, str] = (begin, pump, end)) -> str:
            first, repeated, last = parts
            return first + repeated * max(1, size // len(repeated)) + last

        for size in SIZES:
            text = text_of(size)
            scan = max(cost(_SCAN.fullmatch, text, 2), 1e-6)
            if cost(run, text, 1) > DEARER * scan and _grows(run, text_of, size):
                return f"{begin!r} + {pump!r} * n + {end!r}"
    return None


def _grows(run: Callable[[str], object], text_of: Callable[[int], str], size: int) -> bool:
    """Whether a longer text costs more than linear work may, again and again."""

    def spent(length: int) -> float:
        return cost(run, text_of(length), 3)

    if size == SIZES[0]:  # so short a text takes long only where work doubles with each character
        return spent(size + 4) > QUADRATIC * spent(size)
    return all(spent(2 * length) > QUADRATIC * spent(length) for length in (size, 2 * size))


def test_every_call_of_re_is_known() -> None:
    """What is compiled only in a function must be reached by ``tests/patterns.py``."""
    known = {(each.file, each.line) for each in written()}
    missed = {
        (file, line)
        for file, line in calls()
        if not any(place == file and abs(at - line) <= 12 for place, at in known)
    }
    assert not missed


def _by_file() -> dict[str, list[Written]]:
    found = defaultdict(list)
    for each in written():
        found[each.file].append(each)
    return found


@pytest.mark.parametrize("file", sorted({file for file, _ in calls()}))
def test_no_pattern_backtracks(file: str) -> None:
    slow = {each.pattern: slow_text(each) for each in _by_file().get(file, [])}
    assert not {pattern: text for pattern, text in slow.items() if text}


@pytest.mark.parametrize(
    "pattern",
    [r"### \d+\s*\(?\s*x$", r"(a+)+b", r"\[[^\]]*\]\(", r"a+b", r"(?:\s|\w)*?;", r"<!--.*?-->"],
)
def test_a_pattern_that_backtracks_is_found(pattern: str) -> None:
    assert slow_text(Written("", 0, "re", pattern, re.DOTALL, anywhere=True))


def test_a_pattern_that_does_not_backtrack_is_let_through() -> None:
    for pattern, anywhere in ((r"\w+|\s", True), (r"a*+b", False), (r"[^()]{0,40}\(", True)):
        assert slow_text(Written("", 0, "re", pattern, 0, anywhere)) is None, pattern
