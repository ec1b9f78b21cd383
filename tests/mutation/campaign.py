"""Do the tests notice when the ranking, or how generations are published, is altered?

    python tests/mutation/campaign.py [related/scoring] [index/generations] [--only TEXT]

Makes every mutant of these modules (``alterations``) in a copy of this checkout, one at a time, and
runs the tests that are nearest; what survives those meets all that ask about the module. A mutant
survives if no test fails. Those that ``equivalent.txt`` names, with the reason, may. Exit 1 if
another one does, or if one that it names does not.
"""

import argparse
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np  # noqa: F401 - whoever is forked has it already
import pytest

from tests.mutation.alterations import Mutant, mutants

ROOT: Final = Path(__file__).parent.parent.parent
LISTED: Final = Path(__file__).parent / "equivalent.txt"
NEAR: Final = {
    "related/scoring": ["tests/related/test_scoring.py"],
    "index/generations": ["tests/index/test_generations.py"],
    "index/publishing": [
        "tests/index/test_publishing.py",
        "tests/index/test_sweeping.py",
        "tests/index/test_ownership.py",
    ],
}
ALL: Final = {
    "related/scoring": [
        "tests/related/test_duplicates.py", "tests/related/test_scoring.py",
        "tests/related/test_explanations.py", "tests/related/test_lists.py",
        "tests/fulltext/test_ranking.py", "tests/related/test_similarity.py",
        "tests/related/test_ranking_set.py", "tests/engine/test_index.py",
        "tests/engine/test_searching.py", "tests/engine/test_why.py",
    ],
    "index/publishing": [
        "tests/engine/test_upgrades.py", "tests/engine/test_build.py",
        "tests/faults/test_faults.py", "tests/faults/test_crashes.py",
    ],
    "index/generations": [
        "tests/engine/test_upgrades.py", "tests/hostile/test_hostile_index.py",
        "tests/engine/test_build.py", "tests/engine/test_page_record.py",
        "tests/faults/test_faults.py", "tests/faults/test_crashes.py",
    ],
}  # fmt: skip
_LONGEST: Final = 600.0  # seconds; what takes longer is as good as noticed


def survives(copy: Path, tests: Sequence[str]) -> bool:
    """Whether all these tests pass in the copy, in a process of their own."""
    child = os.fork()
    if not child:
        _run(copy, tests)
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _run(copy: Path, tests: Sequence[str]) -> None:
    code = 1
    try:
        os.setsid()
        os.chdir(copy)
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silence, stream)
        sys.path[:0] = [str(copy)]
        os.environ |= {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        options = ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain", "--hypothesis-seed=0"]
        code = int(pytest.main([*options, *tests]))
    finally:
        os._exit(code)


def listed() -> dict[str, set[str]]:
    """The mutants that may survive, by their modules."""
    found: dict[str, set[str]] = {name: set() for name in NEAR}
    for line in LISTED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            module, _, name = line.partition(" ")
            found[module].add(name)
    return found


def campaign(module: str, only: str) -> list[Mutant]:
    """The mutants of a module that survive all its tests."""
    survivors = []
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "index"))
        path = copy / "search" / f"{module}.py"
        source = path.read_text(encoding="utf-8")
        if not survives(copy, [*NEAR[module], *ALL[module]]):
            sys.exit(f"{module}: the tests fail as it is")
        for number, mutant in enumerate(mutants(source)):
            if only not in mutant.name:
                continue
            path.write_text(mutant.source, encoding="utf-8")
            if survives(copy, NEAR[module]) and survives(copy, ALL[module]):
                survivors.append(mutant)
                print(f"{module} {mutant.name}", flush=True)
            elif number % 50 == 0:
                print(f"# {module}, line {mutant.line}", file=sys.stderr, flush=True)
    return survivors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", choices=[*NEAR, []])
    parser.add_argument("--only", default="", help="only mutants whose name holds this text")
    given = parser.parse_args()
    sys.dont_write_bytecode = True
    counts: Counter[str] = Counter()
    for module in given.modules or NEAR:
        source = (ROOT / "search" / f"{module}.py").read_text(encoding="utf-8")
        made = {mutant.name for mutant in mutants(source) if given.only in mutant.name}
        found = {mutant.name for mutant in campaign(module, given.only)}
        known = {name for name in listed()[module] if given.only in name}
        for name in sorted(known - found):
            print(f"{module} {name}: listed as equivalent, and noticed, or not made any more")
        counts += Counter(made=len(made), unlisted=len(found - known), stale=len(known - found))
        print(f"{module}: {len(made)} mutants, {len(found)} survive, {len(known)} are listed")
    sys.exit(1 if counts["unlisted"] or counts["stale"] else 0)


if __name__ == "__main__":
    main()
