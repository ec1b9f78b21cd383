"""Decisions for a whole archive: related.toml beside it."""

from pathlib import Path

import pytest

from search import regenerate_archive
from tests.engine.decisions.editing import EVENTS, decide, edited, listed, with_list
from tests.site_pages import items, put
from tests.small_archive import page_of


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})


def test_a_page_is_marked_to_have_no_list(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    edited(site, page, "\n### Source", "\n<!-- event-search: no-list -->\n\n### Source")
    regenerate_archive(site, tmp_path / "i")
    assert listed(site, page) == []
    assert regenerate_archive(site, tmp_path / "i").changed == 0


def test_related_toml_decides_for_the_whole_archive(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site, 3)
    one, two, three = listed(site, page)[:3]
    pinned = next((e.id for e in EVENTS if e.id not in (page, one, two, three)), three)
    decide(site, f'exclude = ["{one}"]\nban_both = [["{page}", "{two}"]]\n')
    regenerate_archive(site, tmp_path / "i")
    assert two not in listed(site, page) and page not in listed(site, two)
    assert all(one not in listed(site, event.id) for event in EVENTS)
    decide(site, f'[pin]\n"{page}" = ["{pinned}"]\n[ban]\n"{page}" = ["{one}"]\n')
    regenerate_archive(site, tmp_path / "i")
    assert pinned in listed(site, page) and one not in listed(site, page)
    decide(site, f'same_story = [["{two}", "{three}"]]\n')
    regenerate_archive(site, tmp_path / "i", fresh=True)
    assert all(len({two, three} & set(listed(site, event.id))) < 2 for event in EVENTS)
    assert regenerate_archive(site, tmp_path / "new").changed == 0


def test_what_is_no_term_is_no_reason(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    named = [(e.id, line) for e in EVENTS for *_, line in items(site, e.id) if "Norland" in line]
    assert named
    decide(site, 'not_a_term = ["norland"]\n')
    regenerate_archive(site, tmp_path / "i")
    assert not any("Norland" in context for e in EVENTS for *_, context in items(site, e.id))
    assert regenerate_archive(site, tmp_path / "i").changed == 0
