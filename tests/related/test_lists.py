"""Related lists made of links: an event once, its sides before its repetitions, and why."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

import pytest

from search import Hit, Index, RelatedOptions
from search.cli.formatting import why_lines
from search.model.json_answers import explained
from search.model.options import Order
from tests.conftest import event
from tests.engine.asked_index import indexed
from tests.small_archive import stories

# A siege told in nearly the same words week after week, what else came of it, and a ferry whose
# loss is reported twice.
SIEGE = [
    (
        "/siege/asked.md",
        "2015-03-20",
        "Rebels shell besieged Ostrava while the mayor asks for bread and envoys speak of peace.",
    ),
    ("/siege/1.md", "2015-03-12", "Rebels shell besieged Ostrava by night."),
    ("/siege/2.md", "2015-03-24", "Rebels shell besieged Ostrava at dawn."),
    ("/siege/3.md", "2015-03-28", "Rebels shell besieged Ostrava again."),
    ("/siege/4.md", "2015-04-02", "Rebels shell besieged Ostrava."),
    ("/siege/peace.md", "2015-04-06", "The envoys who speak of peace leave Ostrava."),
    ("/siege/bread.md", "2015-04-09", "The mayor of Ostrava asks for bread and flour."),
    (
        "/ferry/1.md",
        "2015-05-01",
        "A ferry with 120 passengers capsizes off Cape Lorn, killing 14.",
    ),
    (
        "/ferry/2.md",
        "2015-05-02",
        "A ferry capsizes off Cape Lorn with 120 passengers, killing 21.",
    ),
    (
        "/ferry/owner.md",
        "2015-05-09",
        "The owner of the ferry that sank off Cape Lorn is arrested.",
    ),
]
ASKED = SIEGE[0][0]
OWNER = SIEGE[-1][0]
ALL = RelatedOptions(limit=100, min_score=0)
BY_SCORE = RelatedOptions(limit=100, min_score=0, fold=False)


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The siege among other stories."""
    events = [event(*fields) for fields in SIEGE]
    with indexed(tmp_path_factory.mktemp("siege"), [*events, *stories()]) as index:
        yield index


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.event.id for hit in hits]


def test_a_list_shows_other_sides_before_it_repeats_itself(siege: Index) -> None:
    by_score, listed = ids(siege.related(ASKED, BY_SCORE)), ids(siege.related(ASKED, ALL))
    repeated = {name for name, *_ in SIEGE[1:5]}
    assert repeated.issuperset(by_score[:3])
    assert len(repeated.intersection(listed[:3])) == 1


def test_diversity_changes_no_score_and_no_explanation(siege: Index) -> None:
    alone = {hit.event.id: hit for hit in siege.related(ASKED, BY_SCORE)}
    for hit in siege.related(ASKED, ALL):
        assert (hit.score, hit.explanation) == (
            alone[hit.event.id].score,
            alone[hit.event.id].explanation,
        )


@pytest.mark.parametrize("limit", range(1, 12))
def test_a_short_list_begins_a_long_one(siege: Index, limit: int) -> None:
    whole = siege.related(ASKED, ALL)
    assert siege.related(ASKED, RelatedOptions(limit=limit, min_score=0)) == whole[:limit]


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


def test_a_text_in_small_letters_finds_what_the_same_text_finds(siege: Index) -> None:
    text = "Aid for Port Selva after the World Health Organization came"
    for order in get_args(Order):
        options = RelatedOptions(limit=100, order=order, min_score=0)
        as_written, small = (
            [(hit.event.id, hit.score, hit.context) for hit in siege.related_text(t, options)]
            for t in (text, text.lower())
        )
        assert as_written == small != []


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


@pytest.mark.parametrize("copies", [2, 5, 12])
def test_many_copies_of_a_text_are_one_item_and_no_event_is_related_to_its_own_copy(
    tmp_path: Path, copies: int
) -> None:
    wire = "A chemical plant explodes in Dunmore Falls, killing 14 workers and injuring 60 more."
    follow = (
        "A valve failed before the explosion of the chemical plant in Dunmore Falls, say police."
    )
    wires = [event(f"/wire/{n}.md", f"2016-05-0{1 + n % 2}", wire) for n in range(copies)]
    with indexed(
        tmp_path, [*wires, event("/follow.md", "2016-05-04", follow), *stories()]
    ) as index:
        (item,) = (hit for hit in index.related("/follow.md") if hit.event.title == wire)
        assert len(item.also) == copies - 1
        for own in wires:
            listed = index.related(own.id)
            assert "/follow.md" in ids(listed)
            assert wire not in [hit.event.title for hit in listed]
        why = index.why("/wire/0.md", "/wire/1.md")
    assert why.verdict == "Not listed: it is a version of the same event, with its title and text."


def test_two_events_alone_are_related_by_their_names_and_not_by_a_word(tmp_path: Path) -> None:
    quake = event(
        "/a.md", "2016-05-01", "An earthquake destroys the old town of Amaren in Ostrava."
    )
    aid = event("/b.md", "2016-05-03", "Amaren buries those killed by the earthquake.")
    bees = event("/c.md", "2016-05-02", "Bees of a city roof make more honey than those in town.")
    for other, listed in ((aid, ["/b.md"]), (bees, [])):
        place = tmp_path / other.id.strip("/")
        place.mkdir()
        with indexed(place, [quake, other]) as index:
            assert ids(index.related("/a.md")) == listed


def test_what_shares_only_a_number_takes_no_place_in_a_short_list(tmp_path: Path) -> None:
    events = [
        event("/asked", "2015-03-20", "Pootle 4.7.3 (88117) hardens its login page."),
        event("/number", "2012-03-28", "Jinjo 4.7.3 (88117) repairs a cache."),
        event("/name", "2009-05-02", "The website of Pootle moves after months of quarrels."),
    ]
    with indexed(tmp_path, [*events, *stories()]) as index:
        best = index.related("/asked", RelatedOptions(min_score=0))
        assert [hit.event.id for hit in best[:2]] == ["/number", "/name"]
        listed = index.related("/asked")
        assert [hit.event.id for hit in listed] == ["/name"]
        assert index.related_to_each(["/asked"], RelatedOptions()) == [tuple(listed)]
        assert "share no name and no word" in index.why("/asked", "/number").verdict
