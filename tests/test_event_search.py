"""The package under the name of its distribution."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def python(code: str, directory: Path) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.append({str(ROOT / '.alias')!r}); {code}"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=directory, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", ["search.py", "other.py"])
def test_a_file_called_search_hides_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    code = "import event_search; from event_search import Index; from search import build"
    ran = python(
        f"{code}; print(event_search.Index is Index, 'build' in dir(event_search))", tmp_path
    )
    assert (ran.stdout, ran.stderr) == ("True True\n", "")


def test_a_hiding_file_that_is_imported_already_is_named(tmp_path: Path) -> None:
    (tmp_path / "search.py").write_text("")
    ran = python("import search, event_search", tmp_path)
    assert "search.py was imported as search and hides" in ran.stderr
