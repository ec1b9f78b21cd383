import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from search import build
from search.engine.build_input import Archives, whole_of
from search.model.errors import UsageError
from search.model.read_options import ReadOptions

ROOT = Path(__file__).parents[2]
ONLY_TO_BUILD = ("numba", "scipy", "threadpoolctl")


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("news/2016", "news"),
        ("news/2016/02", "news"),
        ("news/2016/02/6", "news"),
        ("news/2016/02/6/a.md", "news"),
        ("posts/a.md", "posts"),
        ("news", None),
        ("news/v2/12", None),
    ],
)
def test_a_part_of_a_dated_tree_is_known_by_its_path(
    tmp_path: Path, path: str, whole: str | None
) -> None:
    part = tmp_path / path
    (part if part.suffix == "" else part.parent).mkdir(parents=True)
    if part.suffix:
        part.write_text("# A\n")
    assert whole_of(part) == (whole and tmp_path / whole)


def test_a_map_is_remembered_for_the_same_archives_only(tmp_path: Path) -> None:
    first = Archives.of([tmp_path], None, {"title": "headline"})
    record = first.to_record()
    assert Archives.of(tmp_path).with_recorded(record).options.map == first.options.map
    assert Archives.of(tmp_path / "x").with_recorded(record).options.map is None
    assert Archives.of(tmp_path, None, {}).with_recorded(record).options.map == ()
    assert ReadOptions.from_dict(record["read"]) == first.options


def test_the_directory_of_the_index_must_be_named() -> None:
    with pytest.raises(UsageError, match="the index directory is empty; name one"):
        build(["x"], "")


def test_asking_needs_nothing_that_only_building_needs(tmp_path: Path) -> None:
    titles = ["A dam breaks near Dunmore", "The Dunmore dam is mended", "A festival opens"]
    rows = [{"date": f"2016-02-0{n}", "title": title} for n, title in enumerate(titles, 1)]
    build(events=rows, directory=tmp_path / "ix")
    code = f"""
import sys
from importlib.abc import MetaPathFinder
class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("numba", "llvmlite", "scipy", "threadpoolctl"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
from search import Index
with Index.open({str(tmp_path / "ix")!r}) as index:
    event_id = index.search("dam").hits[0].event.id
    assert index.related(event_id) and index.related_text("the dam at Dunmore")
    assert index.why(event_id, next(iter(index)))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_group_for_asking_is_every_dependency_but_those() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = project["project"]["dependencies"]
    ask = [one for one in needed if not one.startswith(ONLY_TO_BUILD)]
    assert sorted(project["dependency-groups"]["ask"]) == sorted(ask)
