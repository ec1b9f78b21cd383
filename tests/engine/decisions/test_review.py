"""Decisions of editors are shown, with those that have no effect."""

from pathlib import Path

from search import Index, build, regenerate_archive
from search.engine.decisions.review import marks_in
from tests.engine.decisions.editing import EVENTS, decide, edited, mark
from tests.small_archive import odd, stories

EVENT = stories()[3]


def test_a_run_says_how_many_marks_name_nothing(site: Path, tmp_path: Path) -> None:
    mark(site, EVENT.id, "ban /news/none.md", f"pin {odd()[0].id}")
    (site / "related.toml").write_text('exclude = ["/news/never.md"]\n', encoding="utf-8")
    for _ in range(2):
        run = regenerate_archive(site, tmp_path / "i")
        assert run.stale_marks == 2
        assert (
            "name 2 pages that are not there: list them with event-search marks" in run.sentence()
        )


def test_marks_are_listed_with_those_that_name_nothing(site: Path, tmp_path: Path) -> None:
    other = stories()[5].id
    mark(site, EVENT.id, f"pin {other}", "ban /news/none.md")
    build([site], tmp_path / "i")
    with Index.open(tmp_path / "i") as index:
        found = list(marks_in(site, index))
    page = site / EVENT.id.lstrip("/")
    lines = page.read_text(encoding="utf-8").split("\n")
    assert [(mark.path, mark.text, bool(mark.note)) for mark in found] == [
        (page, f"pin {other}", False),
        (page, "ban /news/none.md", True),
    ]
    assert all(mark.text in lines[mark.line - 1] for mark in found)


def test_marks_without_effect_are_listed_with_the_reason(site: Path, tmp_path: Path) -> None:
    page, other = EVENTS[0].id, EVENTS[1].id
    marks = f"<!-- event-search: pin {other} -->\n<!-- event-search: ban {other} -->\n"
    edited(site, page, "\n### Source", f"\n{marks}\n### Source")
    decide(site, f'exclude = ["/none.md"]\n[pin]\n"{page}" = ["{other}"]\n')
    build([site], tmp_path / "i")
    with Index.open(tmp_path / "i") as index:
        found = [(mark.text.split()[0], mark.line, mark.note) for mark in marks_in(site, index)]
    assert [(verb, bool(note)) for verb, _, note in found] == [
        ("pin", True),
        ("ban", False),
        ("exclude", True),
        ("pin", True),
    ]
    assert [line for _, line, _ in found][2:] == [1, 3]
