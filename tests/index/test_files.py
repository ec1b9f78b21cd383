"""Damage is found when it is touched, and only then."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.index.checked_file import BLOCK
from search.model.errors import IndexDamaged
from tests.sealed_files import sealed

SIZE = 3 * BLOCK + 1000


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "inner").mkdir()
    random = np.random.default_rng(1)
    (tmp_path / "inner" / "data").write_bytes(random.bytes(SIZE))
    np.save(tmp_path / "rows.npy", random.integers(-128, 128, (4000, 50), dtype=np.int8))
    (tmp_path / "empty").touch()
    (tmp_path / "plain.json").write_text('{"a": 1}')
    return tmp_path


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def test_what_is_whole_is_read_as_it_was_written(place: Path) -> None:
    files = sealed(place)
    assert files.read("inner/data") == (place / "inner" / "data").read_bytes()
    assert files.part("inner").read("data") == files.read("inner/data")
    assert files.read("empty") == b""
    assert files.plain("plain.json", dict) == {"a": 1}
    array = files.array("rows.npy", "|i1", (None, None))
    assert (array.whole() == np.load(place / "rows.npy")).all()
    assert list(files.faults()) == []


@pytest.mark.parametrize("block", range(4))
def test_an_altered_byte_is_found_by_whoever_touches_its_block_and_nobody_else(
    place: Path, block: int
) -> None:
    files = sealed(place)
    flip(place / "inner" / "data", block * BLOCK + 17)
    file = files.open("inner/data")
    for other in range(4):
        begin, end = other * BLOCK, min(SIZE, (other + 1) * BLOCK)
        if other == block:
            with pytest.raises(IndexDamaged, match=r"inner/data: bytes from .* were altered"):
                file.read(begin, end)
        else:
            assert len(file.read(begin, end)) == end - begin
    with pytest.raises(IndexDamaged):
        file.read(0, SIZE)
    assert len(list(files.faults())) == 1


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 4000 * 50 - 1), rows=st.lists(st.integers(0, 3999), max_size=20))
def test_rows_are_as_they_were_or_damage_is_reported(place: Path, at: int, rows: list[int]) -> None:
    files = sealed(place)
    before = np.load(place / "rows.npy")
    flip(place / "rows.npy", place.joinpath("rows.npy").stat().st_size - 1 - at)
    array = None
    try:
        array = files.array("rows.npy", "|i1", (None, None))
        assert (array.at(np.array(rows, dtype=np.int64)) == before[rows]).all()
    except IndexDamaged:
        pass
    touched = 4000 - 1 - at // 50
    if array is not None and touched not in rows:
        rows = [*rows, touched]
        with pytest.raises(IndexDamaged):
            array.at(np.array(rows, dtype=np.int64))
    flip(place / "rows.npy", place.joinpath("rows.npy").stat().st_size - 1 - at)


def test_what_lies_outside_of_a_file_is_never_read(place: Path) -> None:
    files = sealed(place)
    array, file = files.array("rows.npy", "|i1", (None, None)), files.open("inner/data")
    for ask in (
        lambda: array.between(3999, 4001),
        lambda: array.between(-1, 2),
        lambda: array.between(5, 4),
        lambda: array.at(np.array([4000])),
        lambda: file.read(SIZE, SIZE + 1),
        lambda: file.read(-1, 1),
    ):
        with pytest.raises(IndexDamaged):
            ask()


def test_a_file_that_is_gone_or_longer_or_no_file_is_damage(place: Path) -> None:
    files = sealed(place)
    data = place / "inner" / "data"
    data.write_bytes(data.read_bytes() + b"x")
    with pytest.raises(IndexDamaged, match="should have"):
        files.open("inner/data")
    data.unlink()
    with pytest.raises(IndexDamaged, match="inner/data"):
        files.open("inner/data")
    data.symlink_to(place / "rows.npy")
    with pytest.raises(IndexDamaged):
        files.open("inner/data")
    data.unlink()
    data.mkdir()
    with pytest.raises(IndexDamaged, match="not a regular file"):
        files.open("inner/data")
    with pytest.raises(IndexDamaged, match="missing"):
        files.open("never")


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 2), np.int8),
        np.zeros(4, np.int16),
        np.zeros(4, ">f4"),
        np.asfortranarray(np.zeros((4, 2), "<f4")),
        np.array([{}, {}], dtype=object),
    ],
)
def test_an_array_of_another_type_or_shape_is_damage(
    tmp_path: Path, array: np.typing.NDArray[np.generic]
) -> None:
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(IndexDamaged, match=r"a\.npy"):
        sealed(tmp_path).array("a.npy", "<f4", (None,))


@pytest.mark.parametrize("data", [b"", b"\x93NUMPY", b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 9999])
def test_a_header_that_is_none_is_damage(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(data)
    with pytest.raises(IndexDamaged, match=r"a\.npy"):
        sealed(tmp_path).array("a.npy", "<f4", (None,))
