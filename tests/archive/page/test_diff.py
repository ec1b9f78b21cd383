"""The diff of a page, as other programs read it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from search.archive.page.diff import unified_diff
from search.archive.page.related_section import Change
from tests.archive.page.test_related_section import PAGE, TWO, page, related


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("name", ["a.md", "a page.md", '"quoted"\\.md', "北京.md"])
@pytest.mark.parametrize("cut", [None, -1])
def test_the_diff_is_one_that_git_applies(tmp_path: Path, name: str, cut: int | None) -> None:
    before = PAGE.encode()[:cut]
    path = tmp_path / name
    path.write_bytes(before)
    change = Change(Path(name), Path(), before, related(page(before), TWO))
    diff = unified_diff(change)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff.encode(), check=True)
    assert path.read_bytes() == change.after
