"""What each part of the ranking is worth: train and judge without it.

    PYTHONPATH=. python benchmarks/relatedness/ablations.py EVENTS.jsonl[.gz]

Constants are changed in place, one at a time; about a CPU minute and a half each.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scoring import Labels, grades, labels_of

from search.archive import read
from search.index.postings.collector import Occurrences
from search.index.segments import Segments
from search.index.term_counts import TermRows
from search.index.term_matrix import TermMatrix
from search.model.digests import hash_of
from search.model.event import day_number
from search.related import scoring
from search.related.ranking import Ranking
from search.related.similarity import Similarity
from search.related.training import titles, train
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms
from tests.sealed_files import sealed

LIMIT = 300
CHANGES: tuple[tuple[str, Any, str, Any], ...] = (
    ("as it is", scoring, "VECTORS", scoring.VECTORS),
    ("no word vectors", scoring, "VECTORS", 0.0),
    ("word vectors from 1,000 events on", scoring, "EVENTS_FOR_VECTORS", 1_000),
    ("hubs are not held back", scoring, "HUB_POWER", 0.0),
    ("names weigh as words", scoring, "NAME_BOOST", 1.0),
    ("numbers weigh as words", scoring, "NUMBER_BOOST", 1.0),
    ("shared names count nothing more", scoring, "SHARED_NAMES", 0.0),
    ("shared words count nothing more", scoring, "SHARED_WORDS", 0.0),
    ("time counts in full", scoring, "TIME", 1.0),
    ("a title counts as a body", titles, "MOST_TITLE_COUNT", 1),
)


def main() -> None:
    path = Path(sys.argv[1])
    labels = labels_of(path)
    events = sorted(read([path], lambda skipped: None), key=lambda e: (e.date, e.id))
    terms = Terms(Lexicon.learn(event.text for event in events))
    rows = Occurrences.of(terms, events).term_rows()
    days = np.array([day_number(event.date) for event in events], dtype=np.int32)
    ids = [event.id for event in events]
    print(f"{'':36}text and time  text only   (nDCG@10)")
    for name, module, constant, value in CHANGES:
        usual = getattr(module, constant)
        setattr(module, constant, value)
        timed, text = judged(labels, ids, rows, days)
        setattr(module, constant, usual)
        print(f"{name:36}{timed:13.4f}{text:11.4f}", flush=True)


def judged(
    labels: Labels, ids: Sequence[str], rows: TermRows, days: NDArray[np.int32]
) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as directory:
        hashes = np.array([hash_of(event_id) for event_id in ids], dtype=np.uint64)
        train(rows, days, hashes, Path(directory))
        similarity = Similarity(TermMatrix(sealed(Path(directory)), days, Segments(len(days))))
        ordinal_of = {event_id: ordinal for ordinal, event_id in enumerate(ids)}
        means = []
        for timed in (True, False):
            run = {
                question: [
                    ids[link.ordinal]
                    for link in Ranking(similarity, ordinal_of[question], time=timed).best(
                        limit=LIMIT, min_score=0.0
                    )
                ]
                for question in labels.questions
            }
            means.append(float(grades(labels, run)[:, 0].mean()))
        return means[0], means[1]


if __name__ == "__main__":
    main()
