"""Lists made by the workers of a Dask cluster are those of one process, if one is killed too."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search import Index, build, related_lists
from tests.engine.test_sharded_build import EVENTS, tree

distributed = pytest.importorskip("distributed")
RECIPES = Path(__file__).parents[2] / ".github" / "MANY_MACHINES.md"

# What Dask warns of is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_the_lists_of_a_worker_that_is_killed_are_made_again(
    client: Any, sample_index: Path
) -> None:
    with Index.open(sample_index) as index:
        alone = list(related_lists(index, index.ids()))
        made = related_lists(index, index.ids(), executor=client.get_executor())
        listed = [next(made)]
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        assert [*listed, *made] == alone


def test_an_index_is_built_by_dask_as_by_one_process(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engine.base_segment.PART", len(EVENTS) // 5)
    build(events=EVENTS, directory=tmp_path / "one")
    build(events=EVENTS, directory=tmp_path / "many", executor=client.get_executor())
    assert tree(tmp_path / "many") == tree(tmp_path / "one")


def test_the_recipe_runs(
    client: Any, sample_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipes = re.findall(r"```python\n(.*?)```", RECIPES.read_text(encoding="utf-8"), re.S)
    (recipe,) = (recipe for recipe in recipes if "dask" in recipe)
    recipe = recipe.replace("tcp://scheduler:8786", client.scheduler.address)
    exec(compile(recipe.replace("/shared/index", str(sample_index)), str(RECIPES), "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) == 697
