"""Closing frees everything at once, and asking for ever costs no more than asking a while."""

import gc
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Index
from tests.faults import long_lived


@pytest.fixture(autouse=True)
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_reopening_leaves_memory_and_descriptors_as_they_were(
    full: bool, story_directory: Path
) -> None:
    early, end = long_lived.reopened(story_directory, 10_000 if full else 200)
    assert early.is_flat_until(end), (early, end)


def test_asking_leaves_memory_and_descriptors_as_they_were(
    full: bool, story_directory: Path
) -> None:
    early, end = long_lived.asked(story_directory, 100_000 if full else 800)
    if full:
        assert early.is_flat_until(end), (early, end)
    assert end.descriptors <= early.descriptors + 1
    assert end.memory <= early.memory + (40 << 20), (early, end)


def test_an_open_index_holds_hardly_a_descriptor(story_directory: Path) -> None:
    before = long_lived.Use.now().descriptors
    opened = [Index.open(story_directory) for _ in range(5)]
    for index in opened:
        index.search("earthquake")
    assert long_lived.Use.now().descriptors <= before + 1
    for index in opened:
        index.close()


def test_many_indexes_are_open_under_a_low_limit(story_directory: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = max(int(path.name) for path in Path("/proc/self/fd").iterdir()) + 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken + 8, hard))
    try:
        opened = [Index.open(story_directory) for _ in range(50)]
        assert all(index.search("earthquake").total for index in opened)
        for index in opened:
            index.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
