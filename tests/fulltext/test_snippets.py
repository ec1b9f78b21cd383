"""Snippets: the reason for a hit, marked."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fulltext.query.parser import parse
from search.fulltext.snippets import EXCERPT, JOINERS, Marker, Snippet
from search.model.event import Event
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms
from tests.growing import grows_as_its_size

TERMS = Terms(Lexicon())
DAY = datetime.date(2015, 6, 1)


def excerpt(query: str, title: str, summary: str = "", length: int = EXCERPT) -> Snippet:
    return Marker(parse(query), TERMS).read(Event("x", DAY, title, summary), length)[0]


@pytest.mark.parametrize(
    ("query", "title", "marked"),
    [
        ("flood", "Floods hit Sindh", "[Floods] hit Sindh"),
        ("sindh flood", "Floods hit Sindh", "[Floods] hit [Sindh]"),
        ("the flood", "The flood", "The [flood]"),
        ("the", "The flood", "[The] flood"),
        ("flood -sindh", "Floods hit Sindh", "[Floods] hit Sindh"),
        ('"hit sindh"', "Sindh: floods hit Sindh", "Sindh: floods [hit Sindh]"),
        ('"floods sindh"~1', "Floods hit Sindh", "[Floods] hit [Sindh]"),
        ('"floods sindh"~1', "Floods in the Sindh", "Floods in the Sindh"),
        ("al-assad", "Bashar al-Assad speaks", "Bashar [al-Assad] speaks"),
        ("sin*", "Floods hit Sindh since", "Floods hit [Sindh] [since]"),
        ("floods*", "Floods and a flood", "[Floods] and a flood"),
        ("floods-sin*", "Floods hit Sindh", "[Floods] hit [Sindh]"),
        ("fluods~", "Floods hit Sindh", "[Floods] hit Sindh"),
        ("title:sindh", "Floods hit Sindh", "Floods hit [Sindh]"),
        ("summary:sindh", "Floods hit Sindh", "Floods hit Sindh"),
        ("source:sindh", "Floods hit Sindh", "Floods hit Sindh"),
        ("中国", "今日中国地震", "今日[中国]地震"),
        ("中国地", "今日中国地震", "今日[中国地]震"),
        ("地", "今日中国地震", "今日中国[地]震"),
        ("地*", "今日中国地震", "今日中国[地]震"),
        ("* date:2015", "Floods hit Sindh", "Floods hit Sindh"),
        ("nothing", "Floods hit Sindh", "Floods hit Sindh"),
        ("…", "Floods hit Sindh", "Floods hit Sindh"),
        ("uberlingen", "Crash over Überlingen", "Crash over [Überlingen]"),
    ],
)
def test_what_matched_is_marked(query: str, title: str, marked: str) -> None:
    assert excerpt(query, title).marked("[", "]") == marked


def test_a_phrase_does_not_reach_from_the_title_into_the_summary() -> None:
    assert excerpt('"hit sindh"', "Floods hit", "Sindh is wet").marks == ()
    assert excerpt("summary:hit", "Floods hit", "They hit").marked() == "Floods hit They **hit**"


def test_a_long_text_is_cut_where_most_of_the_query_stands() -> None:
    filler = "nothing of note happened on this day or on the next one " * 10
    text = f"Flood. {filler} A flood in Sindh. {filler} Flood, flood, flood. {filler}"
    found = excerpt("flood sindh", "Title", text, 80)
    assert "[flood] in [Sindh]" in found.marked("[", "]")
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert len(found.text) <= 82
    assert all(word in text for word in found.text.strip("…").split())


def test_without_a_mark_the_excerpt_is_the_beginning() -> None:
    found = excerpt("nothing", "Word " * 100, "", 22)
    assert found == Snippet("Word Word Word Word…")


def test_a_text_with_such_signs_stays_as_it_is() -> None:
    assert excerpt("flood", "A f**k and a flood").marked() == "A f**k and a flood"


def test_a_joiner_inside_a_word_stays() -> None:
    assert excerpt("zebra", "می\u200cخواهد zebra").marked() == "می\u200cخواهد **zebra**"
    assert excerpt("flood", "A *flood* in Sindh").marked() == "A ***flood*** in Sindh"


def test_an_excerpt_is_one_line_without_control_characters() -> None:
    found = excerpt("flood", "A\x00flood\x1b[31m\u202e", "of\r\nwater")
    assert found.text.isprintable()
    assert found.marked() == "A **flood** [31m  of  water"


texts = st.text("aabc ,.中国é*\n\u202e", max_size=120) | st.text(max_size=60)
titles = texts.filter(str.strip)


@given(texts, titles, texts, st.integers(1, 60))
def test_marks_lie_in_the_excerpt_and_the_excerpt_in_the_text(
    query: str, title: str, summary: str, length: int
) -> None:
    found = excerpt(query, title, summary, length)
    edge = -1
    for start, end in found.marks:
        assert edge < start < end <= len(found.text)
        edge = end
    assert len(found.text) <= length + 2
    text = "".join(c if c.isprintable() or c in JOINERS else " " for c in f"{title}\n{summary}")
    shown = found.text
    assert any(
        shown[a : len(shown) - b] in text and shown[:a] + shown[len(shown) - b :] == "…" * (a + b)
        for a in (0, 1)
        for b in (0, 1)
        if a + b <= len(shown)
    )
    assert found == excerpt(query, title, summary, length)


def test_a_huge_text_costs_little() -> None:
    def excerpted(size: int) -> None:
        excerpt("flood sindh~ a* " + "b " * 40, "Title", "flood a b sindh " * size)

    assert grows_as_its_size(excerpted, 250_000)


SOME = [
    "Floods",
    "flood,",
    "hit",
    "Sindh",
    "COVID-19",
    "U.S.",
    "中国人",
    "中",
    "\n",
    "1,000",
    "al-Assad",
]
some_text = st.lists(st.sampled_from(SOME), max_size=12).map(" ".join)


@given(
    some_text.filter(str.strip),
    some_text,
    st.lists(st.sampled_from([*SOME, '"hit Sindh"', "sin*"]), max_size=3),
)
def test_known_positions_change_nothing(title: str, summary: str, words: list[str]) -> None:
    marker = Marker(parse(" ".join(words)), TERMS)
    wanted = set(marker.terms)
    title_at, summary_at = (
        [
            at
            for at, token in enumerate(TERMS.tokens(text))
            if wanted.intersection((token.term, *token.also))
        ]
        for text in (title, summary)
    )
    event = Event("x", DAY, title, summary)
    assert marker.read(event, 30, (title_at, summary_at)) == marker.read(event, 30)
