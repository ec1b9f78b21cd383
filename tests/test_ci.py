"""What runs the command for others, in CI and before a commit, does it as it is written."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from search.cli import commands
from tests.site_pages import put
from tests.small_archive import page_of, stories

ROOT = Path(__file__).parent.parent
ACTION = ROOT / ".github" / "actions" / "related"
SCRIPT = ACTION / "run.py"


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in stories()[3:9]})


def ran(words: list[str], place: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "PYTHONPATH": str(ROOT), "EVENT_SEARCH_INDEX": str(place / "index")}
    return subprocess.run(
        words, capture_output=True, text=True, check=False, cwd=place, env={**known, **variables}
    )


def test_the_action_checks_and_writes_and_tells_what_it_did(site: Path, tmp_path: Path) -> None:
    step = loaded(ACTION / "action.yml")["runs"]["steps"][-1]
    assert step["run"] == f'python "$ACTION/{SCRIPT.name}"'
    assert set(step["env"]) >= {"ARCHIVE", "MODE", "OPTIONS", "REPORT", "EVENT_SEARCH_INDEX"}
    told = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary", "REPORT": "report.html"}

    def run(mode: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, str(SCRIPT)]
        return ran(words, tmp_path, ARCHIVE="site", MODE=mode, OPTIONS="--limit 5", **told)

    assert [run(mode).returncode for mode in ("check", "write")] == [1, 0]
    lines = (tmp_path / "output").read_text(encoding="utf-8").splitlines()
    changed = [int(line.split("=")[1]) for line in lines if line.startswith("changed=")]
    assert changed[0] == changed[1] > 0
    assert "pages would change" in (tmp_path / "summary").read_text(encoding="utf-8")
    assert (tmp_path / "report.html").is_file()
    assert run("mend").returncode == 1


def test_the_inputs_of_the_action_are_those_that_it_uses() -> None:
    action = loaded(ACTION / "action.yml")
    text = (ACTION / "action.yml").read_text(encoding="utf-8")
    for name in action["inputs"]:
        assert f"inputs.{name} }}}}" in text
    for name, output in action["outputs"].items():
        assert output["value"] == f"${{{{ steps.run.outputs.{name} }}}}"


def test_the_hooks_write_lists_and_a_fresh_clone_agrees(site: Path, tmp_path: Path) -> None:
    hooks = {hook["id"]: hook for hook in loaded(ROOT / ".pre-commit-hooks.yaml")}

    def hook(name: str, archive: Path, index: str) -> int:
        words = shlex.split(hooks[name]["entry"])
        assert words[0] == "event-search" and not hooks[name]["pass_filenames"]
        assert hooks[name]["always_run"]  # also for a commit that only deletes pages
        given = [*words[1:], str(archive), "--index", str(tmp_path / index)]
        return CliRunner().invoke(commands, given).exit_code

    assert hook("related-lists-check", site, "mine") == 1
    assert hook("related-lists", site, "mine") == 0
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(site)]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Lists"]):
        assert ran([*git, *words], tmp_path).returncode == 0
    assert ran(["git", "clone", "-q", str(site), "clone"], tmp_path).returncode == 0
    assert hook("related-lists-check", tmp_path / "clone", "theirs") == 0
