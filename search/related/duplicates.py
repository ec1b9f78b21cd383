"""Near-duplicates: reports of the same event, as opposed to reports of the same story.

Two texts report the same event if their dates nearly agree, they agree mostly on who and on what
happened, and they share several terms that are rare in the archive, or nearly all of their terms
(in many copies of one text no term is rare). One number may differ, such as a death toll, but not
two, such as the score of another match. Similarity alone does not decide: rounds of a vote,
aftershocks of an earthquake and days of a battle read alike.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from functools import cache
from itertools import zip_longest
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.term_counts import KINDS
from search.model.event import Event, day_number
from search.related.similarity import Similarity
from search.related.similarity_parts import Link, TermVector

MOST_DAYS: Final = 3
LEAST_COSINE: Final = 0.7
_LEAST_COSINE_OF_WORDS: Final = 0.5  # names apart: what happened, not to whom
# Terms in no more than three events, or one event in two hundred, are rare.
_RARE_EVENTS: Final = 3
_RARE_SHARE: Final = 1 / 200
LEAST_RARE: Final = 3
# Texts that share this much, and are this similar, are one text.
SAME_TERMS: Final = 0.8
_SAME_COSINE: Final = 0.9
_CHANGED_FIGURES: Final = 1
_SAME_BODY: Final = 0.8  # of the words of the longer body, in both versions of a page
_WORD: Final = re.compile(r"\w+")
_WORDS: Final = [KINDS.index(kind) for kind in ("term", "pair", "rare word")]
_NUMBER: Final = KINDS.index("number")


class Folded(NamedTuple):
    """One event of a list: ``place`` is that of its link among all links, from 0, and ``also`` its
    further reports, by ordinal in the order of the list."""

    link: Link
    place: int
    also: tuple[int, ...]


def fold(
    similarity: Similarity, links: Sequence[Link], alike: Set[tuple[int, int]] | None = None
) -> list[Folded]:
    """The events of a list, each with its further reports.

    The best report represents the event; links keep their order. ``alike`` are the places of
    links that may be reports of one event, as ``Batch.alike`` finds them; by default any may.
    """
    if alike is not None and not alike:
        return [Folded(link, place, ()) for place, link in enumerate(links)]
    days = similarity.dates[[link.ordinal for link in links]].tolist()
    terms = cache(lambda place: similarity.term_vector(links[place].ordinal))
    kept: dict[int, list[int]] = {}
    for place, link in enumerate(links):
        for first, also in kept.items():
            may_be = abs(days[first] - days[place]) <= MOST_DAYS
            if alike is not None:
                may_be = (first, place) in alike
            if may_be and same_event(similarity, terms(first), terms(place)):
                also.append(link.ordinal)
                break
        else:
            kept[place] = []
    return [Folded(links[place], place, tuple(also)) for place, also in kept.items()]


def terms_of(similarity: Similarity, ordinal: int) -> frozenset[int]:
    """The terms of an event."""
    return frozenset(similarity.matrix.row_terms(ordinal).tolist())


def share_enough(similarity: Similarity, one: Set[int], other: Set[int]) -> bool:
    """Whether two events may be reports of one event, by their terms alone: a cheap test before
    ``same_event``."""
    shared = one & other
    if len(shared) >= SAME_TERMS * max(len(one), len(other)):
        return True
    if len(shared) < LEAST_RARE:
        return False
    return _rare_terms(similarity, np.array(list(shared), np.int64)) >= LEAST_RARE


def same_event(similarity: Similarity, one: TermVector, other: TermVector) -> bool:
    """Whether two events of the archive are reports of one event."""
    if one.day is None or other.day is None:
        if one.day != other.day:
            return False
    elif abs(one.day - other.day) > MOST_DAYS:
        return False
    shared, mine, its = np.intersect1d(
        one.terms, other.terms, assume_unique=True, return_indices=True
    )
    products = one.weights[mine] * other.weights[its]
    alike, longest = float(products.sum()), one.length * other.length
    if alike < LEAST_COSINE * longest or not len(shared):
        return False
    in_words = products[np.isin(similarity.matrix.kinds(shared), _WORDS)].sum()
    if in_words < _LEAST_COSINE_OF_WORDS * _said(similarity, one) * _said(similarity, other):
        return False
    is_same = len(shared) >= SAME_TERMS * max(len(one.terms), len(other.terms))
    is_same = is_same and alike >= _SAME_COSINE * longest
    if not is_same and _rare_terms(similarity, shared) < LEAST_RARE:
        return False
    figures = [_figures(similarity, np.setdiff1d(side.terms, shared)) for side in (one, other)]
    return min(figures) == 0 or max(figures) <= _CHANGED_FIGURES


def _rare_terms(similarity: Similarity, terms: NDArray[np.int64]) -> int:
    """How many of the terms are rare in the archive."""
    rare = max(_RARE_EVENTS, similarity.matrix.learned.events * _RARE_SHARE)
    return int(np.count_nonzero(similarity.matrix.event_counts(terms) <= rare))


def _figures(similarity: Similarity, terms: NDArray[np.int64]) -> int:
    return int((similarity.matrix.kinds(terms) == _NUMBER).sum())


def _said(similarity: Similarity, event: TermVector) -> float:
    """The Euclidean length of the weights of common words."""
    return float(
        np.linalg.norm(event.weights[np.isin(similarity.matrix.kinds(event.terms), _WORDS)])
    )


def versions_among(one: Event, others: Iterable[Event]) -> frozenset[str]:
    """The ids of those of ``others`` that are the event itself under a second address, or another
    version of its page: of nearly the same day, with its title and most of its body.

    A title that other days have too names something that recurs ("Elevated error rates", "Market
    report"): then only events of one day may be versions of each other.
    """
    alike = [other for other in others if _same_words(one.title, other.title)]
    recurs = any(_days_apart(one, other) > MOST_DAYS for other in alike)
    most = 0 if recurs else MOST_DAYS
    return frozenset(
        other.id
        for other in alike
        if _days_apart(one, other) <= most and _same_body(one.summary, other.summary)
    )


def _same_body(one: str, other: str) -> bool:
    """Whether two texts are equal or versions of each other. A version adds figures; if all figures
    were replaced, like the times of another outage, it is another event."""
    mine, its = Counter(_words(one)), Counter(_words(other))
    if (mine & its).total() < _SAME_BODY * max(mine.total(), its.total()):
        return False
    replaced = (sum(word.isdigit() for word in side) for side in (mine - its, its - mine))
    return min(replaced) <= _CHANGED_FIGURES


def _days_apart(one: Event, other: Event) -> int:
    return abs(day_number(one.date) - day_number(other.date))


def _same_words(one: str, other: str) -> bool:
    """Whether two texts have the same words in the same order; read only as far as they do."""
    mine, its = (_WORD.finditer(text.casefold()) for text in (one, other))
    pairs = zip_longest(mine, its)
    return all(word and match and word[0] == match[0] for word, match in pairs)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
