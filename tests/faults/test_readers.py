"""Readers never see a mixture, and never fail, whatever is published meanwhile.

Full version, a minute of publishing: ``python -m pytest tests/faults/test_readers.py --full -rP``
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def test_every_answer_is_of_one_generation(tmp_path: Path, full: bool) -> None:
    often = ["60", "1"] if full else ["5", "0.2"]
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [HERE, HERE.parent, ROOT]))}
    ran = subprocess.run(
        [sys.executable, HERE / "readers.py", tmp_path, *often],
        capture_output=True, text=True, check=False, env=known,
    )  # fmt: skip
    print(ran.stderr)
    assert (ran.returncode, ran.stdout) == (0, "")
