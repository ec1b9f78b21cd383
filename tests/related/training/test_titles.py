"""A word of a title counts for more than one of a body only where titles tell what is related."""

from random import Random

import numpy as np
import pytest

from search.index.postings.collector import Occurrences
from search.index.term_counts import TermRows
from search.model.event import Event, parse_day
from search.related.training.titles import MOST_TITLE_COUNT, title_count
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms

DAY = parse_day("2016-02-06")
ENDS = [vowel + end for vowel in "aeiou" for end in ("lk", "mb", "nd", "rp", "st", "xt")]
TOPICS = [[letter + end for end in ENDS] for letter in "bcdfghklmn"]
OTHERS = ["w" + end for end in ENDS]
NOISE = [first + second for first in ENDS for second in ENDS]


def archive(kind: str, count: int = 200) -> list[tuple[str, str]]:
    """Titles and bodies. Each body has some words of one of ten topics, and so has each title if it
    is ``telling``; otherwise all titles are from one list of words, or ``half`` of them are."""
    draw = Random(5)
    found = []
    for number in range(count):
        topic = draw.choice(TOPICS)
        is_telling = kind == "telling" or (kind == "half" and number % 2)
        words = topic if is_telling else OTHERS
        body = draw.choices(topic, k=12) + draw.choices(NOISE, k=30)
        found.append((" ".join(draw.sample(words[:12], 6)), " ".join(body)))
    return found


def rows_of(texts: list[tuple[str, str]]) -> TermRows:
    events = [Event(f"{n:03}", DAY, title, body) for n, (title, body) in enumerate(texts)]
    return Occurrences.of(Terms(Lexicon.learn(e.text for e in events)), events).term_rows()


def learned(texts: list[tuple[str, str]]) -> int:
    return title_count(rows_of(texts), np.arange(len(texts), dtype=np.uint64))


@pytest.mark.parametrize(("kind", "count"), [("telling", MOST_TITLE_COUNT), ("same", 1)])
def test_titles_count_as_much_as_they_tell(kind: str, count: int) -> None:
    assert learned(archive(kind)) == count


def test_titles_that_tell_now_and_then_count_in_between() -> None:
    assert learned(archive("same")) <= learned(archive("half")) <= learned(archive("telling"))


def test_of_few_events_nothing_is_learned() -> None:
    assert learned(archive("same", count=60)) == MOST_TITLE_COUNT
    assert learned([(title, "") for title, _ in archive("same")]) == MOST_TITLE_COUNT
    assert learned([]) == MOST_TITLE_COUNT


def test_a_word_of_a_title_is_counted_so_many_times() -> None:
    rows = rows_of([("alpha beta", "beta gamma gamma"), ("delta", "")]).with_title_count(3)
    counts = {rows.terms[c]: int(w) for c, w in zip(rows.columns, rows.weighted, strict=True)}
    assert counts == {"alpha": 3, "beta": 4, "gamma": 2, "delta": 1}
