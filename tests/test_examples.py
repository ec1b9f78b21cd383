"""The examples in docstrings give what they show, in a folder with an archive and its index."""

import doctest
import json
from importlib import import_module
from pathlib import Path

import pytest

import search
from search import Index, build
from tests.small_archive import page_of, stories

ROOT = Path(search.__file__).parent.parent
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in ROOT.joinpath("search").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)
MOST_USED = (
    "search.archive.scan.read", "search.engine.build.build", "search.engine.index.Index",
    "search.engine.index.Index.search", "search.engine.index.Index.related",
    "search.engine.index.Index.related_text", "search.engine.index.Index.why",
    "search.engine.parallel_lists.related_lists", "search.engine.regenerate.regenerate_archive",
    "search.model.event.Event",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    lines = [f"{json.dumps(event.to_json())}\n" for event in stories()]
    folder.joinpath("events.jsonl").write_text("".join(lines), encoding="utf-8")
    for event in stories():
        page = folder / event.id.lstrip("/")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(page_of(event), encoding="utf-8")
    build(folder / "events.jsonl", folder / "index")
    return folder


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name.startswith("search."):
        monkeypatch.chdir(folder)
    with Index.open(folder / "index") as index:
        lander, probe = ("lantern-hears-the-lander", "the-probe-lantern")
        names = {
            "index": index,
            "lander_id": next(each for each in index.ids() if lander in each),
            "probe_id": next(each for each in index.ids() if probe in each),
        }
        assert doctest.testmod(import_module(name), extraglobs=names).failed == 0


@pytest.mark.parametrize("name", MOST_USED)
def test_what_is_used_most_has_an_example(name: str) -> None:
    found = {test.name for module in MODULES for test in _tests_of(module) if test.examples}
    assert name in found


def _tests_of(name: str) -> list[doctest.DocTest]:
    return doctest.DocTestFinder().find(import_module(name))
