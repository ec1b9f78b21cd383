"""What tests of the main job need: a small site, and where its index goes."""

from pathlib import Path

import pytest

from tests.site_pages import put
from tests.small_archive import odd, page_of, stories


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in [*stories(), *odd()]})


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"
