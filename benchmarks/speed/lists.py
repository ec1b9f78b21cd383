"""All related lists of an archive: CPU seconds and memory, ours beside others in the same run.

    python benchmarks/speed/lists.py [EVENTS] [--index DIR] [--rounds N] [--json]
        [--compare OLD.json]

First the plain task that others can do as well: for each event the ten others of the highest cosine
of TF-IDF weights, from the same arrays; then the whole order by relevance, which is ours alone.
Each way runs in a process of its own. What gives cosines must give the same ones, to 0.0001, before
its time counts. What has its own words or stems was given the texts of events, as its users would;
the others are given our terms, without stop words. Slow ways are asked about fewer events, spread
evenly, and scaled: "of" says how many. CPU seconds are those of asking, all threads together,
without building and compiling: the least of some rounds, each of which asks every way: a slow
minute of the machine is nobody's.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from list_peers import PEERS, TOP, Archive, Best
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from search import Index, build
from search.index import blocks
from search.index.kernels.layout import Columns, Cut, Listed
from search.index.kernels.related import links
from search.related.batch import Batch
from search.related.batch_arrays import prepared, tiles_of

ROUNDS = 3
_ALONE = 14  # one thread has the nearest cache to itself: blocks of so many bits of events
SAMPLE_ARCHIVE = Path(__file__).parent.parent.parent / "index_data" / "sample"
TUNED, OURS, RELEVANCE = (
    "a numba loop, nothing else",
    "event-search, plain",
    "event-search, relevance",
)


class Run(NamedTuple):
    """``seconds`` scaled to all events; ``megabytes`` is the most that the process held."""

    name: str
    seconds: float
    wall: float
    megabytes: float
    asked: int


@njit(nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def tuned(
    asked: Any, starts: Any, terms: Any, values: Any, begins: Any, events: Any, by: Any
) -> Any:
    """Dense float32 sums over whole columns, a test of 64 sums at a time, and the best ten."""
    size = len(starts) - 1
    tiles = (size + 63) // 64
    sums = np.zeros(tiles * 64, np.float32)
    best = np.zeros((len(asked), TOP), np.float32)
    for row in range(len(asked)):
        sums[:] = 0
        event = asked[row]
        for at in range(np.uint64(starts[event]), np.uint64(starts[event + 1])):
            term, value = np.uint64(terms[at]), values[at]
            for posting in range(np.uint64(begins[term]), np.uint64(begins[term + np.uint64(1)])):
                sums[events[posting]] += by[posting] * value
        sums[event] = 0
        least = np.float32(0)
        for tile in range(np.uint64(tiles)):
            first, more = tile * np.uint64(64), np.int32(0)
            for i in range(np.uint64(64)):
                more = np.int32(more + np.int32(sums[first + i] > least))
            if more:
                for i in range(np.uint64(64)):
                    value = sums[first + i]
                    if value > least:
                        place = TOP - 1
                        while place > 0 and best[row, place - 1] < value:
                            best[row, place] = best[row, place - 1]
                            place -= 1
                        best[row, place] = value
                        least = best[row, TOP - 1]
    return best


def weights_of(index: Index) -> tuple[Any, Archive]:
    """The arrays that kernels take, and the same as unit rows of TF-IDF weights."""
    vectors = index._reader.similarity
    arrays = prepared(vectors, True)
    rows = arrays.rows
    values = rows.count_weights[rows.counts] * rows.term_weights[rows.terms]
    shape = (len(rows.norms), len(rows.term_weights))
    matrix = csr_matrix((values, rows.terms.astype(np.int32), rows.starts), shape=shape)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    owners = np.repeat(np.arange(len(lengths)), np.diff(matrix.indptr))
    matrix.data = (matrix.data / lengths[owners]).astype(np.float32)
    lengths[lengths == 0.0] = 1.0
    spelled = np.array(
        [vectors.matrix.term(n).replace(" ", "_") for n in range(shape[1])], dtype=object
    )
    events = index._snapshot.events
    originals = [events[ordinal].text for ordinal in range(len(lengths))]
    bounds = zip(rows.starts, rows.starts[1:], strict=False)
    texts = [" ".join(spelled[rows.terms[first:last]]) for first, last in bounds]
    plain = rows._replace(
        norms=lengths.astype(np.float32),
        hubs=np.ones(len(lengths), np.float32),
        time_decay=np.zeros(0),
        no_time=1.0,
        names_factors=np.ones(2),
        words_factors=np.ones(2),
        roles=np.zeros_like(rows.roles),
        vector_weight=0.0,
    )
    order = np.argsort(rows.terms, kind="stable")
    postings = rows.terms[order], owners[order], rows.counts[order]
    laid = blocks.lay_out(*postings, shape[1], shape[0], _ALONE)
    columns = Columns(_ALONE, arrays.columns.longest, *laid)
    tiles = tiles_of(plain)
    archive = Archive(matrix, texts, originals)
    return arrays._replace(columns=columns, rows=plain, tiles=tiles), archive


def ours(arrays: Any) -> Callable[[NDArray[np.int64]], Best]:
    size = len(arrays.rows.norms)
    cut = Cut(TOP, 0.0, np.linspace(0.0, 1.0, 10_001), 1 << 30, 1 << 30)
    room = size + 8_192
    listed = Listed(np.empty(room, np.uint32), np.empty(room), np.empty(room, np.int64))

    def ask(asked: NDArray[np.int64]) -> Best:
        best = np.zeros((len(asked), TOP))
        for begin in range(0, len(asked), 256):
            block = asked[begin : begin + 256]
            taken = (arrays.columns, arrays.rows, arrays.tiles, cut)
            done, starts = links(block, *taken, listed)
            assert done == len(block)
            cosines = listed.raws[: starts[-1]]
            owners = np.repeat(np.arange(done), np.diff(starts))
            ordered = cosines[np.lexsort((listed.ordinals[: starts[-1]], -cosines, owners))]
            places = starts[:-1, None] + np.arange(TOP)
            inside = places < starts[1:, None]
            best[begin : begin + done][inside] = ordered[places[inside]]
        return best

    return ask


def loop(archive: Archive) -> Callable[[NDArray[np.int64]], Best]:
    by_row, by_term = archive.weights, archive.weights.tocsc()
    by_term.sort_indices()
    arrays = (
        by_row.indptr.astype(np.uint32),
        by_row.indices.astype(np.uint32),
        by_row.data,
        by_term.indptr.astype(np.uint32),
        by_term.indices.astype(np.uint32),
        by_term.data,
    )
    return lambda asked: np.asarray(tuned(asked, *arrays), np.float64)


def measured(
    name: str, make: Callable[[], Callable[[NDArray[np.int64]], Best]], asked: Any, events: int
) -> tuple[Run, Best] | str:
    """What it costs to ask, found out in a process of its own; or why it cannot be."""
    context = multiprocessing.get_context("fork")
    mine, its = context.Pipe()

    def run() -> None:
        try:
            ask = make()
        except ImportError as error:
            its.send(f"{name} is left out: {error}; run: pip install --group benchmarks")
            return
        ask(asked[:2])
        spent, wall = time.process_time(), time.perf_counter()
        best = ask(asked)
        spent, wall = time.process_time() - spent, time.perf_counter() - wall
        scale = events / len(asked)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        its.send((Run(name, spent * scale, wall * scale, most, len(asked)), best))

    process = context.Process(target=run)
    process.start()
    its.close()
    try:
        answer: tuple[Run, Best] | str = mine.recv()
    except EOFError:
        answer = f"{name} is left out: its process ended without an answer"
    process.join()
    return answer


@contextmanager
def opened(events: Path, directory: Path | None) -> Iterator[Index]:
    with tempfile.TemporaryDirectory() as temporary:
        where = directory or Path(temporary)
        build([events], where)
        with Index.open(where) as index:
            yield index


def spread(events: int, some: int) -> NDArray[np.int64]:
    if not some or some >= events:
        return np.arange(events)
    return np.unique(np.linspace(0, events - 1, some).astype(np.int64))


def runs(index: Index, only: list[str] | None, rounds: int) -> Iterator[Run | str]:
    arrays, archive = weights_of(index)
    vectors = index._reader.similarity
    events = len(archive.texts)

    def relevance(threads: int) -> Callable[[], Callable[[NDArray[np.int64]], Best]]:
        def ask(asked: NDArray[np.int64]) -> Best:
            batch = Batch(vectors)
            blocks = [asked[at : at + 256].tolist() for at in range(0, len(asked), 256)]
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(partial(batch.best, limit=TOP), blocks))
            return None

        return lambda: ask

    ways: dict[str, tuple[Any, int]] = {
        TUNED: (lambda: loop(archive), 0),
        OURS: (lambda: ours(arrays), 0),
        RELEVANCE: (relevance(1), 0),
        f"{RELEVANCE}, two threads": (relevance(2), 0),
    }
    for name, (make, some) in PEERS.items():
        ways[name] = (lambda make=make: make(archive), some)
    expected: Best = None
    for name, (make, some) in [*ways.items()] * rounds:
        if only and name not in (TUNED, OURS) and not any(word in name for word in only):
            continue
        asked = spread(events, some)
        found = measured(name, make, asked, events)
        if isinstance(found, str):
            yield found
            continue
        run, best = found
        if best is not None:
            expected = best if expected is None else expected
            wrong = np.abs(best - expected[asked]).max(initial=0.0)
            if wrong > 1e-4:
                yield f"{name} is left out: its cosines differ by {wrong:.4f}"
                continue
        yield run


def main() -> None:
    parser = argparse.ArgumentParser(description="All related lists of an archive.")
    parser.add_argument("events", nargs="?", type=Path, default=SAMPLE_ARCHIVE)
    parser.add_argument("--index", type=Path, help="keep the index here, and use what is there")
    parser.add_argument("--only", nargs="+", help="only these beside the loop and ours")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--compare", type=Path, help="what --json has printed before")
    options = parser.parse_args()
    before = json.loads(options.compare.read_text()) if options.compare else {}
    kept: dict[str, Run] = {}
    left_out: dict[str, None] = {}
    with opened(options.events, options.index) as index:
        for run in runs(index, options.only, options.rounds):
            if isinstance(run, str):
                left_out[run] = None
            elif run.name not in kept or run.seconds < kept[run.name].seconds:
                kept[run.name] = run
        events = len(index)
    if options.json:
        print(json.dumps({name: run._asdict() for name, run in kept.items()}))
        return
    print(f"{events:,} events; CPU s for all lists, ratio to ours, wall s, MB, of")
    plain = kept[OURS].seconds
    for run in kept.values():
        old = before.get(run.name)
        change = f"  was {old['seconds']:.2f}" if old else ""
        print(
            f"{run.name:<36} {run.seconds:9.2f} {run.seconds / plain:7.2f} {run.wall:9.2f} "
            f"{run.megabytes:7.0f} {run.asked:7,}{change}"
        )
    for sentence in left_out:
        print(sentence)


if __name__ == "__main__":
    main()
