"""What each part of the ranking is worth: train and judge without it.

    python benchmarks/relatedness/ablations.py EVENTS.jsonl[.gz]

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
from search.index.files import Files
from search.index.postings import Occurrences
from search.index.term_counts import TermRows
from search.index.term_matrix import Matrix
from search.model.event import day_number
from search.related import scoring as ranking
from search.related.similarity import Vectors
from search.related.training import neighbours as training_events
from search.related.training import train
from search.related.training import word_embeddings as words
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms

LIMIT = 300
CHANGES: tuple[tuple[str, Any, str, Any], ...] = (
    ("as it is", ranking, "ASSOCIATION", ranking.ASSOCIATION),
    ("no word vectors", ranking, "ASSOCIATION", 0.0),
    ("vectors not drawn to neighbours", ranking, "PULL", 0.0),
    ("neighbours from 500 events around", training_events, "_WINDOW", 500),
    ("no companions in the context", words, "_COMPANION_WEIGHT", 0.0),
    ("nothing held back for chance", ranking, "CHANCE_POWER", 0.0),
    ("cosine's norm", ranking, "NORM_POWER", 1.0),
    ("names weigh as words", ranking, "NAME_BOOST", 1.0),
    ("(1 + days/30)^-0.2 in time", ranking, "TIME_SCALE_DAYS", 30.0),
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
        if constant == "TIME_SCALE_DAYS":
            ranking.TIME_POWER = 0.2  # type: ignore[misc]
        timed, text = judged(labels, ids, rows, days)
        setattr(module, constant, usual)
        ranking.TIME_POWER = 0.15  # type: ignore[misc]
        print(f"{name:36}{timed:13.4f}{text:11.4f}", flush=True)


def judged(
    labels: Labels, ids: Sequence[str], rows: TermRows, days: NDArray[np.int32]
) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as directory:
        train(rows, days, Path(directory))
        vectors = Vectors(Matrix(Files.sealed(Path(directory))))
        ordinal_of = {event_id: ordinal for ordinal, event_id in enumerate(ids)}
        means = []
        for timed in (True, False):
            run = {
                question: [
                    ids[link.ordinal]
                    for link in vectors.related(
                        ordinal_of[question], limit=LIMIT, min_score=0.0, time=timed
                    )
                ]
                for question in labels.questions
            }
            means.append(float(grades(labels, run)[:, 0].mean()))
        return means[0], means[1]


if __name__ == "__main__":
    main()
