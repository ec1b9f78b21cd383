"""The command ``evaluate``."""

from pathlib import Path

import pytest

from search import Index
from tests.cli.conftest import LANDER, PROBE, Ask, assert_one_line_of_advice


@pytest.fixture
def labels(tmp_path: Path, story_index: Index) -> Path:
    """What the ranking has on the second place, and an event that nobody knows."""
    second = story_index.related(PROBE, min_score=0.0)[1].event.id
    path = tmp_path / "qrels.txt"
    path.write_text(f"{PROBE} 0 {second} 1\n/none.md 0 {LANDER} 1\n", encoding="utf-8")
    return path


def test_the_exit_code_is_1_below_a_score(ask: Ask, labels: Path) -> None:
    found = ask("evaluate", "--qrels", labels, "--json")
    assert (found.code, found.json["events"], found.json["unknown"]) == (0, 2, 1)
    ndcg = found.json["nDCG@10"]["mean"]
    assert ndcg == pytest.approx(0.6309 / 2, abs=1e-4)
    assert ask("evaluate", "--qrels", labels, "--fail-below", ndcg).code == 0
    below = ask("evaluate", "--qrels", labels, "--fail-below", 0.32)
    assert (below.code, below.err) == (1, "nDCG@10 is 0.315, less than 0.32\n")


def test_two_settings_are_compared_list_by_list(ask: Ask, labels: Path) -> None:
    found = ask("evaluate", "--qrels", labels, "--json", "--compare", "--older")
    assert found.json["other"]["nDCG@10"]["mean"] == 0
    assert found.json["gain"]["mean"] == pytest.approx(-found.json["nDCG@10"]["mean"])
    assert [each["event_id"] for each in found.json["differences"]] == [PROBE]
    assert f"to 0.000  {PROBE}" in ask("evaluate", "--qrels", labels, "--compare", "--older").out


def test_a_run_file_brings_the_lists_of_one_version_to_another(
    ask: Ask, labels: Path, tmp_path: Path, story_index: Index
) -> None:
    run = tmp_path / "ours.run"
    assert ask("evaluate", "--qrels", labels, "--write-run", run).code == 0
    lines = [line.split() for line in run.read_text(encoding="utf-8").splitlines()]
    hits = story_index.related(PROBE, min_score=0.0, fold=False)
    assert [line[:4] for line in lines] == [
        [PROBE, "Q0", hit.event.id, str(rank)] for rank, hit in enumerate(hits, 1)
    ]
    words = ("evaluate", "--qrels", labels, "--json", "--compare-run", run)
    assert ask(*words).json["gain"]["mean"] == 0
    run.write_text("".join(f"{' '.join(line)}\n" for line in [*lines[1:2], *lines[:1]]))
    assert ask(*words).json["gain"]["mean"] == 0, "a run is ordered by its scores"


@pytest.mark.parametrize(
    "words",
    [
        ("--compare", "--no-such"),
        ("--compare", "--limit 'x"),
        ("--compare", "--limit x"),
        ("--compare", "--older", "--compare-run", "qrels.txt"),
        ("--tags",),
        ("--write-run", "qrels.txt"),
    ],
)
def test_what_cannot_be_done_is_refused_with_advice(
    ask: Ask, labels: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(labels.parent)
    before = labels.read_bytes()
    ran = ask("evaluate", "--qrels", labels.name, *words)
    assert_one_line_of_advice(ran)
    assert "--compare --help" not in ran.err
    assert labels.read_bytes() == before
