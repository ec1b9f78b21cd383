"""Related posts by shared tags: the public task of related_post_gen, through the context order.

    python benchmarks/speed/posts.py [--json] [--posts N ...]

For each post of posts.json the five that share most tags. The posts are made here from a seed:
three to seven of a hundred tags each, some tags commoner than others. Reading and writing are not
timed, nor is compiling. The three ways must agree on how many tags each of the five shares before
any time counts. CPU seconds of one core, the best of three; the plain way counts a sample of posts.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from search.index.kernels.shared_names import Postings, most_shared, room

SIZES = (5_000, 20_000, 60_000)
TAGS = 100
TOP = 5
SAMPLE = 1_000


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
    """The tags of posts, numbered, either way round."""
    numbers: dict[str, int] = {}
    rows = [sorted(numbers.setdefault(tag, len(numbers)) for tag in p["tags"]) for p in posts]
    ends = np.cumsum([0, *map(len, rows)])
    flat = np.array([number for row in rows for number in row], np.uint32)
    owners = np.repeat(np.arange(len(rows), dtype=np.uint32), np.diff(ends))
    counts = np.bincount(flat, minlength=len(numbers))
    order = np.argsort(flat, kind="stable")
    weights = np.ones(len(numbers), np.uint32)
    return Postings(ends, flat, np.append(0, np.cumsum(counts)), owners[order], weights)


def by_context_order(posts: Sequence[dict[str, Any]]) -> NDArray[np.uint32]:
    """How many tags the five best share with each post: [posts, 5]."""
    postings = postings_of(posts)
    counts = room(len(posts), max(len(post["tags"]) for post in posts))
    return most_shared(np.arange(len(posts)), postings, TOP, counts)[1]


@njit(nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def _counted(rows: Any, numbers: Any, columns: Any, events: Any) -> Any:
    size = len(rows) - 1
    counts = np.zeros(size, np.uint8)
    shared = np.zeros((size, TOP), np.uint8)
    for post in range(size):
        counts[:] = 0
        for at in range(np.uint64(rows[post]), np.uint64(rows[post + 1])):
            tag = np.uint64(numbers[at])
            begin, end = np.uint64(columns[tag]), np.uint64(columns[tag + np.uint64(1)])
            for posting in range(begin, end):
                counts[events[posting]] += np.uint8(1)
        counts[post] = 0
        for count in counts:
            if count > shared[post, TOP - 1]:
                place = TOP - 1
                while place > 0 and shared[post, place - 1] < count:
                    shared[post, place] = shared[post, place - 1]
                    place -= 1
                shared[post, place] = count
    return shared


def by_dense_counters(posts: Sequence[dict[str, Any]]) -> NDArray[np.uint32]:
    """The same by a numba loop that does nothing else."""
    return np.asarray(_counted(*postings_of(posts)[:4]), np.uint32)


def by_dictionaries(posts: Sequence[dict[str, Any]]) -> NDArray[np.uint32]:
    """The same in plain Python, for the first ``SAMPLE`` posts."""
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
    by_context_order(few), by_dense_counters(few)
    found = []
    for size in options.posts:
        posts = posts_of(size)
        ours, plain, slow = (
            by_context_order(posts),
            by_dense_counters(posts),
            by_dictionaries(posts),
        )
        assert (ours == plain).all() and (ours[: len(slow)] == slow).all()
        seconds = {
            "context order": timed(by_context_order, posts, 3),
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
