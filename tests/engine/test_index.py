"""An open index: what is asked of it comes back scored, explained and in one order only."""

import datetime
import json
import math
import random
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import (
    Event,
    Explanation,
    Hit,
    Index,
    IndexDamaged,
    RelatedOptions,
    SearchOptions,
    UnknownEvent,
    UsageError,
    build,
)
from search.index import generations
from search.index.snapshot import Snapshot
from search.model import plain_answers as answers
from search.text.analysed_event import canonical_names
from search.text.folding import folded_word
from tests.conftest import event
from tests.small_archive import ODD, odd, stories

PROBE = "/news/2015/01/05/the-probe-lantern-enters-orbit.md"
LANDER = "/news/2015/02/14/the-european-space-agency-lands.md"
QUAKE = "/news/2014/07/09/a-strong-earthquake-shakes-port.md"
CHESS = "/news/2016/09/09/a-chess-player-of-eleven.md"
EVERYTHING = RelatedOptions(limit=1000, min_score=0)
BY_SCORE = RelatedOptions(limit=1000, min_score=0, fold=False)
BOTH_ORDERS = [EVERYTHING, RelatedOptions(limit=1000, min_score=0, order="context")]
ids_of_orders = ["relevance", "context"]


def indexed(place: Path, events: Sequence[Event]) -> Index:
    archive = place / "events.jsonl"
    lines = (json.dumps(event.to_json()) + "\n" for event in events)
    archive.write_text("".join(lines), encoding="utf-8")
    build([archive], place / "index")
    return Index.open(place / "index")


def everything_asked(index: Index) -> str:
    """Answers to many questions as one text."""
    said: list[object] = []
    for options in BOTH_ORDERS:
        said += [answers.related(id, index.related(id, options)) for id in index.ids()]
        said.append(answers.related("", index.related_text("Earthquake in Port Selva", options)))
    for query in ("earthquake norland", '"port selva"', "*", "marsh fever 2015", "地震"):
        said.append(answers.searched(index.search(query, SearchOptions(limit=1000))))
    ids = list(index.ids())
    said += [answers.explained(index.why(a, b)) for a, b in pairwise(ids)]
    return json.dumps(said, ensure_ascii=False)


def assert_sound(hit: Hit) -> None:
    assert math.isfinite(hit.score) and 0 <= hit.score <= 1
    assert hit.score == round(hit.score, 4)
    assert_adds_up(hit.explanation, hit.score)


def assert_adds_up(explanation: Explanation, score: float) -> None:
    assert explanation.total == score
    units = [part.contribution * 10_000 for part in explanation.contributions]
    assert sum(map(round, units)) == round(score * 10_000)
    assert all(math.isclose(unit, round(unit), abs_tol=1e-6) and round(unit) for unit in units)


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


def test_the_same_event_twice_is_related_but_for_the_id(tmp_path: Path) -> None:
    twins = [event("/a", "2014-01-01", "A storm hits"), event("/b", "2014-01-01", "A storm hits")]
    with indexed(tmp_path, twins) as index:
        assert [hit.event.id for hit in index.related("/a")] == ["/b"]
        assert [hit.event.id for hit in index.related("/b")] == ["/a"]


def test_related_lists_stand_in_their_total_order(story_index: Index) -> None:
    for asked in map(story_index.event, story_index.ids()):
        keys = [
            (-hit.score, abs((hit.event.date - asked.date).days), hit.event.date, hit.event.id)
            for hit in story_index.related(asked.id, BY_SCORE)
        ]
        assert keys == sorted(keys)


def test_context_lists_stand_in_their_total_order(story_index: Index) -> None:
    options = RelatedOptions(limit=1000, order="context")
    for event_id in story_index.ids():
        hits = story_index.related(event_id, options)
        keys = [(-hit.score, -hit.event.date.toordinal(), hit.event.id) for hit in hits]
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
        names = canonical_names(analysis, event.terms, aliases)
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


# Searches


def test_a_search_finds_what_has_its_words(story_index: Index) -> None:
    answer = story_index.search("earthquake")
    assert answer.total == 3
    assert all("earthquake" in hit.event.text for hit in answer.hits)
    assert all("**earthquake**" in hit.snippet for hit in answer.hits)


@pytest.mark.parametrize(
    "query",
    ["earthquake norland", "port selva", "*", "quake*", "title:comet", "marsh fever 2015", "地震",
     "erthquake~", "date:2015", "earthquake -rescuers", '"comet wex" OR fever', "source:selva"],
)  # fmt: skip
def test_every_hit_of_a_search_is_sound(story_index: Index, query: str) -> None:
    hits = story_index.search(query, SearchOptions(limit=1000)).hits
    for hit in hits:
        assert_sound(hit)
    keys = [(-hit.score, -hit.event.date.toordinal(), hit.event.id) for hit in hits]
    assert keys == sorted(keys)


def test_a_short_answer_begins_a_longer_one(story_index: Index) -> None:
    for query in ("norland", "port selva", "*", "北京发生强烈地震", "comet 2015"):
        long = story_index.search(query, SearchOptions(limit=1000))
        for limit in (1, 2, 7):
            assert story_index.search(query, SearchOptions(limit=limit)).hits == long.hits[:limit]


def test_dates_leave_out_what_lies_outside(story_index: Index) -> None:
    first, last = datetime.date(2015, 2, 14), datetime.date(2015, 8, 9)
    answer = story_index.search("*", SearchOptions(since=first, until=last, limit=1000))
    assert {hit.event.date for hit in answer.hits} == {
        event.date for event in stories() if first <= event.date <= last
    }
    assert answer.total == len(answer.hits)
    backwards = story_index.search("*", SearchOptions(since=last, until=first, limit=1000))
    assert backwards.hits == answer.hits and "exchanged" in backwards.notes[-1]


def test_a_time_in_the_question_is_a_preference_not_a_filter(story_index: Index) -> None:
    answer = story_index.search("norland 2016", SearchOptions(limit=1000))
    years = [hit.event.date.year for hit in answer.hits]
    assert years[0] == 2016
    assert set(years) == {2014, 2015, 2016}
    assert "time" in answer.notes[0]


@pytest.mark.parametrize("part", ["中", "a ", "THE ", "x*"])
def test_what_is_cut_from_a_query_costs_next_to_nothing(story_index: Index, part: str) -> None:
    def spent(characters: int) -> float:
        begun = time.process_time()
        story_index.search(part * (characters // len(part)))
        return time.process_time() - begun

    assert min(spent(1_000_000) for _ in range(2)) < 32 * max(spent(2_500) for _ in range(3))


@pytest.mark.parametrize("text", ["of the", "the", "+of", "title:in"])
def test_words_that_nearly_all_texts_have_are_said_to_say_nothing(
    story_index: Index, text: str
) -> None:
    answer = story_index.search(text)
    days = [hit.event.date for hit in answer.hits]
    assert days == sorted(days, reverse=True) and len(days) > 1
    assert answer.notes == ("The query has only stop words; the newest events come first.",)
    assert {part.surface for part in answer.hits[0].explanation.contributions} == {
        "every match alike"
    }


@pytest.mark.parametrize("text", ["the comet", "*", "date:2015", '"of the"', ""])
def test_and_only_they_are(story_index: Index, text: str) -> None:
    assert "stop words" not in "".join(story_index.search(text).notes)


def test_a_name_in_capitals_is_no_pronoun(story_index: Index) -> None:
    hits = story_index.search("WHO marsh fever").hits
    assert {hit.event.date.isoformat() for hit in hits[:3]} == {
        "2015-08-01",
        "2015-08-09",
        "2015-09-30",
    }
    for hit in hits[:3]:
        assert "WHO" in hit.context and "who" not in hit.context
        assert any(part.surface == "WHO" for part in hit.explanation.contributions)
    alone = story_index.search("WHO").hits
    assert {hit.event.date for hit in alone[:3]} == {hit.event.date for hit in hits[:3]}
    assert all(any(s.surface == "WHO" for s in hit.explanation.contributions) for hit in alone[:3])
    for query in ("who has marsh fever", "WHO HAS MARSH FEVER"):
        contributions = [
            part for hit in story_index.search(query).hits for part in hit.explanation.contributions
        ]
        assert contributions and all(part.surface.lower() != "who" for part in contributions)


@given(text=st.one_of(st.text(max_size=40), st.text("ab*~\"'():+-. ANDORT2015", max_size=40)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_string_is_a_query(story_index: Index, text: str) -> None:
    for hit in story_index.search(text).hits:
        assert_sound(hit)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", "\ud800", "*", "**", "(", "(" * 3000, "word " * 3000, "x" * 100_000, "NOT",
     "-earthquake", '"', '""', "title:", "title:*", "date:", "date:9999..", "a AND", "~", "a~99",
     "\u202e", "١٩٩٩", "source:(a b)", "+", "-", "AND OR NOT", "it is what it is"],
    ids=lambda text: ascii(text[:12]),
)  # fmt: skip
def test_a_strange_query_is_answered(story_index: Index, text: str) -> None:
    answer = story_index.search(text)
    assert answer.query == text
    for hit in answer.hits:
        assert_sound(hit)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_list_of_no_item_is_refused(story_index: Index, limit: int) -> None:
    with pytest.raises(UsageError, match="must be 1 or more"):
        story_index.search("earthquake", SearchOptions(limit=limit))
    with pytest.raises(UsageError, match="must be 1 or more"):
        RelatedOptions(limit=limit)


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
