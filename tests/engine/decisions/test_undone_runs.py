"""A run that is undone is no work of an editor; a link that is deleted after a run is."""

from pathlib import Path

import pytest

from search import RelatedOptions, regenerate_archive
from tests.engine.decisions.editing import EVENTS, banned, commit, edited, line_of, listed
from tests.site_pages import bytes_of, put
from tests.small_archive import page_of

NEW = EVENTS[0]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with lists, and an event that came after them."""
    site = put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS[1:]})
    regenerate_archive(site, tmp_path / "earlier")
    return put(site, {NEW.id: page_of(NEW)})


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("limit", [10, 9])
@pytest.mark.parametrize("index", ["earlier", "new"])
def test_a_run_that_is_undone_bans_nothing(
    site: Path, tmp_path: Path, index: str, limit: int, fresh: bool
) -> None:
    before = bytes_of(site)
    regenerate_archive(site, tmp_path / index)
    after = bytes_of(site)
    put(site, before)
    regenerate_archive(site, tmp_path / index, RelatedOptions(limit=limit), fresh=fresh)
    assert banned(site) == []
    assert fresh or bytes_of(site) == after


@pytest.mark.parametrize("index", ["earlier", "new"])
def test_the_only_link_that_the_last_run_added_to_a_page_can_be_deleted(
    site: Path, tmp_path: Path, index: str
) -> None:
    regenerate_archive(site, tmp_path / index)
    page = next(event.id for event in EVENTS[1:] if NEW.id in listed(site, event.id))
    assert listed(site, NEW.id), "another page that was written shows that no run was undone"
    edited(site, page, line_of(site, page, NEW.id), "")
    for _ in range(2):
        regenerate_archive(site, tmp_path / index)
        assert NEW.id not in listed(site, page)
        assert banned(site) == [page.lstrip("/")]


@pytest.mark.parametrize("files", [1, 101])
def test_a_commit_of_many_files_is_no_work_of_an_editor(
    site: Path, tmp_path: Path, files: int
) -> None:
    regenerate_archive(site, tmp_path / "earlier")
    commit(site)
    page = next(event.id for event in EVENTS[1:] if NEW.id in listed(site, event.id))
    edited(site, page, line_of(site, page, NEW.id), "")
    for number in range(files - 1):
        (site / f"{number}.css").touch()
    commit(site)
    regenerate_archive(site, tmp_path / "new")
    assert (NEW.id in listed(site, page)) == (files > 100)
    assert bool(banned(site)) == (files == 1)
