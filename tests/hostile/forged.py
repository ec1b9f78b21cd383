"""Indexes forged at random, with right checksums: asked or refused, and nothing else.

    PYTHONPATH=. python tests/hostile/forged.py --cases 10000 --seed 1

Every case changes one to three files of a small index with a delta, or its manifest, writes right
checksums, and asks everything that reads files. It passes if the answer is an answer, or one error
of ours on one line. A crash, any other exception, or memory above ``ROOM`` beyond what the
untouched index takes fails it, and is told with the number by which it can be done again
(``--only N``).
"""

import argparse
import gc
import json
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from search import EventSearchError, Index, RelatedOptions, SearchOptions
from search.index.checked_file import sums_of
from search.index.kernels.loader import kernels_work
from search.index.ownership import MARK
from search.model.digests import hex_digest
from tests.updated_index import updated_index

ROOM: Final = 64 << 20  # bytes beside what is taken already: some hundred times the files
_BATCH: Final = 200  # cases of one process
_EXTREMES: Final = (
    0, 1, 2, 7, 255, 256, 65_535, 1 << 24, (1 << 31) - 1, 1 << 31, (1 << 32) - 2, (1 << 32) - 1,
    (1 << 63) - 1, 1 << 63, (1 << 64) - 1,
)  # fmt: skip
_VALUES: Final[tuple[Any, ...]] = (
    0, 1, -1, 10**30, -(10**30), 1e308, float("nan"), float("inf"), True, None, "", "x", "\ud800",
    [], {}, [[]], {"a": 1}, [0] * 1000, "é" * 1000, 2**31, 2**32, 2**63, 2**64, 0.5,
)  # fmt: skip


def forged_array(data: bytes, chance: random.Random) -> bytes:
    """An array with other numbers, another length or another type."""
    end = data.index(b"\n") + 1
    header, body = data[:end], bytearray(data[end:])
    what = chance.randrange(8)
    if what == 0 and body:  # a few numbers
        for _ in range(chance.choice((1, 1, 2, 5))):
            width = chance.choice((1, 4, 8))
            at = chance.randrange(0, max(1, len(body) - width + 1)) // width * width
            value = chance.choice(_EXTREMES) % (1 << (8 * width))
            body[at : at + width] = value.to_bytes(width, "little")
        return header + bytes(body[: len(data) - end])
    if what == 1:  # all numbers
        return header + bytes([chance.choice((0, 1, 127, 128, 255))]) * len(body)
    if what == 2:  # in another order
        cells = [body[at : at + 4] for at in range(0, len(body), 4)]
        chance.shuffle(cells)
        return header + b"".join(cells)
    if what == 3:  # random bytes
        return header + chance.randbytes(len(body))
    if what == 4:
        return header + bytes(body)[::-1]
    dtype = chance.choice(("<u4", "<i4", "<u8", "<f4", "|i1", "|u1", "<f8"))
    if what == 5:  # another length
        dtype = header[header.index(b"'descr': '") + 10 :][:3].decode()
        count = chance.choice((0, 1, 2, len(body) // 8, len(body) // 4 + 1, 1000))
        return _array(np.full(count, chance.choice((0, 1, 3)), dtype))
    if what == 6:  # a shape of no bytes
        shape = chance.choice(((10**12, 0), (0, 10**12), (0,), (0, 0), (1, 0), (10**14, 0)))
        text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
        return b"\x93NUMPY\x01\x00\x76\x00" + text.ljust(117).encode() + b"\n"
    return _array(np.zeros(chance.choice((1, 5, 50)), dtype))


def _array(array: Any) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file, array)
        file.flush()
        return Path(file.name).read_bytes()


def forged_json(data: bytes, chance: random.Random) -> bytes:
    """A document with other values."""
    lines = data.splitlines(keepends=True)
    at = chance.randrange(len(lines)) if len(lines) > 1 and chance.random() < 0.7 else 0
    is_lines = len(lines) > 1 and lines[0].endswith(b"}\n")
    text = lines[at] if is_lines else data
    plain = json.loads(text)
    for _ in range(chance.choice((1, 1, 2))):
        plain = _altered(plain, chance)
    made = json.dumps(plain).encode() + b"\n"
    return b"".join([*lines[:at], made, *lines[at + 1 :]]) if is_lines else made


def _altered(plain: Any, chance: random.Random) -> Any:
    if isinstance(plain, dict) and plain and chance.random() < 0.9:
        key = chance.choice(sorted(plain))
        what = chance.randrange(5)
        if what == 0:
            return {name: value for name, value in plain.items() if name != key}
        if what == 1:
            return plain | {chance.choice(("x", "", key + "x")): chance.choice(_VALUES)}
        return plain | {key: _altered(plain[key], chance)}
    if isinstance(plain, list) and plain and chance.random() < 0.9:
        at = chance.randrange(len(plain))
        what = chance.randrange(4)
        if what == 0:
            return plain[:at] + plain[at + 1 :]
        if what == 1:
            return [*plain[:at], plain[at], *plain[at:]]
        return [*plain[:at], _altered(plain[at], chance), *plain[at + 1 :]]
    return chance.choice(_VALUES)


def forged_bytes(data: bytes, chance: random.Random) -> bytes:
    """Bytes of no known form: some are others, some are gone, some come twice."""
    made = bytearray(data)
    what = chance.randrange(5)
    if what == 0 or not made:
        return chance.randbytes(chance.choice((0, 1, 4, 100, 4096)))
    if what == 1:
        return bytes(made[: chance.randrange(len(made)) // 4 * 4])
    if what == 2:
        return bytes(made) + bytes(made[: chance.randrange(len(made)) // 4 * 4])
    for _ in range(chance.choice((1, 2, 8))):
        width = chance.choice((1, 2, 4, 8))
        at = chance.randrange(len(made))
        value = chance.choice(_EXTREMES) % (1 << (8 * width))
        made[at : at + width] = value.to_bytes(width, chance.choice(("little", "big")))
    return bytes(made[: len(data)])


def forged_text(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    what = chance.randrange(5)
    at = chance.randrange(len(lines))
    if what == 0:
        chance.shuffle(lines)
    elif what == 1:
        del lines[at]
    elif what == 2:
        lines.insert(at, lines[at])
    elif what == 3:
        lines[at] = chance.choice((b"", b"\xff", b"\x00", b"x" * 10_000, "é".encode()))
    else:
        return forged_bytes(data, chance)
    return b"\n".join(lines)


def _maker(name: str) -> Callable[[bytes, random.Random], bytes]:
    if name.endswith(".npy"):
        return forged_array
    if name.endswith((".json", ".jsonl")):
        return forged_json
    return forged_text if name.endswith((".txt", ".tsv")) else forged_bytes


def forge(whole: Path, index: Path, number: int, seed: int) -> str:
    """Make the case of that number in ``index``, and say which files it changes."""
    chance = random.Random(f"{seed} {number}")
    (source,) = whole.glob("0*")
    generation = index / source.name
    shutil.rmtree(generation, ignore_errors=True)
    shutil.copytree(source, generation)
    files = sorted(
        path for path in generation.rglob("*")
        if path.is_file() and path.name not in ("manifest.json", "checksums", MARK)
    )  # fmt: skip
    told = []
    for path in chance.sample(files, chance.choice((1, 1, 1, 2, 3))):
        name = path.relative_to(generation).as_posix()
        told.append(name)
        if chance.random() < 0.05:  # another file of the index in its place
            path.write_bytes(chance.choice(files).read_bytes())
        else:
            path.write_bytes(_maker(name)(path.read_bytes(), chance))
    manifest = json.loads((generation / "manifest.json").read_bytes())
    if chance.random() < 0.1:
        told.append("manifest.json")
        manifest = _altered(manifest, chance)
    _seal(index, generation, files, manifest)
    return " ".join(told)


def _seal(index: Path, generation: Path, files: list[Path], manifest: Any) -> None:
    sums = {path.relative_to(generation).as_posix(): sums_of(path) for path in files}
    every = b"".join(each.blocks.tobytes() for each in sums.values())
    (generation / "checksums").write_bytes(every)
    if isinstance(manifest, dict) and isinstance(manifest.get("files"), dict):
        known = manifest["files"].keys() & sums.keys()
        manifest["files"] |= {name: sums[name].size for name in known}
        manifest["checksums"] = hex_digest(every)
    data = json.dumps(manifest).encode()
    (generation / "manifest.json").write_bytes(data)
    (index / "CURRENT").write_text(f"{generation.name} {hex_digest(data)}\n")


def ask(index: Path) -> None:
    """Everything that reads files."""
    with Index.open(index) as opened:
        ids = list(opened.ids())
        for event_id in ids[:3]:
            opened.related(event_id)
            opened.related(event_id, RelatedOptions(order="context"))
        for query in ('"Port Selva" 2014', "earthquake~", "vaccin* source:post", "title:norland",
                      "norland OR comet -tents", "earthquake harbour"):  # fmt: skip
            for hit in opened.search(query).hits:
                assert hit.event.id is not None and hit.snippet is not None
        opened.search("*", SearchOptions(sources=True, years=True))
        opened.related_to_each(ids, RelatedOptions())
        opened.related_to_each(ids, RelatedOptions(order="context"))
        opened.related_text("an earthquake at Port Selva in Norland", RelatedOptions(min_score=0))
        if len(ids) > 1:
            opened.why(ids[0], ids[1])
        opened.info()


def fault_of(index: Path) -> str | None:
    """What is wrong with how a forged index was treated; None if nothing is."""
    try:
        ask(index)
    except EventSearchError as error:
        if "\n" in str(error) or len(str(error)) > 3_000:
            return f"a message of more than one line: {error!r:.300}"
    except Exception as error:
        import traceback  # noqa: PLC0415

        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{error!r:.200} at {Path(last.filename).name}:{last.lineno}"
    return None


@dataclass(frozen=True)
class Batch:
    """Cases of one process."""

    whole: Path
    place: Path
    seed: int
    numbers: tuple[int, ...]

    def run(self) -> None:
        index = self.place / f"index-{self.numbers[0]}"
        index.mkdir()
        shutil.copy(self.whole / MARK, index / MARK)
        kernels_work()
        ask(self.whole)
        ask(self.whole)
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * os.sysconf("SC_PAGE_SIZE") + ROOM
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        with (self.place / f"told-{self.numbers[0]}").open("w", buffering=1) as told:
            for number in self.numbers:
                changed = forge(self.whole, index, number, self.seed)
                told.write(f"{number} {changed}\n")
                fault = fault_of(index)
                if fault is not None:
                    told.write(f"FAULT {number} [{changed}] {fault}\n")
        shutil.rmtree(index)


def faults_of(whole: Path, seed: int, numbers: range, processes: int) -> Iterator[str]:
    """What is wrong with how the cases of these numbers were treated."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as place:
        waiting = [
            Batch(whole, Path(place), seed, tuple(numbers[at : at + _BATCH]))
            for at in range(0, len(numbers), _BATCH)
        ]
        while waiting:
            some, waiting = waiting[:processes], waiting[processes:]
            started = [(batch, context.Process(target=batch.run)) for batch in some]
            for _, process in started:
                process.start()
            for batch, process in started:
                process.join()
                lines = (Path(place) / f"told-{batch.numbers[0]}").read_text().splitlines()
                yield from (line for line in lines if line.startswith("FAULT"))
                if process.exitcode:
                    yield f"FAULT the process ended with {process.exitcode} at: {lines[-1]}"
                    rest = tuple(n for n in batch.numbers if n > int(lines[-1].split()[0]))
                    if rest and lines[-1].split()[0].isdigit():
                        waiting.append(Batch(whole, Path(place), seed, rest))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", type=int, help="the number of one case, done again")
    given = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as place:
        whole = updated_index(Path(place))
        numbers = range(given.cases) if given.only is None else range(given.only, given.only + 1)
        found = 0
        for fault in faults_of(whole, given.seed, numbers, given.processes):
            found += 1
            sys.stdout.write(f"{fault}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(numbers)} forged indexes of seed {given.seed}: {found} faults\n")
    sys.exit(found > 0)


if __name__ == "__main__":
    main()
