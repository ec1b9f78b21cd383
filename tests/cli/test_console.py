"""Pipes, terminals and encodings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ask, shell


def test_a_closed_pipe_is_no_error(story_directory: Path) -> None:
    words = f"'{sys.executable}' -m search related --all --jsonl --min-score 0 --limit 1000"
    ran = subprocess.run(
        ["bash", "-c", f"{words} | head -c 10; echo ${{PIPESTATUS[0]}} >&2"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "EVENT_SEARCH_INDEX": str(story_directory)},
    )
    assert (ran.stdout, ran.stderr) == ('{"id": "/o', "0\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_said_and_is_exit_code_2(story_directory: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "search", "info"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "EVENT_SEARCH_INDEX": str(story_directory)},
        )
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1 and "standard output" in ran.stderr


def test_a_poor_encoding_stops_no_answer(story_directory: Path) -> None:
    ran = shell(
        ["search", "地震"], story_directory, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    )
    assert ran.returncode == 0, ran.stderr
    assert "地震" in ran.stdout


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_that_want_them(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert ("\x1b[" in ask("search", "earthquake").out) is coloured
    assert "\x1b[" not in ask("search", "earthquake", "--json").out
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b[" not in ask("search", "earthquake").out
