"""An open index: what is asked of it comes back scored, explained and in one order only."""

import json
import math
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import (
    Event,
    Index,
    IndexDamaged,
    RelatedOptions,
    UnknownEvent,
    UsageError,
)
from search.index import generations
from search.index.snapshot import Snapshot
from search.model.event import day_number
from search.text.analysed_event import canonical_names, names_as_written
from search.text.folding import folded_word
from tests.conftest import event
from tests.engine.asked_index import (
    BOTH_ORDERS,
    BY_SCORE,
    CHESS,
    PROBE,
    QUAKE,
    assert_sound,
    everything_asked,
    ids_of_orders,
    indexed,
)
from tests.small_archive import ODD, odd, stories

# Related lists


@pytest.mark.parametrize("options", BOTH_ORDERS, ids=ids_of_orders)
def test_no_event_is_related_to_itself(story_index: Index, options: RelatedOptions) -> None:
    for event_id in story_index.ids():
        assert event_id not in [hit.event.id for hit in story_index.related(event_id, options)]


@pytest.mark.parametrize("options", BOTH_ORDERS, ids=ids_of_orders)
def test_every_related_item_is_sound(story_index: Index, options: RelatedOptions) -> None:
    found = 0
    for event_id in story_index.ids():
        for hit in story_index.related(event_id, options):
            assert_sound(hit)
            found += 1
    assert found > 50


def test_what_is_related_to_a_story_is_the_story(story_index: Index) -> None:
    hits = story_index.related(PROBE)
    assert len(hits) == 3
    assert all("comet Wex" in hit.event.title for hit in hits)
    assert set(hits[0].context) == {"Lantern", "Wex", "European Space Agency"}


def test_an_event_alone_has_no_related_ones(story_index: Index) -> None:
    assert story_index.related(CHESS) == ()


@pytest.mark.parametrize("event_id", ODD)
@pytest.mark.parametrize("options", BOTH_ORDERS, ids=ids_of_orders)
def test_a_title_with_hardly_a_word_is_answered(
    story_index: Index, event_id: str, options: RelatedOptions
) -> None:
    for hit in story_index.related(event_id, options):
        assert_sound(hit)
    for hit in story_index.related_text(ODD[event_id], options):
        assert_sound(hit)


def test_titles_in_chinese_are_related_by_what_they_share(story_index: Index) -> None:
    [hit] = story_index.related("/odd/chinese.md")
    assert hit.event.id == "/odd/chinese-two.md"
    assert hit.context == ("北京", "地震")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_smallest_archives_answer(tmp_path: Path, count: int) -> None:
    with indexed(tmp_path, stories()[5 : 5 + count]) as index:
        assert len(index) == count
        first = next(index.ids())
        for options in BOTH_ORDERS:
            hits = index.related(first, options)
            assert len(hits) == count - 1
            for hit in hits:
                assert_sound(hit)
        assert len(index.related(first)) == count - 1
        found = index.search("earthquake").hits
        assert len(found) == count
        for hit in found:
            assert_sound(hit)
        assert index.related_text("") == ()
        assert index.info()["events"] == count


def test_an_archive_of_titles_without_words_answers(tmp_path: Path) -> None:
    events = [event(f"/{n}", "2014-01-01", title) for n, title in enumerate(["the", "!!", "it is"])]
    with indexed(tmp_path, events) as index:
        for options in BOTH_ORDERS:
            for event_id in index.ids():
                assert all(not hit.score for hit in index.related(event_id, options))
        assert len(index.search("*").hits) == 3


def test_an_event_under_another_id_is_not_related_to_itself(tmp_path: Path) -> None:
    twins = [event("/a", "2014-01-01", "A storm hits"), event("/b", "2014-01-01", "A storm hits")]
    with indexed(tmp_path, twins) as index:
        assert [list(index.related(event_id)) for event_id in ("/a", "/b")] == [[], []]


def test_what_happens_again_in_the_same_words_is_related(tmp_path: Path) -> None:
    years = [event(f"/{year}", f"{year}-01-01", "A storm hits") for year in (2014, 2015)]
    with indexed(tmp_path, years) as index:
        assert [hit.event.id for hit in index.related("/2014")] == ["/2015"]
        assert [hit.event.id for hit in index.related("/2015")] == ["/2014"]


def test_related_lists_stand_in_their_total_order(story_index: Index) -> None:
    for asked in map(story_index.event, story_index.ids()):
        keys = [
            (
                -hit.score,
                abs(day_number(hit.event.date) - day_number(asked.date)),
                hit.event.day,
                hit.event.id,
            )
            for hit in story_index.related(asked.id, BY_SCORE)
        ]
        assert keys == sorted(keys)


def test_context_lists_stand_in_their_total_order(story_index: Index) -> None:
    options = RelatedOptions(limit=1000, order="context")
    for event_id in story_index.ids():
        hits = story_index.related(event_id, options)
        keys = [(-hit.score, -day_number(hit.event.date), hit.event.id) for hit in hits]
        assert keys == sorted(keys)


@pytest.mark.parametrize("order", ["relevance", "context"])
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_short_list_begins_a_longer_one(story_index: Index, order: str, limit: int) -> None:
    long, short = (
        RelatedOptions(limit=limit, order=order)  # type: ignore[arg-type]
        for limit in (1000, limit)
    )
    for event_id in story_index.ids():
        hits = story_index.related(event_id, long)
        assert story_index.related(event_id, short) == hits[:limit]


@pytest.mark.parametrize("order", ["relevance", "context"])
def test_min_score_keeps_what_scores_as_much(story_index: Index, order: str) -> None:
    whole = replace(BY_SCORE, order=order)  # type: ignore[arg-type]
    for event_id in story_index.ids():
        hits = story_index.related(event_id, whole)
        for least in {hit.score for hit in hits} | {0.3, 0.5, 0.7, 1.0}:
            kept = tuple(hit for hit in hits if hit.score >= least)
            assert story_index.related(event_id, replace(whole, min_score=least)) == kept


def test_short_lists_are_filled_up_and_strict_ones_are_not(story_index: Index) -> None:
    for event_id in story_index.ids():
        hits = story_index.related(event_id, RelatedOptions(limit=1000))
        good = story_index.related(
            event_id, RelatedOptions(limit=1000, min_score=story_index.min_score)
        )
        assert set(hits) >= set(good) and (len(hits) <= 3 or len(hits) == len(good))
        strict = story_index.related(event_id, RelatedOptions(limit=1000, strict=True))
        assert set(strict) <= set(good)


def test_without_time_the_distance_in_days_has_no_share(story_index: Index) -> None:
    timeless = RelatedOptions(limit=1000, min_score=0, time=False)
    kinds = {
        part.kind
        for event_id in story_index.ids()
        for hit in story_index.related(event_id, timeless)
        for part in hit.explanation.contributions
    }
    assert "time" not in kinds
    assert {"name", "term"} <= kinds


def test_a_text_is_related_to_the_events_it_speaks_of(story_index: Index) -> None:
    hits = story_index.related_text("How strong was the earthquake that shook Port Selva?")
    assert hits[0].event.id == QUAKE
    assert "Port Selva" in hits[0].context
    for hit in hits:
        assert_sound(hit)


def test_a_text_in_the_context_order_counts_its_names(story_index: Index) -> None:
    options = RelatedOptions(order="context")
    hits = story_index.related_text("Maria Okonjo visits Port Selva", options)
    assert hits and all({"Maria Okonjo", "Port Selva"} & set(hit.context) for hit in hits)
    assert hits[0].event.title.startswith("President Maria Okonjo")


@given(text=st.text(max_size=60))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_string_is_a_text_to_relate(story_index: Index, text: str) -> None:
    for options in BOTH_ORDERS:
        for hit in story_index.related_text(text, options):
            assert_sound(hit)


def test_printed_context_stands_in_both_events_or_is_another_name_for_it(
    sample_index: Path,
) -> None:
    """Law 1, on the sample archive: as plain words of both, or as a name that both mean."""
    snapshot = Snapshot(generations.current(sample_index).files)
    terms, aliases = snapshot.terms, snapshot.aliases

    def says(event: Event, printed: str) -> bool:
        analysis = terms.analyse(event.text)
        names = canonical_names(names_as_written(analysis, event.terms, aliases))
        if printed in {aliases.surface(name) for name in names}:
            return True
        spoken = {token.term for token in analysis.tokens}
        return {token.term for token in terms.tokens(printed)} <= spoken

    with Index.open(sample_index) as index:
        ids = random.Random(7).sample(list(index.ids()), 150)
        for order in ("relevance", "context"):
            options = RelatedOptions(order=order)
            for asked in map(index.event, ids):
                for hit in index.related(asked.id, options):
                    for printed in hit.context:
                        assert says(asked, printed), (printed, asked)
                        assert says(hit.event, printed), (printed, hit.event)


@pytest.mark.parametrize("least", [-0.1, 1.1, math.nan])
def test_a_least_score_outside_of_0_to_1_is_refused(least: float) -> None:
    with pytest.raises(UsageError, match="from 0 to 1"):
        RelatedOptions(min_score=least)


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="relevance or context"):
        RelatedOptions(order="newest")  # type: ignore[arg-type]


# One archive, one answer


def test_the_order_of_the_file_changes_no_answer(tmp_path: Path) -> None:
    events = [*stories(), *odd()]
    said = set()
    for seed in range(2):
        place = tmp_path / str(seed)
        place.mkdir()
        with indexed(place, random.Random(seed).sample(events, len(events))) as index:
            said.add(everything_asked(index))
    assert len(said) == 1


def test_what_was_asked_before_changes_no_answer(story_directory: Path) -> None:
    with Index.open(story_directory) as asked, Index.open(story_directory) as fresh:
        first = everything_asked(asked)
        for event_id in reversed(list(asked.ids())):
            asked.related(event_id)
            asked.search(asked.event(event_id).title)
        assert everything_asked(asked) == first == everything_asked(fresh)


# Damage


def test_a_file_that_was_altered_is_named_and_never_a_riddle(
    story_directory: Path, tmp_path: Path
) -> None:
    """Every file, with every bit of every seventh byte turned, and with nothing but zeros."""
    generation = (story_directory / "CURRENT").read_text().split()[0]
    whole = sorted(path for path in (story_directory / generation).rglob("*") if path.is_file())
    copy = Path(shutil.copytree(story_directory, tmp_path / "index"))
    for path in whole:
        altered = copy / path.relative_to(story_directory)
        data = path.read_bytes()
        turned = bytes(byte ^ 255 if place % 7 == 0 else byte for place, byte in enumerate(data))
        for damaged in (turned, bytes(len(data))):
            altered.write_bytes(damaged)
            try:
                with Index.open(copy) as index:
                    everything_asked(index)
            except IndexDamaged as error:
                assert str(altered.name) in str(error) and "event-search index" in str(error)
        altered.write_bytes(data)
    with Index.open(copy) as index:
        assert index.info()["events"] == len(index)


def test_a_mistake_of_the_caller_is_not_blamed_on_damage(story_index: Index) -> None:
    with pytest.raises(UsageError, match="a text is None"):
        story_index.related_text(None)  # type: ignore[arg-type]


# What an index says of itself


def test_an_index_says_what_it_holds(story_index: Index) -> None:
    info = story_index.info()
    assert info["events"] == len(story_index) == len(stories()) + len(ODD)
    assert (info["from"], info["to"]) == ("2013-01-01", "2017-03-21")
    assert info["min_score"] == story_index.min_score
    assert Path(info["aliases"]).is_file()
    assert json.loads(json.dumps(info)) == info


def test_ids_come_by_date_and_then_by_themselves(story_index: Index) -> None:
    events = [story_index.event(event_id) for event_id in story_index.ids()]
    assert events == sorted([*stories(), *odd()], key=lambda event: (event.date, event.id))


def test_what_was_answered_outlives_the_index(story_directory: Path) -> None:
    with Index.open(story_directory) as index:
        hits = index.search("earthquake").hits
    assert folded_word("earthquake") in hits[0].event.text.lower()


@pytest.mark.parametrize("text", ["earthquake", "earthqu*", '"Port Selva"', "date:2015", "*"])
def test_a_closed_index_takes_no_search(story_directory: Path, text: str) -> None:
    with Index.open(story_directory) as index:
        hits = index.search("earthquake").hits
    with pytest.raises(UsageError, match="the index is closed; open it again"):
        index.search(text)
    assert hits and all(hit.event.title for hit in hits)


def test_a_explanation_tells_by_which_name_an_event_was_found(story_index: Index) -> None:
    hits = story_index.search("World Health Organization").hits
    told = {
        hit.event.title: [
            part.surface for part in hit.explanation.contributions if part.kind == "name"
        ]
        for hit in hits
    }
    by_its_short_name = "The WHO sends a vaccine against marsh fever to Port Selva."
    assert told[by_its_short_name] == ["World Health Organization = WHO"]
    by_its_name = "Norland is free of marsh fever, says the World Health Organization."
    assert told[by_its_name] == ["World Health Organization"]


def test_hits_are_read_in_full_after_the_index_was_closed(sample_index: Path) -> None:
    with Index.open(sample_index) as index:
        read = [(hit.event, hit.explanation, hit.snippet) for hit in index.search("greece").hits]
        unread = index.search("greece").hits
    assert [(hit.event, hit.explanation, hit.snippet) for hit in unread] == read


def test_the_names_of_an_event_are_told_as_they_are_printed(story_index: Index) -> None:
    event = "/news/2015/08/09/the-who-sends-a-vaccine.md"
    assert story_index.names(event) == ("Port Selva", "World Health Organization")
    with pytest.raises(UnknownEvent):
        story_index.names("/nope")


def test_the_beginning_of_a_name_is_completed(story_index: Index) -> None:
    assert story_index.complete("PORT  s") == ("Port Selva",)
    assert story_index.complete("nor", limit=1) == ("Norland",)
    assert story_index.complete("") == story_index.complete("  ") == ()
    assert story_index.complete("zzz") == ()
