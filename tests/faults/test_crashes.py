"""The machine stops after the n-th file operation: what was not synced is lost, torn, reordered.

Full version, every operation and more orders: ``python -m pytest tests/faults --full``
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.crash_disk import BYTES, KEPT, LOST, NAMES, TORN, Disk, reordered
from tests.faults.disturbances import LARGEST_DELTA, Situation, situations
from tests.faults.file_layer import Layer, installed

KINDS = (LOST, NAMES, TORN, BYTES, KEPT)


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Situation]]:
    """The situations by name; a test restores the one that it disturbs."""
    place = tmp_path_factory.mktemp("disturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.engine.update_plan.DRIFT", LARGEST_DELTA)
        yield {situation.name: situation for situation in situations(place)}


@pytest.mark.parametrize("name", ["build", "update", "regeneration"])
def test_after_a_crash_everything_is_as_before_or_as_after(
    disturbed: dict[str, Situation], name: str, tmp_path: Path, full: bool
) -> None:
    situation = disturbed[name]
    situation.restore()
    disk = Disk(situation.root)
    with installed(Layer(situation.root)) as layer:
        situation.run()
    stride = 1 if full else max(1, len(layer.operations) // 7)
    wrong = []
    for count, operation in enumerate(layer.operations, 1):
        disk.play(operation)
        # What is not yet safe matters most just when something else was renamed.
        often = 8 if full or operation.kind == "rename" else 2
        if often == 2 and count % stride and count != len(layer.operations):
            continue
        for crash in (*KINDS, *(reordered(count * 10 + seed) for seed in range(often))):
            shutil.rmtree(tmp_path / "crashed", ignore_errors=True)
            disk.leave(crash, tmp_path / "crashed")
            found = _found(situation, tmp_path / "crashed")
            if count == len(layer.operations):
                found += _not_safe(situation, tmp_path / "crashed")
            if full or crash not in KINDS:
                found += _not_mended(situation, tmp_path / "crashed")
            wrong += [f"{operation.kind} {count}, {crash.name}: {each}" for each in found]
    assert wrong == []


def _places(situation: Situation, crashed: Path) -> tuple[Path, Path]:
    if situation.root == situation.site:
        return crashed, situation.index
    return situation.site, crashed / situation.index.name


def _found(situation: Situation, crashed: Path) -> list[str]:
    return situation.faults(*_places(situation, crashed))


def _not_safe(situation: Situation, crashed: Path) -> list[str]:
    """What a run that came to its end had not made safe."""
    return [f"at the end, {each}" for each in situation.unlike_after(*_places(situation, crashed))]


def _not_mended(situation: Situation, crashed: Path) -> list[str]:
    """What is wrong after the next run, which nothing disturbs."""
    site, index = _places(situation, crashed)
    situation.act(site, index)
    return situation.unfinished(site, index)


def test_the_model_loses_what_was_not_synced(tmp_path: Path) -> None:
    """A writer that does not sync is caught, and one that syncs in the right order is not."""
    (tmp_path / "root").mkdir()
    page = tmp_path / "root" / "page"
    page.write_bytes(b"before")
    disk = Disk(tmp_path / "root")
    with installed(Layer(tmp_path / "root")) as layer:
        page.with_name("new").write_bytes(b"after")
        page.with_name("new").replace(page)
    for operation in layer.operations:
        disk.play(operation)
    left = set()
    for number, crash in enumerate((*KINDS, *map(reordered, range(40)))):
        disk.leave(crash, tmp_path / f"left{number}")
        left.add((tmp_path / f"left{number}" / "page").read_bytes())
    assert {b"before", b"after", b""} < left
