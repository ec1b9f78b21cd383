"""How costs grow with the number of events: a table, its data as JSON, and a plot as SVG.

    python benchmarks/speed/growth.py EVENTS.jsonl[.gz] [--events 10000 30000 …] [--index DIR]
        [--svg FILE] > growth.json

Archives are made by ``synthetic.py`` of EVENTS. Each is built in a process of its own: CPU seconds,
wall seconds and the most memory that it held. Then, in another, all lists by relevance with both
threads (asked of ``ASKED`` events, spread evenly, and scaled), and the median of one related answer
and of one search of three words, in CPU ms. With ``--index`` indexes are kept, by their number of
events, and those that are there are not built again.
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
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

from synthetic import read, synthetic

from search import Index, build
from search.index.kernels.loader import compiled
from search.related.batch import Batch

ASKED = 20_000
QUESTIONS = 200
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
Row = dict[str, float]

COLOURS = {"build": "#4269d0", "lists": "#ff725c", "related": "#3ca951", "search": "#a463f2"}
LABELS = {
    "build": "build, CPU s",
    "lists": "all lists, CPU s",
    "related": "one related answer, CPU ms",
    "search": "one search, CPU ms",
}
WIDTH, HEIGHT, MARGIN = 800, 440, 70
BESIDE = 200  # the plot, for what its lines are
APART = 15  # lines of writing


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
            vectors, size = index._reader.vectors, len(index)
            ordinals = list(range(0, size, max(1, size // ASKED)))
            kernels = compiled()
            assert kernels is not None, "the kernels cannot be compiled here"
            batch = Batch(kernels, vectors)
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


def plotted(rows: dict[int, Row]) -> str:
    """Both axes in powers of ten."""
    series = [name for name in LABELS if sum(name in row for row in rows.values()) > 1]
    values = [row[name] for row in rows.values() for name in series if name in row]
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    left, right = floor(log10(min(rows))), ceil(log10(max(rows)))

    def x(events: float) -> float:
        return MARGIN + (WIDTH - MARGIN - BESIDE) * (log10(events) - left) / (right - left)

    def y(value: float) -> float:
        return HEIGHT - MARGIN - (HEIGHT - 1.6 * MARGIN) * (log10(value) - low) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(f'<path d="M{x(10**left):.1f} {at:.1f}H{x(10**right):.1f}" stroke="#ddd"/>')
        label = f"{10**power:g}"
        parts.append(f'<text x="{MARGIN - 8}" y="{at + 4:.1f}" text-anchor="end">{label}</text>')
    for power in range(left, right + 1):
        at = x(10**power)
        parts.append(f'<path d="M{at:.1f} {y(10**low):.1f}V{y(10**high):.1f}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{at:.1f}" y="{HEIGHT - MARGIN + 20}" text-anchor="middle">'
            f"{10**power:,}</text>"
        )
    middle = (x(10**left) + x(10**right)) / 2
    parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - 20}" text-anchor="middle">events</text>')
    ends: list[tuple[float, str]] = []
    for name in series:
        points = [(x(size), y(row[name])) for size, row in sorted(rows.items()) if name in row]
        line = "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
        parts.append(f'<path d="M{line}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="{COLOURS[name]}"/>'
            for px, py in points
        ]
        ends.append((points[-1][1], name))
    beside = -float(APART)
    for end, name in sorted(ends):
        beside = max(beside + APART, end)
        parts.append(
            f'<text x="{x(max(rows)) + 8:.1f}" y="{beside + 4:.1f}" fill="{COLOURS[name]}">'
            f"{LABELS[name]}</text>"
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="How costs grow with the number of events.")
    parser.add_argument("source", type=Path, metavar="EVENTS")
    parser.add_argument("--events", type=int, nargs="+", default=SIZES)
    parser.add_argument("--index", type=Path, help="keep indexes here, and use what is there")
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    rows: dict[int, Row] = {}
    with tempfile.TemporaryDirectory() as temporary:
        top = given.index or Path(temporary)
        for size in given.events:
            directory = top / str(size)
            rows[size] = {} if directory.exists() else built(given.source, size, directory)
            rows[size] |= asked(directory)
            told = ", ".join(f"{name} {value:,.2f}" for name, value in rows[size].items())
            print(f"{size:,}: {told}", file=sys.stderr, flush=True)
    if given.svg:
        given.svg.write_text(plotted(rows), encoding="utf-8")
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
