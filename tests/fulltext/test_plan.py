"""A query against an archive: what it asks for, which time it means, and which events to rank."""

import datetime
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Index
from search.fulltext.bm25 import QueryTerm
from search.fulltext.matching import matching
from search.fulltext.plan import candidates_of, outside, query_terms_of, question_of
from search.fulltext.query import parser as query
from search.fulltext.query.dates import Period
from search.index.files import Files
from search.index.postings import Keywords
from search.index.term_matrix import Matrix
from search.related.similarity import Vectors
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms

FIRST, LAST = datetime.date(2013, 1, 1), datetime.date(2017, 3, 21)


def test_a_year_among_plain_words_is_a_time_and_no_word() -> None:
    asked = question_of("marsh fever 2015", FIRST, LAST)
    assert asked.period is not None
    assert (asked.period.first, asked.period.last) == (
        datetime.date(2015, 1, 1),
        datetime.date(2015, 12, 31),
    )
    assert asked.query.words == ("marsh", "fever")
    assert "“2015” is taken as a time" in asked.notes[-1]


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("2015", "date:2015-01-01..2015-12-31"),
        (" May 2015 ", "date:2015-05-01..2015-05-31"),
        ("summer 2015", "date:2015-06-01..2015-08-31"),
        ("since 2016", "date:2016-01-01.."),
    ],
)
def test_a_time_alone_asks_for_its_events(text: str, clause: str) -> None:
    asked = question_of(text, FIRST, LAST)
    assert (asked.query.text, str(asked.query), asked.period) == (text, clause, None)
    assert "taken as a time" in asked.notes[-1]


@pytest.mark.parametrize(
    "text",
    [
        '"marsh fever 2015"',
        "“marsh fever 2015”",
        "fever +2015",
        "fever -2015",
        "title:2015 fever",
        "fever date:2015",
        "fever 2015*",
        "fever 2015~",
        "(2015 fever)",
        '"2015"',
        "fever 1950",
        "fever 2030",
        "fever since 2018",
        "fever before 2012",
        "fever 12015",
        "fever",
        "",
    ],
)
def test_what_is_no_plain_year_of_the_archive_stays_in_the_query(text: str) -> None:
    asked = question_of(text, FIRST, LAST)
    assert asked.period is None
    assert asked.query == query.parse(text)
    assert asked.notes == asked.query.notes


@pytest.mark.parametrize(
    "text",
    ["2015 fever", "fever, 2015", "fever in summer 2015?", "“marsh” fever 2015", "2015年发烧"],
)
def test_a_year_is_a_time_wherever_it_stands_alone(text: str) -> None:
    asked = question_of(text, FIRST, LAST)
    assert asked.period is not None
    assert asked.period.first is not None and asked.period.first.year == 2015


@given(st.text(max_size=50))
def test_every_string_is_a_question(text: str) -> None:
    asked = question_of(text, FIRST, LAST)
    assert asked.period is None or asked.query.clause is not None


def test_the_distance_from_a_period_is_in_days() -> None:
    days = np.array([0, 9, 10, 15, 20, 21, 120], dtype=np.int32)
    epoch = datetime.date(1970, 1, 1)
    first, last = epoch + datetime.timedelta(10), epoch + datetime.timedelta(20)
    assert outside(Period(first, last, 0, 0), days).tolist() == [10, 1, 0, 0, 0, 1, 100]
    assert outside(Period(first, None, 0, 0), days).tolist() == [10, 1, 0, 0, 0, 0, 0]
    assert outside(Period(None, last, 0, 0), days).tolist() == [0, 0, 0, 0, 0, 1, 100]


@pytest.fixture(scope="module")
def asked(story_directory: Path, story_index: Index) -> "_Asking":
    return _Asking(story_directory / "000001" / "base", len(story_index))


class _Asking:
    def __init__(self, generation: Path, events: int) -> None:
        plain = json.loads((generation / "lexicon.json").read_text(encoding="utf-8"))
        self.terms = Terms(Lexicon.from_plain(plain))
        self.vectors = Vectors(Matrix(Files.sealed(generation / "vectors")))
        self.keywords = Keywords.open(Files.sealed(generation / "keywords"), events)

    def matching(self, text: str) -> list[int]:
        clause = query.parse(text).clause
        found = matching(clause, self.keywords, self.terms, self.vectors.dates)
        return [int(ordinal) for ordinal in found.ordinals]

    def query_terms(self, text: str) -> dict[str, QueryTerm]:
        query_terms = query_terms_of(
            query.parse(text),
            self.terms,
            lambda clause: matching(clause, self.keywords, self.terms, self.vectors.dates),
            self.vectors,
            lambda term: np.zeros(0, np.int64),
        )
        assert len({query_term.term for query_term in query_terms}) == len(query_terms)
        return {query_term.surface: query_term for query_term in query_terms}

    def candidates(self, text: str) -> list[int]:
        parsed = query.parse(text)
        found_by = matching(parsed.clause, self.keywords, self.terms, self.vectors.dates).ordinals
        query_terms = list(self.query_terms(text).values())
        found = candidates_of(parsed, query_terms, found_by)
        assert found.tolist() == sorted(set(found.tolist()))
        return [int(ordinal) for ordinal in found]


def test_each_word_is_wished_for_once_and_stop_words_never(asked: _Asking) -> None:
    query_terms = asked.query_terms("the earthquake of the earthquakes in Norland")
    assert list(query_terms) == ["earthquake", "Norland"]
    assert query_terms["earthquake"].kind == "term" and len(query_terms["earthquake"].events) == 3
    assert query_terms["Norland"].kind == "name"


def test_a_name_of_several_words_is_wished_for_beside_its_words(asked: _Asking) -> None:
    query_terms = asked.query_terms("northern front")
    assert list(query_terms) == ["northern", "front", "northern front"]
    name = query_terms["northern front"]
    assert name.kind == "name" and name.weight < query_terms["front"].weight


def test_excluded_words_are_no_wish(asked: _Asking) -> None:
    assert list(asked.query_terms("earthquake -norland NOT rescuers")) == ["earthquake"]


def test_beginnings_slips_and_sources_wish_for_what_they_match(asked: _Asking) -> None:
    for text, count in (("earthq*", 3), ("erthquake~", 3), ("source:selva", 20)):
        [query_term] = asked.query_terms(text).values()
        assert query_term.kind == "keywords"
        assert len(query_term.events) == count
        assert (query_term.counts == 1).all()


def test_dates_and_everything_are_no_wish(asked: _Asking) -> None:
    assert asked.query_terms("*") == {}
    assert asked.query_terms("date:2015") == {}


def test_an_unknown_word_is_a_wish_that_nothing_fulfils(asked: _Asking) -> None:
    [query_term] = asked.query_terms("zeppelin").values()
    assert len(query_term.events) == len(query_term.counts) == 0


def test_few_matches_are_joined_by_those_that_match_in_part(asked: _Asking) -> None:
    parsed = query.parse("北京发生强烈地震")
    found_by = matching(parsed.clause, asked.keywords, asked.terms, asked.vectors.dates).ordinals
    assert len(found_by) == 1
    assert set(found_by.tolist()) < set(asked.candidates(parsed.text))


def test_enough_matches_are_joined_by_none(asked: _Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.fulltext.plan.ENOUGH", 1)
    assert len(asked.candidates("北京发生强烈地震")) == 1


@pytest.mark.parametrize(
    "text", ["+earthquake zeppelin", '"deep sea"', "earthq* AND rescuers", "title:comet -craft"]
)
def test_what_is_demanded_is_never_matched_in_part(asked: _Asking, text: str) -> None:
    parsed = query.parse(text)
    found_by = matching(parsed.clause, asked.keywords, asked.terms, asked.vectors.dates).ordinals
    assert asked.candidates(text) == sorted(found_by.tolist())
