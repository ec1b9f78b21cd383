"""A query against an archive: what it asks for, which time it means, and which events to rank."""

import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Index, build
from search.fulltext.bm25 import QueryTerm
from search.fulltext.plan import Found, _outside, find
from search.fulltext.query.tree import Period
from search.model.event import Event, date_of
from tests.conftest import event


def index_of(events: list[Event], place: Path) -> Index:
    build(events=events, directory=place / "index")
    return Index.open(place / "index")


def among_boats(titles: list[str]) -> list[Event]:
    """Events with these titles, and so many others that the words of the titles are rare."""
    titles = [*titles, *(f"A boat number {number} leaves" for number in range(200))]
    return [event(f"/{n}", f"2015-01-{1 + n % 28:02}", title) for n, title in enumerate(titles)]


def found(index: Index, text: str) -> Found:
    return find(index._searcher, text)


def terms(index: Index, text: str) -> dict[str, QueryTerm]:
    return {term.surface: term for term in found(index, text).query_terms}


def years(index: Index, text: str) -> set[int]:
    days = index._snapshot.events.days[found(index, text).matching]
    return {int(str(date_of(day))[:4]) for day in days.tolist()}


def test_a_year_beside_plain_words_is_a_preference(story_index: Index) -> None:
    with_year, without = found(story_index, "earthquake 2015"), found(story_index, "earthquake")
    assert with_year.matching.tolist() == without.matching.tolist()
    assert with_year.outside is not None and without.outside is None
    assert list(terms(story_index, "earthquake 2015")) == ["earthquake"]
    assert "“2015” is taken as a time" in with_year.notes[-1]


@pytest.mark.parametrize(
    "text", ["2015", " 2015.", "(2015)", "[2015]", "{2015},", "in 2015", "+2015", "during 2015"]
)
def test_a_time_alone_is_a_condition(story_index: Index, text: str) -> None:
    assert years(story_index, text) == {2015}
    assert "these are the events of that time" in found(story_index, text).notes[-1]


@pytest.mark.parametrize(
    "text", ["2015", "earthquake 2015", "earthquake -2015", "Norland quake", "the", "\"deep sea\"",
             "title:comet", "earthq*", "erthquake~", "+comet rescuers", "quake date:2015"]
)  # fmt: skip
def test_a_query_and_its_negation_part_the_archive(story_index: Index, text: str) -> None:
    one, other = found(story_index, text), found(story_index, f"-({text})")
    both = np.concatenate([one.matching, other.matching])
    assert sorted(both.tolist()) == list(range(len(story_index)))


def test_an_event_of_that_title_is_offered_and_not_counted_where_it_does_not_match(
    tmp_path: Path,
) -> None:
    titles = ["What now for 2015?", "2015?", "Boats leave", "Boats -leave"]
    events = [event(f"/{n}", "2014-01-05", title) for n, title in enumerate(titles)]
    events.append(event("/4", "2015-01-05", "A comet passes"))
    with index_of(events, tmp_path) as index:
        for text, its_id in (("2015?", "/1"), ("Boats -leave", "/3")):
            answer = index.search(text)
            assert answer.hits[0].event.id == its_id
            assert answer.total + index.search(f"-({text})").total == len(index)
            assert answer.partly == 1


def test_the_long_name_of_a_country_finds_the_short_one(tmp_path: Path) -> None:
    titles = ["UK ferries stop", "A ferry of the United Kingdom stops", "US ferries stop"]
    titles += ["United Norland ferries stop", "A kingdom of frogs"]
    events = [event(f"/{n}", "2014-01-05", title) for n, title in enumerate(titles)]
    with index_of(events, tmp_path) as index:
        for text in ("United Kingdom", "ferries of the united kingdom"):
            first = [hit.event.id for hit in index.search(text).hits[:2]]
            assert sorted(first) == ["/0", "/1"]
        assert index.search("United States").hits[0].event.id == "/2"
        assert index.search('"United Kingdom"').total == 1, "quoted words are as written"


@pytest.mark.parametrize(
    "text",
    ['"comet 2015"', "title:2015 comet", "comet date:2015", "comet 2015*", "comet 2015~",
     "comet 1950", "comet 2030", "comet 12015", "comet", ""],
)  # fmt: skip
def test_other_numbers_are_no_preference(story_index: Index, text: str) -> None:
    assert found(story_index, text).outside is None


def test_a_word_and_a_date_are_both_wanted(story_index: Index) -> None:
    both = set(found(story_index, "earthquake date:2015").matching.tolist())
    word = set(found(story_index, "earthquake").matching.tolist())
    day = set(found(story_index, "date:2015").matching.tolist())
    assert both == word & day


@given(st.text(max_size=50))
def test_every_string_is_a_query(story_index: Index, text: str) -> None:
    answer = found(story_index, text)
    assert answer.candidates.tolist() == sorted(set(answer.candidates.tolist()))
    assert set(answer.matching.tolist()) <= set(answer.candidates.tolist())


def test_the_distance_from_a_period_is_in_days() -> None:
    days = np.array([0, 9, 10, 15, 20, 21, 120], dtype=np.int32)
    epoch = datetime.date(1970, 1, 1)
    first, last = epoch + datetime.timedelta(10), epoch + datetime.timedelta(20)
    assert _outside([Period(first, last, "")], days).tolist() == [10, 1, 0, 0, 0, 1, 100]
    assert _outside([Period(first, None, "")], days).tolist() == [10, 1, 0, 0, 0, 0, 0]
    assert _outside([Period(None, last, "")], days).tolist() == [0, 0, 0, 0, 0, 1, 100]
    late = Period(epoch + datetime.timedelta(120), None, "")
    assert _outside([Period(first, last, ""), late], days)[-1] == 0


def test_each_word_is_a_query_term_once_and_stop_words_never(story_index: Index) -> None:
    query_terms = terms(story_index, "the earthquake of the earthquakes in Norland")
    assert list(query_terms) == ["earthquake", "Norland"]
    assert query_terms["earthquake"].kind == "term" and len(query_terms["earthquake"].events) == 3
    assert query_terms["Norland"].kind == "name"


def test_a_name_of_several_words_is_a_query_term_beside_its_words(story_index: Index) -> None:
    query_terms = terms(story_index, "northern front")
    assert list(query_terms) == ["northern", "front", "northern front"]
    name = query_terms["northern front"]
    assert name.kind == "name" and name.weight < query_terms["front"].weight


def test_excluded_words_are_no_query_terms(story_index: Index) -> None:
    assert list(terms(story_index, "earthquake -norland NOT rescuers")) == ["earthquake"]


def test_other_clauses_are_query_terms_with_what_they_match(story_index: Index) -> None:
    for text, count in (("earthq*", 3), ("erthquake~", 3), ("source:selva", 20)):
        [query_term] = terms(story_index, text).values()
        assert query_term.kind == "keywords"
        assert len(query_term.events) == count


def test_dates_and_everything_are_no_query_terms(story_index: Index) -> None:
    assert terms(story_index, "*") == {}
    assert terms(story_index, "date:2015") == {}


def test_an_unknown_word_is_a_query_term_that_no_event_has(story_index: Index) -> None:
    [query_term] = terms(story_index, "zeppelin").values()
    assert len(query_term.events) == 0


def test_few_matches_are_joined_by_those_that_match_in_part(story_index: Index) -> None:
    answer = found(story_index, "北京发生强烈地震")
    assert len(answer.matching) == 1 < len(answer.candidates)
    asked = story_index.search("北京发生强烈地震")
    assert (asked.total, asked.partly) == (1, len(answer.candidates) - 1)
    assert asked.hits[0].event.id == story_index._snapshot.events[int(answer.matching[0])].id


def test_enough_matches_are_joined_by_none(
    story_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.fulltext.plan.ENOUGH", 1)
    assert len(found(story_index, "北京发生强烈地震").candidates) == 1


def test_the_parts_of_a_compound_are_offered_only_where_nothing_matches(
    story_index: Index,
) -> None:
    answer = story_index.search("comet-quake")
    assert answer.total == 0 and answer.partly == len(answer.hits) > 0
    assert story_index.search("comet-2015").partly == 0


@pytest.mark.parametrize(
    "text", ["+earthquake zeppelin", '"deep sea"', "earthq* AND rescuers", "title:comet -craft"]
)
def test_what_is_demanded_is_never_matched_in_part(story_index: Index, text: str) -> None:
    answer = found(story_index, text)
    assert answer.candidates.tolist() == answer.matching.tolist()


def test_a_rare_part_of_a_compound_is_offered_and_not_counted(tmp_path: Path) -> None:
    titles = ["quinnlib-proto stalls", "quinnlib has a flaw", "al-Nasr opens", "al-Farouq opens"]
    titles += ["A proto pump runs", "A proto pump stops"]
    with index_of(among_boats(titles), tmp_path) as index:
        answer = index.search("quinnlib-proto")
        assert [hit.event.title for hit in answer.hits] == titles[:2]
        assert (answer.total, answer.partly) == (1, 1)
        assert [hit.event.title for hit in index.search("al-Nasr").hits] == [titles[2]]


def test_the_parts_that_are_offered_for_a_compound_are_names_or_no_common_words(
    tmp_path: Path,
) -> None:
    titles = ["Users of mapstore lose their keys", "New tools for the garden", "A brass horn"]
    titles += ["harbourkit-oxm stalls", "A flaw in harbourkit", "zlib4x runs again"]
    with index_of(among_boats(titles), tmp_path) as index:
        for query, wanted, matching in (
            ("mapstore-tools", titles[:1], 0),
            ("garden-tools", titles[1:2], 0),  # common words only: any of them
            ("harbourkit-oxm", titles[3:5], 1),  # no other event has "oxm"
            ("zlib4x-parent", titles[5:6], 0),
        ):
            answer = index.search(query)
            assert [hit.event.title for hit in answer.hits] == wanted
            assert (answer.total, answer.partly) == (matching, len(wanted) - matching)


def test_a_quoted_id_finds_and_excludes_its_event(tmp_path: Path) -> None:
    events = [
        event("A-1", "2015-01-01", "A boat leaves"),
        event("my report 17", "2015-01-02", "A pump stops"),
        event("harbour", "2015-01-03", "A pump runs"),
    ]
    with index_of(events, tmp_path) as index:
        for each in events:
            answer = index.search(f'"{each.id}"')
            assert (answer.total, answer.partly) == (1, 0)
            assert [hit.event.id for hit in answer.hits] == [each.id]
            others = [hit.event.id for hit in index.search(f'-"{each.id}"').hits]
            assert len(others) == 2 and each.id not in others
        assert index.search('title:"A-1"').total == 0
