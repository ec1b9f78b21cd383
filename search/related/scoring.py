"""The arithmetic of relatedness: every weight and constant of the ranking, and values for results.

How related two events a and b are, before it is made a score:

    raw = ((1 − v) lexical + v association) · closeness / (chance_a · chance_b)

    lexical      Σ over shared terms of w_a · w_b / (|a| · |b|)^0.8
    association  cosine of the sums of the word vectors of the two events, each event's drawn
                 towards those of its nearest neighbours in text and time
    v            ½, less in a small archive: its word vectors are of few dimensions
    closeness    (1 + days / 7)^−0.15; 1 if time is switched off or a date is unknown
    chance       c^0.4, c what the event scores with the best 1 % of a sample of the archive,
                 relative to the mean event: events that resemble everything are held back

    w            (1 + ln count) · idf · boost of the kind of term

The score is ``Calibration.score(raw)``: from 0 to 1, the estimated probability that such a pair is
related and does not meet by chance. The figures behind each constant are in
benchmarks/relatedness/README.md.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Words and word vectors count alike; anything from 0.4 to 0.6 is as good (± .001 nDCG). A small
# archive fills few dimensions, in which all things are alike by chance: vectors of fewer than so
# many count for less in proportion.
ASSOCIATION: Final = 0.5
DIMENSIONS_THAT_COUNT: Final = 100

# Names tell stories apart. A name of several words counts beside its words, at half weight.
NAME_BOOST: Final = 1.3
PHRASE_COUNT: Final = 0.5

# What a small archive cannot know: how rare its terms are elsewhere, and how common common words.
# The second part counts by the share of common words that are known, so for English only.
BACKGROUND_EVENTS: Final = 100
ENGLISH_BACKGROUND: Final = 2000
COMMON_WORD_SHARE: Final = 0.01

# The norm grows more slowly than the product of the lengths: long summaries are not punished for
# what they say besides.
NORM_POWER: Final = 0.8

# An event's word vector is drawn to those of its nearest events: its story.
NEIGHBOURS: Final = 5
PULL: Final = 0.3

# A power law: the first week tells most, and a year is not much less than two.
TIME_SCALE_DAYS: Final = 7.0
TIME_POWER: Final = 0.15

CHANCE_POWER: Final = 0.4
# The sample that chance is measured on, its best share, and the number of events at which the
# event's own figure counts as much as the archive's mean (in a small archive it is mere noise).
CHANCE_SAMPLE: Final = 2048
CHANCE_BEST: Final = 0.01
CHANCE_PRIOR: Final = 200.0
_CHANCE_FLOOR: Final = 0.02

# Links that are expected to be wrong among those listed by default.
WRONG_LINKS: Final = 0.1


def idf(
    event_counts: NDArray[np.int64],
    events: int,
    common: NDArray[np.bool_] | None = None,
    english: float = 0.0,
) -> NDArray[np.float32]:
    """The weight of terms that stand in so many of the events: BM25's, never negative.

    As if there were ``BACKGROUND_EVENTS`` more, without these terms: in an archive of ten events
    about one story the story's words say something all the same. ``english``, from 0 to 1, is the
    share of known common words in the archive's text: so much of ``ENGLISH_BACKGROUND`` is there
    as well, and each of the ``common`` terms stands in some of it. Without that a common word is as
    rare as a name in an archive of some hundred events.
    """
    background = ENGLISH_BACKGROUND * english
    counts = event_counts.astype(np.float64)
    if common is not None:
        counts += np.where(common, COMMON_WORD_SHARE * background, 0.0)
    others = BACKGROUND_EVENTS + background + events - counts
    return np.log1p((others + 0.5) / (counts + 0.5)).astype(np.float32)


def idf_of(event_count: int, events: int) -> float:
    """``idf`` of one term, without English beside the archive: the same to the last bit."""
    others = BACKGROUND_EVENTS + events - event_count
    return float(np.float32(math.log1p((others + 0.5) / (event_count + 0.5))))


def count_weights() -> NDArray[np.float32]:
    """The weight of each possible count from 0 to 255; 0 stands for a name beside its words."""
    counts = np.arange(256, dtype=np.float64)
    counts[0] = 1.0
    weights = 1.0 + np.log(counts)
    weights[0] = PHRASE_COUNT
    return weights.astype(np.float32)


def norm(lengths: NDArray[np.float64], typical: float) -> NDArray[np.float64]:
    """What a sum over shared terms is divided by, once for each of the two events.

    ``lengths`` are Euclidean; ``typical`` is the archive's median, which keeps quotients near 1.
    """
    scaled = (lengths / typical) ** NORM_POWER * typical
    return np.asarray(np.where(lengths > 0.0, scaled, 1.0))


def pull(similarities: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much an event's vector is drawn to each of its nearest: [events, nearest] likewise."""
    sums = similarities.sum(axis=1, keepdims=True, dtype=np.float64)
    return np.asarray(PULL * similarities / np.where(sums > 0.0, sums, 1.0))


def association_weight(dimensions: int) -> float:
    """What the cosine of vectors of so many dimensions counts; words count the rest to 1."""
    return ASSOCIATION * min(1.0, dimensions / DIMENSIONS_THAT_COUNT)


def closeness(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """The factor for events so many days apart (absolute values): 1 on the same day."""
    return np.asarray((1.0 + days / TIME_SCALE_DAYS) ** -TIME_POWER)


def best_of_chance(similarities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the best share of each row, similarities with a sample: [rows, sample]."""
    size = similarities.shape[1]
    best = min(size, max(1, round(size * CHANCE_BEST)))
    if not best:
        return np.zeros(len(similarities))
    top = np.partition(similarities, size - best, axis=1)[:, size - best :]
    return np.asarray(np.maximum(np.sort(top, axis=1).mean(axis=1), 0.0))


def relative_chance(best: NDArray[np.float64], mean: float, sample: int) -> NDArray[np.float64]:
    """``best_of_chance`` relative to the archive's mean, near 1 if the sample is small."""
    floor = max(mean, _CHANCE_FLOOR)
    shrunk = (sample * best + CHANCE_PRIOR * floor) / (sample + CHANCE_PRIOR)
    return np.asarray((np.maximum(shrunk, _CHANCE_FLOOR) / floor) ** CHANCE_POWER)


def in_order(
    scores: NDArray[np.float64], distances: NDArray[np.int64], ordinals: NDArray[np.int64]
) -> NDArray[np.intp]:
    """The total order of related lists: rounded score, then nearness in time, then ordinal."""
    return np.asarray(np.lexsort((ordinals, distances, -scores)))


def directions(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Rows scaled so that their largest part is 127, as integers; zero stays zero."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0.0)
    scaled = vectors * (127.0 / np.where(largest > 0.0, largest, 1.0))
    return np.asarray(np.rint(scaled).astype(np.int8))


def sizes(vectors: NDArray[np.int8]) -> NDArray[np.float32]:
    """The Euclidean length of each row; 1 where it is zero."""
    squares = np.einsum("ij,ij->i", vectors, vectors, dtype=np.int64)
    return np.asarray(np.sqrt(np.maximum(squares, 1)), dtype=np.float32)


def units(vectors: NDArray[np.int8]) -> NDArray[np.float32]:
    """Rows scaled to length 1; zero stays zero."""
    scaled = vectors.astype(np.float32)
    scaled /= sizes(vectors)[:, None]
    return scaled
