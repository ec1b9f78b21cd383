"""An archive of any size, made of a real one: the same words, as often, in as many stories.

    python benchmarks/speed/synthetic.py EVENTS.jsonl[.gz] --events 1000000 > BIG.jsonl

Each event is one of EVENTS, drawn by the seed, with one word in five replaced by one that stands
elsewhere behind the same word, and a day within a year of its own.
The vocabulary stays as large as it is and its words as common, so posting lists grow in proportion:
what a search reads is as dear as in an archive that has really grown, or dearer.
"""

import argparse
import gzip
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from search.model.event import Event, parse_day

SEED = 13
REPLACED = 0.2  # of the words
DAYS = 365


def read(path: Path) -> list[Event]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [Event.from_json(json.loads(line)) for line in lines if line.strip()]


def followers(events: Sequence[Event]) -> dict[str, list[str]]:
    """The words that stand behind each word, as often as they do."""
    found: dict[str, list[str]] = defaultdict(list)
    for event in events:
        words = event.text.split()
        for first, second in pairwise(words):
            found[first].append(second)
    return found


def synthetic(events: Sequence[Event], count: int, seed: int = SEED) -> Iterator[Event]:
    """So many events; the same for the same arguments."""
    source = random.Random(seed)
    behind = followers(events)

    def altered(text: str) -> str:
        words = text.split()
        for place in range(1, len(words)):
            if source.random() < REPLACED and words[place - 1] in behind:
                words[place] = source.choice(behind[words[place - 1]])
        return " ".join(words)

    for number in range(count):
        event = events[source.randrange(len(events))]
        yield Event(
            f"/synthetic/{number:08d}.md",
            parse_day(event.day) + timedelta(source.randint(-DAYS, DAYS)),
            altered(event.title),
            altered(event.summary),
            sources=event.sources,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=Path)
    parser.add_argument("--events", dest="count", type=int, default=1_000_000)
    given = parser.parse_args()
    for event in synthetic(read(given.events), given.count):
        sys.stdout.write(json.dumps(event.to_json(), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
