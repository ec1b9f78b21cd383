"""Lists are graded by labels: the figures, their intervals, and what labels come from."""

import math
from pathlib import Path

import numpy as np
import pytest

from search import Index, RelatedOptions, UsageError, build
from search.engine import evaluation, relevance_labels
from search.engine.evaluation import Ranking, compared, grade, mean_of, ndcg
from tests.site_pages import put
from tests.small_archive import page_of, stories

EVENTS = stories()[:9]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put(tmp_path_factory.mktemp("site"), {e.id: page_of(e) for e in EVENTS})


@pytest.fixture(scope="module")
def index(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("index")
    build([site], directory / "i")
    return directory / "i"


def test_ndcg_is_the_share_of_the_best_possible_gain() -> None:
    assert ndcg(["a", "b"], {"a": 1, "b": 1}) == 1
    assert ndcg(["x", "a"], {"a": 1}) == pytest.approx(1 / math.log2(3))
    assert ndcg(["b", "a"], {"a": 3, "b": 1}) == pytest.approx(
        (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))
    )
    assert ndcg(["x"] * 10 + ["a"], {"a": 1}) == 0
    assert ndcg(["a"], {"a": 0}) == 0


def test_an_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    values = np.array([0.0, 0.2, 0.9, 1.0, 0.4])
    mean = mean_of(values)
    assert mean.low <= mean.mean <= mean.high and mean == mean_of(values)
    assert mean_of(np.ones(3)) == (1, 1, 1)
    assert math.isnan(mean_of(np.zeros(0)).mean)


def test_a_figure_without_values_is_said_to_have_none() -> None:
    nothing = mean_of(np.zeros(0))
    assert str(nothing) == "none: no list has an item"
    assert nothing.plain() == {"mean": None, "low": None, "high": None}


def test_precision_and_coverage_are_of_the_lists_as_they_are_written() -> None:
    found = {"a": Ranking((("b", 0.9),), ("b", "x")), "c": Ranking((), ())}
    grades = grade({"a": {"b": 1}, "c": {"a": 1}, "none": {"a": 1}, "wrong": {"a": 0}}, found)
    means = grades.means()
    assert grades.ids == ("a", "c", "none") and grades.unknown == 1
    assert means["precision"].mean == 0.5
    assert means["coverage"].mean == means["found"].mean == pytest.approx(1 / 3)
    assert means["nDCG@10"].mean == pytest.approx(1 / 3)
    judged = grade({"a": {"b": 1, "x": 0}}, {"a": Ranking((), ("b", "y"))}, judged_only=True)
    assert judged.means()["precision"].mean == 1


def test_two_settings_are_compared_list_by_list() -> None:
    gold = {name: {"r": 1} for name in "abc"}
    right, wrong = Ranking((("r", 1.0),), ("r",)), Ranking((("x", 1.0),), ("x",))
    one = grade(gold, {"a": right, "b": wrong, "c": right})
    other = grade(gold, {"a": wrong, "b": right, "c": right})
    gain, differences = compared(one, other)
    assert gain.mean == 0
    assert [(each.event_id, each.one, each.other) for each in differences] == [
        ("a", 1, 0),
        ("b", 0, 1),
    ]


def test_a_run_that_was_written_is_graded_the_same(index: Path, tmp_path: Path) -> None:
    with Index.open(index) as opened:
        gold = {EVENTS[3].id: {EVENTS[4].id: 1}, EVENTS[5].id: {EVENTS[6].id: 2, EVENTS[7].id: 1}}
        found = evaluation.rankings(opened, gold, RelatedOptions())
    run = tmp_path / "run"
    run.write_text("\n".join(evaluation.run_lines(found)), encoding="utf-8")
    again = evaluation.run_in(run)
    assert {name: one.ranked for name, one in again.items()} == {
        name: one.ranked for name, one in found.items()
    }
    assert list(grade(gold, found).ndcg) == list(grade(gold, again).ndcg)
    assert all(value > 0 for value in grade(gold, found).ndcg)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("q", "a 0 b", ":1: must be TOPIC"),
        ("q", "a 0 b 1\na 0 b x", ":2: must be TOPIC"),
        ("q.json", "[1]", "must be"),
        ("q.json", "{", "no JSON"),
    ],
)
def test_labels_of_another_form_are_refused(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        relevance_labels.labels_in(tmp_path / name)


def test_labels_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "q").write_text("a 0 b 2\na 0 c 0\n\nd 0 a 1\n", encoding="utf-8")
    assert relevance_labels.labels_in(tmp_path / "q") == {"a": {"b": 2, "c": 0}, "d": {"a": 1}}
    (tmp_path / "q.json").write_text('{"related": {"a": ["b"], "c": []}}', encoding="utf-8")
    assert relevance_labels.labels_in(tmp_path / "q.json") == {"a": {"b": 1}}


def test_labels_are_taken_from_marks_links_and_tags(tmp_path: Path) -> None:
    one, two, three = (event.id for event in EVENTS[3:6])
    pages = {event.id: page_of(event) for event in EVENTS}
    pages[one] = pages[one].replace(
        "\n### Source",
        f"\nMore [here]({two}) and [there](/none.md).\n\n<!-- event-search: pin {two} -->\n\n"
        f"<!-- event-search: ban {three} -->\n\n### Source",
    )
    for name in (two, three):
        pages[name] = pages[name].replace("\n# ", "\n##### quakes\n\n# ", 1)
    site = put(tmp_path / "site", pages)
    build([site], tmp_path / "i")
    with Index.open(tmp_path / "i") as opened:
        assert relevance_labels.labels_of_marks(site, opened) == {one: {two: 1, three: 0}}
        assert relevance_labels.labels_of_links(site, opened) == {one: {two: 1}}
        assert relevance_labels.labels_of_tags(opened) == {two: {three: 1}, three: {two: 1}}


def test_a_tag_of_most_events_is_no_label(tmp_path: Path) -> None:
    events = [
        {"id": f"/{n}", "date": "2020-01-01", "title": f"Day {n}", "terms": ["blog", f"{n // 2}"]}
        for n in range(4)
    ]
    build(events=events, directory=tmp_path / "i")
    with Index.open(tmp_path / "i") as opened:
        pairs = {"/0": "/1", "/1": "/0", "/2": "/3", "/3": "/2"}
        wanted = {one: {other: 1} for one, other in pairs.items()}
        assert relevance_labels.labels_of_tags(opened) == wanted
