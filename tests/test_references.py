"""What prose names is there: modules, files and links in docstrings, comments and Markdown."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_FOLDERS = ("search", "tests", "benchmarks")
_CODE = [path for folder in _FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
_PROSE = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "benchmarks").rglob("*.md"))]
_STAND_INS = {"JUDGE.py", "judge.py", "small.py", "search.py"}  # files that are the reader's own


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


def exists(name: str) -> bool:
    """Whether a dotted name leads to a module or to something that it defines."""
    module, rest = name, list[str]()
    while True:
        try:
            found = import_module(module)
            break
        except ModuleNotFoundError:
            module, _, last = module.rpartition(".")
            rest.insert(0, last)
    for part in rest:
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return True


@pytest.mark.parametrize("path", [*_CODE, *_PROSE], ids=names)
def test_every_dotted_name_of_the_package_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    told = set(re.findall(r"(?<![\w./-])search(?:\.[A-Za-z_]\w*)+", text)) - {"search.py"}
    ours = {name for name in told if not name.startswith("search.example")}
    assert not {name for name in ours if not exists(name)}


@pytest.mark.parametrize("path", [*_CODE, *_PROSE], ids=names)
def test_every_python_file_that_is_named_exists(path: Path) -> None:
    here = [names(each) for each in _CODE]
    told = (
        set(re.findall(r"(?<![\w/%])[\w/]*\w\.py\b", path.read_text(encoding="utf-8"))) - _STAND_INS
    )
    if path.is_relative_to(ROOT / "tests"):  # which write small files of their own
        told = {name for name in told if "/" in name}
    ends = {name.lstrip("/") for name in told}
    assert not {end for end in ends if not any(f"/{each}".endswith(f"/{end}") for each in here)}


@pytest.mark.parametrize("path", _PROSE, ids=names)
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    ours = {target for target in targets if not target.startswith("/news/")}  # a page's own
    assert not {target for target in ours if not (path.parent / target).exists()}
