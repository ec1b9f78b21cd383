"""The n-th file operation fails: the old state or the new, one clear error, nothing left over.

Full version, every operation: ``python -m pytest tests/faults/test_faults.py --full``
"""

import errno
from collections.abc import Iterator

import pytest

from search import EventSearchError, IndexUnwritable
from tests.faults.disturbances import LARGEST_DELTA, Situation, situations
from tests.faults.file_layer import Fault, Layer, installed

FAULTS = {
    "an error": (errno.EIO, False),
    "a full disk for a moment": (errno.ENOSPC, False),
    "a full disk": (errno.ENOSPC, True),
    "a broken disk": (errno.EIO, True),
}


def operations_of(situation: Situation) -> int:
    situation.restore()
    with installed(Layer(situation.root)) as layer:
        situation.run()
    return layer.count


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Situation]]:
    """The situations by name; a test restores the one that it disturbs."""
    place = tmp_path_factory.mktemp("disturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.engine.update_plan.DRIFT", LARGEST_DELTA)
        yield {situation.name: situation for situation in situations(place)}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["build", "update", "regeneration"])
def test_whatever_operation_fails_nothing_is_half_done(
    disturbed: dict[str, Situation], name: str, fault: str, full: bool
) -> None:
    situation = disturbed[name]
    count = operations_of(situation)
    assert count > 30
    wrong = []
    for at in range(0, count, 1 if full else max(1, count // 7)):
        situation.restore()
        layer = Layer(situation.root, Fault(at, *FAULTS[fault]))
        raised: EventSearchError | None = None
        told = False
        with installed(layer):
            try:
                told = situation.run()
            except EventSearchError as error:
                raised = error
        found = situation.faults()
        if raised is None and not told:
            found += situation.unlike_after()
        if raised is not None and "open" not in layer.failed:
            found += [] if isinstance(raised, IndexUnwritable) else [f"it raised {raised!r}"]
        situation.run()
        found += situation.unfinished()
        wrong += [f"operation {at}, {layer.failed[:1]}, {raised!r}: {each}" for each in found]
    assert wrong == []
