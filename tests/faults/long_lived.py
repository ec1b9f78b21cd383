"""A process that lives long: what reopening and asking leave in memory and descriptors.

    PYTHONPATH=. python tests/faults/long_lived.py --reopenings 10000 --questions 100000

Python's cycle collector is off: what is closed must be free at once. Memory is measured after a
tenth of the openings, or three tenths of the questions, when all caches are full, and at the end;
it may grow by a twentieth.
"""

import argparse
import gc
import random
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from search import Index, RelatedOptions
from search.index.kernels.loader import kernels_work
from tests.updated_index import updated_index

ALLOWED: Final = 1.05
_SLACK: Final = 4 << 20  # bytes: what an allocator may keep
_WORDS: Final = (
    "norland earthquake harbour vaccine comet treaty election port selva glacier".split()
)
_RANGES: Final = (  # scripts with blanks, without, from right to left, and signs
    (0x61, 0x7A), (0x430, 0x44F), (0x4E00, 0x9000), (0x3041, 0x3096), (0x627, 0x64A),
    (0xE01, 0xE2E), (0x1F300, 0x1F5FF), (0xAC00, 0xD7A3),
)  # fmt: skip


class Use(NamedTuple):
    """What the process takes: bytes of memory, and open descriptors."""

    memory: int
    descriptors: int

    @classmethod
    def now(cls) -> "Use":
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(pages * 4096, len(list(Path("/proc/self/fd").iterdir())))

    def is_flat_until(self, end: "Use") -> bool:
        few = end.memory <= self.memory * ALLOWED + _SLACK
        return few and end.descriptors <= self.descriptors


def reopened(directory: Path, times: int) -> tuple[Use, Use]:
    """What is taken after a tenth of so many openings, with a question each, and at the end."""
    early = Use.now()
    for number in range(times):
        with Index.open(directory) as index:
            index.search(_WORDS[number % len(_WORDS)])
            index.related_text("an earthquake at Port Selva")
        if number == times // 10:
            early = Use.now()
    return early, Use.now()


def asked(directory: Path, times: int, seed: int = 1) -> tuple[Use, Use]:
    """What is taken after three tenths of so many questions to one open index, no two alike and of
    any script, and at the end."""
    chance = random.Random(seed)
    kernels_work()  # the compiler, which a process that asks much has after a while
    early = Use.now()
    with Index.open(directory) as index:
        for number in range(times):
            question = _question(chance)
            if number % 4 == 0:
                index.related_text(question, RelatedOptions(min_score=0))
            else:
                for hit in index.search(question).hits[:2]:
                    assert hit.snippet is not None
            if number == times * 3 // 10:
                early = Use.now()
    return early, Use.now()


def _question(chance: random.Random) -> str:
    low, high = chance.choice(_RANGES)
    pieces = [
        "".join(chr(chance.randint(low, high)) for _ in range(chance.randint(1, 60)))
        for _ in range(chance.randint(1, 4))
    ]
    return " ".join([chance.choice(_WORDS), *pieces])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reopenings", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=100_000)
    given = parser.parse_args()
    gc.disable()
    with tempfile.TemporaryDirectory() as place:
        directory = updated_index(Path(place))
        good = True
        for name, (early, end) in (
            ("reopenings", reopened(directory, given.reopenings)),
            ("questions", asked(directory, given.questions)),
        ):
            good &= early.is_flat_until(end)
            sys.stdout.write(
                f"{name}: {early.memory >> 20} MB and {early.descriptors} descriptors at first"
                f", {end.memory >> 20} MB and {end.descriptors} at the end\n"
            )
    sys.exit(not good)


if __name__ == "__main__":
    main()
