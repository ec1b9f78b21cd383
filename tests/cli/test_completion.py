"""Shells complete commands and options; every command has a page for man."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from search.cli import commands

START = "import sys; sys.argv = ['event-search']; from search.cli import main; main()"


def asked(instruction: str, **variables: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", START],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "_EVENT_SEARCH_COMPLETE": instruction, **variables},
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize(
    ("shell", "words"), [("bash", "event-search re"), ("zsh", "event-search re")]
)
def test_commands_are_completed(shell: str, words: str) -> None:
    found = asked(f"{shell}_complete", COMP_WORDS=words, COMP_CWORD="1")
    assert "related" in found
    assert "regenerate" in found
    assert "search" not in found.split()


def test_nothing_is_completed_after_a_mistyped_command() -> None:
    asked("bash_complete", COMP_WORDS="event-search searh --ye", COMP_CWORD="2")


def test_fish_completes_options() -> None:
    found = asked("fish_complete", COMP_WORDS="event-search search --ye", COMP_CWORD="--ye")
    assert "--years" in found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_a_shell_is_given_is_a_script_of_it(shell: str, tmp_path: Path) -> None:
    script = tmp_path / "completion"
    script.write_text(asked(f"{shell}_source"), encoding="utf-8")
    assert "_EVENT_SEARCH_COMPLETE" in script.read_text(encoding="utf-8")
    if shutil.which(shell):
        ran = subprocess.run([shell, "-n", str(script)], capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr


@pytest.mark.filterwarnings("ignore:.*Click 9:DeprecationWarning")  # click-man asks for it
def test_every_command_has_a_page_for_man(tmp_path: Path) -> None:
    click_man = pytest.importorskip("click_man.core")
    click_man.write_man_pages("event-search", commands, version="0", target_dir=str(tmp_path))
    pages = {path.stem for path in tmp_path.glob("*.1")}
    assert pages == {"event-search", *(f"event-search-{name}" for name in commands.load_all())}
    text = (tmp_path / "event-search-search.1").read_text(encoding="utf-8")
    assert "\\-\\-years" in text


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm"}, False),
    ],
)
def test_colours_are_as_the_environment_says(
    variables: dict[str, str], coloured: bool, story_directory: Path
) -> None:
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    ran = subprocess.run(
        [sys.executable, "-m", "search", "search", "earthquake", "--index", str(story_directory)],
        capture_output=True,
        text=True,
        check=True,
        env={**clean, **variables},
    )
    assert ("\x1b[" in ran.stdout) is coloured
