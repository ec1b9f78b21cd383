"""Searches of an open index: sound, in one order only, whatever is asked."""

import datetime
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import (
    Index,
    RelatedOptions,
    SearchOptions,
    UsageError,
)
from search.model.event import day_number
from tests.engine.asked_index import (
    assert_sound,
)
from tests.small_archive import stories


def test_a_search_finds_what_has_its_words(story_index: Index) -> None:
    answer = story_index.search("earthquake")
    assert answer.total == 3
    assert all("earthquake" in hit.event.text for hit in answer.hits)
    assert all("**earthquake**" in hit.snippet for hit in answer.hits)


@pytest.mark.parametrize(
    "query",
    ["earthquake norland", "port selva", "*", "quake*", "title:comet", "marsh fever 2015", "地震",
     "erthquake~", "date:2015", "earthquake -rescuers", '"comet wex" OR fever', "source:selva"],
)  # fmt: skip
def test_every_hit_of_a_search_is_sound(story_index: Index, query: str) -> None:
    hits = story_index.search(query, SearchOptions(limit=1000)).hits
    for hit in hits:
        assert_sound(hit)
    keys = [(-hit.score, -day_number(hit.event.date), hit.event.id) for hit in hits]
    assert keys == sorted(keys)


def test_a_short_answer_begins_a_longer_one(story_index: Index) -> None:
    for query in ("norland", "port selva", "*", "北京发生强烈地震", "comet 2015"):
        long = story_index.search(query, SearchOptions(limit=1000))
        for limit in (1, 2, 7):
            assert story_index.search(query, SearchOptions(limit=limit)).hits == long.hits[:limit]


def test_dates_leave_out_what_lies_outside(story_index: Index) -> None:
    first, last = datetime.date(2015, 2, 14), datetime.date(2015, 8, 9)
    answer = story_index.search("*", SearchOptions(since=first, until=last, limit=1000))
    assert {hit.event.date for hit in answer.hits} == {
        event.date for event in stories() if str(first) <= event.day <= str(last)
    }
    assert answer.total == len(answer.hits)
    backwards = story_index.search("*", SearchOptions(since=last, until=first, limit=1000))
    assert backwards.hits == answer.hits and "exchanged" in backwards.notes[-1]


def test_a_time_in_the_question_is_a_preference_not_a_filter(story_index: Index) -> None:
    answer = story_index.search("norland 2016", SearchOptions(limit=1000))
    years = [hit.event.day[:4] for hit in answer.hits]
    assert years[0] == "2016"
    assert set(years) == {"2014", "2015", "2016"}
    assert "time" in answer.notes[0]


@pytest.mark.parametrize("part", ["中", "a ", "THE ", "x*"])
def test_what_is_cut_from_a_query_costs_next_to_nothing(story_index: Index, part: str) -> None:
    def spent(characters: int) -> float:
        begun = time.process_time()
        story_index.search(part * (characters // len(part)))
        return time.process_time() - begun

    assert min(spent(1_000_000) for _ in range(2)) < 32 * max(spent(2_500) for _ in range(3))


@pytest.mark.parametrize("text", ["of the", "the", "+of", "title:in"])
def test_words_that_nearly_all_texts_have_are_said_to_say_nothing(
    story_index: Index, text: str
) -> None:
    answer = story_index.search(text)
    days = [hit.event.day for hit in answer.hits]
    assert days == sorted(days, reverse=True) and len(days) > 1
    assert answer.notes == ("The query has only stop words; the newest events come first.",)
    assert {part.surface for part in answer.hits[0].explanation.contributions} == {
        "every match alike"
    }


@pytest.mark.parametrize("text", ["the comet", "*", "date:2015", '"of the"', ""])
def test_and_only_they_are(story_index: Index, text: str) -> None:
    assert "stop words" not in "".join(story_index.search(text).notes)


def test_a_name_in_capitals_is_no_pronoun(story_index: Index) -> None:
    hits = story_index.search("WHO marsh fever").hits
    assert {hit.event.day for hit in hits[:3]} == {
        "2015-08-01",
        "2015-08-09",
        "2015-09-30",
    }
    for hit in hits[:3]:
        assert "WHO" in hit.context and "who" not in hit.context
        assert any(part.surface == "WHO" for part in hit.explanation.contributions)
    alone = story_index.search("WHO").hits
    assert {hit.event.date for hit in alone[:3]} == {hit.event.date for hit in hits[:3]}
    assert all(any(s.surface == "WHO" for s in hit.explanation.contributions) for hit in alone[:3])
    for query in ("who has marsh fever", "WHO HAS MARSH FEVER"):
        contributions = [
            part for hit in story_index.search(query).hits for part in hit.explanation.contributions
        ]
        assert contributions and all(part.surface.lower() != "who" for part in contributions)


@given(text=st.one_of(st.text(max_size=40), st.text("ab*~\"'():+-. ANDORT2015", max_size=40)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_string_is_a_query(story_index: Index, text: str) -> None:
    for hit in story_index.search(text).hits:
        assert_sound(hit)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", "\ud800", "*", "**", "(", "(" * 3000, "word " * 3000, "x" * 100_000, "NOT",
     "-earthquake", '"', '""', "title:", "title:*", "date:", "date:9999..", "a AND", "~", "a~99",
     "\u202e", "١٩٩٩", "source:(a b)", "+", "-", "AND OR NOT", "it is what it is"],
    ids=lambda text: ascii(text[:12]),
)  # fmt: skip
def test_a_strange_query_is_answered(story_index: Index, text: str) -> None:
    answer = story_index.search(text)
    assert answer.query == text
    for hit in answer.hits:
        assert_sound(hit)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_list_of_no_item_is_refused(story_index: Index, limit: int) -> None:
    with pytest.raises(UsageError, match="must be 1 or more"):
        story_index.search("earthquake", SearchOptions(limit=limit))
    with pytest.raises(UsageError, match="must be 1 or more"):
        RelatedOptions(limit=limit)
