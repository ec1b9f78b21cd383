"""The house keeps its shape: imports go down, third parties stay in their rooms."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Index

PACKAGE = Path(__file__).parent.parent / "search"

# Lowest first. A package may import packages below it, and no other.
PACKAGES = [
    "model",
    "text",
    "index",
    "archive",
    "related",
    "fulltext",
    "engine",
    "publish",
    "cli",
]
ONLY_HERE = {
    "numba": {"index"},
    "Stemmer": {"text"},
    "py3langid": {"text"},
    "rapidfuzz": {"text"},
    "regex": {"text"},
    "whoosh": {"engine"},
    "xxhash": {"index", "model"},
    "filelock": {"index"},
    "pickle": set(),
    "dateutil": {"archive"},
    "markdown_it": {"archive"},
    "yaml": {"archive"},
    "feedparser": {"archive"},
    "pyarrow": {"archive"},
    "scipy": {"related"},
    "threadpoolctl": {"related"},
    "click": {"cli"},
    "feedgen": {"publish"},
    "matplotlib": {"publish"},
    "anyio": {"publish"},
    "starlette": {"publish"},
    "tomlkit": {"publish"},
    "mcp": {"publish"},
    "pydantic": {"publish"},
    "jinja2": {"publish"},
    "uvicorn": {"cli"},
    "rich": {"cli"},
}


def package_of(path: Path) -> str:
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


def test_every_module_is_in_a_package() -> None:
    assert {package_of(path) for path in modules()} - {"__init__", "__main__"} == set(PACKAGES)


def test_the_package_folder_has_few_entries() -> None:
    entries = {path.name for path in PACKAGE.iterdir()} - {"__pycache__"}
    assert len(entries) <= 12  # nine packages and three files


def test_no_module_lies_at_the_top_level() -> None:
    assert not list(PACKAGE.parent.glob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    package = package_of(path)
    if package in ("__init__", "__main__"):
        return
    below = set(PACKAGES[: PACKAGES.index(package) + 1])
    if package == "related":
        below -= {"archive"}  # the two do not know each other
    for name in imports(path):
        if name.startswith("search."):
            assert name.split(".")[1] in below, f"{package} imports {name}, which is not below it"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_third_parties_stay_in_their_rooms(path: Path) -> None:
    for name in imports(path):
        allowed = ONLY_HERE.get(name.split(".")[0])
        assert allowed is None or package_of(path) in allowed, f"{path.name} imports {name}"
        in_kernels = path.parent == PACKAGE / "index" / "kernels"
        assert in_kernels or name.split(".")[0] != "numba", f"{path.name} imports numba"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_outgrows_a_readers_patience(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


NETWORK = ("http", "ssl", "email", "urllib.request")
# What a command must not load, beside heavy libraries: the rooms of other commands.
NEEDLESS = {
    "search": ("search.archive", "search.publish", "search.cli.archive_commands",
               "search.text.names.alias_families", "search.related.lists", "numpy.ma"),
    "related": ("search.archive", "search.publish", "search.fulltext.search",
                "search.fulltext.matching", "search.text.names.alias_families"),
    "--help": (),
}  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [["search", "the earthquake"], ["search", "+earthquake"], ["related", "", "--min-score", "0"],
     ["related", "--text", "an earthquake in Nepal"], ["--help"]],
)  # fmt: skip
def test_a_question_from_the_shell_loads_only_what_it_needs(
    sample_index: Path, words: list[str]
) -> None:
    with Index.open(sample_index) as index:
        words = [word or next(index.ids()) for word in words]
    needless = (*NETWORK, *NEEDLESS[words[0]], "whoosh", "scipy", "numba", "rich",
                "filelock")  # fmt: skip
    code = (
        "import sys\n"
        f"sys.argv = ['event-search', *{words!r}]\n"
        f"import os; os.environ['EVENT_SEARCH_INDEX'] = {str(sample_index)!r}\n"
        "from search.cli import main\n"
        "try:\n    main()\n"
        "finally:\n"
        f"    heavy = {{*{needless!r}}} & set(sys.modules)\n"
        "    assert not heavy, heavy\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout
