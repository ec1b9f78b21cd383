"""The inverted index: what it matches, exactly."""

import datetime
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.fulltext.matching import matching
from search.fulltext.query.parser import parse
from search.index.postings.reader import InvertedIndex
from search.index.segments import Segments
from search.model import limits
from search.model.errors import UsageError
from search.model.event import Event
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms
from tests.index.postings.conftest import EVENTS, asked, event, write
from tests.sealed_files import sealed
from tests.slow_matcher import SlowMatcher

Ask = Callable[[str], list[int]]


@pytest.fixture
def ask(directory: Path, terms: Terms) -> Ask:
    keywords = InvertedIndex.open(sealed(directory), Segments(len(EVENTS)))
    return lambda text: asked(keywords, text, EVENTS, terms).ordinals.tolist()


@pytest.mark.parametrize(
    ("query", "ordinals"),
    [
        ('"to be or not to be"', [0]),
        ('"to be"', [0, 1]),
        ('"be to"', []),
        ('"be to"~1', [1]),
        ('"be to"~2', [0, 1]),
        ('"be is to"', [1]),
        ("flood", [2, 3]),
        ("FLOODS", [2, 3]),
        ("title:flood", [2]),
        ("summary:flood", [3]),
        ("+pakistan -president", [2]),
        ("pakistan vote", [2, 3, 5]),
        ("pakistan AND vote", [3]),
        ("the pakistan in", [2, 3]),
        ("the", [0, 2, 4, 5]),
        ("+the +in", [2, 5]),
        ('"kill forty rivers"', []),
        ("election", [4, 5]),
        ("uberlingen zoe", [4]),
        ("u.s.", [5]),
        ("1000", [5]),
        ("elect*", [3, 4, 5]),
        ("elections*", [5]),
        ("covid-1*", [8]),
        ("presidnet~", [3]),
        ("pakistsn~ -floods~", []),
        ("source:afp", [3, 4]),
        ('source:"daily star"', [2]),
        ('source:"reuters afp"~50', []),
        ("term:ski", [4]),
        ("ski", [4]),
        ('term:"sports ski"', []),
        ("source:*", [2, 3, 4, 5, 6]),
        ("-source:* -summary:*", [0, 7, 9]),
        ("*", list(range(10))),
        ("中国", [6]),
        ("中国地震", [6]),
        ("国地", [6]),
        ("地", [6]),
        ("在", [6]),
        ("中地", []),
        ("地*", [6]),
        ("term:灾", [6]),
        ("президента", [7]),
        ("al-assad", [8]),
        ("obrien o'brien", [8]),
        ("date:2016", [4, 5]),
        ("date:2016-02..2016-03", [4]),
        ("date:..2012", [2]),
        ("election date:2016-11", [5]),
        ("date:2019.. -covid-19", [9]),
        ("NOT date:2010..2019", [8, 9]),
        ("!?", []),
        ("+… pakistan", [2, 3]),
        ("-…", []),
        ("nothing", []),
    ],
)
def test_a_query_matches_these_events(ask: Ask, query: str, ordinals: list[int]) -> None:
    assert ask(query) == ordinals


def test_without_dates_a_date_demands_nothing(directory: Path, terms: Terms) -> None:
    found = matching(
        parse("flood date:2010").clause,
        InvertedIndex.open(sealed(directory), Segments(len(EVENTS))),
        terms,
    )
    assert found.ordinals.tolist() == [2, 3]


def test_ordinals_are_rising_numbers_of_32_bits(directory: Path, terms: Terms) -> None:
    found = asked(
        InvertedIndex.open(sealed(directory), Segments(len(EVENTS))),
        "pakistan vote",
        EVENTS,
        terms,
    ).ordinals
    assert found.dtype == np.uint32
    assert (np.diff(found.astype(int)) > 0).all()


def test_a_phrase_is_cut_at_its_longest_and_that_is_said(directory: Path, terms: Terms) -> None:
    keywords = InvertedIndex.open(sealed(directory), Segments(len(EVENTS)))
    found = asked(keywords, '"' + "to be or " * limits.PHRASE_TOKENS + '"', EVENTS, terms)
    assert found.notes == ("Only the first 64 words of a phrase were looked for.",)


def test_too_many_phrases_of_common_words_are_looked_up_as_words(
    directory: Path, terms: Terms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PHRASE_POSITIONS", 1)
    keywords = InvertedIndex.open(sealed(directory), Segments(len(EVENTS)))
    found = asked(keywords, '"be or" OR "be do"', EVENTS, terms)
    assert found.ordinals.tolist() == [0, 1]
    assert "may be anywhere in a text" in found.notes[0]


def test_an_archive_may_be_empty_or_without_a_word(tmp_path: Path, terms: Terms) -> None:
    write(tmp_path / "none", [], terms)
    write(tmp_path / "mute", [event("…"), event("!")], terms)
    for name, everything in (("none", []), ("mute", [0, 1])):
        keywords = InvertedIndex.open(sealed(tmp_path / name), Segments(len(everything)))
        for query in ("a", "a*", "abcd~", '"a b"', "title:*", "source:*", "中"):
            assert matching(parse(query).clause, keywords, terms).ordinals.tolist() == []
        assert matching(parse("*").clause, keywords, terms).ordinals.tolist() == everything


def test_the_same_archive_gives_the_same_bytes(
    tmp_path: Path, directory: Path, terms: Terms
) -> None:
    write(tmp_path / "again", EVENTS, terms)
    files = sorted(p.name for p in directory.iterdir())
    assert {"title.txt", "title_starts.npy", "title_forms.txt", "term.txt"} < set(files)
    assert {"events.u4", "positions.u4", "lengths.npy", "postings.json"} < set(files)
    for name in files:
        assert (tmp_path / "again" / name).read_bytes() == (directory / name).read_bytes()


def test_positions_are_those_of_the_tokens_of_each_event(directory: Path, terms: Terms) -> None:
    keywords = InvertedIndex.open(sealed(directory), Segments(len(EVENTS)))
    ordinals = np.arange(len(EVENTS) - 1, -1, -1, dtype=np.uint32)
    for wanted in (["be"], ["to", "be"], ["pakistan"], ["nothing"], ["中国", "covid19"]):
        found = keywords.positions("title", wanted, ordinals)
        for ordinal, positions in zip(ordinals.tolist(), found, strict=True):
            assert positions == [
                at
                for at, token in enumerate(terms.tokens(EVENTS[ordinal].title))
                if {*wanted} & {token.term, *token.also}
            ]


def test_an_index_is_never_built_over_something(directory: Path, terms: Terms) -> None:
    with pytest.raises(UsageError, match="not empty"):
        write(directory, EVENTS, terms)


# --- the same as a slow matcher -------------------------------------------------------------

WORDS = ["to", "be", "or", "not", "Syria", "Syrian", "flood", "floods", "flooded", "Bush", "bush",
         "covid-19", "al-Assad", "U.S.", "1,000", "élan", "elan", "中国", "国中国", "中", "war",
         "wars", "warred", "…", "Москва", "election", "elections", "electoin"]  # fmt: skip
some_words = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
some_events = st.lists(
    st.builds(
        event,
        some_words,
        some_words,
        st.dates(datetime.date(2014, 1, 1), datetime.date(2016, 12, 31)).map(str),
        st.lists(some_words, max_size=2),
        st.lists(some_words, max_size=2),
    ),
    max_size=6,
)
some_word = st.sampled_from(WORDS)
some_leaf = st.one_of(
    some_word,
    some_word,
    st.builds("{}*".format, some_word.flatmap(lambda w: st.sampled_from([w, w[:2], w[:1]]))),
    st.builds("{}~{}".format, some_word, st.sampled_from(["", "1", "2"])),
    st.builds('"{}"'.format, some_words),
    st.builds('"{} {}"~{}'.format, some_word, some_word, st.integers(0, 4)),
    st.sampled_from(["*", "date:2014", "date:2015-03..2016", "date:..2015"]),
)
some_query = st.recursive(
    some_leaf,
    lambda inner: st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("({}) {}".format, inner, inner),
        st.builds("({}) AND ({})".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds(
            "{}({})".format, st.sampled_from(["-", "+", "NOT ", "title:", "-source:"]), inner
        ),
        st.builds("{}:({})".format, st.sampled_from(["title", "summary", "source", "term"]), inner),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some_events, st.lists(some_query, min_size=1, max_size=25))
def test_every_query_matches_what_a_slow_matcher_says(
    events: list[Event], queries: list[str]
) -> None:
    agree(events, queries)


def agree(events: Sequence[Event], queries: Sequence[str]) -> None:
    terms = Terms(Lexicon.learn(e.text for e in events))
    slow = SlowMatcher(events, terms)
    with TemporaryDirectory() as scratch:
        write(Path(scratch) / "index", events, terms)
        keywords = InvertedIndex.open(sealed(Path(scratch) / "index"), Segments(len(events)))
        for query in queries:
            found = asked(keywords, query, events, terms).ordinals.tolist()
            assert found == slow.matching(parse(query).clause), query


odd_letters = ".-', \u0640\u0301\u0e33\u200dßİǅกね한١ſﬃⅧ²𠀀हिa1"
any_text = st.text(max_size=12) | st.text(odd_letters, max_size=8)
any_event = st.builds(event, any_text, any_text, sources=st.lists(any_text, max_size=2))
any_query = any_text | st.builds("{}{}".format, any_text, st.sampled_from("*~"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(any_event, max_size=4), st.lists(any_query, max_size=9))
def test_queries_in_any_writing_match_what_a_slow_matcher_says(
    events: list[Event], queries: list[str]
) -> None:
    own = [f"{text}{sign}" for e in events for text in e.title.split() for sign in ("", "*", "~")]
    agree(events, [*queries, *own])


# --- threads --------------------------------------------------------------------------------


def test_one_open_index_answers_many_threads_alike(directory: Path, terms: Terms) -> None:
    keywords = InvertedIndex.open(sealed(directory), Segments(len(EVENTS)))
    queries = ["flood", '"to be or not to be"', "presidnet~", "e*", "source:afp -vote", "中"]
    alone = [asked(keywords, query, EVENTS, terms).ordinals.tolist() for query in queries]
    shared = InvertedIndex.open(sealed(directory), Segments(len(EVENTS)))
    wrong: list[str] = []

    def work() -> None:
        for _ in range(50):
            for query, expected in zip(queries, alone, strict=True):
                if asked(shared, query, EVENTS, terms).ordinals.tolist() != expected:
                    wrong.append(query)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
