"""Damage to the files of a directory, one at a time, seeded: bits, ends and blocks."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Damage = Callable[[bytes, random.Random], bytes]


def flip(data: bytes, chance: random.Random) -> bytes:
    """One bit the other way."""
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def cut(data: bytes, chance: random.Random) -> bytes:
    """The beginning."""
    return data[: chance.randrange(len(data))]


def blocks(data: bytes, chance: random.Random) -> bytes:
    """Two blocks exchanged, or one of zeros."""
    size = min(chance.choice([16, 512, 4096]), max(1, len(data) // 2))
    first, second = (chance.randrange(0, len(data) - size + 1, size) for _ in "ab")
    one, other = data[first : first + size], data[second : second + size]
    if chance.random() < 0.5:
        one = other = bytes(size)
    changed = bytearray(data)
    changed[first : first + size], changed[second : second + size] = other, one
    return bytes(changed)


def files_of(directory: Path) -> list[Path]:
    """What an answer is made of: all files but locks and hints, none of them empty."""
    passed = ("LOCK", "SOURCES", "FILE_CACHE", "KEPT", "LISTS", "PAGES", "HOLDER")
    files = (path for path in sorted(directory.rglob("*")) if path.is_file())
    return [path for path in files if path.name not in passed and path.stat().st_size]


def damaged(directory: Path, damage: Damage, times: int, seed: int) -> Iterator[tuple[Path, str]]:
    """The directory so many times, each time with one file altered; the file, and which damage.

    Half of the files are drawn by their number and half by their size.
    """
    chance = random.Random(f"{damage.__name__} {seed}")
    files = files_of(directory)
    sizes = [path.stat().st_size for path in files]
    for number in range(times):
        path = chance.choice(files) if number % 2 else chance.choices(files, sizes)[0]
        whole = path.read_bytes()
        for _ in range(100):
            altered = damage(whole, chance)
            if altered != whole:
                break
        with _holding(path, whole, altered):
            yield path, f"{damage.__name__} {number}"


@contextmanager
def _holding(path: Path, whole: bytes, altered: bytes) -> Iterator[None]:
    path.write_bytes(altered)
    try:
        yield
    finally:
        path.write_bytes(whole)
