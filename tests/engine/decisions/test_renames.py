"""Decisions follow pages that were renamed, where git or the index shows it."""

import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from search import Index, ReadOptions, RelatedOptions, build, regenerate_archive
from search.archive.git_history import last_committed, renames_below
from search.engine.decisions.answers import related
from search.engine.decisions.renames import renames_of
from search.engine.decisions.review import marks_in
from search.engine.decisions.rules import Rules
from tests.engine.decisions.editing import (
    EVENTS,
    commit,
    decide,
    edited,
    line_of,
    listed,
    rename,
    with_list,
)
from tests.site_pages import put
from tests.small_archive import page_of


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})


@pytest.mark.parametrize("how", ["committed", "in the working copy", "by the index", "by nothing"])
@pytest.mark.parametrize("by", ["mark", "related.toml"])
def test_a_ban_follows_a_page_that_was_renamed_where_something_shows_it(
    site: Path, tmp_path: Path, how: str, by: str
) -> None:
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    old = listed(site, page)[0]
    new = old.replace(".md", "-again.md")
    if by == "mark":
        edited(site, page, "\n### Source", f"\n<!-- event-search: ban {old} -->\n\n### Source")
    else:
        decide(site, f'[ban]\n"{page}" = ["{old}"]\n')
    if how in ("committed", "in the working copy"):
        commit(site, "Lists")
    rename(site, old, new)
    if how == "committed":
        commit(site, "Rename a page")
    follows = how != "by nothing"
    directory = tmp_path / ("i" if how == "by the index" else "new")
    run = regenerate_archive(site, directory, fresh=True)
    assert run.stale_marks == (0 if follows else 1)
    assert (new in listed(site, page)) != follows
    with Index.open(directory) as index:
        answered = related(index, page, RelatedOptions())
        assert (new in [hit.event.id for hit in answered]) != follows
        assert [bool(mark.note) for mark in marks_in(site, index)] == [not follows]


def test_a_new_page_with_an_old_name_is_the_one_that_is_meant(site: Path, tmp_path: Path) -> None:
    old, other = EVENTS[0].id, EVENTS[1].id
    commit(site, "Pages")
    rename(site, old, "/moved.md")
    rename(site, other, old)
    build([site], tmp_path / "i")
    with Index.open(tmp_path / "i") as index:
        assert Rules(index, ()).id_of(old) == old


@pytest.mark.parametrize("seed", range(3))
def test_any_chain_of_renames_leads_to_the_page(site: Path, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    now = {event.id: event.id for event in EVENTS}
    for number in range(5):
        commit(site, "Pages")
        for name in rng.sample(sorted(now), 3):
            new = f"/{rng.choice(['a', 'b/c'])}/{number}-{now[name].rpartition('/')[2]}"
            rename(site, now[name], new)
            now[name] = new
    build([site], tmp_path / "i")
    with Index.open(tmp_path / "i") as index:
        rules = Rules(index, ())
        assert {name: rules.id_of(name) for name in now} == now
        assert rules.id_of("/never.md") is None


@pytest.mark.parametrize("link", ["", "/{year}/{slug}/"])
def test_the_index_follows_any_chain_of_renames_and_corrections(
    site: Path, tmp_path: Path, link: str
) -> None:
    options = ReadOptions(link=link)
    regenerate_archive(site, tmp_path / "i", read_options=options)
    page, first = EVENTS[0].id, EVENTS[1].id
    now = first
    with Index.open(tmp_path / "i") as index:
        old = index.event(first).link
    edited(site, page, "\n### Source", f"\n<!-- event-search: ban {old} -->\n\n### Source")
    for number in range(3):
        rename(site, now, f"/{number}{now}")
        now = f"/{number}{now}"
        regenerate_archive(site, tmp_path / "i", read_options=options)
        edited(site, now, "\n# ", f"\n# Correction {number}: ")
        assert regenerate_archive(site, tmp_path / "i", read_options=options).stale_marks == 0
        with Index.open(tmp_path / "i") as index:
            assert Rules(index, ()).id_of(old) == Rules(index, ()).id_of(first) == now


def test_a_link_that_is_deleted_in_a_page_while_that_is_renamed_stays_deleted(
    site: Path, tmp_path: Path
) -> None:
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    gone = listed(site, page)[0]
    edited(site, page, line_of(site, page, gone), "")
    rename(site, page, "/renamed.md")
    for _ in range(2):
        regenerate_archive(site, tmp_path / "i")
        assert gone not in listed(site, "/renamed.md")


def test_without_git_there_is_no_history(tmp_path: Path) -> None:
    assert renames_below(tmp_path) == {}
    assert last_committed(tmp_path, ["a.md"]) == {}


def test_git_is_asked_as_often_for_many_dead_links_as_for_one(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(site, "Pages")
    for number, event in enumerate(EVENTS):
        rename(site, event.id, f"/moved/{number}.md")
    build([site], tmp_path / "i")
    starts: list[object] = []
    plain = subprocess.run

    def counted(*command: Any, **options: Any) -> Any:
        starts.append(command)
        return plain(*command, **options)

    monkeypatch.setattr("search.archive.git_history.subprocess.run", counted)
    with Index.open(tmp_path / "i") as index:
        renames = renames_of(index)
        assert renames.of(EVENTS[0].id) == "/moved/0.md"
        asked = len(starts)
        for number, event in enumerate(EVENTS):
            assert renames.of(event.id) == f"/moved/{number}.md"
            assert renames.of(f"/a/path/of/many/parts{event.id}.gone.md") is None
    assert len(starts) == asked


def test_events_are_read_once_and_only_if_git_does_not_know(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(site, "Pages")
    rename(site, EVENTS[0].id, "/moved.md")
    commit(site, "Rename a page")
    build([site], tmp_path / "i")
    reads: list[object] = []
    plain = Index.texts

    def counted(index: Index, *names: str) -> Any:
        reads.append(names)
        return plain(index, *names)

    monkeypatch.setattr(Index, "texts", counted)
    with Index.open(tmp_path / "i") as index:
        assert renames_of(index).of(EVENTS[0].id) == "/moved.md"
        assert reads == []
        for name in "ab":
            assert renames_of(index).of_item(f"/{name}.md", "No such title") is None
        assert len(reads) == 1
