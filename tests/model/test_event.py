from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model.errors import UsageError
from search.model.event import Event, parse_day

events = st.builds(
    Event,
    id=st.text(min_size=1).filter(str.strip),
    date=st.dates(),
    title=st.text(min_size=1).filter(str.strip),
    summary=st.text(),
    url=st.text(),
    sources=st.lists(st.text()).map(tuple),
    terms=st.lists(st.text()).map(tuple),
)


@given(events)
def test_plain_data_brings_back_the_same_event(event: Event) -> None:
    assert Event.from_json(event.to_json()) == event


def test_the_link_is_the_url_or_else_the_id() -> None:
    event = Event("/a.md", date(2016, 2, 6), "A")
    assert event.link == "/a.md"
    assert Event("/a.md", date(2016, 2, 6), "A", url="/zh/a.md").link == "/zh/a.md"


def test_the_text_is_the_title_and_the_summary_if_any() -> None:
    assert Event("a", date(2016, 2, 6), "A").text == "A"
    assert Event("a", date(2016, 2, 6), "A", "B").text == "A\nB"


@pytest.mark.parametrize(
    "text",
    [
        "2016-02-06",
        "2016-02-6",
        "2016-2-06",
        " 2016-2-6 ",
        "2016-02-06T23:59:59Z",
        "2016-02-06 10:00",
        "2016-02-06T10:00:00.5+02:00",
    ],
)
def test_days_are_read_padded_or_not_and_from_date_times(text: str) -> None:
    assert parse_day(text) == date(2016, 2, 6)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2016",
        "2016-02",
        "2015-02-29",
        "2016-13-1",
        "0000-01-01",
        "2016-02-06x",
        "6.2.2016",
        "２０１６-02-06",
        "2016-02-066",
        "NaN",
        "2016-02-06T",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no "):
        parse_day(text)


@pytest.mark.parametrize(
    ("plain", "about"),
    [
        ({"date": "2016-02-06", "title": "A"}, "id"),
        ({"id": "", "date": "2016-02-06", "title": "A"}, "id"),
        ({"id": 7, "date": "2016-02-06", "title": "A"}, "id"),
        ({"id": "a", "title": "A"}, "date"),
        ({"id": "a", "date": 20160206, "title": "A"}, "date"),
        ({"id": "a", "date": "2016-02-06", "title": " "}, "title"),
        ({"id": "a", "date": "2016-02-06", "title": ["A"]}, "title"),
        ({"id": "a", "date": "2016-02-06", "title": "A", "summary": {}}, "summary"),
        ({"id": "a", "date": "2016-02-06", "title": "A", "sources": "Reuters"}, "sources"),
        ({"id": "a", "date": "2016-02-06", "title": "A", "terms": [1]}, "terms"),
        ({"id": "a", "date": "2016-02-06", "title": "A \ud800"}, "title.*surrogates"),
        ({"id": "a", "date": None, "title": "A", "fields": {"x": "\udc80"}}, "field .*surrogates"),
    ],
)
def test_wrong_fields_are_named(plain: dict[str, object], about: str) -> None:
    with pytest.raises(UsageError, match=about):
        Event.from_json(plain)


def test_unknown_fields_and_nulls_are_ignored() -> None:
    plain = {"id": "a", "date": "2016-02-06", "title": "A", "stories": ["x"], "summary": None}
    assert Event.from_json(plain) == Event("a", date(2016, 2, 6), "A")
