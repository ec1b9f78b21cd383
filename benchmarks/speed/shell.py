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
    "search, one word": ["search", "earthquake"],
    "search, three words": ["search", "strong earthquake chile"],
    "related to a text": ["related", "--text", "an earthquake in Nepal"],
}


def least(command: list[str], environment: dict[str, str]) -> float:
    """CPU milliseconds of a command; the first run, which compiles, does not count."""
    found = []
    for _ in range(RUNS + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return 1000 * min(found[1:])


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
        for name, command in commands.items():
            print(f"{name:20} {least(command, environment):6.0f}")


if __name__ == "__main__":
    main()
