"""Help, versions and options: what other programs rely on."""

import re
from pathlib import Path

import click
import pytest

from search import cli
from tests.cli.conftest import COMMANDS, Ask, shell


def test_the_commands_are_those_that_were_promised() -> None:
    assert set(COMMANDS) <= set(cli.commands.load_all())


@pytest.mark.parametrize("command", sorted(cli.commands.load_all()))
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help_with_an_example(ask: Ask, command: str, option: str) -> None:
    ran = ask(command, option)
    assert ran.code == 0
    assert re.search(rf"Examples?:\n    event-search {command}\b", ran.out)
    asks_an_index = command not in ("merge", "config", "init")
    assert ("--index" in ran.out and "EVENT_SEARCH_INDEX" in ran.out) == asks_an_index
    assert ran.err == ""


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("index", []),
        ("search", ["--from", "--to", "--limit", "--json", "--jsonl", "--queries"]),
        (
            "related",
            ["--text", "--order", "--limit", "--min-score", "--json", "--jsonl", "--ids", "--all"],
        ),
        ("regenerate", ["--limit", "--order", "--check", "--diff", "--dry-run"]),
        ("why", []),
        ("info", []),
    ],
)
def test_a_command_has_its_promised_options(command: str, options: list[str]) -> None:
    known = {
        name
        for param in cli.commands.load_all()[command].params
        if isinstance(param, click.Option)
        for name in param.opts
    }
    assert {*options, "--index"} <= known


def test_every_option_says_what_it_is_for() -> None:
    for command in cli.commands.load_all().values():
        for param in command.params:
            assert not isinstance(param, click.Option) or param.help


def test_the_bare_name_shows_the_way(ask: Ask) -> None:
    ran = ask("--help")
    assert ran.code == 0
    assert all(f"  {command}" in ran.out for command in COMMANDS)
    bare = ask()
    assert "Example" in bare.out + bare.err


def test_the_module_and_the_script_say_the_same_version(ask: Ask, story_directory: Path) -> None:
    module = shell(["--version"], story_directory)
    assert module.stdout == ask("--version").out
    name, version = module.stdout.split()
    assert name == "event-search" and version[0].isdigit()
