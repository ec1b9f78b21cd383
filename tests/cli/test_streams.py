"""Standard streams that are closed, full or broken: data or one line, and the right exit code."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from search import regenerate_archive
from search.index import generations
from tests.cli.conftest import LANDER, PROBE, Ask
from tests.small_archive import page_of, stories

FULL = "/dev/full"
pytestmark = pytest.mark.skipif(not Path(FULL).exists(), reason=f"no {FULL} here")


@dataclass(frozen=True, slots=True)
class Command:
    """Words of a command, its exit code when all streams are well, and whether it writes data."""

    words: str
    code: int
    has_data: bool


COMMANDS = [
    Command("--help", 0, True),
    Command("--version", 0, True),
    Command("search --help", 0, True),
    Command("search earthquake", 0, True),
    Command("search zeppelin --json", 1, True),
    Command("search norland --years --sources", 0, True),
    Command("search earthquake --count", 0, True),
    Command(f"related {PROBE}", 0, True),
    Command("related --all", 0, True),
    Command("related --text zeppelin --jsonl", 1, True),
    Command(f"why {PROBE} {LANDER}", 0, True),
    Command("info --json", 0, True),
    Command("verify", 0, False),
    Command("index {site}", 0, False),
    Command("regenerate {site}", 0, False),
    Command("regenerate {site} --check", 0, False),
    Command("regenerate {stale} --check", 1, True),
    Command("regenerate {stale} --diff", 0, True),
    Command("regenerate {stale} --dry-run", 0, True),
    Command("search", 2, False),
    Command("related /none", 2, False),
    Command("info --index {site}", 2, False),
    Command("index {site}/none", 2, False),
]
MOST_TELLING = (
    "search --help",
    "search zeppelin --json",
    "regenerate {stale} --check",
    "index {site}",
)

Shell = Callable[[str, str], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose lists are up to date, beside its index, and one that has none yet."""
    place = tmp_path_factory.mktemp("streams")
    for name in ("site", "stale"):
        for event in stories()[:8]:
            path = place / name / event.id.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page_of(event), encoding="utf-8")
    regenerate_archive(place / "site", place / "site-index")
    return place


@pytest.fixture(scope="module")
def shell(story_directory: Path, place: Path) -> Shell:
    """Runs words of a command, with redirections behind them, as a shell does."""

    def run(words: str, redirections: str) -> subprocess.CompletedProcess[str]:
        index = story_directory
        for name in ("site", "stale"):
            if f"{{{name}}}" in words:
                index = place / f"{name}-index"
                words = words.replace(f"{{{name}}}", str(place / name))
        return subprocess.run(
            [
                "bash",
                "-o",
                "pipefail",
                "-c",
                f"'{sys.executable}' -m search {words} {redirections}",
            ],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "EVENT_SEARCH_INDEX": str(index)},
        )

    return run


def chosen(full: bool) -> list[Command]:
    return [command for command in COMMANDS if full or command.words in MOST_TELLING]


@pytest.mark.parametrize("redirection", [">&-", f">{FULL}"])
def test_data_that_cannot_be_written_is_one_line_and_exit_code_2(
    shell: Shell, full: bool, redirection: str
) -> None:
    for command in chosen(full):
        ran = shell(command.words, redirection)
        assert "Traceback" not in ran.stderr, ran.stderr
        if command.has_data:
            assert ran.returncode == 2, command
            assert "standard output: " in ran.stderr.splitlines()[-1], command
        else:
            assert ran.returncode == command.code, (command, ran.stderr)


@pytest.fixture(scope="module")
def well(shell: Shell) -> Callable[[str], str]:
    """What a command writes when all streams are well."""
    return cache(lambda words: shell(words, "").stdout)


@pytest.mark.parametrize("redirection", ["2>&-", f"2>{FULL}"])
def test_messages_that_cannot_be_written_change_neither_data_nor_exit_code(
    shell: Shell, well: Callable[[str], str], full: bool, redirection: str
) -> None:
    for command in chosen(full):
        ran = shell(command.words, redirection)
        assert (ran.returncode, ran.stdout) == (command.code, well(command.words)), command


@pytest.mark.parametrize("redirection", ["> >(exit 0)", "2> >(exit 0)", "2>&1 | head -c 0"])
def test_a_pipe_that_nobody_reads_changes_no_exit_code(
    shell: Shell, full: bool, redirection: str
) -> None:
    for command in chosen(full):
        ran = shell(command.words, redirection)
        assert "Traceback" not in ran.stderr and "Exception" not in ran.stderr, ran.stderr
        assert ran.returncode == command.code, (command, ran.stderr)


def test_all_streams_closed_at_once_change_no_exit_code_of_what_writes_no_data(
    shell: Shell, full: bool
) -> None:
    for command in chosen(full):
        ran = shell(command.words, "<&- >&- 2>&-")
        assert ran.returncode == (2 if command.has_data else command.code), command


def test_what_follows_a_closed_stream_is_never_written_to(shell: Shell, place: Path) -> None:
    """The descriptor of a closed stream must not go to a page or to a file of the index."""
    for redirection in (">&-", "2>&-", "<&- >&- 2>&-"):
        shell("index {site}", redirection)
        shell("regenerate {site} --limit 3", redirection)
        assert regenerate_archive(place / "site", place / "site-index").refused == 0
        assert regenerate_archive(place / "site", place / "site-index").changed == 0
        assert generations.current(place / "site-index").verify() == []


@pytest.mark.parametrize(
    ("words", "redirection"),
    [
        ("search --queries - --jsonl", "<&-"),
        ("related --ids - --jsonl", "<&-"),
        ("index - --index /tmp/never-made", "<&-"),
    ],
)
def test_questions_that_cannot_be_read_are_one_line_and_exit_code_2(
    shell: Shell, words: str, redirection: str
) -> None:
    ran = shell(words, redirection)
    assert (ran.returncode, ran.stdout) == (2, ""), ran.stderr
    assert ran.stderr.count("\n") == 1 and ran.stderr.startswith("event-search: ")


@pytest.mark.parametrize(
    "evil", ["\x9b31m", "\x7f", "\x85", "\u202e", "\u2066", "\u2028"], ids=ascii
)
def test_json_shows_no_terminal_anything_to_act_on(ask: Ask, evil: str) -> None:
    ran = ask("search", f"earthquake {evil}", "--json")
    assert evil[0] not in ran.out
    assert ran.json["query"] == f"earthquake {evil}"


def test_a_diff_is_raw_for_programs_and_inert_on_a_terminal(ask: Ask, tmp_path: Path) -> None:
    for event, name in zip(stories()[:2], ("one", "two"), strict=True):
        page = tmp_path / "news/2015/01/05" / f"{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        evil = "### Related:\n\n1. [\x1b]0;owned\x07\x9b2J](/news/old.md)\n"
        page.write_text(page_of(event, evil), encoding="utf-8")
    words = f"regenerate {tmp_path}/news --diff --index {tmp_path}/index"
    assert "\x1b]0;owned\x07\x9b2J" in ask(*words.split()).out
    terminal = subprocess.run(
        ["script", "-qec", f"'{sys.executable}' -m search {words}", "/dev/null"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert r"\x1b]0;owned\x07\x9b2J" in terminal.stdout
    assert "\x1b]0" not in terminal.stdout and "\x9b" not in terminal.stdout


def begun(story_directory: Path, module: str, action: str) -> "subprocess.Popen[str]":
    """A search that does something when it loads a module. ^C is not ignored, as it would be in
    what a shell runs in the background."""
    code = (
        "import os, signal, sys\n"
        "from importlib.abc import MetaPathFinder\n"
        "class Acting(MetaPathFinder):\n"
        "    def find_spec(self, name, *rest):\n"
        f"        if name == {module!r}:\n"
        f"            {action}\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.meta_path.insert(0, Acting())\n"
        "sys.argv = ['event-search', 'search', 'earthquake']\n"
        "from search.__main__ import main\n"
        "main()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "EVENT_SEARCH_INDEX": str(story_directory)},
    )


@pytest.mark.parametrize("module", ["search.cli", "click", "search.cli.console", "numpy"])
def test_an_interruption_while_modules_are_loaded_is_one_line(
    story_directory: Path, module: str
) -> None:
    process = begun(story_directory, module, "os.kill(os.getpid(), signal.SIGINT)")
    _, said = process.communicate()
    assert process.returncode == 130
    assert said == "event-search: interrupted; everything on disk is whole\n"


def test_interruptions_at_any_time_leave_no_traceback(story_directory: Path, full: bool) -> None:
    for number in range(40 if full else 6):
        process = begun(story_directory, "search.cli", "os.write(1, b'begun\\n')")
        assert process.stdout is not None and process.stdout.readline() == "begun\n"
        time.sleep(number * 0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
        assert process.returncode in (0, 130, -signal.SIGINT)
        assert "Traceback" not in said, said
