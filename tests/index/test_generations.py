"""Publishing is all or nothing, readers stay with what they opened, damage is named."""

import errno
import json
import os
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from search.index import generations, publishing
from search.index.ownership import MARK, mark_generation
from search.model.errors import (
    IndexDamaged,
    IndexMissing,
    IndexNewer,
    IndexUnusable,
    UsageError,
)
from tests.index.published import published


def test_what_was_published_is_current(tmp_path: Path) -> None:
    published(tmp_path, "one")
    generation = generations.current(tmp_path)
    assert (generation.number, generation.facts) == (1, {"text": "one"})
    assert (generation.directory / "inner" / "data.txt").read_text() == "one"
    assert generation.verify() == []
    assert generation.size() == 3


def test_the_current_generation_and_the_one_before_are_kept_and_no_more(tmp_path: Path) -> None:
    published(tmp_path, "one", "two", "three")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["000002", "000003", "CURRENT", MARK, "LOCK"]


def test_a_reader_keeps_its_generation_while_the_next_is_published(tmp_path: Path) -> None:
    before = published(tmp_path, "one")
    published(tmp_path, "two")
    assert (before.directory / "inner" / "data.txt").read_text() == "one"
    assert generations.current(tmp_path).facts == {"text": "two"}


def test_an_index_that_is_not_there_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="event-search index ARCHIVE"):
        generations.current(tmp_path / "none")


def test_another_format_is_refused_by_number(tmp_path: Path) -> None:
    generation = published(tmp_path, "one")
    path = generation.directory / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["format"] = 99
    path.write_text(json.dumps(manifest))
    digest = blake2b(path.read_bytes(), digest_size=32).hexdigest()
    (tmp_path / "CURRENT").write_text(f"000001 {digest}\n")
    with pytest.raises(IndexNewer, match=r"format 99.*install a newer event-search"):
        generations.current(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: (d / "CURRENT").write_text(""),
        lambda d: (d / "CURRENT").write_text("../../etc 00\n"),
        lambda d: (d / "CURRENT").write_bytes(b"\xff\xfe"),
        lambda d: (d / "000001" / "manifest.json").unlink(),
        lambda d: (d / "000001" / "manifest.json").write_text("{}"),
        lambda d: (d / "000001" / "inner" / "data.txt").unlink(),
        lambda d: (d / "000001" / "inner" / "data.txt").write_text("longer"),
    ],
)
def test_damage_is_found_when_opening(tmp_path: Path, damage: Any) -> None:
    published(tmp_path, "one")
    damage(tmp_path)
    with pytest.raises(IndexDamaged, match="event-search index --repair"):
        generations.current(tmp_path)


def test_verify_finds_a_flipped_bit(tmp_path: Path) -> None:
    generation = published(tmp_path, "one")
    path = generation.directory / "inner" / "data.txt"
    path.write_text("oneX"[1:])
    (sentence,) = generation.verify()
    assert str(path) in sentence
    path.unlink()
    assert len(generation.verify()) == 1


def test_what_was_opened_can_be_read_when_its_names_are_gone(tmp_path: Path) -> None:
    opened = published(tmp_path, "one")
    published(tmp_path, "two", "three")
    assert not opened.directory.exists()
    assert opened.files.part("inner").read("data.txt") == b"one"
    assert opened.verify() == []


def overtaken(directory: Path, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Whoever reads CURRENT finds, so many times, that two more were published before it opened."""
    real, left = generations.named, [times]

    def opened(index: Path, line: str) -> generations.Generation:
        if left[0]:
            left[0] -= 1
            monkeypatch.setattr(generations, "named", real)
            published(directory, "later", "still later")
            monkeypatch.setattr(generations, "named", opened)
        return real(index, line)

    monkeypatch.setattr(generations, "named", opened)


def test_a_reader_that_was_overtaken_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path, "one")
    overtaken(tmp_path, monkeypatch, 4)
    assert generations.current(tmp_path).facts == {"text": "still later"}


def test_a_reader_that_is_overtaken_again_and_again_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path, "one")
    overtaken(tmp_path, monkeypatch, 5)
    with pytest.raises(IndexUnusable, match="faster than it can be read; try again"):
        generations.current(tmp_path)


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"[]", b"{}", b"\xff", b"3"])
def test_a_manifest_that_is_none_is_damage_whatever_its_digest(tmp_path: Path, data: bytes) -> None:
    published(tmp_path, "one")
    (tmp_path / "000001/manifest.json").write_bytes(data)
    digest = blake2b(data, digest_size=32).hexdigest()
    (tmp_path / "CURRENT").write_text(f"000001 {digest}\n")
    with pytest.raises(IndexDamaged, match=r"manifest\.json: no manifest \("):
        generations.current(tmp_path)


def forged(
    directory: Path, alter: Callable[[dict[str, Any]], object], sums: bytes | None = None
) -> None:
    """The generation 000001 with another manifest, as if it had been published so."""
    generation = directory / "000001"
    manifest = json.loads((generation / "manifest.json").read_bytes())
    if sums is not None:
        (generation / "checksums").write_bytes(sums)
        manifest["checksums"] = blake2b(sums, digest_size=32).hexdigest()
    alter(manifest)
    data = json.dumps(manifest).encode()
    (generation / "manifest.json").write_bytes(data)
    digest = blake2b(data, digest_size=32).hexdigest()
    (directory / "CURRENT").write_text(f"000001 {digest}\n")


NAME = "inner/data.txt"
FORGERIES: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "no facts": (lambda m: m.pop("facts"), "manifest.json", "no manifest (KeyError('facts'))"),
    "files in a list": (lambda m: m.update(files=[]), "manifest.json", "no manifest (Attribute"),
    "a size of text": (lambda m: m["files"].update({NAME: "3"}), "manifest.json", "no manifest (T"),
    "a size beyond all": (
        lambda m: m["files"].update({NAME: 1 << 90}), "checksums", "it does not fit the others"
    ),
    "a size below nothing": (
        lambda m: m["files"].update({NAME: -1}), "manifest.json", f"an unknown file: '{NAME}'"
    ),
    "a name that leads out": (
        lambda m: m["files"].update({"../x" * 30: 1}),
        "manifest.json",
        f"an unknown file: '{('../x' * 30)[:80]}'",
    ),
    "one block too few": (
        lambda m: m["files"].update({"more": 70_000}), "checksums", "it does not fit the others"
    ),
    "other checksums": (
        lambda m: m.update(checksums="0" * 64), "checksums", "its bytes were altered"
    ),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_manifest_that_lies_is_told_with_the_file_and_the_reason(
    tmp_path: Path, forgery: str
) -> None:
    published(tmp_path, "one")
    alter, name, reason = FORGERIES[forgery]
    forged(tmp_path, alter)
    with pytest.raises(IndexDamaged) as caught:
        generations.current(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}/000001/{name}: {reason}")
    assert str(caught.value).endswith("; rebuild it with: event-search index --repair")


def test_checksums_of_seven_bytes_are_none(tmp_path: Path) -> None:
    published(tmp_path, "one")
    forged(tmp_path, lambda manifest: None, bytes(7))
    with pytest.raises(IndexDamaged, match=r"no manifest \(ValueError"):
        generations.current(tmp_path)


def test_what_is_damaged_is_named_with_the_reason(tmp_path: Path) -> None:
    published(tmp_path, "one")
    mend = "; rebuild it with: event-search index --repair"
    path = tmp_path / "000001/manifest.json"
    whole = path.read_bytes()

    def told() -> str:
        with pytest.raises(IndexDamaged) as caught:
            generations.current(tmp_path)
        return str(caught.value)

    path.write_bytes(whole + b" ")
    assert told() == f"{path}: its bytes were altered{mend}"
    path.unlink()
    assert told() == f"{path}: No such file or directory{mend}"
    (tmp_path / "CURRENT").write_text("one")
    assert told() == f"{tmp_path}/CURRENT: it does not name a generation{mend}"


def test_a_file_in_the_place_of_an_index_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexMissing):
        generations.current(tmp_path / "file")


def test_a_generation_is_opened_by_the_line_that_named_it(tmp_path: Path) -> None:
    line = published(tmp_path, "one").line
    published(tmp_path, "two")
    assert generations.named(tmp_path, line).facts == {"text": "one"}
    assert (tmp_path / "CURRENT").read_text() != line
    published(tmp_path, "three")
    with pytest.raises(IndexDamaged):
        generations.named(tmp_path, line)


def test_a_generation_is_a_value(tmp_path: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        published(tmp_path, "one").number = 2  # type: ignore[misc]


@pytest.mark.parametrize("link", ["000001", "000001/a", "000001/a/b"])
def test_no_directory_of_a_generation_may_be_a_link(tmp_path: Path, link: str) -> None:
    def build(directory: Path) -> dict[str, Any]:
        (directory / "a/b").mkdir(parents=True)
        (directory / "a/b/data.txt").write_text("one")
        (directory / "empty").write_text("")
        return {}

    index = tmp_path / "index"
    with publishing.writing(index):
        assert publishing.publish(index, build).verify() == []
    (index / link).rename(tmp_path / "elsewhere")
    (index / link).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IndexDamaged) as caught:
        generations.current(index)
    assert str(caught.value).startswith(
        f"{index}/{link}: a symbolic link where a directory should be; rebuild"
    )


def guarded(generation: generations.Generation, error: Exception) -> Exception:
    """What is raised in the place of an error."""
    try:
        with generation.answering():
            raise error
    except Exception as raised:
        return raised


def test_what_points_out_of_bounds_is_a_contradiction_and_no_other_error_is_damage(
    tmp_path: Path,
) -> None:
    generation = published(tmp_path, "one")
    (tmp_path / "000001/inner/data.txt").write_text("eno")
    others: list[Exception] = [
        IndexDamaged("somewhere: wrong"), KeyError("x"), UsageError("wrong"), TypeError("ours"),
        MemoryError(), OSError(errno.EMFILE, "Too many open files"), AssertionError(),
    ]  # fmt: skip
    assert [guarded(generation, error) for error in others] == others
    for error in (IndexError("far"), OverflowError("far")):
        told = guarded(generation, error)
        assert isinstance(told, IndexDamaged)
        assert str(told) == (
            f"{tmp_path}/000001: its files contradict each other ({error!r}); "
            "rebuild it with: event-search index --repair"
        )
        assert told.__cause__ is error
    ran = []
    with generation.answering():
        ran.append(1)
    assert ran == [1]


def test_numbers_are_compared_as_numbers(tmp_path: Path) -> None:
    published(tmp_path, "none")
    (tmp_path / "CURRENT").unlink()
    (tmp_path / "999998").mkdir()
    mark_generation(tmp_path / "999998")
    published(tmp_path, "one", "two", "three")
    names = sorted(path.name for path in tmp_path.glob("[0-9]*"))
    assert names == ["1000000", "1000001"]


def test_a_current_that_is_no_text_is_replaced(tmp_path: Path) -> None:
    published(tmp_path, "one")
    (tmp_path / "CURRENT").write_bytes(b"\xff\xfe")
    assert published(tmp_path, "two").number == 2
    assert generations.current(tmp_path).facts == {"text": "two"}


SYSTEM: dict[int, str] = {
    errno.EMFILE: "close some files", errno.ENFILE: "close some files", errno.ENOMEM: "free some",
    errno.EACCES: "give permission", errno.EPERM: "give permission", errno.EINTR: "interrupted",
}  # fmt: skip


@pytest.mark.parametrize("number", SYSTEM)
@pytest.mark.parametrize("name", ["CURRENT", "manifest.json", "checksums", "data.txt"])
def test_what_the_system_refuses_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    published(tmp_path, "one")
    real = os.open

    def refuse(path: Any, *args: Any, **options: Any) -> int:
        if Path(path).name == name:
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *args, **options)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(IndexUnusable) as caught:
        generations.current(tmp_path)
    assert not isinstance(caught.value, IndexDamaged)
    assert name in str(caught.value) and "--repair" not in str(caught.value)
    assert "not damaged" in str(caught.value) and SYSTEM[number] in str(caught.value)


def test_an_old_current_that_was_put_back_is_told(tmp_path: Path) -> None:
    first = published(tmp_path, "one")
    old = (tmp_path / "CURRENT").read_bytes()
    second = published(tmp_path, "two")
    assert generations.whole_generations_after(second) == []
    assert generations.whole_generations_after(first) == [], "it was published meanwhile"
    (tmp_path / "CURRENT").write_bytes(old)
    (told,) = generations.whole_generations_after(generations.current(tmp_path))
    assert told == (
        f"{tmp_path / 'CURRENT'}: it names generation 1, but generation 2 is whole as well"
    )
    (tmp_path / "000002/manifest.json").write_text("{}")
    assert generations.whole_generations_after(generations.current(tmp_path)) == []
