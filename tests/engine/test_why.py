"""Why two events are related, and what an id, a link or a path means."""

from dataclasses import replace
from pathlib import Path

import pytest

from search import (
    Index,
    RelatedOptions,
    UnknownEvent,
)
from tests.conftest import event
from tests.engine.asked_index import BY_SCORE, PROBE, assert_sound, indexed


# Ids, paths and links
@pytest.mark.parametrize(
    "reference",
    [
        PROBE,
        PROBE.lstrip("/"),
        f"/en{PROBE}",
        f"./archive{PROBE}",
        f"https://example.org{PROBE}",
        f"https://example.org/en{PROBE}?from=feed",
        f"{PROBE}#source",
        PROBE.replace("/", "\\"),
        PROBE.replace("-", "%2D"),
    ],
)
def test_an_id_a_path_and_a_link_mean_the_event(story_index: Index, reference: str) -> None:
    assert story_index.resolve(reference) == PROBE


def test_an_id_is_taken_as_it_is_before_it_is_taken_for_a_path(tmp_path: Path) -> None:
    events = [event(id, "2014-01-01", f"Storm {id}") for id in ("/a%20b", "/a b", "/x/y", "/y")]
    with indexed(tmp_path, events) as index:
        for each in events:
            assert index.resolve(each.id) == each.id
        assert index.resolve("/site/x/y") == "/x/y"
        assert index.resolve("/site/y") == "/y"


@pytest.mark.parametrize(
    "reference", ["", "/", "x.md", PROBE[:-1], f"{PROBE}/x", "\0", "\ud800", "/" * 100_000]
)
def test_a_reference_to_nothing_is_refused(story_index: Index, reference: str) -> None:
    with pytest.raises(UnknownEvent, match="event-search search"):
        story_index.resolve(reference)


def test_an_unknown_id_is_refused_by_every_question(story_index: Index) -> None:
    for ask in (
        lambda: story_index.event("/none"),
        lambda: story_index.related("/none"),
        lambda: story_index.why("/none", PROBE),
        lambda: story_index.why(PROBE, "/none"),
    ):
        with pytest.raises(UnknownEvent, match="/none"):
            ask()


# Why
def test_why_says_of_a_listed_pair_what_the_list_said(story_index: Index) -> None:
    for event_id in story_index.ids():
        for place, hit in enumerate(story_index.related(event_id), start=1):
            why = story_index.why(event_id, hit.event.id)
            assert replace(why.hit, also=hit.also) == hit
            assert why.verdict.startswith(f"Listed: it is number {place}")
            assert why.of.id == event_id


def test_why_says_of_an_unlisted_pair_how_far_it_is(story_index: Index) -> None:
    unlisted = 0
    for event_id in story_index.ids():
        listed = story_index.related(event_id, RelatedOptions(fold=False))
        for place, hit in enumerate(story_index.related(event_id, BY_SCORE), start=1):
            why = story_index.why(event_id, hit.event.id, RelatedOptions(fold=False))
            assert (why.rank, why.hit) == (place, hit)
            if hit not in listed:
                unlisted += 1
                assert why.verdict.startswith(("Not listed", "Not among"))
                assert f"number {place}" in why.verdict
    assert unlisted


def test_why_says_when_a_list_is_too_short_for_a_pair(story_index: Index) -> None:
    second = story_index.related(PROBE, BY_SCORE)[1]
    why = story_index.why(PROBE, second.event.id, RelatedOptions(limit=1, fold=False))
    assert why.verdict.startswith("Not among the first 1") and why.rank == 2


def test_why_says_that_an_event_is_itself(story_index: Index) -> None:
    why = story_index.why(PROBE, PROBE)
    assert "same event" in why.verdict
    assert why.rank is None
    assert_sound(why.hit)


def test_why_says_that_nothing_is_shared(story_index: Index) -> None:
    why = story_index.why(PROBE, "/odd/number.md")
    assert (why.rank, why.hit.context) == (None, ())
    assert why.verdict.startswith(("Not listed", "Not among"))
    assert_sound(why.hit)


def test_why_is_sound_for_every_pair(story_index: Index) -> None:
    ids = list(story_index.ids())
    for one in ids[::3]:
        for other in ids:
            assert_sound(story_index.why(one, other).hit)
