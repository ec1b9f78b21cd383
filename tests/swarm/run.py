"""Runs the swarm: each seed is a random life of an archive and its index, with trouble on the way.

    python tests/swarm/run.py --seeds 2000              every seed from 1 on
    python tests/swarm/run.py --first 5000 --minutes 60  as many as an hour allows
    python tests/swarm/run.py --seed 37                  one seed, told step by step

A seed draws edits of an archive, commands that index and regenerate it, and trouble for them: kills
and failing operations at any file operation, a stopped machine that keeps any part of what was not
synced, low limits of open files and of memory, damaged files, a second writer, readers that stay
open. A dictionary of pages says what must be there. Exit 1 if a seed fails (its number and steps
are printed) or if a rare state was never reached.
"""

import argparse
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Final

from tests.swarm.world import RARE, World

STEPS: Final = 12


def live(seed: int) -> tuple[Counter[str], str]:
    """The rare states that a seed reached, and what went wrong; nothing, if nothing did."""
    with tempfile.TemporaryDirectory() as scratch:
        world = World(Path(scratch), seed)
        try:
            world.run(STEPS)
        except Exception:
            steps = "\n  ".join(world.trace)
            return world.counted, f"seed {seed}:\n  {steps}\n{traceback.format_exc(limit=-14)}"
        return world.counted, ""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, help="how many seeds; else until time is up")
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument(
        "--until-reached", action="store_true", help="stop once every rare state was reached"
    )
    given = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads of a library
    count = 1 if given.seed else given.seeds or sys.maxsize
    first = given.seed or given.first
    reached: Counter[str] = Counter(dict.fromkeys(RARE, 0))
    failed: list[int] = []
    began, done = time.monotonic(), 0
    for seed in range(first, first + count):
        if time.monotonic() - began > given.minutes * 60:
            break
        counted, wrong = live(seed)
        reached += counted
        done += 1
        if wrong:
            failed.append(seed)
            print(wrong, flush=True)
        if done % 100 == 0:
            print(f"{done:,} seeds, {len(failed)} failed", file=sys.stderr, flush=True)
        if given.until_reached and all(reached[name] for name in RARE):
            break
    missed = [name for name in RARE if not reached[name]]
    for name in RARE:
        print(f"{reached[name]:>7,}  {name}")
    print(f"{done:,} seeds from {first}, {len(failed)} failed: {failed}")
    if missed and not given.seed:
        print(f"never reached: {', '.join(missed)}")
    sys.exit(1 if failed or (missed and not given.seed) else 0)


if __name__ == "__main__":
    main()
