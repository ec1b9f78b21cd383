"""Counts of all that matches, and orders by day."""

import datetime
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from search import Hit, Index, SearchAnswer, SearchOptions, SourceCount, UsageError, YearCount
from search.model.event import day_number
from tests.updated_index import updated_index

EVERYTHING = {"limit": 1000, "fold": False}
QUERIES = ["norland", "*", "port selva", "comet -lander", "date:2014", "zzzz", "marsh fever 2015"]


def asked(index: Index, query: str, **options: object) -> SearchAnswer:
    return index.search(query, SearchOptions(**EVERYTHING | options))  # type: ignore[arg-type]


@pytest.mark.parametrize("query", QUERIES)
def test_counts_are_of_all_that_matches(story_index: Index, query: str) -> None:
    whole = asked(story_index, query)
    page = asked(story_index, query, limit=1, years=True, sources=True)
    years = Counter(int(hit.event.day[:4]) for hit in whole.hits)
    assert page.years == tuple(YearCount(*item) for item in sorted(years.items()))
    sources = Counter(source for hit in whole.hits for source in set(hit.event.sources))
    assert page.sources == tuple(
        SourceCount(*item) for item in sorted(sources.items(), key=lambda item: (-item[1], item[0]))
    )
    assert sum(count.events for count in page.years) == page.total == whole.total


def test_sources_of_an_updated_index_are_those_of_its_events(tmp_path: Path) -> None:
    with Index.open(updated_index(tmp_path)) as index:
        counted = asked(index, "*", limit=1, sources=True).sources
        events = [index.event(event_id) for event_id in index.ids()]
    sources = Counter(source for event in events for source in set(event.sources))
    assert {count.source: count.events for count in counted} == sources


def test_counts_are_made_when_they_are_asked_for(story_index: Index) -> None:
    answer = asked(story_index, "norland")
    assert (answer.years, answer.sources) == ((), ())


def test_counts_keep_to_the_days_that_were_asked_for(story_index: Index) -> None:
    first = datetime.date(2015, 1, 1)
    years = asked(story_index, "norland", since=first, years=True).years
    assert [count.year for count in years] == [2015, 2016]


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize("query", QUERIES)
def test_an_order_by_day_is_total(story_index: Index, query: str, sort: str) -> None:
    sign = -1 if sort == "newest" else 1
    hits = asked(story_index, query, sort=sort).hits
    keys = [(sign * day_number(hit.event.date), -hit.score, hit.event.id) for hit in hits]
    assert all(one < other for one, other in pairwise(keys))


def test_a_day_is_no_reason_to_list_what_has_one_word_of_two(story_index: Index) -> None:
    answer = asked(story_index, "earthquake norland", sort="newest")
    texts = [hit.event.text.lower() for hit in answer.hits]
    assert texts and all("norland" in text and "earthquake" in text for text in texts)
    assert answer.total == len(answer.hits) < asked(story_index, "earthquake norland").total
    assert "match in full" in answer.notes[-1]


def test_where_nothing_has_all_words_everything_is_listed(story_index: Index) -> None:
    answer = asked(story_index, "chess glacier", sort="oldest")
    assert answer.total == asked(story_index, "chess glacier").total == 2
    assert not answer.notes


def test_a_time_in_the_query_is_a_condition_of_an_order_by_day(story_index: Index) -> None:
    answer = asked(story_index, "norland 2016", sort="oldest")
    assert {hit.event.day[:4] for hit in answer.hits} == {"2016"}


def test_what_was_demanded_is_enough(story_index: Index) -> None:
    answer = asked(story_index, '"port selva" OR comet', sort="newest")
    assert answer.total == asked(story_index, '"port selva" OR comet').total


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"page": 0}, "page is 0"),
        ({"sort": "best"}, "sort is 'best'"),
        ({"limit": 0}, "limit is 0"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        SearchOptions(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_continue_each_other(story_index: Index, sort: str, limit: int) -> None:
    whole = story_index.search("norland", SearchOptions(limit=1000, sort=sort))  # type: ignore[arg-type]
    hits: list[Hit] = []
    for page in range(1, 20):
        options = SearchOptions(limit=limit, page=page, sort=sort)  # type: ignore[arg-type]
        answer = story_index.search("norland", options)
        assert (answer.first, answer.total) == (limit * (page - 1), whole.total)
        hits += answer.hits
    assert tuple(hits) == whole.hits
