"""The settings file: searched for upwards from the archive, read, and checked."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from search.model import limits
from search.model.arguments import checked_path, meant
from search.model.errors import UsageError
from search.model.settings import SETTINGS, Setting
from search.model.untrusted_toml import load_toml

NAME: Final = "event-search.toml"
_HOME: Final = ".event-search"  # the folder of the index where no other is named
_KINDS: Final = {
    bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes",
    tuple: "a list of texts", dict: "a table of texts",
}  # fmt: skip


@dataclass(frozen=True)
class SettingsFile:
    """The settings of a file by name, and the line (from 1) of each. Paths are relative to the
    current directory."""

    path: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


def found_from(start: Path) -> SettingsFile | None:
    """The nearest settings file in the folder of ``start`` or above it.

    Raises:
        UsageError: it cannot be read, or has a key or value that is not allowed.
    """
    here = start.absolute()
    for folder in (here, *here.parents):
        for path in (folder / NAME, folder / "pyproject.toml"):
            if path.is_file() and ((found := read(path)).values or path.name == NAME):
                return found
    return None


def read(path: Path) -> SettingsFile:
    """The settings in ``event-search.toml``, or in ``[tool.event-search]`` of pyproject.toml.

    Raises:
        UsageError: the file cannot be read, or has a key or value that is not allowed.
    """
    is_ours = path.name == NAME
    try:
        with path.open("rb") as file:
            data = file.read(limits.SETTINGS_BYTES)
        if not is_ours and b"event-search" not in data:
            return SettingsFile(path)
        text = data.decode()
        table = load_toml(text)
    except (OSError, ValueError) as error:
        if is_ours:
            raise UsageError(f"{path}: {error}; correct the file") from error
        return SettingsFile(path)
    if not is_ours:
        tool = table.get("tool")
        table = tool.get("event-search") if isinstance(tool, dict) else None  # type: ignore[assignment]
        if not isinstance(table, dict):
            return SettingsFile(path)
        text = _from_table(text)
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, value in table.items():
        line = _line_of(key, text)
        setting = SETTINGS.get(key.replace("-", "_"))
        if setting is None:
            raise UsageError(f"{path}:{line}: {_unknown(key)}")
        values[setting.name] = _checked(setting, value, f"{path}:{line}", path.parent)
        lines[setting.name] = line
    return SettingsFile(path, values, lines)


def _unknown(key: str) -> str:
    advice = meant(key, [setting.key for setting in SETTINGS.values()])
    return f"there is no setting {key!r:.40}; {advice}; see event-search config"


def _from_table(text: str) -> str:
    """The text with all lines above our table left blank, so that lines keep their numbers."""
    found = re.search(r"(?m)^[ \t]*\[tool\.event-search\b", text)
    return (
        text if found is None else "\n" * text.count("\n", 0, found.start()) + text[found.start() :]
    )


def _line_of(key: str, text: str) -> int:
    name = rf"""["']?{re.escape(key)}["']?"""
    found = re.search(rf"(?m)^[ \t]*(?:{name}[ \t]*[=.]|\[(?:[\w.-]*\.)?{name}[ \t]*\])", text)
    return 1 if found is None else text.count("\n", 0, found.start()) + 1


def _checked(setting: Setting, value: Any, place: str, folder: Path) -> Any:
    """The value in the type that options give.

    Raises:
        UsageError: the setting does not allow the type or the value.
    """
    kind = setting.kind
    texts = value.values() if isinstance(value, dict) else value
    is_right = {
        bool: isinstance(value, bool),
        int: type(value) is int,
        float: type(value) in (int, float),
        str: isinstance(value, str),
        tuple: isinstance(value, list) and all(isinstance(each, str) for each in texts),
        dict: isinstance(value, dict) and all(isinstance(each, str) for each in texts),
    }[kind]
    if kind is tuple and isinstance(value, str) and setting.length < 0:
        value, is_right = [value], True
    least, most = setting.bounds
    if is_right and kind in (int, float):
        is_right = (least is None or value >= least) and (most is None or value <= most)
    if is_right and setting.choices:
        is_right = value in setting.choices
    if is_right and setting.length > 0:
        is_right = len(value) == setting.length
    if not is_right:
        raise UsageError(f"{place}: {setting.key} is {value!r:.60}; it must be {wanted(setting)}")
    values = value if kind is tuple else [value]
    if setting.path:
        try:
            values = [_seen(folder, checked_path(each, setting.key)) for each in values]
        except (UsageError, RuntimeError) as error:
            raise UsageError(f"{place}: {error}") from error
    return tuple(values) if kind is tuple else values[0]


def wanted(setting: Setting) -> str:
    """A phrase for messages: which values a setting may have."""
    least, most = setting.bounds
    if setting.choices:
        return " or ".join(f'"{choice}"' for choice in setting.choices)
    if most is not None:
        return f"a number from {least} to {most}"
    if least is not None:
        return f"{_KINDS[setting.kind]} from {least} on"
    return f"a list of {setting.length} texts" if setting.length > 0 else _KINDS[setting.kind]


def _seen(folder: Path, path: Path | str) -> str:
    """A path in the file, relative to the current directory if it is below it; else absolute."""
    whole = (folder / Path(path).expanduser()).absolute()
    here = Path.cwd()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


def default_index(settings: SettingsFile | None) -> Path:
    """The default index directory: beside the settings file; without one, in the nearest folder
    above that has an index, or else here."""
    if settings is not None:
        return Path(_seen(settings.path.parent, f"{_HOME}/index"))
    here = Path.cwd()
    home = next((folder for folder in (here, *here.parents) if (folder / _HOME).is_dir()), here)
    return Path(os.path.relpath(home / _HOME / "index"))


def make_index_home(directory: Path) -> None:
    """Make the folder of a default index, marked so that git and backups skip it."""
    home = directory.parent
    if home.name != _HOME or home.exists():
        return
    home.mkdir()
    (home / ".gitignore").write_text("*\n", encoding="utf-8")
    signature = "Signature: 8a477f597d28d172789f06886806bc55\n# see https://bford.info/cachedir/\n"
    (home / "CACHEDIR.TAG").write_text(signature, encoding="utf-8")
