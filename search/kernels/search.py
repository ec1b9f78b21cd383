"""The inner loops of a search, bit for bit as ``fulltext.ranking`` and ``fulltext.plan`` have them.

No constant of the ranking stands here: what is compiled is kept until this file changes. Compiled
code looks at no bounds, and files may be of anyone's making: ordinals are looked at before they are
believed.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.kernels.compiling import compiled

_NOT_THERE: Final = "a term stands in an event that is not there"
_DIGIT: Final = 8  # bits of a key that are looked at together
# Whichever bit of a word is set alone: times this number it puts its place in the highest six.
_DE_BRUIJN: Final = np.uint64(0x03F79D71B4CB0A89)
_BIT_OF: Final = np.zeros(64, np.int64)
_BIT_OF[[(0x03F79D71B4CB0A89 << bit) % (1 << 64) >> 58 for bit in range(64)]] = np.arange(64)


class Formula(NamedTuple):
    """The constants of ``fulltext.ranking``; ``least`` and ``slope``: see ``bm25.lengths_of``."""

    least: float
    slope: float
    feedback: float
    feedback_on_all_words: float
    all_words: float
    unit: float
    seeds: int
    seed_power: int
    compared: int
    page: int
    day_bits: int
    place_bits: int


class Archive(NamedTuple):
    """Of each event of an archive, by ordinal: how many words it has, where it stands among events
    of equal score, its vector (of the last ones in the delta segment), and the length of that.
    ``closeness``: of two events so many days apart.

    ``standing`` is its day, and in the lowest ``place_bits`` its place in the order of date and id,
    from behind."""

    words: NDArray[np.uint32]
    standing: NDArray[np.int64]
    base: NDArray[np.int8]
    delta: NDArray[np.int8]
    sizes: NDArray[np.float32]
    closeness: NDArray[np.float64]


@compiled
def _listed(bits: Any, most: Any) -> Any:
    """Where a bit is set, ascending: at most so many."""
    one = np.uint64(1)
    found = np.empty(most, np.int64)
    size = 0
    for at in range(len(bits)):
        left = bits[at]
        while left:
            lowest = left & (~left + one)
            left ^= lowest
            found[size] = (at << 6) + _BIT_OF[(lowest * _DE_BRUIJN) >> np.uint64(58)]
            size += 1
    return found[:size]


@compiled
def _marked(events: Any, counts: Any, archive: Any) -> Any:
    """A bit for each event of an archive, set where one of the counts is not 0."""
    six = np.uint64(6)
    bits = np.zeros((archive >> 6) + 1, np.uint64)
    for at in range(len(events)):
        event = np.uint64(events[at])
        if event >= np.uint64(archive):
            raise IndexError(_NOT_THERE)
        bits[event >> six] |= np.uint64(counts[at] > 0) << (event & np.uint64(63))
    return bits


@compiled
def _ones(word: Any) -> Any:
    """How many bits of 64 are set."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    pairs = np.uint64(0x3333333333333333)
    word = (word & pairs) + ((word >> np.uint64(2)) & pairs)
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (word * np.uint64(0x0101010101010101)) >> np.uint64(56)


@compiled
def _summed(
    bits: Any, size: Any, events: Any, counts: Any, ends: Any, weights: Any, is_word: Any,
    lengths: Any, formula: Any,
) -> Any:  # fmt: skip
    """The keyword scores of as many candidates as bits are set, and whether each has all words."""
    sums, had = np.zeros(size), np.zeros(size, np.int64)
    # How many candidates come before the first of a word: with the bits that stays in cache.
    one, six = np.uint64(1), np.uint64(6)
    before = np.empty(len(bits), np.uint32)
    place: Any = np.uint64(0)
    for at in range(len(bits)):
        before[at] = place
        place += _ones(bits[at])
    words: Any = 0
    begin = np.uint64(0)
    for query_term in range(np.uint64(len(ends))):
        end, weight, word = (
            np.uint64(ends[query_term]),
            weights[query_term],
            np.int64(is_word[query_term]),
        )
        words += word
        for at in range(begin, end):
            event = np.uint64(events[at])
            if event >= np.uint64(len(lengths)):
                raise IndexError(_NOT_THERE)
            its, bit = bits[event >> six], one << (event & np.uint64(63))
            if its & bit:
                place = np.uint64(before[event >> six]) + _ones(its & (bit - one))
                length = formula.least + formula.slope * np.float64(lengths[event])
                count = max(counts[at], np.uint8(1))
                sums[place] += weight * count / (count + length)
                had[place] += word
        begin = end
    whole = np.empty(size, np.bool_)
    for at in range(size):
        whole[at] = had[at] == words and sums[at] > 0.0
        sums[at] = min(sums[at], 1.0)
    return sums, whole


@compiled
def _units(words: Any, feedback: Any, whole: Any, period: Any, formula: Any) -> Any:
    """A rounded score in units of the last decimal."""
    if whole:
        told = words + formula.feedback_on_all_words * feedback * (1.0 - words)
        score = formula.all_words + (1.0 - formula.all_words) * told
    else:
        score = formula.all_words * (words + feedback * (1.0 - words))
    score *= period
    # What is no number, or beyond all scores, is the least score or the greatest.
    if not score > 0.0:
        return np.int64(0)
    return np.int64(np.rint(min(score, 1.0) * formula.unit))


@compiled
def _largest(keys: Any, count: Any) -> Any:
    """Where the ``count`` largest are, or all; none of them is negative, and all are different.

    Digit by digit from the highest in which they differ: what has a greater one than the last that
    is let in is in.
    """
    differ = np.int64(0)
    for at in range(len(keys)):
        differ |= keys[at] ^ keys[0]
    shift = 0
    while shift < 63 - _DIGIT and differ >> (shift + _DIGIT):
        shift += 1
    found = np.empty(min(count, len(keys)), np.int64)
    taken, last = 0, (1 << _DIGIT) - 1
    left = np.arange(len(keys))
    while len(left) > len(found) - taken:
        histogram = np.zeros(last + 1, np.int64)
        for at in range(len(left)):
            histogram[(keys[left[at]] >> shift) & last] += 1
        digit, above = last, np.int64(0)
        while above + histogram[digit] < len(found) - taken:
            above += histogram[digit]
            digit -= 1
        undecided = np.empty(histogram[digit], np.int64)
        filled = 0
        for at in range(len(left)):
            its = (keys[left[at]] >> shift) & last
            if its > digit:
                found[taken] = left[at]
                taken += 1
            elif its == digit:
                undecided[filled] = left[at]
                filled += 1
        left = undecided
        if shift == 0:  # files may be of anyone's making: what is left is equal
            break
        # Of what is undecided all higher digits are equal, and so are the bits seen twice.
        shift = max(shift - _DIGIT, 0)
    found[taken:] = left[: len(found) - taken]
    return found


@compiled
def _best(archive: Any, formula: Any, candidates: Any, units: Any) -> Any:
    """Where the best by score, day and place are: what is to be compared, ascending by no rule.

    Day and place are looked at only of those that score as much as the last that is let in.
    """
    count = formula.compared
    if len(units) <= count:
        return np.arange(len(units))
    # Hundreds first, then the units of the one hundred in which the last is. Four counts of each:
    # scores are often equal, and adding to the same number waits for the last time.
    hundreds = np.zeros(((np.int64(formula.unit) >> 7) + 1, 4), np.int64)
    ones = np.zeros((128, 4), np.int64)
    for at in range(len(units)):
        hundreds[units[at] >> 7, at & 3] += 1
    hundred, above = len(hundreds) - 1, np.int64(0)
    while above + hundreds[hundred].sum() < count:
        above += hundreds[hundred].sum()
        hundred -= 1
    for at in range(len(units)):
        if units[at] >> 7 == hundred:
            ones[units[at] & 127, at & 3] += 1
    one = 127
    while above + ones[one].sum() < count:
        above += ones[one].sum()
        one -= 1
    least = (hundred << 7) | one
    # One more: where nothing is added the place is written all the same.
    found, equal = np.empty(above + 1, np.int64), np.empty(ones[one].sum() + 1, np.int64)
    taken = tied = 0
    for at in range(len(units)):
        found[taken] = equal[tied] = at
        taken += units[at] > least
        tied += units[at] == least
    keys = np.empty(tied, np.int64)
    for of in range(tied):
        keys[of] = archive.standing[candidates[equal[of]]]
    return np.concatenate((found[:taken], equal[_largest(keys, count - taken)]))


@compiled
def _first(keys: Any, count: Any) -> Any:
    """Where the ``count`` largest of different numbers are, in their order, or all."""
    found = np.empty(min(count, len(keys)), np.int64)
    size = 0
    for at in range(len(keys)):
        if size == len(found):
            if size == 0 or keys[at] < keys[found[size - 1]]:
                continue
        else:
            size += 1
        place = size - 1
        while place > 0 and keys[found[place - 1]] < keys[at]:
            found[place] = found[place - 1]
            place -= 1
        found[place] = at
    return found


@compiled
def _fed_back(
    archive: Any, place_bits: Any, ordinals: Any, seeds: Any, weights: Any, strength: Any
) -> Any:
    """The feedback of events from some of them, the ``seeds``, by their weights: [ordinals]."""
    base, delta = archive.base, archive.delta
    first, dimensions = np.uint64(len(base)), np.uint64(base.shape[1])
    size = np.uint64(len(ordinals))
    # Whole rows of vector registers: the zeros behind a vector change no product.
    padded = (dimensions + np.uint64(63)) & ~np.uint64(63)
    rows, row = np.zeros((len(seeds), padded), np.int16), np.zeros(padded, np.int16)
    # Vectors lie far from each other: all are asked of the memory before the first is waited for.
    for event in range(size):
        ordinal = np.uint64(ordinals[event])
        if ordinal < first:
            for at in range(np.uint64(0), dimensions, np.uint64(64)):
                row[at] += base[ordinal, at]
    dots = np.empty((len(seeds), size), np.int32)
    for turn in range(np.uint64(len(seeds)) + size):
        is_seed = turn < np.uint64(len(seeds))
        one: Any = np.uint64(seeds[turn]) if is_seed else turn - np.uint64(len(seeds))
        ordinal = np.uint64(ordinals[one])
        if ordinal < first:
            for at in range(dimensions):
                row[at] = base[ordinal, at]
        else:
            for at in range(dimensions):
                row[at] = delta[ordinal - first, at]
        if is_seed:
            rows[turn] = row
            continue
        for of in range(np.uint64(len(seeds))):
            dot = np.int32(0)
            for at in range(padded):
                dot = np.int32(dot + np.int32(row[at]) * np.int32(rows[of, at]))
            dots[of, one] = dot
    lengths, days = np.empty(size), np.empty(size, np.int64)
    for event in range(size):
        lengths[event] = archive.sizes[ordinals[event]]
        days[event] = archive.standing[ordinals[event]] >> place_bits
    feedback = np.zeros(size)
    for of in range(np.uint64(len(seeds))):
        length, day, weight = lengths[seeds[of]], days[seeds[of]], weights[of]
        for event in range(size):
            alike = np.float64(dots[of, event]) / (lengths[event] * length)
            alike *= weight
            alike *= archive.closeness[np.uint64(abs(days[event] - day))]
            feedback[event] += alike
    for event in range(size):
        x = max(strength * feedback[event], 0.0)
        feedback[event] = x / np.sqrt(np.sqrt(1.0 + (x * x) * (x * x)))
    return feedback


@compiled
def ranked(
    archive: Archive,
    formula: Formula,
    chosen: NDArray[np.int64],
    events: NDArray[np.uint32],
    counts: NDArray[np.uint8],
    ends: NDArray[np.int64],
    weights: NDArray[np.float64],
    is_word: NDArray[np.bool_],
    period: NDArray[np.float64],
    any_word: bool,
) -> tuple[
    NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64],
    NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64],
]:  # fmt: skip
    """What ``fulltext.ranking.Ranking`` knows of its events: ordinals, keyword scores, whether they
    have all words, feedback and rounded scores [candidates], what is compared, keys of it
    [compared], and the first of all by their places among the candidates, in order.

    The candidates are ``chosen``, or with ``any_word`` the events that have one of the words, which
    are the first query terms. ``events`` and ``counts`` are those of all query terms; ``ends``:
    where each term's end. ``period`` [candidates] is empty where the question names no time.
    """
    if any_word:
        last = ends[is_word.sum() - 1]
        bits = _marked(events[:last], counts[:last], len(archive.words))
        candidates = _listed(bits, last)
    else:
        candidates = chosen.copy()
        bits = _marked(candidates, np.ones(len(candidates), np.uint8), len(archive.words))
    size = len(candidates)
    words, whole = _summed(
        bits, size, events, counts, ends, weights, is_word, archive.words, formula
    )
    units, feedback = np.empty(size, np.int64), np.zeros(size)
    for at in range(size):
        outside = period[at] if len(period) else 1.0
        units[at] = _units(words[at], 0.0, whole[at], outside, formula)
    compared = _best(archive, formula, candidates, units)
    its_keys, shift = np.empty(len(compared), np.int64), formula.day_bits + formula.place_bits
    for of in range(len(compared)):
        at = compared[of]
        its_keys[of] = (units[at] << shift) | archive.standing[candidates[at]]
    seeds = _first(its_keys, formula.seeds)
    weight = np.empty(len(seeds))
    total = strength = 0.0
    for of in range(len(seeds)):
        at = compared[seeds[of]]
        base = words[at] * period[at] if len(period) else words[at]
        weight[of] = base
        for _ in range(1, formula.seed_power):
            weight[of] *= base
        total += weight[of]
        strength += weight[of] * words[at]
    if total == 0.0 or archive.base.shape[1] == 0:
        first = compared[_first(its_keys, formula.page)]
        return candidates, words, whole, feedback, units, compared, its_keys, first
    strength = formula.feedback * (strength / total) / total
    place_bits = formula.place_bits
    told = _fed_back(archive, place_bits, candidates[compared], seeds, weight, strength)
    for of in range(len(compared)):
        at = compared[of]
        outside = period[at] if len(period) else 1.0
        feedback[at] = told[of]
        before = units[at]
        units[at] = _units(words[at], told[of], whole[at], outside, formula)
        its_keys[of] += (units[at] - before) << shift
    first = compared[_first(its_keys, formula.page)]
    return candidates, words, whole, feedback, units, compared, its_keys, first
