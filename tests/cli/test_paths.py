from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from search.cli import commands
from search.cli.options import NamedPath
from search.cli.settings_file import read
from search.model.errors import UsageError
from search.model.settings import SETTINGS

_PATHS = [
    (name, param)
    for name, command in sorted(commands.load_all().items())
    for param in command.params
    if isinstance(param.type, click.Path)
]
_VARIABLES = sorted({setting.variable for setting in SETTINGS.values() if setting.path})


@pytest.mark.parametrize(("name", "param"), _PATHS)
def test_no_option_or_argument_takes_an_empty_path(name: str, param: click.Parameter) -> None:
    assert isinstance(param.type, NamedPath), (name, param)
    with pytest.raises(click.BadParameter, match="the path is empty"):
        param.type.convert("", param, None)


def test_the_options_and_arguments_with_paths_are_found() -> None:
    found = {(name, param.name) for name, param in _PATHS}
    assert len(found) > 30
    assert found >= {
        ("export", "out"), ("feeds", "out"), ("related", "out"), ("merge", "directory"),
        ("regenerate", "report"), ("regenerate", "out"), ("regenerate", "archive"),
        ("evaluate", "write_run"), ("config", "archive"), ("search", "directory"),
    }  # fmt: skip


@pytest.mark.parametrize("variable", [name for name in _VARIABLES if "ARCHIVES" not in name])
def test_an_empty_variable_of_a_path_is_refused(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner(env={variable: ""}).invoke(commands, ["regenerate", "."])
    assert done.exit_code == 2
    assert "is empty" in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "line", ['archives = [""]', 'index = ""', 'out = ""', 'out = "~nobody1/x"']
)
def test_a_settings_file_with_no_good_path_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "event-search.toml"
    path.write_text(f"limit = 3\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"event-search\.toml:2: "):
        read(path)
