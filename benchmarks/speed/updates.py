"""What a daily update costs: new pages indexed, and the lists that change made anew.

    python benchmarks/speed/updates.py [EVENTS] [--new 30] [--directory DIR] [--json]

A tree of pages in the sample archive's form is made of EVENTS (JSON Lines, or any archive), but for
some that the seed holds back. Then, each as a command of its own: the first ``regenerate``, which
builds the index; and in each of three rounds a ``regenerate`` with nothing new, an ``index`` after
held-back pages have come, and the ``regenerate`` that writes their lists and all that changed. The
same for ``index`` with one file of JSON Lines that grows. At the end a run that knows nothing of
earlier ones must find every page as it should be, before any time is shown.

Seconds are those of whole processes: by the clock, and of the processor, with the most memory held
in MB. Of rounds the median. Pages have just been written, so the system holds them in memory.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from search import Event, read

SAMPLE_ARCHIVE: Final = Path(__file__).parent.parent.parent / "index_data" / "sample"
SEED: Final = 17
ROUNDS: Final = 3
_UNSETTLED: Final = 0.1  # seconds after which a file's time of change tells all


class Cost(NamedTuple):
    """Of one command: ``wall`` and ``cpu`` in seconds, and what it said at the end."""

    wall: float
    cpu: float
    megabytes: float
    said: str


def cost_of(compiled: Path, *words: str | Path) -> Cost:
    """Run a command of event-search in a process of its own, with bytecode kept as if installed.

    Raises:
        SystemExit: it failed.
    """
    command = [sys.executable, "-m", "search", *map(str, words)]
    environment = dict(os.environ, PYTHONPYCACHEPREFIX=str(compiled))
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, stdout=told, stderr=told, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        said = told.read().decode(errors="replace").strip().rpartition("\n")[2]
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {said}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


def placed(events: Sequence[Event]) -> list[tuple[str, Event]]:
    """Each event with the path of its page below the site's root."""
    return [
        (f"news/{event.date:%Y/%m/%-d}/event-{number:07d}.md", event)
        for number, event in enumerate(events)
    ]


def page_of(event: Event) -> str:
    sources = "".join(f"{n}. {source}\n" for n, source in enumerate(event.sources, 1))
    return (
        f"### [{event.date}](/news/{event.date:%Y/%m/%-d}/index.md)\n\n"
        f"# {event.title}\n\n{event.summary}\n\n### Source:\n\n{sources}\n"
    )


def write_pages(pages: Sequence[tuple[str, Event]], site: Path) -> None:
    for place, event in pages:
        path = site / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page_of(event), encoding="utf-8")
    time.sleep(_UNSETTLED)


def write_lines(pages: Sequence[tuple[str, Event]], file: Path) -> None:
    with file.open("a", encoding="utf-8") as lines:
        for _, event in pages:
            lines.write(json.dumps(event.to_json(), ensure_ascii=False) + "\n")
    time.sleep(_UNSETTLED)


def held_back(
    pages: list[tuple[str, Event]], new: int
) -> tuple[list[tuple[str, Event]], list[list[tuple[str, Event]]]]:
    """The archive to begin with, and what comes in each round."""
    taken = random.Random(SEED).sample(range(len(pages)), new * ROUNDS)
    rounds = [[pages[at] for at in taken[first::ROUNDS]] for first in range(ROUNDS)]
    late = set(taken)
    return [page for at, page in enumerate(pages) if at not in late], rounds


def costs(
    pages: list[tuple[str, Event]], new: int, directory: Path
) -> Iterator[tuple[str, list[Cost]]]:
    """Every command by its name, with what it cost each time."""
    first, rounds = held_back(pages, new)
    cost = partial(cost_of, directory / "compiled")
    site, of_site = directory / "site", directory / "of-site"
    file, of_file = directory / "events.jsonl", directory / "of-file"
    write_pages(first, site)
    yield "regenerate, first", [cost("regenerate", site, "--index", of_site)]
    cost("regenerate", site, "--index", of_site)
    found: dict[str, list[Cost]] = {}
    for some in rounds:
        spent = cost("regenerate", site, "--index", of_site)
        found.setdefault("regenerate, nothing new", []).append(spent)
        write_pages(some, site)
        spent = cost("index", site, "--index", of_site)
        found.setdefault(f"index, {new} new pages", []).append(spent)
        spent = cost("regenerate", site, "--index", of_site)
        found.setdefault("regenerate after that", []).append(spent)
    yield from found.items()
    for hint in ("PAGES", "FILE_CACHE"):
        (of_site / hint).unlink()
    cost("regenerate", site, "--index", of_site, "--check")

    write_lines(first, file)
    yield "index of lines, first", [cost("index", file, "--index", of_file)]
    found = {}
    for some in rounds:
        spent = cost("index", file, "--index", of_file)
        found.setdefault("index of lines, nothing new", []).append(spent)
        write_lines(some, file)
        spent = cost("index", file, "--index", of_file)
        found.setdefault(f"index of lines, {new} new", []).append(spent)
    yield from found.items()


def main() -> None:
    parser = argparse.ArgumentParser(description="What a daily update costs.")
    parser.add_argument("events", nargs="?", type=Path, default=SAMPLE_ARCHIVE)
    parser.add_argument("--new", type=int, default=30, help="events that come in each round")
    parser.add_argument("--directory", type=Path, help="a new directory to work in, and keep")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    pages = placed(list(read([options.events], lambda skipped: None)))
    new = max(1, min(options.new, len(pages) // (100 * ROUNDS)))
    directory = options.directory or Path(tempfile.mkdtemp())
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise SystemExit(f"{directory} is not empty; name a new directory")
    try:
        found = dict(costs(pages, new, directory))
    finally:
        if options.directory is None:
            shutil.rmtree(directory)
    if options.json:
        print(json.dumps({name: [cost._asdict() for cost in each] for name, each in found.items()}))
        return
    print(f"{len(pages):,} events; wall s, CPU s, MB, what it said")
    for name, each in found.items():
        wall, cpu, megabytes = (
            statistics.median(values) for values in list(zip(*each, strict=True))[:3]
        )
        print(f"{name:<28} {wall:7.2f} {cpu:7.2f} {megabytes:6.0f}  {each[-1].said}")


if __name__ == "__main__":
    main()
