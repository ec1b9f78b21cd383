"""The swarm, bounded: seeds until each rare state was reached, and none fails.

Full version, told seed by seed: ``python tests/swarm/run.py --seeds 2000``
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_archives_and_indexes_live_through_every_trouble(full: bool) -> None:
    amount = ["--seeds", "2000"] if full else ["--seeds", "60", "--until-reached"]
    ran = subprocess.run(
        [sys.executable, ROOT / "tests" / "swarm" / "run.py", *amount],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    print(ran.stdout)
    assert ran.returncode == 0, ran.stdout
