"""Runs that are killed at random moments, by the hundred: a child of a warm process each.

Called with a directory, a situation, a number of kills and a seed; prints what was wrong, a line
each, and how many were killed before, in and after the work.
"""

import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from search.engine import update_plan
from tests.faults.disturbances import LARGEST_DELTA, Situation, situations


def kill(situation: Situation, after: float) -> bool:
    """Begin the run in a child, kill it after so many seconds; whether it had not ended yet."""
    child = os.fork()
    if not child:
        try:
            situation.run()
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def duration(situation: Situation) -> float:
    """How long an undisturbed run takes, in seconds, the child's start and end included."""
    shortest = 60.0
    for _ in range(9):
        situation.restore()
        begun = time.monotonic()
        child = os.fork()
        if not child:
            situation.run()
            os._exit(0)
        os.waitpid(child, 0)
        shortest = min(shortest, time.monotonic() - begun)
    return shortest


def main() -> None:
    setattr(update_plan, "DRIFT", LARGEST_DELTA)  # noqa: B010 - a constant to type checkers
    place, name, times, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    situation = next(each for each in situations(place) if each.name == name)
    whole = duration(situation)
    chance = random.Random(f"{name} {seed}")
    counted: Counter[str] = Counter()
    number = 0
    while number < times:
        situation.restore()
        in_time = kill(situation, chance.random() * whole)
        done = not situation.unlike_after()
        counted["ended before" if not in_time else "done" if done else "not done"] += 1
        number += in_time
        wrong = situation.faults()
        if chance.random() < 0.3:  # killed again on top of what was left
            kill(situation, chance.random() * whole)
            wrong += situation.faults()
        situation.run()
        wrong += situation.unfinished()
        for sentence in wrong:
            print(f"kill {number}: {sentence}")
    print(f"{name}: {times} kills, {dict(counted)}", file=sys.stderr)


if __name__ == "__main__":
    main()
