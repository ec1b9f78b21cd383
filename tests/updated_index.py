"""An index that was updated: a delta over its base, and nothing else beside it."""

import shutil
from pathlib import Path

import pytest

from search import Event, build
from tests.small_archive import odd, page_of, stories


def updated_index(place: Path) -> Path:
    """Build and update an index of the small archive in an empty place."""
    site, index = place / "site", place / "index"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.engine.update_plan.DRIFT", 1.0)  # so small an archive is updated
        _put(site, stories())
        build([site], index)
        _put(site, odd()[:4])
        (site / stories()[3].id.lstrip("/")).unlink()
        build([site], index)
    shutil.rmtree(index / "000001")
    assert (index / "000002" / "delta").is_dir()
    return index


def _put(site: Path, events: list[Event]) -> None:
    for event in events:
        page = site / event.id.lstrip("/")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(page_of(event), encoding="utf-8")
