"""What the README shows is what happens."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import search
from search.cli import commands
from search.fulltext.query.parser import parse

ROOT = Path(__file__).parent.parent
NUMBER = r"[+-]?\d+\.\d+"
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("block", blocks("console"))
def test_what_the_readme_prints_is_printed(block: str, sample_index: Path) -> None:
    command, _, expected = block.partition("\n")
    assert command.startswith("$ event-search ")
    ran = subprocess.run(
        [sys.executable, "-m", "search", *shlex.split(command)[2:]],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "EVENT_SEARCH_INDEX": str(sample_index)},
    )
    assert ran.returncode == 0, ran.stderr
    # Another linear algebra library may move the last digits, and nothing else.
    assert re.split(NUMBER, ran.stdout) == re.split(NUMBER, expected)
    numbers, wanted = (re.findall(NUMBER, text) for text in (ran.stdout, expected))
    assert [float(n) for n in numbers] == pytest.approx([float(n) for n in wanted], abs=0.02)


def test_the_library_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index_data").mkdir()
    (tmp_path / "index_data" / "sample").symlink_to(ROOT / "index_data" / "sample")
    monkeypatch.chdir(tmp_path)
    [example] = blocks("python")
    exec(compile(example, "README.md", "exec"), {})


def test_every_command_is_in_the_readme_and_shows_an_example() -> None:
    for name, command in commands.load_all().items():
        assert f"event-search {name}" in README
        shown = CliRunner().invoke(command, ["--help"])
        assert shown.exit_code == 0
        assert f"event-search {name}" in shown.output.split("Example")[1]


def section(title: str) -> str:
    return README.split(f"### {title}\n")[1].split("\n#")[0]


def test_the_queries_of_the_readme_are_understood(sample_index: Path) -> None:
    table = section("Queries").split("\n\n")[1]
    queries = [
        query
        for row in table.splitlines()[2:]
        for query in re.findall(r"`([^`]+)`", row.split(" | ")[0])
    ]
    assert len(queries) > 30
    with search.Index.open(sample_index) as index:
        for query in queries:
            assert parse(query).notes == (), query
            assert all("taken as a time" in note for note in index.search(query).notes), query


def test_every_option_of_a_search_is_in_the_readme() -> None:
    said = set(re.findall(r"`(--[a-z-]+)", section("Queries") + section("Lists")))
    for name in ("search", "related"):
        options = {option for given in commands.load_all()[name].params for option in given.opts}
        elsewhere = {"--index", "--json", "--jsonl", "--text", "--ids", "--all", "--help"}
        elsewhere |= {"--part", "--out"}
        assert {option for option in options if option.startswith("--")} - elsewhere <= said


@pytest.mark.parametrize("name", sorted(commands.load_all()))
def test_every_command_and_option_says_what_it_is_for(name: str) -> None:
    command = commands.load_all()[name]
    assert command.help
    for given in command.params:
        if isinstance(given, click.Option):
            assert given.help, f"{name} {given.opts[0]}"
            assert given.help[0].isupper(), f"{name} {given.opts[0]}"


def test_every_public_name_is_in_the_readme_and_has_a_docstring() -> None:
    told = README.split("## As a library\n")[1].split("\n# ")[0]
    for name in search.__all__:
        assert f"`{name}`" in told, name
        public = getattr(search, name)
        own = public.__doc__ or ""
        assert own and not own.startswith(f"{name}("), name  # a dataclass makes one up
        for member, value in vars(public).items() if isinstance(public, type) else ():
            if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                assert value.__doc__, f"{name}.{member}"


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 220


def test_every_public_name_can_be_imported() -> None:
    for name in search.__all__:
        assert getattr(search, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        getattr(search, "no_such_name")  # noqa: B009


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([a-z_.A-Z][^)#:]*)\)", README):
        assert (ROOT / link).exists(), link


def test_ci_runs_the_readmes_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "test command" in script
    assert "pytest" in README.split("<!-- test command -->")[1].split("```")[1]


def test_the_sample_archives_lists_are_up_to_date(tmp_path: Path, sample_index: Path) -> None:
    index = shutil.copytree(sample_index, tmp_path / "index")
    arguments = ["regenerate", "index_data/sample", "--check", "--index", str(index)]
    ran = subprocess.run(
        [sys.executable, "-m", "search", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stdout + ran.stderr
