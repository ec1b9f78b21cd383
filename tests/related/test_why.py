"""Why a pair of events is listed or not."""

from search import Index, RelatedOptions
from search.cli.formatting import why_lines
from search.model.json_answers import explained
from tests.related.siege import ALL, ASKED, BY_SCORE, OWNER, ids


def test_why_says_the_place_in_the_list_and_what_put_it_there(siege: Index) -> None:
    said = {}
    for place, hit in enumerate(siege.related(ASKED, ALL), start=1):
        why = siege.why(ASKED, hit.event.id, ALL)
        assert why.verdict.startswith(f"Listed: it is number {place}")
        assert why.rank is not None
        lower, upper = "much the same" in why.verdict, "others repeat" in why.verdict
        assert (lower, upper) == (place > why.rank, place < why.rank)
        said[place > why.rank, place < why.rank] = place
    assert len(said) == 3


def test_why_says_that_a_repetition_fell_out_of_a_short_list(siege: Index) -> None:
    three = RelatedOptions(limit=3, min_score=0)
    fell = set(ids(siege.related(ASKED, BY_SCORE))[:3]) - set(ids(siege.related(ASKED, three)))
    assert fell
    for event_id in fell:
        why = siege.why(ASKED, event_id, three)
        assert why.verdict.startswith(f"Not among the first 3: it is number {why.rank} by score")
        assert "much the same" in why.verdict


def test_why_names_the_item_that_a_report_is_folded_under(siege: Index) -> None:
    folded = {also: hit.event.id for hit in siege.related(OWNER, ALL) for also in hit.also}
    assert set(folded) | set(folded.values()) == {"/ferry/1.md", "/ferry/2.md"}
    for also, first in folded.items():
        verdict = siege.why(OWNER, also, ALL).verdict
        assert verdict.startswith("Listed under number 1") and first in verdict


def test_why_names_what_is_nearest_where_nothing_is_listed(siege: Index) -> None:
    options = RelatedOptions(min_score=1.0)
    why = siege.why(ASKED, OWNER, options)
    assert not siege.related(ASKED, options)
    best = siege.related(ASKED, BY_SCORE)[:3]
    assert why.nearest == tuple((hit.event.id, hit.score) for hit in best)
    assert why.least_score == 1.0
    *_, last = why_lines(why, lambda text, _: text)
    assert last.startswith(f"Nothing is listed for {ASKED}") and best[0].event.id in last
    assert [near["id"] for near in explained(why)["nearest"]] == ids(best)


def test_why_names_nothing_else_where_something_is_listed(siege: Index) -> None:
    why = siege.why(ASKED, OWNER, ALL)
    assert siege.related(ASKED, ALL) and why.nearest == ()
    assert "nearest" not in explained(why)


def test_why_says_the_place_in_a_list_that_folds_nothing(siege: Index) -> None:
    for place, hit in enumerate(siege.related(ASKED, BY_SCORE), start=1):
        assert siege.why(ASKED, hit.event.id, BY_SCORE).verdict == f"Listed: it is number {place}."
