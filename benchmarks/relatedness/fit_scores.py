"""Fit the curve of scores to pairs that somebody graded, and say how well it holds.

    python benchmarks/relatedness/fit_scores.py INDEX GRADES.tsv [INDEX GRADES.tsv ...]

A line of GRADES: the event asked, another event, the grade. From 2 on an editor would print it.
The first ten of each list that are graded are compared with their scores: fitted on every other
question, reported on the rest, and the other way round. The last lines are ``SLOPE`` and ``LEVEL``
of ``search/related/scoring.py`` for all questions together; several archives count alike.
"""

import sys
from collections import defaultdict
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search import Index, RelatedOptions
from search.related import scoring

PRINTED: Final = 2
ROUNDS: Final = 50


class Pairs(NamedTuple):
    """Graded pairs: the log-odds of their scores, whether each would be printed, the number of the
    question, and the weight in the fit. All [pairs]."""

    odds: NDArray[np.float64]
    printed: NDArray[np.float64]
    question: NDArray[np.int64]
    weight: NDArray[np.float64]


def main(arguments: list[str]) -> None:
    archives = [
        graded_pairs(Path(index), Path(grades))
        for index, grades in zip(arguments[::2], arguments[1::2], strict=True)
    ]
    pairs = Pairs(*(np.concatenate(parts) for parts in zip(*archives, strict=True)))
    print(f"as it is: mean |score - share printed| {error(pairs, 1.0, 0.0):.3f}")
    for half in (0, 1):
        chosen, other = at(pairs, pairs.question % 2 == half), at(pairs, pairs.question % 2 != half)
        slope, level = fitted(chosen)
        print(
            f"fitted on half {half}: odds x {slope:.2f} + {level:.2f}; "
            f"{error(chosen, slope, level):.3f} there, {error(other, slope, level):.3f} elsewhere"
        )
    slope, level = fitted(pairs)
    print(f"on all: {error(pairs, slope, level):.3f}")
    print(f"SLOPE = {scoring.SLOPE * slope:.2f}  # and SIZE and SHORT times {slope:.2f}")
    print(f"LEVEL = {scoring.LEVEL * slope + level:.2f}")


def graded_pairs(index: Path, path: Path) -> Pairs:
    """The graded ones of the first ten of each list."""
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            asked, other, grade = line.split()
            grades[asked][other] = int(grade)
    scores, printed, question = [], [], []
    options = RelatedOptions(limit=10, min_score=0, fold=False)
    with Index.open(index) as opened:
        for number, (asked, known) in enumerate(sorted(grades.items())):
            for hit in opened.related(asked, options):
                if hit.event.id in known:
                    scores.append(hit.score)
                    printed.append(known[hit.event.id] >= PRINTED)
                    question.append(number)
    share = np.clip(np.array(scores, dtype=np.float64), 1e-4, 1 - 1e-4)
    weight = np.full(len(share), 1.0 / max(len(share), 1))
    return Pairs(
        np.log(share / (1.0 - share)),
        np.array(printed, dtype=np.float64),
        np.array(question),
        weight,
    )


def at(pairs: Pairs, chosen: NDArray[np.bool_]) -> Pairs:
    return Pairs(
        pairs.odds[chosen], pairs.printed[chosen], pairs.question[chosen], pairs.weight[chosen]
    )


def fitted(pairs: Pairs) -> tuple[float, float]:
    """Slope and level of the logistic regression of ``printed`` on ``odds``: Newton's method."""
    inputs = np.stack([pairs.odds, np.ones(len(pairs.odds))], axis=1)
    found = np.array([1.0, 0.0])
    for _ in range(ROUNDS):
        share = 1.0 / (1.0 + np.exp(-inputs @ found))
        slopes = inputs.T @ (pairs.weight * (pairs.printed - share))
        curvature = (inputs.T * (pairs.weight * share * (1.0 - share))) @ inputs
        found = found + np.linalg.solve(curvature + 1e-9 * np.eye(2), slopes)
    return float(found[0]), float(found[1])


def error(pairs: Pairs, slope: float, level: float) -> float:
    """The mean difference of score and share printed, over tenths of the scores."""
    share = 1.0 / (1.0 + np.exp(-(slope * pairs.odds + level)))
    tenth = np.minimum((share * 10).astype(np.int64), 9)
    apart = np.bincount(tenth, pairs.weight * (share - pairs.printed), minlength=10)
    return float(np.abs(apart).sum() / pairs.weight.sum())


if __name__ == "__main__":
    main(sys.argv[1:])
