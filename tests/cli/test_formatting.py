"""Answers as JSON and as lines: one schema, and nothing in an event that could move a cursor."""

import datetime
import json

import pytest

from search import Contribution, Event, Explanation, Hit, SearchAnswer, SourceCount, Why, YearCount
from search.cli import formatting as answers
from search.model import json_answers

EVENT = Event("/a.md", datetime.date(2015, 8, 9), "A title", url="/en/a.md", sources=("Post",))
SHARES = (Contribution("selva", 0.5, "Selva", "name"), Contribution("time", -0.1, "time", "time"))
HIT = Hit(EVENT, 0.4, ("Selva",), Explanation(SHARES), "the **Selva** fire", ("/b.md",))
BARE = Hit(Event("/c.md", datetime.date(2015, 8, 9), "C"), 0.0, (), Explanation())
WHY = Why(BARE.event, HIT, 3, "Listed: it is number 3.")


def plain(text: str, role: str) -> str:
    return text


def tagged(text: str, role: str) -> str:
    return f"<{role}>{text}</{role}>"


def test_an_item_has_all_its_fields_in_one_order() -> None:
    assert json.dumps(json_answers.item(HIT)) == json.dumps(
        {
            "id": "/a.md",
            "date": "2015-08-09",
            "title": "A title",
            "score": 0.4,
            "context": ["Selva"],
            "explanation": [
                {"term": "Selva", "contribution": 0.5, "kind": "name"},
                {"term": "time", "contribution": -0.1, "kind": "time"},
            ],
            "url": "/en/a.md",
            "snippet": "the **Selva** fire",
            "also": ["/b.md"],
        }
    )


def test_an_item_is_silent_where_there_is_nothing_to_say() -> None:
    assert set(json_answers.item(BARE)) == {
        "id",
        "date",
        "title",
        "score",
        "context",
        "explanation",
    }


def test_a_search_a_list_and_a_reason_have_their_keys() -> None:
    answer = SearchAnswer("selva", (HIT,), 7, ("A note.",))
    assert json_answers.searched(answer) == {
        "query": "selva",
        "total": 7,
        "hits": [json_answers.item(HIT)],
        "notes": ["A note."],
    }
    assert "notes" not in json_answers.searched(SearchAnswer("selva", (), 0))
    assert json_answers.related("/c.md", [HIT]) == {
        "id": "/c.md",
        "related": [json_answers.item(HIT)],
    }
    assert json_answers.related("a text", [], key="text") == {"text": "a text", "related": []}
    why = json_answers.explained(WHY)
    assert (why["of"], why["rank"], why["verdict"]) == ("/c.md", 3, WHY.verdict)
    assert why.items() >= json_answers.item(HIT).items()


def test_a_list_reads_as_people_read() -> None:
    assert list(answers.hit_lines([HIT, BARE], plain)) == [
        "1. 0.40  2015-08-09  A title",
        "   /en/a.md  /a.md",
        "   Context: Selva",
        "   the Selva fire",
        "   also: /b.md",
        "2. 0.00  2015-08-09  C",
        "   /c.md",
    ]


@pytest.mark.parametrize(
    ("title", "snippet", "head", "excerpt"),
    [
        ("A fire", "A **fire**", "A <hit>fire</hit>", ""),
        ("A fire", "A **fire** Ten **die**.", "A <hit>fire</hit>", "Ten <hit>die</hit>."),
        ("A fire", "A **fire** Ten die.", "A <hit>fire</hit>", ""),
        ("A fire", "A fire Ten die.", "A fire", ""),
        ("A fire in a mill", "A **fire** in…", "A <hit>fire</hit> in a mill", ""),
        ("A fire in a mill", "…**fire** in…", "A <hit>fire</hit> in a mill", ""),
        ("A fire in a mill", "…a **mill** Ten…", "A fire in a mill", "…a <hit>mill</hit> Ten…"),
        ("A fire", "Ten **die**.", "A fire", "Ten <hit>die</hit>."),
        ("A fire", "", "A fire", ""),
        ("**A** fire", "A **fire**", "**A** fire", "A <hit>fire</hit>"),
    ],
)  # fmt: skip
def test_no_title_is_said_twice(title: str, snippet: str, head: str, excerpt: str) -> None:
    event = Event("/a.md", datetime.date(2015, 8, 9), title)
    lines = list(answers.hit_lines([Hit(event, 1.0, (), Explanation(), snippet)], tagged))
    assert lines[0].endswith(f"  2015-08-09  {head}")
    assert [line.strip() for line in lines[2:]] == [excerpt][: bool(excerpt)]


def test_a_page_goes_on_with_the_numbers() -> None:
    lines = list(answers.hit_lines([BARE, BARE], plain, 10))
    assert [line[:3] for line in lines[::2]] == ["10.", "11."]


def test_the_explanation_of_each_hit_is_shown_where_it_is_wanted() -> None:
    assert list(answers.hit_lines([HIT], plain, explain=True))[-3:] == [
        "     Selva  +0.5000  name",
        "     time   -0.1000  time",
        "     total  +0.4000",
    ]


def test_what_else_an_answer_says_is_in_its_json() -> None:
    answer = SearchAnswer(
        "slva",
        (),
        0,
        suggestion="Selva",
        years=(YearCount(2015, 2),),
        sources=(SourceCount("Post", 2),),
    )
    assert json_answers.searched(answer) == {
        "query": "slva",
        "total": 0,
        "hits": [],
        "suggestion": "Selva",
        "years": [{"year": 2015, "events": 2}],
        "sources": [{"source": "Post", "events": 2}],
    }
    assert "hits" not in json_answers.searched(answer, count=True)


def test_numbers_of_a_long_list_stand_below_each_other() -> None:
    heads = [line for line in answers.hit_lines([BARE] * 10, plain) if "/c.md" not in line]
    assert heads[0].startswith(" 1. 0.00") and heads[9].startswith("10. 0.00")


def test_colours_go_to_scores_links_terms_and_marks() -> None:
    text = "\n".join(answers.hit_lines([HIT], tagged))
    for painted in (
        "<score>0.40</score>",
        "<link>/en/a.md</link>",
        "<term>Selva</term>",
        "the <hit>Selva</hit> fire",
    ):
        assert painted in text


def test_the_shares_of_a_pair_stand_above_their_total() -> None:
    assert list(answers.why_lines(WHY, plain)) == [
        "2015-08-09  C",
        "/c.md",
        "and 2015-08-09  A title",
        "/en/a.md  /a.md",
        "",
        "  Selva  +0.5000  name",
        "  time   -0.1000  time",
        "  total  +0.4000",
        "",
        "Listed: it is number 3.",
    ]


@pytest.mark.parametrize(
    "evil", ["\x1b[2J", "\r", "\n", "\x00", "\x9b31m", "\u202e", "\u2066", "\u2028", "\x07"]
)
def test_nothing_in_an_event_moves_the_cursor(evil: str) -> None:
    event = Event(f"/{evil}", datetime.date(2015, 8, 9), f"A{evil}B")
    part = Contribution("a", 1.0, f"a{evil}", "term")
    hit = Hit(event, 1.0, (f"c{evil}",), Explanation((part,)), f"s **{evil}**", (f"/{evil}",))
    lines = [
        *answers.hit_lines([hit], plain),
        *answers.why_lines(Why(event, hit, 1, "Listed."), plain),
    ]
    assert all(line.isprintable() for line in lines)
