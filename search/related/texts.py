"""Compares texts that are not in the archive with its events."""

import numpy as np
from numpy.typing import NDArray

from search.model.event import Event
from search.related.ranking import Ranking
from search.related.reader import Reader
from search.related.scoring import FILL_SCORES
from search.text.analysed_event import AnalysedEvent
from search.text.names.lower_case_names import with_known_names


def analysed_text(reader: Reader, text: str) -> AnalysedEvent:
    """The analysis of a text that is not in the archive, with the names that the archive knows."""

    def is_known(name: str) -> bool:
        return reader.similarity.matrix.number_of(name) is not None or reader.snapshot.has_aliases(
            name
        )

    analysis = with_known_names(text, reader.snapshot.terms.analyse(text), is_known)
    event = Event("text", None, text if text.strip() else "text")
    return AnalysedEvent.of(event, analysis, reader.snapshot.aliases)


def text_scores(reader: Reader, text: str, ordinals: NDArray[np.int64]) -> NDArray[np.float64]:
    """How related each of some events is to a text, from 0 to 1: [ordinals]; 0 without a term of
    the text. The dates of the events do not count."""
    query = reader.similarity.prepare_text(
        analysed_text(reader, text).analysis, reader.snapshot.aliases
    )
    scores = np.zeros(len(reader.similarity))
    mask = np.zeros(len(scores), np.bool_)
    mask[ordinals] = True
    ranking = Ranking(reader.similarity, query, time=False, mask=mask)
    for link in ranking.best(len(ordinals), FILL_SCORES[-1]):
        scores[link.ordinal] = link.score
    return scores[ordinals]
