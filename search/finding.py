"""Which events a query finds in a snapshot, and what speaks for them; in no order yet."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.event_file import date_of
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
