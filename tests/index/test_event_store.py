"""Events come back from disk as they went in, by ordinal and by id."""

import datetime
from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.index import event_store as event_file
from search.index.event_store import EventStore
from search.index.segments import Segments
from search.model import digests as digests_module
from search.model.event import Event, day_number
from tests.sealed_files import sealed

ids = st.text(min_size=1).filter(str.strip)
events = st.builds(
    Event,
    id=ids,
    date=st.dates(),
    title=ids,
    summary=st.text(),
    url=st.text(),
    sources=st.lists(st.text()).map(tuple),
    terms=st.lists(st.text()).map(tuple),
)


@given(st.lists(events, unique_by=lambda event: event.id, max_size=8))
def test_events_come_back_as_they_went_in(tmp_path_factory: object, archive: list[Event]) -> None:
    directory = tmp_path_factory.mktemp("events")  # type: ignore[attr-defined]
    event_file.write(archive, directory)
    opened = EventStore(sealed(directory), Segments(len(archive)))
    assert [opened[n] for n in range(len(opened))] == archive
    assert [opened.ordinal_of(event.id) for event in archive] == list(range(len(archive)))
    assert [int(day) for day in opened.days] == [day_number(e.date) for e in archive]
    for ordinal, event in enumerate(archive):
        assert event.text.isascii() or not opened.is_ascii(ordinal)
    assert opened.ordinal_of("no such id, surely") is None


def test_an_event_of_ascii_alone_is_known_without_reading_it(tmp_path: Path) -> None:
    day = datetime.date(2015, 1, 1)
    event_file.write(
        [Event("/a.md", day, "Uberlingen"), Event("/b.md", day, "Überlingen")], tmp_path
    )
    opened = EventStore(sealed(tmp_path), Segments(2))
    assert [opened.is_ascii(ordinal) for ordinal in range(2)] == [True, False]


@given(st.lists(events, unique_by=lambda event: event.id, max_size=8), st.data())
def test_sources_are_counted_as_the_events_say(
    tmp_path_factory: object, archive: list[Event], data: st.DataObject
) -> None:
    directory = tmp_path_factory.mktemp("events")  # type: ignore[attr-defined]
    event_file.write(archive, directory)
    places = data.draw(st.sets(st.sampled_from(range(len(archive)))) if archive else st.just(set()))
    counted = EventStore(sealed(directory), Segments(len(archive))).by_source(
        np.array(sorted(places), dtype=np.int64)
    )
    assert counted == Counter(source for place in places for source in set(archive[place].sources))


def test_days_count_from_1970() -> None:
    assert day_number(datetime.date(1970, 1, 2)) == 1
    assert day_number(datetime.date(1969, 12, 31)) == -1


def test_the_digest_depends_on_every_field() -> None:
    event = Event("a", datetime.date(2015, 1, 1), "title")
    others = [
        Event("b", event.date, "title"),
        Event("a", datetime.date(2015, 1, 2), "title"),
        Event("a", event.date, "titles"),
        Event("a", event.date, "title", terms=("x",)),
    ]
    digests = {digests_module.event_digest(e) for e in [event, *others]}
    assert len(digests) == 5
