"""The judge of coverage, on reports that are made up; measuring is one command."""

from typing import Any

import pytest

from tests.coverage_floors import ROOT, WHOLE, below


def report(name: str, percent: float) -> dict[str, Any]:
    file = {
        "summary": {"percent_covered": percent},
        "missing_lines": [7],
        "missing_branches": [[3, 5]],
    }
    return {"files": {name: file}}


@pytest.mark.parametrize(
    ("name", "percent", "passes"),
    [
        ("search/archive/writer.py", 99.9, False),
        ("search/archive/writer.py", 100.0, True),
        ("search/archive/walk.py", 99.0, False),
        ("search/text/names/recognition.py", 95.0, True),
        ("search/text/names/recognition.py", 94.9, False),
    ],
)
def test_a_module_below_its_floor_is_named(name: str, percent: float, passes: bool) -> None:
    told = below(report(name, percent))
    assert told == ([] if passes else [f"{name}: {percent:.1f} %, without 7, 3->5"])


def test_what_must_be_whole_is_there() -> None:
    assert all((ROOT / name).exists() for name in WHOLE)
