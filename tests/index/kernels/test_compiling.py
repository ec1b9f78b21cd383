"""Compiled loops are code: they are loaded only from where nobody else can put them."""

import os
from pathlib import Path

import pytest

from search.index.kernels.compiling import is_safe


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    place = tmp_path / "home/.cache/numba"
    place.mkdir(parents=True)
    for path in (place, *list(place.parents)[:2]):
        path.chmod(0o700)
    return place


def test_a_directory_of_our_own_is_safe(cache: Path) -> None:
    assert is_safe(cache) and is_safe(cache / "not/there/yet")


@pytest.mark.parametrize("mode", [0o777, 0o702, 0o1777])
def test_a_directory_that_all_may_write_to_is_not_safe(cache: Path, mode: int) -> None:
    cache.chmod(mode)
    assert not is_safe(cache)


def test_a_directory_above_that_all_may_write_to_is_not_safe_unless_sticky(cache: Path) -> None:
    cache.parent.chmod(0o777)
    assert not is_safe(cache)
    cache.parent.chmod(0o1777)
    assert is_safe(cache)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
@pytest.mark.parametrize("up", [0, 1, 2])
def test_a_directory_of_another_user_is_not_safe(cache: Path, up: int) -> None:
    os.chown([cache, *cache.parents][up], 12345, 12345)
    assert not is_safe(cache)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_group_of_others_is_not_trusted(cache: Path) -> None:
    os.chown(cache, os.geteuid(), 4242)
    cache.chmod(0o770)
    assert not is_safe(cache)
    cache.chmod(0o750)
    assert is_safe(cache)


def test_a_link_is_as_safe_as_where_it_leads(cache: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(cache)
    assert is_safe(link)
    cache.chmod(0o777)
    assert not is_safe(link)


@pytest.mark.parametrize("mode", [0o666, 0o602, 0o622])
def test_a_file_that_others_may_write_to_is_not_safe(cache: Path, mode: int) -> None:
    file = cache / "related.links-1.py311.1.nbc"
    file.write_bytes(b"")
    file.chmod(0o644)
    assert is_safe(cache)
    file.chmod(mode)
    assert not is_safe(cache)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_of_another_user_is_not_safe(cache: Path) -> None:
    file = cache / "related.links-1.py311.1.nbc"
    file.write_bytes(b"")
    os.chown(file, 12345, 12345)
    assert not is_safe(cache)


def test_a_file_that_is_a_link_is_not_safe(cache: Path) -> None:
    (cache / "related.links-1.py311.1.nbc").symlink_to("/dev/null")
    assert not is_safe(cache)
