"""Lines of any length, with any of the three line ends, keep their numbers."""

import io

import pytest

from search.archive import lines
from search.archive.lines import lines_of

LONGEST = 10


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("length", range(1, 4 * LONGEST))
def test_a_long_line_is_left_out_and_the_next_ones_keep_their_numbers(
    end: str, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_CHUNK", 3)
    text = end.join(["x" * length, "", "second", ""])
    refused: list[int | None] = []
    opened = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", newline="")
    found = dict(lines_of(opened, lambda number, _: refused.append(number), LONGEST))
    is_long = length + len(end) > LONGEST
    assert refused == [1] * is_long
    first = {} if is_long else {1: "x" * length + end}
    assert found == {**first, 2: end, 3: "second" + end}
