"""Commands on settings: ``config`` shows them, ``init`` writes a file for a folder."""

import json
import os
from pathlib import Path
from typing import Any

import click

from search.cli.command import command
from search.cli.console import say, write_json, write_lines
from search.cli.options import NamedPath, json_options
from search.cli.settings_file import NAME, SettingsFile, default_index, found_from, wanted
from search.model.errors import UsageError
from search.model.printing import line
from search.model.settings import SETTINGS, Setting, schema


@command(
    "event-search config --explain",
    "event-search config news/ --json",
    "event-search config --schema > event-search.schema.json",
)
@click.argument("archive", required=False, type=NamedPath())
@click.option("--explain", is_flag=True, help="Explain each setting.")
@click.option("--schema", "as_schema", is_flag=True, help="Print the JSON Schema of the file.")
@json_options
def config(archive: str | None, explain: bool, as_schema: bool, form: str | None) -> None:
    """Show each setting, its value, and where the value is from.

    Settings are in event-search.toml, or in [tool.event-search] of pyproject.toml, in the folder
    of ARCHIVE (else the current one) or above it. An option overrides a variable such as
    EVENT_SEARCH_LIMIT, a variable the file, and the file the default.
    """
    if as_schema:
        write_json(schema(), "json")
        return
    start = Path(archive or ".")
    found = found_from(start if start.is_dir() else start.parent)
    values = {each.key: _value_and_origin(each, found) for each in SETTINGS.values()}
    if form is not None:
        write_json({key: {"value": v, "from": w} for key, (v, w) in values.items()}, form)
        return
    width = max(map(len, values))
    for setting, (key, (value, origin)) in zip(SETTINGS.values(), values.items(), strict=True):
        shown = json.dumps(value, ensure_ascii=False)
        write_lines([line(f"{key:<{width}} = {shown}  # {origin}")])
        if explain:
            write_lines([f"    {setting.help.partition('  [')[0]} It is {wanted(setting)}."])


def _value_and_origin(setting: Setting, found: SettingsFile | None) -> tuple[Any, str]:
    if os.environ.get(setting.variable):
        return os.environ[setting.variable], setting.variable
    if found is not None and setting.name in found.values:
        return found.values[setting.name], f"{found.path}:{found.lines[setting.name]}"
    if setting.name == "index":
        return str(default_index(found)), "default"
    return setting.default, "default"


@command("event-search init ~/blog", "event-search init docs/ --force")
@click.argument("folder", required=False, type=NamedPath())
@click.option("--force", is_flag=True, help="Replace an existing settings file.")
def init(folder: str | None, force: bool) -> None:
    """Report what a folder holds, and write a settings file for it.

    FOLDER is the current folder by default. Only event-search.toml is written. Edit it as you like;
    event-search config shows the settings.
    """
    from search.engine.folder_report import report_on  # noqa: PLC0415

    top = Path(folder or ".")
    if not top.is_dir():
        raise UsageError(f"{top}: not a folder; name the folder of a site or an archive")
    path = top / NAME
    if path.is_symlink():
        raise UsageError(f"{path} is a link, so it was left alone; remove it, or edit its target")
    if path.exists() and not force:
        raise UsageError(f"{path} exists; edit it, or replace it with --force")
    report = report_on(top)
    for sentence in report.sentences:
        say(sentence)
    path.write_text(report.settings, encoding="utf-8")
    say(f"wrote {path}; next: event-search regenerate --dry-run")
