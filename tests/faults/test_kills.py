"""``kill -9`` at random moments of a build, an update and a regeneration.

Full version, 500 kills each: ``python -m pytest tests/faults/test_kills.py --full -rP``
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@pytest.mark.parametrize("name", ["build", "update", "regeneration"])
def test_killed_at_any_moment_everything_is_as_before_or_as_after(
    name: str, tmp_path: Path, full: bool
) -> None:
    command: list[str | Path] = [
        sys.executable,
        HERE / "killed.py",
        tmp_path,
        name,
        "500" if full else "5",
        "1",
    ]
    paths = os.pathsep.join(map(str, [HERE, HERE.parent, ROOT]))
    ran = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    print(ran.stderr)
    assert (ran.returncode, ran.stdout) == (0, "")
