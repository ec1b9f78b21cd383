"""The house keeps its shape: imports go down, third parties stay in their rooms."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Index

PACKAGE = Path(__file__).parent.parent / "search"

# Lowest first. A room may import rooms of lower floors, and of its own floor the ones before it.
FLOORS = [
    [
        "errors",
        "garbage",
        "distinct",
        "english",
        "folding",
        "digraphs",
        "stems",
        "words",
        "acronyms",
        "lexicon",
        "name_words",
        "name_parts",
        "names",
        "terms",
        "edits",
        "kernels",
    ],
    ["events", "clauses", "lexemes", "query", "blocks", "overlay", "generations"],
    [
        "ranking",
        "alias_evidence",
        "aliases",
        "known_names",
        "context",
        "weighing",
        "calibration",
        "matrix",
        "contenders",
        "vectors",
        "linking",
        "explaining",
        "reports",
        "diversity",
        "training",
        "periods",
        "event_file",
    ],
    ["matching", "keywords", "snippets", "reading"],
    [
        "asking",
        "loading",
        "paging",
        "name_postings",
        "shared_names",
        "spellings",
        "bm25",
        "search_ranking",
        "question",
        "plain_words",
    ],
    [
        "snapshot",
        "base",
        "delta",
        "finding",
        "filtering",
        "counting",
        "relating",
        "suggesting",
        "searching",
        "building",
        "index",
    ],
    ["lists", "escaping", "regenerate", "writing", "answers", "charts"],
    ["affected", "page_record", "batch"],
    ["console", "progress", "cli", "__main__"],
]
ONLY_HERE = {
    "whoosh": {"keywords"},
    "numba": {"kernels"},
    "scipy": {"training"},
    "sklearn": {"training"},
    "click": {"cli"},
    "rich": {"progress"},
    "filelock": {"generations"},
    "xxhash": {"blocks"},
    "Stemmer": {"stems"},
    "pickle": {"keywords"},
}


def room_of(path: Path) -> str:
    inner = path.relative_to(PACKAGE)
    return inner.parts[0] if len(inner.parts) > 1 else inner.stem


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            yield node.module or ""
            if node.module == "search":
                yield from (f"search.{alias.name}" for alias in node.names)


def test_every_module_is_on_the_map() -> None:
    rooms = {room_of(path) for path in modules()} - {"__init__"}
    assert rooms == {room for floor in FLOORS for room in floor}


def test_the_readme_shows_the_same_map() -> None:
    readme = (PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    table = readme.split("| floor | rooms |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (\d) \| (.*) \|$", table, flags=re.MULTILINE)
    shown = [set(re.findall(r"`(\w+)`", row)) for _, row in rows]
    assert shown == [{room for room in floor if room != "__main__"} for floor in FLOORS]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    order = [name for floor in FLOORS for name in floor]
    below = set(order[: order.index(room) + 1])
    for name in imports(path):
        if name.startswith("search."):
            assert name.split(".")[1] in below, f"{room} imports {name}, which is not below it"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_third_parties_stay_in_their_rooms(path: Path) -> None:
    for name in imports(path):
        allowed = ONLY_HERE.get(name.split(".")[0])
        assert allowed is None or room_of(path) in allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_outgrows_a_readers_patience(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_a_question_from_the_shell_loads_no_heavy_library(sample_index: Path) -> None:
    with Index.open(sample_index) as index:
        event_id = next(index.ids())
    network = ("http", "ssl", "email", "urllib.request")
    for words, needless in (
        (["search", "the earthquake"], ("whoosh", *network)),
        (["search", "+earthquake"], network),
        (["related", event_id, "--min-score", "0"], ("whoosh", *network)),
        (["related", "--text", "an earthquake in Nepal"], ("whoosh", *network)),
        (["--help"], ("whoosh", *network)),
    ):
        code = (
            "import sys\n"
            f"sys.argv = ['event-search', *{words!r}]\n"
            f"import os; os.environ['EVENT_SEARCH_INDEX'] = {str(sample_index)!r}\n"
            "from search.cli import main\n"
            "try:\n    main()\n"
            "finally:\n"
            f"    heavy = {{*{needless!r}, 'scipy', 'sklearn', 'numba', 'rich', 'filelock'}}\n"
            "    heavy &= set(sys.modules)\n"
            "    assert not heavy, heavy\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout
