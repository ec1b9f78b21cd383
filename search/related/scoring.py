"""The formula of relatedness, with every weight and constant but those of ``time_decay``.

The raw similarity of two events a and b:

    raw = ((1 − v) lexical + v · max(0, cosine − c)) · names · words · decay / (hub_a · hub_b)

    lexical    cosine of the two rows of weights: Σ over shared terms of w_a · w_b / (|a| · |b|)
    w          (1 + ln count) · idf · boost of the kind of term · discount of terms that repeat
               each other (``training.redundancy``); a word of a title counts
               up to three times if there is a body (``training.titles``), and boilerplate does not
               count; a name of other words counts as its canonical name (``TermRows``)
    cosine     of the sums of the word vectors of the two events, c its 90 % quantile over pairs of
               the archive, v = ½ · n / (n + 10,000): word vectors of a small archive tell nothing;
               with vectors of a user's model v = ½, and these have weight 1 in the cosine beside
               the archive's own, which have n / (n + 10,000) (``side_by_side``)
    names      (1 + number of shared words of names, a rare word counted as two)^(0.9 / h)
    words      ((0.03 + the part of lexical that common words make) / 1.03)^(0.3 / h)
    decay      exp(0.6 (T(days) − T(0)) / h), see ``time_decay``
    hub        b^0.4, b what the event scores with the best 1 % of a sample of the archive, relative
               to the mean event: events that resemble everything are held back

Two numbers and a curve are learned from each archive, without labels (``training.time_and_tail``):

    h          the tail index of its similarities by text (Hill's estimator): how much better a
               neighbour is than the event at rank k = max(10, 1 %). In units of 1 / h a difference
               of logarithms of similarities means about the same in an archive of short news and
               in one of long documents
    T(days)    ln p(days | three nearest by text) / p(days | any pair), not increasing: what a gap
               in time says. An archive in which it says nothing gets a flat curve

The score is the estimated probability that an editor would print the link. It is one logistic curve
for all archives, of n events of t terms each (harmonic mean) with the mean level m of ln raw at
rank k:

    score = 1 / (1 + exp(−(SLOPE · h · (ln raw − m) + SIZE · ln n + SHORT / max(14, t) + LEVEL)))

Texts of few terms are alike by chance more often: one shared word is a fifth of a headline. Both
h and m are drawn to those of the usual archive, as if 200 more events had shown them: with fewer
than that, ten events are no tail.

Sources: B. M. Hill, A simple general approach to inference about the tail of a distribution (1975);
M. Radovanović et al., Hubs in space (2010). The figures behind each constant are in
benchmarks/relatedness/README.md.
"""

import math
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index.arrays import largest_of_rows
from search.index.term_counts import KINDS, LONG_NAME, NAME, NUMBER, RARE_WORD, WORD
from search.model.hit import Calibration
from search.model.learned import Learned
from search.related.time_decay import TIME

# The most that word vectors count, and the number of events at which they count half as much.
VECTORS: Final = 0.5
EVENTS_FOR_VECTORS: Final = 10_000
BACKGROUND_QUANTILE: Final = 0.9

# Names tell stories apart; one number in common is often a coincidence. A name of several words
# counts beside its words, at half weight.
NAME_BOOST: Final = 1.3
NUMBER_BOOST: Final = 0.7
PHRASE_COUNT: Final = 0.5
# A word of at most so many events, and of one event in so many, counts like two words of names.
RARE_EVENTS: Final = 3
RARE_ONE_IN: Final = 50

# What a small archive cannot know: how rare its terms are elsewhere, and how common common words.
# The second part counts by the share of common words that are known, so for English only.
BACKGROUND_EVENTS: Final = 100
ENGLISH_BACKGROUND: Final = 2000
COMMON_WORD_SHARE: Final = 0.01

# Evidence beside the similarity, in units of 1 / h: names in common, and words beside names.
SHARED_NAMES: Final = 0.9
SHARED_WORDS: Final = 0.3
WORDS_FLOOR: Final = 0.03

HUB_POWER: Final = 0.4
# The best share of the sample, and the size of a sample at which the event's own figure counts as
# much as the archive's mean (in a small archive it is mere noise).
HUB_BEST: Final = 0.01
HUB_PRIOR: Final = 200.0
_HUB_FLOOR: Final = 1e-3

# The curve of scores, fitted on graded pairs (see benchmarks/relatedness/README.md).
SLOPE: Final = 0.95
SIZE: Final = -0.24
SHORT: Final = -45.5
SHORTEST: Final = 14.0  # terms of an event; fewer count as this many
LEVEL: Final = 2.0

# What a list holds by default: links that are more likely right than filler ...
LEAST_SCORE: Final = 0.5
# ... and with ``strict`` only those that are surely right.
STRICT_SCORE: Final = 0.8
# Shorter lists are filled up to so many with the best by shared names, if they score so much: with
# no, one, two, three or more words of names in common. One name alone is often only a country, and
# what scores as much without any shares more of what happened.
FILLED_TO: Final = 3
FILL_SCORES: Final = (0.2, 0.35, 0.15, 0.1)
# An empty list gets one event: if both share no name, or if they share some, with this score.
ONLY_SCORES: Final = (0.1, 0.05)

# Weights are multiples of these, so that their sums are exact in any order they are added,
# on any processor.
_WEIGHT_STEP: Final = 2.0**-10
_COUNT_STEP: Final = 2.0**-8
_VECTOR_STEP: Final = 2.0**-12
_HUB_STEP: Final = 2.0**-12
# Below 2 ** 12 with what rounding adds, so that products of two directions are exact in float32.
_LONGEST: Final = 4000.0
_ROWS: Final = 1 << 14  # that are converted at a time
WORD_STEPS: Final = 1 << 14  # of the table of the factor ``words``
MOST_NAMES: Final = 255  # of the table of the factor ``names``


def idf(
    event_counts: NDArray[np.int64],
    events: int,
    common: NDArray[np.bool_] | None = None,
    english: float = 0.0,
) -> NDArray[np.float32]:
    """The idf of terms by their document frequency, as in BM25; never negative.

    ``BACKGROUND_EVENTS`` without these terms are added: in an archive of ten events about one
    story the words of that story still count. ``english``, from 0 to 1, is the share of known
    common words in the archive's text. That part of ``ENGLISH_BACKGROUND`` is added too, with each
    of the ``common`` terms in some of it; otherwise a common word would be as rare as a name in an
    archive of some hundred events.
    """
    background = ENGLISH_BACKGROUND * english
    counts = event_counts.astype(np.float64)
    if common is not None:
        counts += np.where(common, COMMON_WORD_SHARE * background, 0.0)
    others = BACKGROUND_EVENTS + background + events - counts
    return np.log1p((others + 0.5) / (counts + 0.5)).astype(np.float32)


def with_rare_words(
    terms: Sequence[str],
    kinds: NDArray[np.uint8],
    event_counts: NDArray[np.int64],
    events: int,
    never: NDArray[np.bool_],
) -> NDArray[np.uint8]:
    """The kinds of terms in an archive of so many events; rare words are a kind of their own:
    [terms].

    A word of only two or three events is usually their subject: a product, a village, a disease.
    ``never`` are the words that do not count as rare however few events have them: common words of
    the language, and those that are no subject (``TermRows.are_subjects``).

    In a small archive the limit is rounded up or down by a hash of the word, so that one event
    more changes it for few words.
    """
    limit = events / RARE_ONE_IN
    is_rare = (kinds == WORD) & (event_counts <= min(RARE_EVENTS, limit + 1.0)) & ~never
    if limit < RARE_EVENTS:
        for number in np.flatnonzero(is_rare & (event_counts > limit)).tolist():
            part = zlib.crc32(terms[number].encode("utf-8", "surrogatepass")) / 2.0**32
            is_rare[number] = event_counts[number] <= limit + part
    return np.where(is_rare, np.uint8(RARE_WORD), kinds)


def term_weights(idfs: NDArray[np.float32], kinds: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The weights of terms: idf times the boost of their kind, in whole steps."""
    boosts = np.ones(len(KINDS))
    boosts[[NAME, LONG_NAME]] = NAME_BOOST
    boosts[NUMBER] = NUMBER_BOOST
    boosted = idfs.astype(np.float64) * boosts[kinds]
    return np.asarray(np.rint(boosted / _WEIGHT_STEP) * _WEIGHT_STEP, dtype=np.float32)


def count_weights() -> NDArray[np.float32]:
    """The weight of each count from 0 to 255: 0 is a name beside its words, 255 is nothing."""
    counts = np.arange(256, dtype=np.float64)
    counts[0] = 1.0
    weights = np.rint((1.0 + np.log(counts)) / _COUNT_STEP) * _COUNT_STEP
    weights[0] = PHRASE_COUNT
    weights[255] = 0.0
    return weights.astype(np.float32)


def vector_weight(events: int, dimensions: int) -> float:
    """The weight of word vectors in an archive of this size; terms have the rest."""
    return VECTORS * events / (events + EVENTS_FOR_VECTORS) if dimensions else 0.0


def best_of_sample(similarities: NDArray[np.float32]) -> NDArray[np.float64]:
    """The mean of the best share of each row, similarities with a sample: [rows, sample]."""
    size = similarities.shape[1]
    best = min(size, max(1, round(size * HUB_BEST)))
    if not best:
        return np.zeros(len(similarities))
    top = largest_of_rows(similarities, best).astype(np.float64)
    return np.asarray(np.maximum(top.mean(axis=1), 0.0))


def hub(best: NDArray[np.float64], mean: float, sample: int) -> NDArray[np.float64]:
    """``best_of_sample`` relative to the archive's mean, near 1 if the sample is small."""
    floor = max(mean, _HUB_FLOOR)
    shrunk = (sample * best + HUB_PRIOR * floor) / (sample + HUB_PRIOR)
    powers = (np.maximum(shrunk, _HUB_FLOOR) / floor) ** HUB_POWER
    return np.asarray(np.maximum(np.rint(powers / _HUB_STEP), 1.0) * _HUB_STEP)


def names_factors(tail: float) -> NDArray[np.float64]:
    """The factor for each number of shared words of names, up to ``MOST_NAMES``."""
    return np.asarray((1.0 + np.arange(MOST_NAMES + 1)) ** (SHARED_NAMES / tail))


def words_factors(tail: float) -> NDArray[np.float64]:
    """The factor for each step of the part of ``lexical`` that common words make, up to 1."""
    parts = np.arange(WORD_STEPS + 1) / WORD_STEPS
    return np.asarray(((WORDS_FLOOR + parts) / (WORDS_FLOOR + 1.0)) ** (SHARED_WORDS / tail))


def word_step(parts: NDArray[np.float64]) -> NDArray[np.int64]:
    """The step of ``words_factors`` for each part."""
    return np.minimum((parts * WORD_STEPS).astype(np.int64), WORD_STEPS)


def calibration(learned: Learned) -> Calibration:
    """The curve of scores for an archive: see the head of this file.

    ``learned.level`` is the mean of ln raw at rank k without names, words and time, and
    ``decay`` leaves T(0) out: both are corrected for here.
    """
    words_at_best = SHARED_WORDS * math.log(1.0 + WORDS_FLOOR)
    odds = SIZE * math.log(max(learned.events, 2)) + LEVEL
    odds += SHORT / max(learned.terms, SHORTEST)
    odds += SLOPE * (TIME * learned.time[0] + words_at_best)
    steepness = SLOPE * learned.tail
    middle = math.exp(min(max(learned.level - odds / steepness, -20.0), 20.0))
    return Calibration(round(middle, 9), round(steepness, 6), LEAST_SCORE)


def in_order(
    scores: NDArray[np.float64], distances: NDArray[np.int64], ordinals: NDArray[np.int64]
) -> NDArray[np.intp]:
    """The total order of related lists: rounded score, then nearness in time, then ordinal."""
    return np.asarray(np.lexsort((ordinals, distances, -scores)))


def directions(vectors: NDArray[np.floating]) -> NDArray[np.int8]:
    """Rows scaled so that their largest part is 127, or their length 4,000, as integers; zero stays
    zero."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0.0)
    scaled = vectors * (127.0 / np.where(largest > 0.0, largest, 1.0))
    lengths = np.sqrt(np.einsum("ij,ij->i", scaled, scaled))[:, None]
    scaled *= np.minimum(1.0, _LONGEST / np.maximum(lengths, 1.0))
    return np.asarray(np.rint(scaled).astype(np.int8))


def side_by_side(given: NDArray[np.int8], learned: NDArray[np.int8]) -> NDArray[np.int8]:
    """Directions of events in the dimensions of both: [events, dimensions].

    Their cosine is the mean of both cosines: weight 1 for the ``given`` vectors, and for the
    ``learned`` ones what ``vector_weight`` gives them relative to an archive without end.
    """
    both = np.empty((len(given), given.shape[1] + learned.shape[1]), np.int8)
    share = math.sqrt(len(given) / (len(given) + EVENTS_FOR_VECTORS))
    for begin in range(0, len(given), _ROWS):
        some = slice(begin, begin + _ROWS)
        both[some] = directions(np.hstack([units(given[some]), share * units(learned[some])]))
    return both


def sizes(vectors: NDArray[np.int8]) -> NDArray[np.float32]:
    """The Euclidean length of each row; 1 where it is zero."""
    squares = np.einsum("ij,ij->i", vectors, vectors, dtype=np.int64)
    return np.asarray(np.sqrt(np.maximum(squares, 1)), dtype=np.float32)


def units(vectors: NDArray[np.int8]) -> NDArray[np.float64]:
    """Rows scaled to about length 1, in whole steps; zero stays zero."""
    scaled = vectors.astype(np.float64) / sizes(vectors).astype(np.float64)[:, None]
    return np.asarray(np.rint(scaled / _VECTOR_STEP) * _VECTOR_STEP)
