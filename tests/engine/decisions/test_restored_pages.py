"""A page that git or a backup restored was not edited; one that an editor changed was."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from search import regenerate_archive
from tests.engine.decisions.editing import EVENTS, banned, commit, edited, git, line_of, listed
from tests.site_pages import bytes_of, put
from tests.small_archive import page_of

NEW = EVENTS[0]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site in git with lists, and a new event that a run has listed since."""
    site = put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS[1:]})
    regenerate_archive(site, tmp_path / "earlier")
    put(site, {NEW.id: page_of(NEW)})
    commit(site)
    regenerate_archive(site, tmp_path / "i")
    return site


@pytest.fixture
def page(site: Path) -> str:
    """A page that the run gave only a link to the new event."""
    return next(event.id for event in EVENTS[1:] if NEW.id in listed(site, event.id))


def stash(site: Path, page: str) -> None:
    git(site, "stash")


def check_out(site: Path, page: str) -> None:
    git(site, "checkout", f".{page}")


def check_out_a_branch(site: Path, page: str) -> None:
    commit(site, "A run")
    git(site, "checkout", "-q", "HEAD~1")


def revert(site: Path, page: str) -> None:
    commit(site, "A run")
    git(site, "revert", "--no-edit", "HEAD")


def merge_what_had_no_run(site: Path, page: str) -> None:
    git(site, "checkout", "-qb", "other")
    commit(site, "A run")
    git(site, "checkout", "-q", "HEAD~1")
    edited(site, page, "# ", "# Corrected: ")
    commit(site, "Correct a title")
    git(site, "merge", "-q", "-s", "ours", "--no-edit", "other")


def put_a_backup_back(site: Path, page: str) -> None:
    path = site / page[1:]
    without = path.read_bytes().replace(line_of(site, page, NEW.id).encode(), b"")
    path.write_bytes(without)
    os.utime(path, (1_000_000_000, 1_000_000_000))


@pytest.mark.parametrize(
    ("restore", "index"),
    [
        (put_a_backup_back, "i"),
        *(
            (restore, index)
            for restore in (stash, check_out, check_out_a_branch, revert, merge_what_had_no_run)
            for index in ("i", "fresh")
        ),
    ],
)
def test_a_page_that_was_restored_bans_nothing(
    site: Path, tmp_path: Path, page: str, restore: Callable[[Path, str], None], index: str
) -> None:
    restore(site, page)
    assert NEW.id not in listed(site, page)
    regenerate_archive(site, tmp_path / index)
    assert banned(site) == []
    assert NEW.id in listed(site, page)


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_new_link_that_is_deleted_by_hand_stays_so_in_git(
    site: Path, tmp_path: Path, page: str, is_committed: bool
) -> None:
    edited(site, page, line_of(site, page, NEW.id), "")
    if is_committed:
        commit(site, "A run, but for one link")
    regenerate_archive(site, tmp_path / "i")
    assert banned(site) == [page[1:]]
    assert NEW.id not in listed(site, page)


@pytest.mark.parametrize("most", [30, 0])
def test_a_link_that_is_deleted_after_its_run_was_committed_stays_so(
    site: Path, tmp_path: Path, page: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even in so many pages that git is no longer asked for the history of each."""
    monkeypatch.setattr("search.engine.decisions.hand_edits._MOST_LOOKED_UP", most)
    commit(site, "A run")
    edited(site, page, line_of(site, page, NEW.id), "")
    commit(site, "Delete a link")
    git(site, "commit", "-qm", "This reverts commit 1", "--allow-empty")
    regenerate_archive(site, tmp_path / "i")
    assert banned(site) == [page[1:]]


def test_what_is_deleted_on_another_branch_counts_from_the_list_there(
    site: Path, tmp_path: Path, page: str
) -> None:
    """Not from the list that the last run wrote on the branch before."""
    check_out_a_branch(site, page)
    other = listed(site, page)[0]
    edited(site, page, line_of(site, page, other), "")
    regenerate_archive(site, tmp_path / "i")
    text = (site / page[1:]).read_text(encoding="utf-8")
    assert f"ban {other} -->" in text
    assert f"ban {NEW.id}" not in text
    assert NEW.id in listed(site, page)


def test_a_backup_of_an_editors_page_keeps_what_was_deleted_there(
    site: Path, tmp_path: Path, page: str
) -> None:
    put_a_backup_back(site, page)
    other = listed(site, page)[0]
    edited(site, page, line_of(site, page, other), "")
    os.utime(site / page[1:], (1_000_000_000, 1_000_000_000))
    regenerate_archive(site, tmp_path / "i")
    text = (site / page[1:]).read_text(encoding="utf-8")
    assert (f"ban {other} -->" in text, f"ban {NEW.id}" in text) == (True, False)


@pytest.mark.parametrize("depth", [[], ["--depth", "1"], ["--filter=blob:none"]])
def test_any_clone_with_the_index_of_another_tells_what_was_deleted(
    site: Path, tmp_path: Path, page: str, depth: list[str]
) -> None:
    """So it is where the index is kept between runs on fresh clones."""
    commit(site, "A run")
    edited(site, page, line_of(site, page, NEW.id), "")
    commit(site, "Delete a link")
    git(site, "config", "uploadpack.allowFilter", "true")
    (tmp_path / "new").mkdir()
    git(tmp_path / "new", "clone", "-q", *depth, f"file://{site}", "site")
    clone = tmp_path / "new" / "site"
    before = bytes_of(clone)
    regenerate_archive(clone, tmp_path / "i")
    after = bytes_of(clone)
    assert [name for name in after if after[name] != before[name]] == [page[1:]]
    assert banned(clone) == [page[1:]]


@pytest.mark.parametrize("place", [0, -1])
def test_what_was_deleted_is_found_again_in_pages_that_are_only_published(
    site: Path, tmp_path: Path, page: str, place: int
) -> None:
    """So it is where each run begins with a clone, and what it writes is never committed."""
    commit(site, "A run")
    gone = listed(site, page)[place]
    edited(site, page, line_of(site, page, gone), "")
    commit(site, "Delete a link")
    for _ in range(3):
        regenerate_archive(site, tmp_path / "i")
        assert gone not in listed(site, page)
        git(site, "checkout", ".")


def test_a_new_link_that_was_never_committed_stays_deleted_where_git_takes_the_mark(
    site: Path, tmp_path: Path, page: str
) -> None:
    """The commit without the link is older than the run that found that the link was deleted."""
    edited(site, page, line_of(site, page, NEW.id), "")
    commit(site, "A run, but for one link", at=1_500_000_000)
    regenerate_archive(site, tmp_path / "i")
    marked = bytes_of(site)
    git(site, "checkout", ".")
    for _ in range(2):
        regenerate_archive(site, tmp_path / "i")
        assert bytes_of(site) == marked


def test_pages_that_git_restores_one_by_one_with_runs_between_ban_nothing(
    tmp_path: Path,
) -> None:
    """A page that was restored is as committed, but not as the run before wrote it."""
    site = put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})
    regenerate_archive(site, tmp_path / "earlier")
    last = {event.id: listed(site, event.id)[-1] for event in EVENTS if listed(site, event.id)}
    for page, link in last.items():
        edited(site, page, line_of(site, page, link), "")
    commit(site, at=1_500_000_000)
    regenerate_archive(site, tmp_path / "i")
    regenerate_archive(site, tmp_path / "i", fresh=True)
    longer = [page for page in last if last[page] in listed(site, page)]
    for page in longer:
        git(site, "checkout", f".{page}")
        regenerate_archive(site, tmp_path / "i")
    assert len(longer) > 1
    assert banned(site) == []


@pytest.mark.parametrize("is_committed", [False, True])
@pytest.mark.parametrize("place", [0, -1])
def test_a_ban_ends_where_an_editor_takes_its_mark_back(
    site: Path, tmp_path: Path, page: str, is_committed: bool, place: int
) -> None:
    gone = listed(site, page)[place]
    edited(site, page, line_of(site, page, gone), "")
    regenerate_archive(site, tmp_path / "i")
    commit(site, "A run with a mark")
    edited(site, page, f"<!-- event-search: ban {gone} -->\n", "")
    if is_committed:
        commit(site, "Take the mark back")
    regenerate_archive(site, tmp_path / "i")
    assert gone in listed(site, page)


def reformat(data: bytes) -> bytes:
    """As formatters of Markdown do: numbers counted, ``*`` for ``_``, blanks at ends cut."""
    lines, number = [], 0
    for line in data.decode().splitlines():
        number = number + 1 if line[:1].isdecimal() else 0
        counted = f"{number}.{line.partition('.')[2]}" if number else line
        lines.append(re.sub("_(Context: .*)_$", r"*\1*", counted.rstrip()))
    return "\n".join(lines).encode() + b"\n"


@pytest.mark.parametrize(
    "form",
    [
        reformat,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data.rstrip(b"\n"),
        lambda data: data.replace(b"1. [", b"- [").replace(b"\n- [", b"\n\n- ["),
    ],
)
def test_a_formatter_is_no_editor(
    site: Path, tmp_path: Path, form: Callable[[bytes], bytes]
) -> None:
    commit(site, "A run")
    lists = {event.id: sorted(listed(site, event.id)) for event in EVENTS}
    for path in site.rglob("*.md"):
        path.write_bytes(form(path.read_bytes()))
    for index in ("i", "new"):
        regenerate_archive(site, tmp_path / index)
        assert not [path for path in site.rglob("*.md") if b"event-search" in path.read_bytes()]
        text = {event.id: (site / event.id[1:]).read_bytes() for event in EVENTS}
        assert all(
            text[name].count(f"]({link})".encode()) == 1
            for name, links in lists.items()
            for link in links
        )
