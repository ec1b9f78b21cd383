"""What chance makes of an archive: events that resemble everything, and links to nothing."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.index.term_counts import PAIR
from search.model.hit import Calibration
from search.related import scoring as ranking
from search.related.scoring import units
from search.related.training.calibration import UNTAUGHT, calibrated
from search.related.training.rows import (
    BLOCK,
    Side,
    TrainingRows,
    best_columns,
    drawn,
    lengths_of,
    similarity,
    text_vectors,
    unit_floats,
    weigh_by_closeness,
)

# Decoys are made for so many events, of words of so many events before and after each.
_DECOYS: Final = 400
_DECOY_WINDOW: Final = 5000
_LEAST_EVENTS: Final = 150  # decoys made of fewer resemble them
_SEED: Final = 20020702
_LISTED: Final = 10
_COMPARED: Final = 1 << 23  # pairs at a time, of 8 bytes


@dataclass(frozen=True, slots=True)
class Chance:
    """``sample`` of the archive, what events score with its best on the ``mean``, and each [n]."""

    sample: NDArray[np.int64]
    mean: float
    relative: NDArray[np.float64]

    def of(self, found: NDArray[np.float32]) -> NDArray[np.float64]:
        """The relative chance of texts, from their similarities with the sample."""
        best = ranking.best_of_chance(found.astype(np.float64))
        return ranking.relative_chance(best, self.mean, len(self.sample))


def measure_chance(rows: TrainingRows, vectors: NDArray[np.int8]) -> Chance:
    sample = _evenly(len(rows), ranking.CHANCE_SAMPLE)
    turned = units(vectors)
    right = _side(rows, turned, sample)
    best = np.zeros(len(rows))
    for begin in range(0, len(rows), BLOCK):
        ordinals = np.arange(begin, min(len(rows), begin + BLOCK))
        found = similarity(_side(rows, turned, ordinals), right, rows.typical, rows.compiled)
        found[sample[None] == ordinals[:, None]] = 0.0
        best[ordinals] = ranking.best_of_chance(found.astype(np.float64))
    mean = float(best.mean()) if len(best) else 0.0
    return Chance(sample, mean, ranking.relative_chance(best, mean, len(sample)))


def calibrate(
    rows: TrainingRows,
    numbers: NDArray[np.int64],
    words: NDArray[np.int8],
    vectors: NDArray[np.int8],
    chance: Chance,
) -> Calibration:
    """The curve from what lists for events score, against what lists for decoys score."""
    if len(rows) < _LEAST_EVENTS:
        return UNTAUGHT
    sources = _evenly(len(rows), _DECOYS)
    everything = Side(rows.weights, rows.lengths.astype(np.float64), units(vectors))
    against = _side(rows, everything.vectors, chance.sample)
    texts = _decoys(rows, sources)
    at_a_time = max(1, _COMPARED // len(rows))
    listed: tuple[list[NDArray[np.float64]], ...] = ([], [])
    for begin in range(0, len(sources), at_a_time):
        some = sources[begin : begin + at_a_time]
        decoys = _decoys_placed(
            rows, everything, some, texts[begin : begin + at_a_time], numbers, words
        )
        of_decoys = chance.of(similarity(decoys, against, rows.typical, rows.compiled))
        events = _side(rows, everything.vectors, some)
        sides = (events, chance.relative[some]), (decoys, of_decoys)
        for found, (side, own) in zip(listed, sides, strict=True):
            raw = similarity(side, everything, rows.typical, rows.compiled).astype(np.float64)
            weigh_by_closeness(raw, rows.dates[some], rows.dates)
            raw /= own[:, None] * chance.relative[None]
            raw[np.arange(len(some)), some] = 0.0
            best = np.partition(raw, raw.shape[1] - _LISTED, axis=1)[:, -_LISTED:]
            found.append(np.sort(best, axis=1).ravel())
    return calibrated(np.concatenate(listed[0]), np.concatenate(listed[1]))


def _decoys_placed(
    rows: TrainingRows,
    everything: Side,
    sources: NDArray[np.int64],
    texts: sparse.csr_matrix,
    numbers: NDArray[np.int64],
    words: NDArray[np.int8],
) -> Side:
    """Decoys of these sources, drawn towards their nearest events as events are."""
    vectors = text_vectors(texts, numbers, words)
    decoys = Side(texts, lengths_of(texts).astype(np.float64), vectors)
    if not vectors.shape[1]:
        return decoys
    found = similarity(decoys, everything, rows.typical, rows.compiled)
    weigh_by_closeness(found, rows.dates[sources], rows.dates)
    columns = best_columns(found, ranking.NEIGHBOURS)
    nearness = np.maximum(np.take_along_axis(found, columns, axis=1), 0.0)
    moved = drawn(vectors, everything.vectors, columns, nearness)
    return decoys._replace(vectors=unit_floats(moved))


def _decoys(rows: TrainingRows, sources: NDArray[np.int64]) -> sparse.csr_matrix:
    """For each source a text about nothing of as many terms, one each from events of its time.

    Of a script without spaces two neighbouring pairs of characters are taken: a word is no chance.
    """
    random = np.random.RandomState(_SEED)  # its numbers are the same in every version of numpy
    weights = rows.weights
    columns: list[int] = []
    values: list[float] = []
    starts = [0]
    for source in sources:
        wanted = int(weights.indptr[source + 1] - weights.indptr[source])
        first, last = max(0, source - _DECOY_WINDOW), min(len(rows), source + _DECOY_WINDOW)
        text: dict[int, float] = {}
        for event in random.permutation(last - first)[:wanted] + first:
            begin, end = weights.indptr[event], weights.indptr[event + 1]
            if begin < end and len(text) < wanted:
                place = random.randint(begin, end)
                text[int(weights.indices[place])] = float(weights.data[place])
                for following in _following(rows, place, begin, end):
                    text[int(weights.indices[following])] = float(weights.data[following])
        columns += sorted(text)
        values += [text[column] for column in sorted(text)]
        starts.append(len(columns))
    return sparse.csr_matrix(
        (np.array(values, dtype=np.float32), np.array(columns, dtype=np.int32), starts),
        shape=(len(sources), weights.shape[1]),
    )


def _following(rows: TrainingRows, place: int, begin: int, end: int) -> list[int]:
    """Of the terms from ``begin`` to ``end`` one pair that begins as that at ``place`` ends."""
    terms = rows.weights.indices
    if rows.kinds[terms[place]] != PAIR:
        return []
    last = rows.terms[terms[place]][-1]
    return [i for i in range(begin, end) if i != place and rows.terms[terms[i]][0] == last][:1]


def _evenly(count: int, most: int) -> NDArray[np.int64]:
    """At most so many ordinals, evenly spread."""
    size = min(count, most)
    return np.arange(size, dtype=np.int64) * count // max(size, 1)


def _side(rows: TrainingRows, vectors: NDArray[np.float32], ordinals: NDArray[np.int64]) -> Side:
    lengths = rows.lengths[ordinals].astype(np.float64)
    return Side(rows.weights[ordinals], lengths, vectors[ordinals])
