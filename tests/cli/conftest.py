"""The command line, run in this process or in a process of its own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from search import cli
from tests.small_archive import page_of, stories

PROBE = "/news/2015/01/05/the-probe-lantern-enters-orbit.md"
LANDER = "/news/2015/02/14/the-european-space-agency-lands.md"
COMMANDS = ["index", "search", "related", "regenerate", "site", "why", "info", "verify"]


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Ask = Callable[..., Ran]


@pytest.fixture
def ask(
    story_directory: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Ask:
    """Runs the command line here, against the index of the small archive."""
    monkeypatch.setenv("EVENT_SEARCH_INDEX", str(story_directory))

    def run(*words: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["event-search", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsysbinary.readouterr()
        return Ran(code, said.out.decode(), said.err.decode())

    return run


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for event in stories()[:8]:
        path = tmp_path / "site" / event.id.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page_of(event), encoding="utf-8")
    return tmp_path / "site"


def shell(
    words: Sequence[str], directory: Path, env: dict[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "EVENT_SEARCH_INDEX": str(directory), **(env or {})}
    return subprocess.run(
        [sys.executable, "-m", "search", *words],
        capture_output=True,
        encoding="utf-8",
        input=stdin,
        check=False,
        env=environment,
    )


def assert_one_line_of_advice(ran: Ran) -> None:
    assert ran.code == 2
    assert ran.out == ""
    lines = [line for line in ran.err.splitlines() if not line.startswith("skipped ")]
    assert len(lines) == 1 and lines[0].startswith("event-search: "), ran.err
