"""One open index, asked by many threads at once from its first moment on: the same answers."""

import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from search import Index, RelatedOptions, SearchOptions

THREADS = 8
ROUNDS = 6  # of an index that nobody has asked anything
QUESTIONS = 40  # a thread and round
QUERIES = [
    "norland", '"port selva"', "earthqauke", "quake*", "erthquake~", "comet 2015", "source:selva",
    "who", "title:comet -lander", "北京", "date:2014..2015 norland", "*", "Überlingen", "zzzz",
]  # fmt: skip
TEXTS = ["An earthquake in Norland", "the european space agency", "marsh fever", ""]

Question = tuple[str, tuple[Any, ...]]  # the method of an index, and what it is given


def questions(index: Index) -> list[Question]:
    """Everything that can be asked, in several ways."""
    ids = list(index.ids())
    asked: list[Question] = []
    for search in (
        SearchOptions(),
        SearchOptions(limit=2, page=2, sort="newest", years=True, sources=True),
    ):
        asked += [("search", (query, search)) for query in QUERIES]
    for wanted in (
        RelatedOptions(),
        RelatedOptions(order="context"),
        RelatedOptions(older=True, match="norland OR comet", min_score=0),
    ):
        asked += [("related", (event_id, wanted)) for event_id in ids[::3]]
    asked += [("related_text", (text, RelatedOptions(min_score=0))) for text in TEXTS]
    asked += [("why", pair) for pair in zip(ids, reversed(ids), strict=True)]
    asked += [(name, (event_id,)) for event_id in ids[::5] for name in ("event", "resolve")]
    return [*asked, ("info", ())]


def answer_of(index: Index, question: Question) -> Any:
    name, given = question
    return getattr(index, name)(*given)


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns as often as Python can make them."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_get_the_answers_that_one_would_get(story_directory: Path) -> None:
    with Index.open(story_directory) as alone:
        asked = questions(alone)
        answers = [answer_of(alone, question) for question in asked]

    def ask(index: Index, barrier: Barrier, seed: int) -> list[int]:
        """The questions that were answered otherwise."""
        drawn = random.Random(seed).choices(range(len(asked)), k=QUESTIONS)
        barrier.wait()
        return [number for number in drawn if answer_of(index, asked[number]) != answers[number]]

    with ThreadPoolExecutor(THREADS) as pool:
        for round_ in range(ROUNDS):
            barrier = Barrier(THREADS)
            with Index.open(story_directory) as index:
                running = [
                    pool.submit(ask, index, barrier, THREADS * round_ + thread)
                    for thread in range(THREADS)
                ]
                assert [number for thread in running for number in thread.result()] == []


@pytest.mark.usefixtures("hasty_threads")
def test_threads_that_ask_the_same_first_question_get_the_same_answer(
    story_directory: Path,
) -> None:
    with Index.open(story_directory) as alone:
        asked = questions(alone)
        answers = [answer_of(alone, question) for question in asked]
    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(0, len(asked), 9):
            barrier = Barrier(THREADS)

            def ask(index: Index, number: int = number, barrier: Barrier = barrier) -> Any:
                barrier.wait()
                return answer_of(index, asked[number])

            with Index.open(story_directory) as index:
                running = [pool.submit(ask, index) for _ in range(THREADS)]
                assert all(thread.result() == answers[number] for thread in running)
