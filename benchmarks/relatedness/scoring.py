"""Lists scored against stories that people labeled: nDCG@10, Recall@10, MRR@10, with intervals.

An event's story is the last of its ``stories``. Two events of one story are relevant to each other.
Stories of 2 to 100 events are asked about, at most 2,000 events of them. Lists are condensed:
events without a label are left out, since nobody judged them.
"""

import gzip
import json
import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

QUESTIONS: Final = 2000
SMALLEST, LARGEST = 2, 100
DEPTH: Final = 10
RESAMPLES: Final = 1000

Run = Mapping[str, Sequence[str]]  # question -> answers, best first


@dataclass(frozen=True, slots=True)
class Labels:
    """The story of each labeled event, and the events that are asked about."""

    story: Mapping[str, str]
    questions: tuple[str, ...]

    def relevant(self, question: str) -> set[str]:
        story = self.story[question]
        return {event for event, other in self.story.items() if other == story} - {question}


def labels_of(path: Path) -> Labels:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    story = {r["id"]: r["stories"][-1].lower() for r in records if r.get("stories")}
    members = defaultdict(set)
    for event, name in story.items():
        members[name].add(event)
    asked = sorted(e for e, s in story.items() if SMALLEST <= len(members[s]) <= LARGEST)
    if len(asked) > QUESTIONS:
        asked = sorted(random.Random(7).sample(asked, QUESTIONS))
    return Labels(story, tuple(asked))


def grades(labels: Labels, run: Run) -> NDArray[np.float64]:
    """nDCG, recall and reciprocal rank of each question: [questions, 3]; unanswered ones are 0."""
    members = defaultdict(set)
    for event, story in labels.story.items():
        members[story].add(event)
    rows = []
    for question in labels.questions:
        relevant = members[labels.story[question]] - {question}
        judged = [e for e in run.get(question, ()) if e in labels.story and e != question][:DEPTH]
        gains = [event in relevant for event in judged]
        found = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))
        best = sum(1 / math.log2(rank + 2) for rank in range(min(DEPTH, len(relevant))))
        first = next((1 / (rank + 1) for rank, gain in enumerate(gains) if gain), 0.0)
        rows.append((found / best, sum(gains) / len(relevant), first))
    return np.array(rows)


def interval(labels: Labels, values: NDArray[np.float64]) -> tuple[float, float]:
    """A 95 % bootstrap interval of the mean. Whole stories are drawn: their questions are kin."""
    stories = sorted({labels.story[question] for question in labels.questions})
    number = {story: at for at, story in enumerate(stories)}
    owner = np.array([number[labels.story[question]] for question in labels.questions])
    sums = np.bincount(owner, values, minlength=len(stories))
    counts = np.bincount(owner, minlength=len(stories))
    drawn = np.random.RandomState(7).randint(0, len(stories), (RESAMPLES, len(stories)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def write_trec(directory: Path, name: str, labels: Labels, run: Run) -> None:
    """The run and the judgements in the form that trec_eval and ranx read."""
    with (directory / f"{name}.run").open("w", encoding="utf-8") as file:
        for question in labels.questions:
            answers = run.get(question, ())
            for rank, event in enumerate(answers, start=1):
                file.write(f"{question} Q0 {event} {rank} {len(answers) - rank + 1} {name}\n")
    members = defaultdict(list)
    for event, story in labels.story.items():
        members[story].append(event)
    with (directory / "qrels").open("w", encoding="utf-8") as file:
        for question in labels.questions:
            for event in sorted(members[labels.story[question]]):
                if event != question:
                    file.write(f"{question} 0 {event} 1\n")


def read_run(path: Path) -> Run:
    """A run as ``event-search related --ids`` writes it."""
    with path.open(encoding="utf-8") as lines:
        answers = (json.loads(line) for line in lines if line.strip())
        return {a["id"]: [item["id"] for item in a["related"]] for a in answers}
