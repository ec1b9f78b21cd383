"""Worker processes end with the work, however it ends."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_an_interruption_does_not_wait_for_half_a_result(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.engine.half_a_result", tmp_path / "begun"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert ran.stderr.splitlines()[-1] == "KeyboardInterrupt"
