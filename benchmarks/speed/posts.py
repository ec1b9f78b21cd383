"""Related posts by shared tags: the public task of related_post_gen.

    python benchmarks/speed/posts.py [--json] [--posts N ...]

For each post of posts.json the five that share most tags, of equal ones the first. The posts are
made here from a seed: three to seven of a hundred tags each, some tags commoner than others. They
are found by sets of three tags, by counting in numba, and in plain Python. Reading and writing are
not timed, nor is compiling. All ways must agree on how many tags each of the five shares, and the
first two on the posts, before any time counts. CPU seconds of one core, the best of three; plain
Python counts a sample of posts.

Sets of tags. A table has the posts of each set of three, two and one tags, ascending. A post that
shares ``s`` of the ``k`` tags of another one shares at least three of the ``k - s + 3`` rarest. So
the posts that share all tags are among those of the three rarest, those that share all but one are
in the four sets of the four rarest, and so on. It ends once five are found that share as many as
any other post can. All tags of a post are two numbers of 64 bits: how many two posts share is a
count of bits. An archive of texts, whose events have up to dozens of names, has no use for this.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

SIZES = (5_000, 20_000, 60_000)
TAGS = 100
TOP = 5
SAMPLE = 1_000

Answer = tuple[NDArray[np.uint32], NDArray[np.uint32]]


class Postings(NamedTuple):
    """Tags by post and posts by tag; both ascend."""

    rows: NDArray[np.int64]  # [posts + 1], into numbers
    numbers: NDArray[np.uint32]
    columns: NDArray[np.int64]  # [tags + 1], into posts
    posts: NDArray[np.uint32]


def posts_of(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """The content of a posts.json."""
    draw = random.Random(seed)
    names = [f"tag{number}" for number in range(TAGS)]
    weights = [1.0 / (10 + number) for number in range(TAGS)]
    posts = []
    for number in range(count):
        tags = list(dict.fromkeys(draw.choices(names, weights, k=draw.randint(3, 7))))
        posts.append({"_id": f"{number:024x}", "title": f"Post {number}", "tags": tags})
    return posts


def postings_of(posts: Sequence[dict[str, Any]]) -> Postings:
    """The tags of posts, numbered from the rarest, either way round."""
    rows = [post["tags"] for post in posts]
    numbers = {tag: number for number, tag in enumerate(set(chain.from_iterable(rows)))}
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    ends = np.append(0, np.cumsum(lengths))
    flat = np.fromiter(map(numbers.__getitem__, chain.from_iterable(rows)), np.uint32, ends[-1])
    counts = np.bincount(flat, minlength=len(numbers))
    rarest = np.argsort(counts, kind="stable")
    flat = np.argsort(rarest).astype(np.uint32)[flat]
    owners = np.repeat(np.arange(len(rows), dtype=np.uint32), lengths)
    order = np.argsort(flat.astype(np.uint16), kind="stable")
    columns = np.append(0, np.cumsum(counts[rarest]))
    return Postings(ends, flat, columns, owners[order])


@njit(nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def _sets(rows: Any, numbers: Any, size: Any, tags: Any) -> Any:
    """The posts of each set of so many tags (1 to 3): where those of a set begin, and all posts.

    The set of the tags a < b < c has the number C(c, 3) + C(b, 2) + a; missing tags are left out.
    """
    places = tags
    for at in range(1, size):
        places = places * (tags - at) // (at + 1)
    starts = np.zeros(places + 2, np.int32)
    posts = np.zeros(0, np.uint32)
    for filling in (False, True):
        for post in range(len(rows) - 1):
            first, end = rows[post], rows[post + 1]
            for x in range(first, end):
                for y in range(x + 1, end if size > 1 else x + 2):
                    for z in range(y + 1, end if size > 2 else y + 2):
                        number = _number(numbers, x, y, z, size)
                        if filling:
                            posts[starts[number + 1]] = post
                            starts[number + 1] += 1
                        else:
                            starts[number + 2] += 1
        if not filling:
            starts[:] = np.cumsum(starts)
            posts = np.zeros(starts[-1], np.uint32)
    return starts, posts


@njit(nogil=True, inline="always")  # type: ignore[untyped-decorator,unused-ignore]
def _number(numbers: Any, x: Any, y: Any, z: Any, size: Any) -> Any:
    number = np.int64(numbers[x])
    if size > 1:
        b = np.int64(numbers[y])
        number += b * (b - 1) // 2
    if size > 2:
        c = np.int64(numbers[z])
        number += c * (c - 1) * (c - 2) // 6
    return number


@njit(nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def _bits(number: Any) -> Any:
    """How many bits are set."""
    number = number - ((number >> np.uint64(1)) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    number = (number & pairs) + ((number >> np.uint64(2)) & pairs)
    number = (number + (number >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (number * np.uint64(0x0101010101010101)) >> np.uint64(56)


@njit(nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def _look(post: Any, posts: Any, begin: Any, end: Any, most: Any, masks: Any, best: Any) -> None:
    """Look for better posts among some, ascending, of which none that is new shares more than
    ``most`` tags. ``best`` [posts, TOP] descends: how many tags are shared, and, in the lower 32
    bits, how many posts come behind the post."""
    low, high, last = masks[post, 0], masks[post, 1], TOP - 1
    worst, bits = best[post, last], np.uint64(32)
    for at in range(begin, end):
        other = np.uint64(posts[at])
        behind = np.uint64(len(masks)) - other
        if worst > (np.uint64(most) << bits | behind):
            return
        count = _bits(low & masks[other, 0]) + _bits(high & masks[other, 1])
        found = count << bits | behind
        if found <= worst or other == np.uint64(post):
            continue
        place = last
        while place and best[post, place - 1] < found:
            place -= 1
        if place and best[post, place - 1] == found:
            continue
        for at_last in range(last, place, -1):
            best[post, at_last] = best[post, at_last - 1]
        best[post, place] = found
        worst = best[post, last]


@njit(nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def _by_sets(rows: Any, numbers: Any, tags: Any) -> Any:
    count = len(rows) - 1
    masks = np.zeros((count, 2), np.uint64)
    for post in range(count):
        its = numbers[rows[post] : rows[post + 1]]
        its.sort()
        for tag in its:
            masks[post, tag >> 6] |= np.uint64(1) << np.uint64(tag & 63)
    tables = [_sets(rows, numbers, size, tags) for size in (1, 2, 3)]
    best = np.zeros((count, TOP), np.uint64)
    for post in range(count):
        first, end = rows[post], rows[post + 1]
        for most in range(end - first, 0, -1):
            size = min(most, 3)
            starts, posts = tables[size - 1]
            # The sets that a lower ``most`` adds are those with the tag ``last``; below three tags
            # all sets of the smaller size are new.
            last = first + size - 1 + (end - first - most if most >= 3 else 0)
            for z in range(last, end if most < 3 else last + 1):
                for y in range(first + 1, z) if size > 2 else range(first, first + 1):
                    for x in range(first, y if size > 2 else z) if size > 1 else range(z, z + 1):
                        number = _number(numbers, x, y if size > 2 else z, z, size)
                        begin, behind = starts[number], starts[number + 1]
                        _look(post, posts, begin, behind, most, masks, best)
            if best[post, TOP - 1] >> np.uint64(32) >= np.uint64(most):
                break
    return best


def by_sets(posts: Sequence[dict[str, Any]]) -> Answer:
    """The five best of each post, and how many tags they share with it: both [posts, 5]. By sets of
    tags, of which there are at most 128."""
    rows, numbers, columns, _ = postings_of(posts)
    best = _by_sets(rows, numbers, len(columns) - 1)
    shared = (best >> 32).astype(np.uint32)
    return np.where(shared > 0, len(posts) - best.astype(np.uint32), 0).astype(np.uint32), shared


@njit(nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def _counted(rows: Any, numbers: Any, columns: Any, events: Any) -> Any:
    size = len(rows) - 1
    counts = np.zeros(size, np.uint8)
    best, shared = np.zeros((size, TOP), np.uint32), np.zeros((size, TOP), np.uint32)
    for post in range(size):
        counts[:] = 0
        for at in range(np.uint64(rows[post]), np.uint64(rows[post + 1])):
            tag = np.uint64(numbers[at])
            begin, end = np.uint64(columns[tag]), np.uint64(columns[tag + np.uint64(1)])
            for posting in range(begin, end):
                counts[events[posting]] += np.uint8(1)
        counts[post] = 0
        for other in range(size):
            count = counts[other]
            if count > shared[post, TOP - 1]:
                place = TOP - 1
                while place > 0 and shared[post, place - 1] < count:
                    best[post, place] = best[post, place - 1]
                    shared[post, place] = shared[post, place - 1]
                    place -= 1
                best[post, place], shared[post, place] = other, count
    return best, shared


def by_dense_counters(posts: Sequence[dict[str, Any]]) -> Answer:
    """The same by a numba loop that counts the tags that each post shares with all others."""
    found: Answer = _counted(*postings_of(posts))
    return found


def by_dictionaries(posts: Sequence[dict[str, Any]]) -> NDArray[np.uint32]:
    """How many tags are shared, in plain Python, for the first ``SAMPLE`` posts."""
    tagged: dict[str, list[int]] = {}
    for number, post in enumerate(posts):
        for tag in post["tags"]:
            tagged.setdefault(tag, []).append(number)
    best = np.zeros((min(SAMPLE, len(posts)), TOP), np.uint32)
    for number in range(len(best)):
        counts: Counter[int] = Counter()
        for tag in posts[number]["tags"]:
            counts.update(tagged[tag])
        del counts[number]
        top = sorted(counts.values(), reverse=True)[:TOP]
        best[number, : len(top)] = top
    return best


def timed(solve: Callable[[Any], Any], posts: Sequence[Any], times: int) -> float:
    spent = []
    for _ in range(times):
        begin = time.process_time()
        solve(posts)
        spent.append(time.process_time() - begin)
    return min(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description="Related posts by shared tags.")
    parser.add_argument("--posts", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    few = posts_of(100)
    by_sets(few), by_dense_counters(few)
    found = []
    for size in options.posts:
        posts = posts_of(size)
        sets, counted, slow = by_sets(posts), by_dense_counters(posts), by_dictionaries(posts)
        assert all(map(np.array_equal, sets, counted)) and (sets[1][: len(slow)] == slow).all()
        seconds = {
            "sets of tags in numba": timed(by_sets, posts, 3),
            "dense counters in numba": timed(by_dense_counters, posts, 3),
            "plain Python": timed(by_dictionaries, posts, 1) * size / len(slow),
        }
        found.append({"posts": size, "seconds": {n: round(s, 4) for n, s in seconds.items()}})
    if options.json:
        print(json.dumps(found))
        return
    for row in found:
        print(f"{row['posts']:,} posts")
        for name, spent in row["seconds"].items():
            print(f"  {name:<24} {spent:9.3f} s")


if __name__ == "__main__":
    main()
