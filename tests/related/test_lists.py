"""Related lists made of links: an event once, its sides before its repetitions."""

from pathlib import Path
from typing import get_args

import pytest

from search import Index, RelatedOptions
from search.model.options import Order
from tests.conftest import event
from tests.engine.asked_index import indexed
from tests.related.siege import ALL, ASKED, BY_SCORE, SIEGE, ids
from tests.small_archive import stories


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


def test_a_text_in_small_letters_finds_what_the_same_text_finds(siege: Index) -> None:
    text = "Aid for Port Selva after the World Health Organization came"
    for order in get_args(Order):
        options = RelatedOptions(limit=100, order=order, min_score=0)
        as_written, small = (
            [(hit.event.id, hit.score, hit.context) for hit in siege.related_text(t, options)]
            for t in (text, text.lower())
        )
        assert as_written == small != []


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
        event("/asked", "2015-03-20", "Pootle 4.7.3 (88117, 90221, 90452) hardens its login page."),
        event("/number", "2012-03-28", "Jinjo 4.7.3 (88117, 90221, 90452) repairs a cache."),
        event(
            "/name",
            "2009-05-02",
            "The website of Pootle moves after months of quarrels about its money.",
        ),
    ]
    with indexed(tmp_path, [*events, *stories()]) as index:
        best = index.related("/asked", RelatedOptions(min_score=0))
        assert [hit.event.id for hit in best[:2]] == ["/number", "/name"]
        listed = index.related("/asked")
        assert [hit.event.id for hit in listed] == ["/name"]
        assert index.related_to_each(["/asked"], RelatedOptions()) == [tuple(listed)]
        assert "share no name and no word" in index.why("/asked", "/number").verdict


def test_lists_made_at_once_are_refilled_as_each_alone(tmp_path: Path) -> None:
    after = "after months of bitter quarrels"
    events = [
        event("/asked", "2015-03-20", "Pootle 4.7.3 (88117) hardens its login page."),
        event("/1", "2015-03-28", "Jinjo 4.7.3 (88117) repairs a cache."),
        event("/2", "2015-03-12", "Ferrule 4.7.3 (88117) draws some fonts."),
        event("/3", "2015-04-02", "Quillon 4.7.3 (88117) speaks Welsh."),
        event("/name", "2013-05-02", f"The login of Pootle moves {after} over money."),
        event("/late", "2013-07-02", f"The login of Pootle is late {after} with builders."),
    ]
    with indexed(tmp_path, [*events, *stories()]) as index:
        for limit in (1, 2, 10):
            options = RelatedOptions(limit=limit, fold=False)
            alone = [tuple(index.related(event_id, options)) for event_id in index.ids()]
            assert index.related_to_each(list(index.ids()), options) == alone
            assert set(ids(index.related("/asked", options))) <= {"/name", "/late"}


@pytest.mark.parametrize("limit", [1, 10, 5000])
def test_by_context_the_rarest_shared_names_come_first_and_then_the_newest(
    sample_index: Path, limit: int
) -> None:
    with Index.open(sample_index) as index:
        names, days = index._snapshot.names, index._snapshot.events.days.tolist()
        sets = [set(names.of(ordinal).tolist()) for ordinal in range(len(days))]
        weights, every = names.weights.tolist(), list(index.ids())
        for asked in range(0, len(days), 149):
            shared = [sum(weights[name] for name in sets[asked] & its) for its in sets]
            others = (o for o in range(len(days)) if shared[o] and o != asked)
            best = sorted(others, key=lambda o: (-shared[o], -days[o], o))[:limit]
            listed = index.related(every[asked], order="context", limit=limit)
            assert ids(listed) == [every[other] for other in best]
