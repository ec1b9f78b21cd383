"""Which events a query finds in a snapshot, and what speaks for them; in no order yet."""

from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.bm25 import Wish
from search.clauses import Phrase, Word
from search.query import Query
from search.question import Question, candidates_of, of_plain_words, question_of, wishes_of
from search.snapshot import Snapshot
from search.spellings import respelled


class Found(NamedTuple):
    """``ordinals`` of the events, ascending; ``notes`` in sentences for people."""

    asked: Question
    wishes: list[Wish]
    ordinals: NDArray[np.int64]
    notes: tuple[str, ...]


def read(snapshot: Snapshot, text: str) -> Question:
    """The question that a query is to a snapshot that holds at least one event.

    Raises:
        UsageError: the snapshot was closed.
    """
    snapshot.must_be_open()
    return question_of(text, *snapshot.events.span)


def find(snapshot: Snapshot, asked: Question, kernels: ModuleType | None = None) -> Found:
    """What a question finds. ``kernels``: see ``loading``."""
    clause = asked.query.clause and respelled(asked.query.clause, snapshot.other_spellings)
    matching = of_plain_words(clause, snapshot.terms, snapshot.vectors, kernels)
    notes = asked.notes
    if matching is None:
        matches = snapshot.matching(clause)
        matching, notes = matches.ordinals.astype(np.int64), (*notes, *matches.notes)
    wishes = wishes_of(
        asked.query,
        snapshot.terms,
        snapshot.matching,
        snapshot.vectors,
        snapshot.events_named,
        snapshot.other_spellings,
    )
    kinds = {type(leaf) for _, leaf in asked.query.positive}
    if not wishes and Word in kinds and Phrase not in kinds:
        notes = (*notes, "Words that nearly all texts have say nothing: the newest come first.")
    ordinals = candidates_of(asked.query, wishes, matching)
    if clause is not asked.query.clause:
        asked = replace(asked, query=replace(asked.query, clause=clause))
    return Found(asked, wishes, ordinals, notes)


def in_full(
    query: Query,
    wishes: Sequence[Wish],
    ordinals: NDArray[np.int64],
    away: NDArray[np.float64] | None,
) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Which of the events may stand in an order of days, and a note if others are left out.

    No score holds back what has one word of five, or is of another time than was named: where
    any event has all that plain words ask for, the others are no answer. ``away`` [ordinals]: see
    ``question.outside``.
    """
    kept = np.ones(len(ordinals), np.bool_)
    if away is not None and (inside := away == 0).any():
        kept = inside
    if all(isinstance(leaf, Word) for _, leaf in query.positive):
        whole = kept.copy()
        for wish in wishes:
            if wish.weight == 1.0 and len(wish.events):
                whole &= np.isin(ordinals, wish.events, assume_unique=True)
        kept = whole if whole.any() else kept
    if kept.all():
        return kept, ()
    note = (
        f"By day, only events that match in full are listed: {kept.sum():,} of {len(ordinals):,}."
    )
    return kept, (note,)
