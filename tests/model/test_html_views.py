"""What notebooks show of answers is all there, and is text."""

from search.model.answers import SearchAnswer, Why
from search.model.event import Event, parse_day
from search.model.hit import Contribution, Explanation, Hit, HitList

EVIL = "<script>alert('1')</script> \"&"
EVENT = Event("/a.md", parse_day("2016-02-06"), EVIL, url="https://x.test/?a='><b>")
PLAIN = Event("/b.md", parse_day("2016-02-07"), "A <b>title", url="javascript:alert(1)")
EXPLANATION = Explanation(
    (Contribution("t", 0.5, EVIL, "name"), Contribution("u", -0.1, "u", "time"))
)
HITS = [Hit(EVENT, 0.4, (EVIL, "Norland"), EXPLANATION), Hit(PLAIN, 0.3, (), Explanation())]


def test_nothing_that_is_shown_is_markup() -> None:
    answer = SearchAnswer(EVIL, tuple(HITS), 2, notes=(EVIL,), suggestion=EVIL)
    why = Why(EVENT, HITS[0], 1, EVIL)
    for shown in (answer, HitList(HITS), EXPLANATION, why):
        text = shown._repr_html_()
        assert "<script" not in text
        assert "<b>title" not in text
        assert "a='" not in text
        assert "javascript:" not in text


def test_a_list_has_its_scores_and_what_is_shared() -> None:
    text = HitList(HITS)._repr_html_()
    assert "0.40" in text
    assert "Norland" in text
    assert text.count("<tr>") == 3


def test_an_explanation_adds_up() -> None:
    assert "+0.4000" in EXPLANATION._repr_html_()


def test_a_list_is_a_tuple_of_hits() -> None:
    assert HitList(HITS) == tuple(HITS)
