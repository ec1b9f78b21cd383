"""How good and how dear searches are, with every part of the ranking left out in turn.

    python benchmarks/search/searches.py EVENTS.jsonl[.gz] [--index DIR]

EVENTS is JSON Lines of events with ``stories``, the headings under which people filed them (see
README.md beside this file). Headings are asked as queries; the events filed under one are its
answers. The index sees no heading: readers ignore fields that they do not know.
"""

import argparse
import gzip
import json
import math
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from search import Index, SearchOptions, build
from search.fulltext import ranking as search_ranking
from search.fulltext.searcher import Searcher
from search.model.event import Event

SEED = 7
QUESTIONS = 2000
SMALLEST, LARGEST = 2, 100  # labeled events of a story that is asked about
DEPTH = 150
KNOWN_ITEMS = 500


def read(path: Path) -> list[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def headings(events: Sequence[dict[str, Any]]) -> dict[str, set[str]]:
    """Each heading that is asked, with the ids of its events."""
    members: dict[str, set[str]] = defaultdict(set)
    spelled: dict[str, str] = {}
    for event in events:
        if event.get("stories"):
            heading = event["stories"][-1]
            members[heading.lower()].add(event["id"])
            spelled[heading.lower()] = heading
    asked = sorted(key for key, ids in members.items() if SMALLEST <= len(ids) <= LARGEST)
    if len(asked) > QUESTIONS:
        asked = sorted(random.Random(SEED).sample(asked, QUESTIONS))
    return {spelled[key]: members[key] for key in asked}


def ndcg(answer: Sequence[str], relevant: set[str], labeled: set[str]) -> float:
    """nDCG@10 with binary gains, events without a label left out of the answer."""
    top = [event_id for event_id in answer if event_id in labeled][:10]
    gained = sum(1 / math.log2(rank + 2) for rank, i in enumerate(top) if i in relevant)
    return gained / sum(1 / math.log2(rank + 2) for rank in range(min(10, len(relevant))))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """A 95 % bootstrap interval of the mean."""
    source = random.Random(SEED)
    means = sorted(sum(source.choices(values, k=len(values))) / len(values) for _ in range(500))
    return means[12], means[487]


def plain_score(words: Any, feedback: Any, has_all_words: bool) -> Any:
    return words


def no_times(searcher: Searcher, text: str) -> Iterator[Any]:
    return iter(())


@contextmanager
def variant(name: str) -> Iterator[None]:
    """The ranking with a part left out."""
    with ExitStack() as stack:
        if "BM25" in name:
            stack.enter_context(patch.object(search_ranking, "_likeness", plain_score))
        if "feedback" in name:
            stack.enter_context(patch.object(search_ranking, "FEEDBACK", 0.0))
        if "time" in name:
            stack.enter_context(patch.object(Searcher, "times", no_times))
        yield


def judged(index: Index, asked: dict[str, set[str]], labeled: set[str]) -> tuple[str, float]:
    grades = []
    spent = []
    for heading, relevant in asked.items():
        before = time.process_time()
        answer = index.search(heading, SearchOptions(limit=DEPTH, fold=False))
        spent.append(1000 * (time.process_time() - before))
        grades.append(ndcg([hit.event.id for hit in answer.hits], relevant, labeled))
    low, high = interval(grades)
    mean = sum(grades) / len(grades)
    spent.sort()
    return f"nDCG@10 {mean:.4f}  95 % [{low:.4f}, {high:.4f}]", spent[len(spent) // 2]


def known_items(index: Index, events: Sequence[Event]) -> Iterator[str]:
    """Three content words of an event, or five words in a row as a phrase: is it found?"""
    source = random.Random(SEED)
    drawn = source.sample(list(events), min(KNOWN_ITEMS, len(events)))
    for name in ("full ranking", "without feedback", "BM25"):
        with variant(name):
            found = asked = 0
            words = random.Random(SEED)
            for event in drawn:
                content = [w for w in event.title.split() if len(w) > 4 and w.isalpha()]
                if len(content) >= 3:
                    asked += 1
                    query = " ".join(words.sample(content, 3))
                    hits = index.search(query, SearchOptions(fold=False)).hits
                    found += event.id in [hit.event.id for hit in hits]
        yield f"three words, {name}: {found} of {asked} in the first ten"
    first = asked = 0
    for event in drawn:
        words_of = event.title.replace('"', " ").split()
        if len(words_of) >= 5:
            start = source.randrange(len(words_of) - 4)
            phrase = " ".join(words_of[start : start + 5])
            answer = index.search(f'"{phrase}"', SearchOptions(fold=False))
            asked += 1
            first += bool(answer.hits) and (answer.hits[0].event.id == event.id or answer.total > 1)
    yield f"five words as a phrase: {first} of {asked} first, or another has the phrase too"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=Path)
    parser.add_argument("--index", type=Path)
    given = parser.parse_args()
    events = read(given.events)
    labeled = {event["id"] for event in events if event.get("stories")}
    asked = headings(events)
    with tempfile.TemporaryDirectory() as scratch:
        directory = given.index or Path(scratch)
        print(build([given.events], directory).sentence())
        with Index.open(directory) as index:
            print(f"{len(asked)} headings; CPU ms are for {DEPTH} ids with their scores")
            for name in (
                "full ranking",
                "without feedback",
                "without the time that is named",
                "BM25",
                "BM25, without the time that is named",
            ):
                with variant(name):
                    figures, spent = judged(index, asked, labeled)
                print(f"{name:38} {figures}  median {spent:.1f} CPU ms")
            everything = [index.event(event_id) for event_id in index.ids()]
            for line in known_items(index, everything):
                print(line)


if __name__ == "__main__":
    main()
