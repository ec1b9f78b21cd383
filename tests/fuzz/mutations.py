"""Endless cases from a few seeds, the same in every run: cut, joined, doubled, altered."""

import random
from collections.abc import Iterator, Sequence


def mutants(seeds: Sequence[bytes], words: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Mutants of the seeds and of mutants, none longer than a few kilobytes; ``words`` are put in.

    About one in ten is bytes at random; the same ``seed`` gives the same cases.
    """
    chance = random.Random(seed)
    pool = list(seeds)
    while True:
        data = chance.choice(pool)
        for _ in range(chance.choice((1, 1, 2, 3, 6))):
            data = _altered(data, pool, words, chance)[:4_000]
        if chance.random() < 0.05:
            pool[chance.randrange(len(pool))] = data
        if chance.random() < 0.02:
            pool[chance.randrange(len(pool))] = chance.choice(seeds)
        yield data


def _altered(
    data: bytes, pool: Sequence[bytes], words: Sequence[bytes], chance: random.Random
) -> bytes:
    first, last = sorted(chance.randrange(len(data) + 1) for _ in "ab")
    match chance.randrange(9):
        case 0:
            return data[:first] + data[last:]
        case 1:
            return data[:last] + data[first:]
        case 2:
            return data[:first] + chance.choice(words) + data[first:]
        case 3:
            return data[:first] + chance.choice(words) + data[last:]
        case 4:
            return data[:first] + chance.randbytes(chance.randrange(1, 5)) + data[first:]
        case 5:
            lines = data.splitlines(keepends=True) or [b""]
            chance.shuffle(lines)
            return b"".join(lines)
        case 6:
            other = chance.choice(pool)
            return data[:first] + other[chance.randrange(len(other) + 1) :]
        case 7:
            old, new = (chance.choice((b"\n", b"\r\n", b"\r", b"\n\n", b" ")) for _ in "ab")
            return data.replace(old, new, chance.choice((1, -1)))
        case _:
            lines = data.splitlines(keepends=True) or [b""]
            at = chance.randrange(len(lines))
            return b"".join([*lines[:at], *lines[at : at + 1] * 2, *lines[at + 1 :]])
