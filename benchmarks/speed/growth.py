"""How costs grow with the number of events: a table, its data as JSON, and a plot as SVG.

    python benchmarks/speed/growth.py EVENTS.jsonl[.gz] [--events 10000 30000 …] [--index DIR]
        [--known growth.json] [--svg FILE] > new.json

Archives are made by ``synthetic.py`` of EVENTS. Each is built in a process of its own: CPU seconds,
wall seconds and the most memory that it held. Then, in another, all lists by relevance with both
threads (asked of ``ASKED`` events, spread evenly, and scaled), and the median of one related answer
and of one search of three words, in CPU ms. With ``--index`` indexes are kept, by their number of
events, and those that are there are not built again. With ``--known`` the sizes that are not
measured keep the figures of that file. The plot needs matplotlib (extra ``plot``).
"""

import argparse
import json
import multiprocessing
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib import pyplot
from synthetic import read, synthetic

from search import Index, build
from search.related.batch import Batch

ASKED = 20_000
QUESTIONS = 200
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
Row = dict[str, float]

LABELS = {
    "build": "build, CPU s",
    "lists": "all lists, CPU s",
    "related": "one related answer, CPU ms",
    "search": "one search, CPU ms",
}


def alone(work: Callable[[], Row]) -> Row:
    """What a process of its own finds out."""
    context = multiprocessing.get_context("fork")
    mine, its = context.Pipe()

    def run() -> None:
        its.send(work())

    process = context.Process(target=run)
    process.start()
    its.close()
    found: Row = mine.recv()
    process.join()
    return found


def built(source: Path, count: int, directory: Path) -> Row:
    archive = directory.with_suffix(".jsonl")
    with archive.open("w", encoding="utf-8") as lines:
        for event in synthetic(read(source), count):
            lines.write(json.dumps(event.to_json(), ensure_ascii=False) + "\n")

    def work() -> Row:
        wall = time.perf_counter()
        build([archive], directory)
        wall = time.perf_counter() - wall
        spent = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return {
            "build": sum(each.ru_utime + each.ru_stime for each in spent),
            "build_wall": wall,
            "megabytes": spent[0].ru_maxrss / 1024,
        }

    found = alone(work)
    archive.unlink()
    return found


def asked(directory: Path) -> Row:
    def work() -> Row:
        with Index.open(directory) as index:
            vectors, size = index._reader.similarity, len(index)
            ordinals = list(range(0, size, max(1, size // ASKED)))
            batch = Batch(vectors)
            batch.best(ordinals[:2])
            spent, wall = time.process_time(), time.perf_counter()
            blocks = [ordinals[at : at + 256] for at in range(0, len(ordinals), 256)]
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(batch.best, blocks))
            scale = size / len(ordinals)
            spent, wall = time.process_time() - spent, time.perf_counter() - wall
            source, ids = random.Random(7), list(index.ids())
            chosen = [source.choice(ids) for _ in range(QUESTIONS)]
            words = [[w for w in index.event(i).title.split() if len(w) > 3] for i in chosen]
            texts = [" ".join(source.sample(each, min(3, len(each)))) for each in words]
            return {
                "lists": spent * scale,
                "lists_wall": wall * scale,
                "lists_asked": len(ordinals),
                "related": median([partial(index.related, event_id) for event_id in chosen]),
                "search": median([partial(index.search, text) for text in texts]),
            }

    return alone(work)


def median(questions: list[Callable[[], Any]]) -> float:
    """CPU ms of the second half: the first makes the index warm."""
    took = []
    for question in questions:
        before = time.process_time()
        question()
        took.append(1000 * (time.process_time() - before))
    return statistics.median(took[len(took) // 2 :])


def plot(rows: dict[int, Row], path: Path) -> None:
    """Both axes in powers of ten."""
    pyplot.rcParams["svg.fonttype"] = "none"  # writing, not outlines of letters
    pyplot.rcParams["svg.hashsalt"] = "growth"  # the same file for the same figures
    _, axes = pyplot.subplots(figsize=(8, 4.4))
    for name, label in LABELS.items():
        points = [(size, row[name]) for size, row in sorted(rows.items()) if name in row]
        axes.loglog(*zip(*points, strict=True), marker="o", markersize=3, label=label)
    axes.set_xlabel("events")
    axes.grid(color="#ddd")
    axes.legend(frameon=False)
    pyplot.savefig(path, bbox_inches="tight", metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description="How costs grow with the number of events.")
    parser.add_argument("source", type=Path, metavar="EVENTS")
    parser.add_argument("--events", type=int, nargs="+", default=SIZES)
    parser.add_argument("--index", type=Path, help="keep indexes here, and use what is there")
    parser.add_argument("--known", type=Path, help="figures of sizes that are not measured now")
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    rows: dict[int, Row] = {}
    if given.known:
        rows = {int(size): row for size, row in json.loads(given.known.read_text()).items()}
    with tempfile.TemporaryDirectory() as temporary:
        top = given.index or Path(temporary)
        top.mkdir(parents=True, exist_ok=True)
        for size in given.events:
            directory = top / str(size)
            rows[size] = {} if directory.exists() else built(given.source, size, directory)
            rows[size] |= asked(directory)
            told = ", ".join(f"{name} {value:,.2f}" for name, value in rows[size].items())
            print(f"{size:,}: {told}", file=sys.stderr, flush=True)
    if given.svg:
        plot(rows, given.svg)
    print(json.dumps(dict(sorted(rows.items())), indent=1))


if __name__ == "__main__":
    main()
