"""Fixtures of the tests of related lists."""

from collections.abc import Iterator

import pytest

from search import Index
from tests.conftest import event
from tests.engine.asked_index import indexed
from tests.related.siege import SIEGE
from tests.small_archive import stories


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The siege among other stories."""
    events = [event(*fields) for fields in SIEGE]
    with indexed(tmp_path_factory.mktemp("siege"), [*events, *stories()]) as index:
        yield index
