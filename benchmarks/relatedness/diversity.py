"""How often lists repeat themselves, and what it costs to let other sides of an event come first.

    event-search index EVENTS.jsonl[.gz] --index INDEX
    python benchmarks/relatedness/diversity.py EVENTS.jsonl[.gz] INDEX

Lists by score, and as they are shown: reports folded, sides spread. Of lists of ten that the least
score allows, for events drawn evenly: the mean cosine of two items, how many items tell something
else (no cosine of .3 or more with an item before), and how many lists are crowded (one item
resembles four others so). The cosines are scikit-learn's, not the ranking's own. Of lists that
people's labels judge: nDCG@10, and α-nDCG@10, in which every further item of one side of a story is
worth half of the one before; sides are the ``category`` that people gave to the events of a story.
"""

import argparse
import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from scoring import DEPTH, Labels, Run, grades, labels_of
from sklearn.feature_extraction.text import TfidfVectorizer

from search import Index, RelatedOptions

ALIKE = 0.3
CROWD = 5
DRAWN = 1500
ALPHA = 0.5
LEAST_EVENTS = 5  # of a story whose sides are asked for
JUDGED = 50  # items of a list, among which those with a label are looked for
WAYS: Mapping[str, bool] = {"by score": False, "as shown": True}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("events", type=Path)
    parser.add_argument("index", type=Path)
    given = parser.parse_args()
    labels, sides = labels_of(given.events), sides_of(given.events)
    with Index.open(given.index) as index:
        ids = list(index.ids())
        texts = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(
            [index.event(event_id).text for event_id in ids]
        )
        ordinal_of = {event_id: ordinal for ordinal, event_id in enumerate(ids)}
        print(f"{'':12}lists  cosine  tell else  crowded   nDCG@10  α-nDCG@10")
        for name, shown in WAYS.items():
            rows = []
            for event_id in ids[:: max(1, len(ids) // DRAWN)]:
                hits = index.related(event_id, RelatedOptions(limit=DEPTH, fold=shown))
                if len(hits) == DEPTH:
                    items = texts[[ordinal_of[hit.event.id] for hit in hits]]
                    rows.append(repetition((items @ items.T).toarray()))
            options = RelatedOptions(limit=JUDGED, min_score=0, fold=shown)
            run = {
                question: [hit.event.id for hit in index.related(question, options)]
                for question in labels.questions
            }
            cosine, other, crowded = np.mean(rows, axis=0)
            print(
                f"{name:12}{len(rows):5}  {cosine:6.3f}  {other:9.2f}  {crowded:7.2f}  "
                f"{grades(labels, run)[:, 0].mean():8.4f}  {alpha_ndcg(labels, sides, run):9.4f}"
            )


def repetition(cosines: np.ndarray) -> tuple[float, int, bool]:
    """The mean cosine of a list, how many items tell something else, and whether it is crowded."""
    size = len(cosines)
    alike = cosines >= ALIKE
    other: list[int] = []
    for item in range(size):
        if not alike[item, other].any():
            other.append(item)
    mean = (cosines.sum() - np.trace(cosines)) / (size * (size - 1))
    return float(mean), len(other), bool(alike.sum(axis=1).max() >= CROWD)


def sides_of(path: Path) -> dict[str, str]:
    """The category of each event that has one."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    named = ((r["id"], r.get("category") or "Uncategorized") for r in records)
    return {
        event_id: category.lower().split()[0].rstrip("s")
        for event_id, category in named
        if category != "Uncategorized"
    }


def alpha_ndcg(labels: Labels, sides: Mapping[str, str], run: Run) -> float:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for event, story in labels.story.items():
        members[story].add(event)
    marks = []
    for question in labels.questions:
        kin = members[labels.story[question]]
        if len(kin) < LEAST_EVENTS or len({sides[event] for event in kin if event in sides}) < 2:
            continue
        relevant = {event for event in kin if event != question and event in sides}
        judged = [event for event in run[question] if event in labels.story][:DEPTH]
        told = [sides[event] if event in relevant else None for event in judged]
        best = list(ideal(Counter(sides[event] for event in relevant)))[:DEPTH]
        marks.append(gain(told) / gain(best) if best else 0.0)
    return float(np.mean(marks)) if marks else 0.0


def gain(told: Sequence[str | None]) -> float:
    seen: Counter[str] = Counter()
    total = 0.0
    for rank, side in enumerate(told):
        if side is not None:
            total += (1 - ALPHA) ** seen[side] / math.log2(rank + 2)
            seen[side] += 1
    return total


def ideal(left: Counter[str]) -> Iterator[str]:
    """The best order of sides: each as often as the others while it lasts."""
    seen: Counter[str] = Counter()
    while left:
        side = min(left, key=lambda side: (seen[side], side))
        yield side
        seen[side] += 1
        left[side] -= 1
        if not left[side]:
            del left[side]


if __name__ == "__main__":
    main()
