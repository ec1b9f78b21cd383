"""Are all branches tested? Runs all tests under coverage, and holds it to its floors.

    python tests/coverage_floors.py [--report FILE]

The compiled loops are run as Python, in a second pass over the tests that are nearest to them: what
is compiled leaves no trace. Takes about twice as long as the tests alone. ``--report`` judges a
report that is there already (``coverage json``) and runs nothing. Exit 1 if a test fails or a
module stands below its floor.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
# What decides over files of others, or over what is on disk, has every branch tested.
WHOLE: Final = (
    "search/index/generations.py", "search/index/publishing.py", "search/index/ownership.py",
    "search/archive/",
)  # fmt: skip
FLOOR: Final = 95.0  # percent of the lines and branches of any other module
KERNELS: Final = (
    "tests/index/kernels/test_kernels.py",
    "tests/related/test_explanations.py", "tests/related/test_diversity.py",
    "tests/related/test_duplicates.py", "tests/related/test_batch.py",
    "tests/fulltext/test_paging.py", "tests/fulltext/test_ranking.py",
)  # fmt: skip
# Of the links of many events the tests of small archives: the others take long in plain Python.
# Who asks many questions waits for a compiler, and scores that are none are for the compiled alone.
_SMALL: Final = (
    "(not test_batch or any_archive or updated or best_by_words or in_turns or tiny)"
    " and not many_events and not many_questions and not scores_that_are_none"
)
# What wraps around in plain Python as it does when compiled is told of there.
_WRAPPED: Final = "ignore:overflow encountered:RuntimeWarning"


def below(report: dict[str, Any]) -> list[str]:
    """A sentence for each module that stands below its floor."""
    told = []
    for name, file in sorted(report["files"].items()):
        percent = file["summary"]["percent_covered"]
        if percent < (100.0 if name.startswith(WHOLE) else FLOOR):
            branches = [f"{begin}->{end}" for begin, end in file["missing_branches"]]
            missing = ", ".join([*map(str, file["missing_lines"]), *branches])
            told.append(f"{name}: {percent:.1f} %, without {missing}")
    return told


def measured(data: Path) -> dict[str, Any]:
    """The report of all tests, then of those of the kernels as Python.

    Raises:
        subprocess.CalledProcessError: a test fails.
    """
    environment = os.environ | {"COVERAGE_FILE": str(data)}
    tests = [sys.executable, "-m", "pytest", "--cov=search", "--cov-branch", "--cov-report="]
    subprocess.run(tests, cwd=ROOT, env=environment, check=True)
    interpreted = environment | {"NUMBA_DISABLE_JIT": "1"}
    kernels = [*tests, "--cov-append", "-W", _WRAPPED, "-k", _SMALL, *KERNELS]
    subprocess.run(kernels, cwd=ROOT, env=interpreted, check=True)
    report = data.with_suffix(".json")
    told = [sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)]
    subprocess.run(told, cwd=ROOT, env=environment, check=True)
    return dict(json.loads(report.read_text(encoding="utf-8")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, help="a report that is there already")
    given = parser.parse_args()
    if given.report:
        report = dict(json.loads(given.report.read_text(encoding="utf-8")))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            report = measured(Path(scratch) / "coverage")
    told = below(report)
    for sentence in told:
        print(sentence)
    print(f"{len(report['files'])} modules, {len(told)} below their floors")
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    main()
