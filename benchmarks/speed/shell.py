"""What a question from the shell costs: CPU milliseconds of the whole process, the least of ten.

    python benchmarks/speed/shell.py DIR        # an index

Beside it what Python alone, numpy, and numpy with click cost. Compiled bytecode is kept, as an
installed package has it.
"""

import os
import resource
import subprocess
import sys
import tempfile

RUNS = 10
QUESTIONS = {
    "one word": ["search", "earthquake"],
    "three words": ["search", "strong earthquake chile"],
    "a question": ["search", "war in Syria"],
    "a time": ["search", "2016 Taiwan earthquake"],
    "a phrase": ["search", '"prime minister"'],
    "AND": ["search", "earthquake AND chile"],
    "an excluded word": ["search", "earthquake -chile"],
    "a field": ["search", "title:earthquake"],
    "a beginning": ["search", "earthq*"],
    "a slip": ["search", "earthquke"],
    "a slip that is meant": ["search", "earthquke~"],
    "Chinese": ["search", "地震"],
    "counts of years": ["search", "earthquake", "--years"],
    "related to a text": ["related", "--text", "an earthquake in Nepal"],
    "why": ["search", "earthquake", "--explain"],
}


def spent(command: list[str], environment: dict[str, str]) -> float:
    """CPU milliseconds of a command that finds something or nothing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=environment, check=False, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    commands = {
        "Python": [sys.executable, "-c", "pass"],
        "numpy": [sys.executable, "-c", "import numpy"],
        "numpy and click": [sys.executable, "-c", "import numpy, click"],
    }
    for name, words in QUESTIONS.items():
        commands[name] = [sys.executable, "-m", "search", *words, "--index", sys.argv[1]]
    with tempfile.TemporaryDirectory() as compiled:
        environment = dict(os.environ, PYTHONPYCACHEPREFIX=compiled)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        # In turns, so that a slow minute is one for all; the first run compiles and is not told.
        rounds = [
            [spent(command, environment) for command in commands.values()] for _ in range(RUNS + 1)
        ][1:]
    for name, found in zip(commands, zip(*rounds, strict=True), strict=True):
        print(f"{name:20} {min(found):6.0f}")


if __name__ == "__main__":
    main()
