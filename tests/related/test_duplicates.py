"""Reports of one event are folded; events of one story are not."""

import pytest

from search.model.event import Event, parse_day
from search.related import duplicates as reports
from search.related.duplicates import fold, same_event
from search.related.ranking import Ranking
from search.related.similarity import Similarity
from tests.related.test_batch import batch
from tests.related.test_similarity import DAYS, MANY, TEXTS, vectors_of

REPORTS = [
    # One event, told again; the toll has changed.
    (
        17000,
        "A ferry with 120 passengers capsizes on Lake Volta near Dzemeni, killing at least 14.",
    ),
    (
        17001,
        "A ferry capsizes on Lake Volta near Dzemeni with 120 passengers, killing at least 21.",
    ),
    # The same words, a year later.
    (17370, "A ferry with 90 passengers capsizes on Lake Volta near Dzemeni, killing at least 9."),
    # Two matches of one final.
    (17100, "The Dakar Lions beat the Lomé Herons 92–84 in the first game of the Savanna Cup."),
    (17102, "The Lomé Herons beat the Dakar Lions 95–93 in the second game of the Savanna Cup."),
    # The same people, another matter.
    (
        17200,
        "Candidate Ama Oduro Mensah calls for the result of the vote in Kumasi to be annulled.",
    ),
    (
        17201,
        "Candidate Ama Oduro Mensah is arrested in Kumasi over the death of a rival in custody.",
    ),
    # Nearly the same text, the next day.
    (
        17300,
        "The musician Kofi Adomako says he will stand for the presidency of the Abena Society.",
    ),
    (
        17301,
        "The musician Kofi Adomako will stand for the presidency of the Abena Society, he says.",
    ),
]


@pytest.fixture(scope="module")
def similarity() -> Similarity:
    texts = [text for _, text in REPORTS] + TEXTS + MANY
    days = [day for day, _ in REPORTS] + DAYS + list(range(16000, 16400))
    return vectors_of(texts, days)[1]


@pytest.mark.parametrize(
    ("one", "other", "same", "reason"),
    [
        (0, 1, True, "one accident, a new toll"),
        (0, 2, False, "another accident a year later"),
        (3, 4, False, "another match has another score"),
        (5, 6, False, "the same man, another matter"),
        (7, 8, True, "told again the next day"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_one_event(
    similarity: Similarity, one: int, other: int, same: bool, reason: str
) -> None:
    first, second = similarity.term_vector(one), similarity.term_vector(other)
    assert same_event(similarity, first, second) is same, reason
    assert same_event(similarity, second, first) is same, reason


def test_folding_keeps_the_order_and_loses_nothing(similarity: Similarity) -> None:
    links = Ranking(similarity, 2).best(limit=40, min_score=0)
    folded = fold(similarity, links)
    assert [folded_link.link for folded_link in folded] == [
        link
        for link in links
        if link.ordinal not in {also for item in folded for also in item.also}
    ]
    everyone = sorted(o for item in folded for o in (item.link.ordinal, *item.also))
    assert everyone == sorted(link.ordinal for link in links)


def test_further_reports_stand_behind_the_best_one(similarity: Similarity) -> None:
    links = Ranking(similarity, 2).best(limit=40, min_score=0)
    folded = fold(similarity, links)
    assert {folded[0].link.ordinal, *folded[0].also} == {0, 1}
    assert [links[item.place] for item in folded] == [item.link for item in folded]


def test_many_lists_are_folded_as_each_is(similarity: Similarity) -> None:
    lists = [Ranking(similarity, ordinal).best(limit=40, min_score=0) for ordinal in range(60)]
    folded = [
        fold(similarity, links, alike)
        for links, alike in zip(lists, batch(similarity).alike(lists), strict=True)
    ]
    assert folded == [fold(similarity, links) for links in lists]
    assert any(item.also for items in folded for item in items)


def test_only_what_may_be_one_event_is_compared(similarity: Similarity) -> None:
    lists = [Ranking(similarity, ordinal).best(limit=40, min_score=0) for ordinal in range(60)]
    assert sum(map(len, batch(similarity).alike(lists))) < 60 * 40 * 39 / 2 / 10


TITLE = "A ferry capsizes on Lake Volta"
BODY = "Fourteen people drown near Dzemeni. The owner says that the boat was sound."


def event(day: str, title: str = TITLE, body: str = BODY) -> Event:
    return Event(f"/{day}/{title}", parse_day(day), title, body)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (event("2016-05-02"), True),
        (event("2016-05-03", TITLE.upper() + ".", BODY.replace("Fourteen", "Fifteen")), True),
        (event("2016-05-01", TITLE, ""), False),
        (event("2017-05-01"), False),
        (event("2016-05-01", "Fourteen drown in Lake Volta"), False),
        (event("2016-05-01", TITLE, "Its captain is arrested in Kumasi and charged."), False),
    ],
    ids=["copy", "edited", "without its body", "a year later", "another title", "another body"],
)
def test_a_version_has_the_title_and_most_of_the_body_of_the_same_days(
    other: Event, expected: bool
) -> None:
    for one, another in ((event("2016-05-01"), other), (other, event("2016-05-01"))):
        assert reports.versions_among(one, [another]) == ({another.id} if expected else set())


def outage(day: str, first: int = 10, last: int = 12) -> Event:
    body = (
        f"From {first}:05 until {last}:40 the queue of the relay in Quimby lost some of its mail."
    )
    return event(day, "Elevated error rates", body)


def test_a_title_that_recurs_names_no_event() -> None:
    one, next_day, months_later = map(outage, ("2016-05-01", "2016-05-02", "2016-09-01"))
    assert reports.versions_among(one, [next_day]) == {next_day.id}
    assert reports.versions_among(one, [next_day, months_later]) == set()


def test_under_a_title_that_recurs_a_copy_is_of_the_same_day() -> None:
    one, months_later = outage("2016-05-01"), outage("2016-09-01")
    copy = Event("/copy", one.date, one.title, one.summary)
    assert reports.versions_among(one, [copy, months_later]) == {"/copy"}


def test_a_version_adds_figures_and_does_not_replace_them_all() -> None:
    one, again = outage("2016-05-01"), outage("2016-05-02", 16, 19)
    assert reports.versions_among(one, [again]) == set()
    longer = event("2016-05-02", one.title, one.summary + " 14, 3 of Lima.")
    assert reports.versions_among(one, [longer]) == {longer.id}
