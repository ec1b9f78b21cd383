"""Which events a query finds in a snapshot, and what speaks for them; in no order yet."""

from collections.abc import Sequence
from functools import partial, reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.clauses import Word
from search.event_file import date_of
from search.query import Query
from search.question import Question, candidates_of, question_of, wishes_of
from search.search_ranking import Wish
from search.snapshot import Snapshot


class Found(NamedTuple):
    """``ordinals`` of the events, ascending; ``notes`` in sentences for people."""

    asked: Question
    wishes: list[Wish]
    ordinals: NDArray[np.int64]
    notes: tuple[str, ...]


def find(snapshot: Snapshot, text: str) -> Found:
    """What a query finds in a snapshot that holds at least one event."""
    days = snapshot.events.days
    asked = question_of(text, date_of(days.min()), date_of(days.max()))
    matches = snapshot.keywords.matching(asked.query.clause, snapshot.terms, days)
    wishes = wishes_of(
        asked.query,
        snapshot.terms,
        snapshot.keywords,
        snapshot.vectors,
        days,
        snapshot.events_named,
    )
    ordinals = candidates_of(asked.query, wishes, matches.ordinals)
    return Found(asked, wishes, ordinals, (*asked.notes, *matches.notes))


def in_full(
    query: Query,
    wishes: Sequence[Wish],
    ordinals: NDArray[np.int64],
    outside: NDArray[np.float64] | None,
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Those of the events that may stand in an order of days, and a note if others are left out.

    No score holds back what has one word of five, or is of another time than was named: where
    any event has all that plain words ask for, the others are no answer. ``outside``: see
    ``ranked``.
    """
    kept = ordinals
    if outside is not None and (inside := outside[ordinals] == 0).any():
        kept = ordinals[inside]
    if all(isinstance(leaf, Word) for _, leaf in query.positive):
        words = [wish.events for wish in wishes if wish.weight == 1.0 and len(wish.events)]
        whole = reduce(partial(np.intersect1d, assume_unique=True), words, kept)
        kept = whole if len(whole) else kept
    if len(kept) == len(ordinals):
        return ordinals, ()
    note = f"By day, only events that match in full are listed: {len(kept):,} of {len(ordinals):,}."
    return kept, (note,)
