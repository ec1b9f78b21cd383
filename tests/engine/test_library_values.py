"""Values of a caller: checked where they come in, and refused with what is wanted."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search import Event, EventSearchError, Index, RelatedOptions, SearchOptions, UsageError, build
from search.model import json_answers
from tests.small_archive import stories

DAY = datetime.date(2015, 1, 5)
ID = stories()[3].id


class NotATime(datetime.datetime):
    """As the NaT of pandas: a datetime whose parts are no numbers."""

    year = property(lambda self: float("nan"))

    def __repr__(self) -> str:
        return "NaT"


NO_TIME = NotATime(2015, 8, 1)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda index: index.search(None), "a query is None; it must be a str"),
        (lambda index: index.search(3), "a query is 3; it must be a str"),
        (lambda index: index.search(b"dam"), "a query is b'dam'"),
        (lambda index: index.search("dam", {"limit": 3}), "must be SearchOptions"),
        (lambda index: index.search("dam", RelatedOptions()), "must be SearchOptions"),
        (lambda index: index.search("dam", limits=3), "limits: no such option"),
        (lambda index: index.related(1), "an id is 1; it must be a str"),
        (lambda index: index.related(None), "an id is None"),
        (lambda index: index.related(ID, SearchOptions()), "must be RelatedOptions"),
        (lambda index: index.related(ID, limit=None), "limit is None; it must be 1 or more"),
        (lambda index: index.related_text(7), "a text is 7"),
        (lambda index: index.why(ID, 2), "an id is 2"),
        (lambda index: index.event(["/a"]), "an id is"),
        (lambda index: index.resolve(None), "a reference is None"),
        (lambda index: index["/none"], "/none: there is no event with this id"),
    ],
)
def test_a_question_of_another_type_says_what_is_wanted(
    story_index: Index, ask: Callable[[Any], object], said: str
) -> None:
    with pytest.raises(EventSearchError) as raised:
        ask(story_index)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: SearchOptions(limit="5"), "limit is '5'; it must be 1 or more"),  # type: ignore[arg-type]
        (lambda: SearchOptions(limit=True), "limit is True"),
        (lambda: SearchOptions(limit=2.0), "limit is 2.0"),  # type: ignore[arg-type]
        (lambda: SearchOptions(page="2"), "page is '2'"),  # type: ignore[arg-type]
        (lambda: SearchOptions(since="2015"), "since is '2015'; it must be a datetime.date"),  # type: ignore[arg-type]
        (lambda: RelatedOptions(until=NO_TIME), "until is NaT; it must be a datetime.date"),
        (lambda: Event("/a", NO_TIME, "A"), "date of an event is NaT"),
        (lambda: SearchOptions(until=2015), "until is 2015"),  # type: ignore[arg-type]
        (lambda: SearchOptions(fold="no"), "fold is 'no'; it must be True or False"),  # type: ignore[arg-type]
        (lambda: RelatedOptions(time=None), "time is None"),  # type: ignore[arg-type]
        (lambda: RelatedOptions(min_score="0"), "min_score is '0'; it must be from 0 to 1"),  # type: ignore[arg-type]
        (lambda: RelatedOptions(min_score=True), "min_score is True"),
        (lambda: RelatedOptions(match=5), "match is 5; it must be a str"),  # type: ignore[arg-type]
        (lambda: RelatedOptions(order=None), "order is None"),  # type: ignore[arg-type]
        (lambda: RelatedOptions(order=["context"]), "order is ['context']"),  # type: ignore[arg-type]
        (lambda: Event(1, DAY, "A"), "id of an event is 1"),  # type: ignore[arg-type]
        (lambda: Event("/a", "2016-01-01", "A"), "date of an event is '2016-01-01'"),  # type: ignore[arg-type]
        (lambda: Event("/a", DAY, None), "title of an event is None"),  # type: ignore[arg-type]
        (lambda: Event("/a", DAY, "A", sources="Wire"), "sources of an event is 'Wire'"),  # type: ignore[arg-type]
        (lambda: Event("/a", DAY, "A", terms=(1,)), "terms of an event is (1,)"),  # type: ignore[arg-type]
        (lambda: Index("two-ix"), "Index.open("),  # type: ignore[arg-type]
        (lambda: Index.open(""), ""),
        (lambda: build([""], "i"), "archive is empty; name one"),
    ],
)
def test_a_wrong_value_is_refused_when_it_is_made(
    make: Callable[[], object], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EventSearchError) as raised:
        make()
    assert said in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_a_datetime_is_its_day(story_index: Index) -> None:
    since = datetime.datetime(2015, 8, 1, 12, 30)
    assert SearchOptions(since=since) == SearchOptions(since=since.date())
    assert story_index.search("norland", SearchOptions(since=since)) == story_index.search(
        "norland", SearchOptions(since=since.date())
    )
    assert Event("/a", since, "A").date == since.date()
    assert type(Event("/a", since, "A").date) is datetime.date
    plain = {"id": "/a", "date": since.date(), "title": "A"}
    assert Event.from_json(plain) == Event.from_json({**plain, "date": since})
    assert Event("/a", DAY, "A", terms=["b"]).terms == ("b",)  # type: ignore[arg-type]


def test_one_path_is_a_list_of_one(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"id": "/a", "date": "2016-02-06", "title": "A dam"}\n')
    assert build(str(tmp_path / "one.jsonl"), tmp_path / "i").events == 1
    assert not build(tmp_path / "one.jsonl", tmp_path / "i").built


def test_options_may_be_keywords(story_index: Index) -> None:
    assert story_index.search("norland", limit=3) == story_index.search(
        "norland", SearchOptions(limit=3)
    )
    few = RelatedOptions(min_score=0, limit=2)
    assert story_index.related(ID, min_score=0, limit=2) == story_index.related(ID, few)
    assert story_index.related(ID, few, limit=1) == story_index.related(ID, few)[:1]
    assert story_index.related_text("a storm", limit=1) == story_index.related_text(
        "a storm", RelatedOptions(limit=1)
    )


def test_an_event_may_stand_for_its_id(story_index: Index) -> None:
    event = story_index.event(ID)
    assert story_index.related(event) == story_index.related(ID)
    assert story_index.why(event, stories()[4]) == story_index.why(ID, stories()[4].id)


def test_answers_and_events_are_plain_data_for_frames(story_index: Index) -> None:
    rows = story_index.related(ID).to_dicts()
    assert [row["id"] for row in rows] == [hit.event.id for hit in story_index.related(ID)]
    assert all({"date", "title", "score", "context"} <= row.keys() for row in rows)
    answer = story_index.search("norland")
    assert answer.to_dicts() == json_answers.searched(answer)["hits"] != []
    assert [Event.from_json(plain) for plain in story_index.to_dicts()] == [
        story_index[event_id] for event_id in story_index
    ]


def test_an_index_is_a_mapping_of_ids_to_events(story_index: Index) -> None:
    assert list(story_index) == list(story_index.ids())
    assert len(story_index) == len(list(story_index))
    assert story_index[ID] == story_index.event(ID)
    assert ID in story_index
    assert "/none" not in story_index and 3 not in story_index
    assert repr(story_index) == f"<Index of {story_index.directory}: {len(story_index)} events>"


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.search("ebola"),
        lambda index: index.related_text("ebola"),
        lambda index: index.related(ID),
        lambda index: index.related_to_each([ID], RelatedOptions()),
        lambda index: index.why(ID, ID),
        lambda index: index.event(ID),
        lambda index: index.resolve(ID),
        lambda index: ID in index,
        lambda index: index[ID],
        lambda index: list(index.ids()),
        lambda index: index.info(),
    ],
)
def test_a_closed_index_refuses_every_question(
    story_directory: Path, ask: Callable[[Index], object]
) -> None:
    with Index.open(story_directory) as index:
        count = len(index)
        ask(index)
    index.close()
    with pytest.raises(UsageError, match="the index is closed; open it again"):
        ask(index)
    assert len(index) == count and "closed" in repr(index)


def test_what_was_answered_stays_valid_when_the_index_is_closed(story_directory: Path) -> None:
    with Index.open(story_directory) as index:
        answers = [index.search("norland").hits, index.related(ID), index.related_text("a storm")]
        expected = [[str(hit) for hit in index.search("norland").hits]]
    assert [[str(hit) for hit in answers[0]]] == expected
    assert all(hit.event.title for hits in answers for hit in hits)
