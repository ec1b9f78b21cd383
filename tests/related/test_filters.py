"""Related lists with filters: what is listed scores as without them, and what is not says why."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Index, RelatedOptions, SearchOptions, UsageError
from search.model.event import day_number
from search.model.options import days_in
from tests.small_archive import ODD, stories

PROBE = "/news/2015/01/05/the-probe-lantern-enters-orbit.md"
LANDER = "/news/2015/02/14/the-european-space-agency-lands.md"
SILENT = "/news/2015/02/17/the-craft-on-the-comet.md"
SHELLED = "/news/2014/06/28/the-northern-front-shells-the.md"
ALL = {"limit": 1000, "min_score": 0.0, "fold": False}
IDS = sorted([event.id for event in stories()] + list(ODD))
DAYS = st.dates(datetime.date(2012, 12, 1), datetime.date(2017, 6, 1))


def listed(index: Index, event_id: str, **filters: object) -> list[str]:
    return [hit.event.id for hit in index.related(event_id, RelatedOptions(**ALL, **filters))]  # type: ignore[arg-type]


@given(
    event_id=st.sampled_from(IDS),
    order=st.sampled_from(["relevance", "context"]),
    since=st.none() | DAYS,
    until=st.none() | DAYS,
    older=st.booleans(),
    newer=st.booleans(),
    within=st.sampled_from([None, "0d", "2w", "6m", "1y"]),
    match=st.sampled_from([None, "norland", "comet -lander", '"port selva"', "title:agency"]),
)
@settings(max_examples=100, deadline=None)
def test_a_filtered_list_is_the_list_without_what_the_filters_leave_out(
    story_index: Index,
    event_id: str,
    order: str,
    since: datetime.date | None,
    until: datetime.date | None,
    older: bool,
    newer: bool,
    within: str | None,
    match: str | None,
) -> None:
    asked = story_index.event(event_id)
    if since and until and since > until:
        since, until = until, since  # as the options do
    matching = None
    if match is not None:
        everything = SearchOptions(limit=1000, fold=False)
        matching = {hit.event.id for hit in story_index.search(match, everything).hits}
    wanted = RelatedOptions(
        **ALL,  # type: ignore[arg-type]
        order=order,  # type: ignore[arg-type]
        since=since,
        until=until,
        older=older,
        newer=newer,
        within=within,
        match=match,
    )
    whole = story_index.related(event_id, RelatedOptions(**ALL, order=order))  # type: ignore[arg-type]
    assert story_index.related(event_id, wanted) == tuple(
        hit
        for hit in whole
        if (since is None or hit.event.day >= str(since))
        and (until is None or hit.event.day <= str(until))
        and (not older or hit.event.day <= asked.day)
        and (not newer or hit.event.day >= asked.day)
        and (
            within is None
            or abs(day_number(hit.event.date) - day_number(asked.date)) <= days_in(within)
        )
        and (matching is None or hit.event.id in matching)
    )


def test_the_day_of_the_event_itself_is_neither_older_nor_newer(story_index: Index) -> None:
    both = {story_index.event(i).date for i in listed(story_index, PROBE, older=True, newer=True)}
    assert both <= {story_index.event(PROBE).date}
    assert SILENT not in listed(story_index, LANDER, older=True)
    assert PROBE in listed(story_index, LANDER, older=True)
    assert SILENT in listed(story_index, LANDER, newer=True)


def test_a_filtered_list_is_as_long_as_it_may_be(story_index: Index) -> None:
    options = RelatedOptions(limit=2, min_score=0, match="earthquake")
    assert len(story_index.related(SHELLED, options)) == 2


def test_a_text_takes_filters_but_has_no_day(story_index: Index) -> None:
    text = "An earthquake in Norland"
    hits = story_index.related_text(
        text, RelatedOptions(since=datetime.date(2014, 7, 10), min_score=0)
    )
    assert hits and all(hit.event.day >= "2014-07-10" for hit in hits)
    hits = story_index.related_text(text, RelatedOptions(match="tents", min_score=0))
    assert [hit.event.day for hit in hits] == ["2014-07-10"]
    for options in (
        RelatedOptions(older=True),
        RelatedOptions(newer=True, order="context"),
        RelatedOptions(within="2y"),
    ):
        with pytest.raises(UsageError, match="a text has none"):
            story_index.related_text(text, options)


@pytest.mark.parametrize("match", ["", "?!", "   "])
def test_a_query_without_a_word_is_refused(story_index: Index, match: str) -> None:
    with pytest.raises(UsageError, match="must hold a word"):
        story_index.related(PROBE, RelatedOptions(match=match))


def test_a_query_that_nothing_matches_empties_every_list(story_index: Index) -> None:
    assert listed(story_index, PROBE, match="zzzz") == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (RelatedOptions(since=datetime.date(2015, 3, 1)), "it is from before 2015-03-01"),
        (RelatedOptions(until=datetime.date(2015, 1, 31)), "it is from after 2015-01-31"),
        (RelatedOptions(older=True), "it is newer, and only older events are wanted"),
        (RelatedOptions(within="3d"), "it is 40 days away, and only events within 3d are wanted"),
        (RelatedOptions(match="earthquake"), "it does not match earthquake"),
    ],
)
def test_why_names_the_filter_that_keeps_an_event_out(
    story_index: Index, options: RelatedOptions, reason: str
) -> None:
    why = story_index.why(PROBE, LANDER, options)
    assert why.verdict == f"Not listed: {reason}."
    assert why.rank is None
    assert why.hit == story_index.why(PROBE, LANDER).hit


def test_why_says_that_a_pair_is_older(story_index: Index) -> None:
    assert "it is older" in story_index.why(LANDER, PROBE, RelatedOptions(newer=True)).verdict


def test_a_rank_counts_what_may_be_listed(story_index: Index) -> None:
    wide, narrow = RelatedOptions(), RelatedOptions(match="silent OR lantern")
    assert story_index.why(PROBE, SILENT, narrow).rank is not None
    ranks = [story_index.why(PROBE, SILENT, options).rank or 0 for options in (narrow, wide)]
    assert ranks == sorted(ranks)


def test_an_event_is_itself_whatever_is_filtered(story_index: Index) -> None:
    why = story_index.why(SHELLED, SHELLED, RelatedOptions(match="comet"))
    assert "same event" in why.verdict


@pytest.mark.parametrize("span", ["", "2", "y", "-1d", "1.5y", "2 years", "99999999d", 3, "2Y"])
def test_a_span_that_is_none_is_refused(span: object) -> None:
    with pytest.raises(UsageError, match="such as 30d"):
        RelatedOptions(within=span)  # type: ignore[arg-type]


def test_all_lists_keep_within_a_span_as_single_ones_do(story_index: Index) -> None:
    options = RelatedOptions(within="6m", min_score=0)
    lists = list(story_index.related_to_each(IDS, options))
    assert any(lists) and lists == [story_index.related(one, options) for one in IDS]
