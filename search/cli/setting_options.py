"""Options that are settings too: each is made from its row in ``model.settings``."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Final

import click

from search.model.arguments import checked_path
from search.model.errors import UsageError
from search.model.settings import SETTINGS, Setting

# Options that take one value of a setting that is a list: their names are in the singular.
_SINGULAR: Final = {"headings": "heading", "former_items": "former-item"}


class _Line(click.types.StringParamType):
    """A text that may have blanks. An environment variable has several of them on several lines."""

    envvar_list_splitter = "\n"


class NamedPath(click.Path):
    """A path that is not empty: an empty one would mean the current directory."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        try:
            checked_path(value, "the path")
        except UsageError as error:
            self.fail(str(error), param, ctx)
        return super().convert(value, param, ctx)


class SettingOption(click.Option):
    """An option whose default may come from the settings file."""

    def __init__(self, param_decls: Sequence[str], *, setting: Setting, **given: Any) -> None:
        self.setting = setting
        super().__init__(param_decls, envvar=setting.variable, **given)

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """As click does; but the empty variable of a path is refused like an empty option."""
        variable = self.setting.variable
        if self.setting.path and os.environ.get(variable) == "":
            raise click.BadParameter(f"{variable} is empty: name a path, or unset it", ctx, self)
        return super().resolve_envvar_value(ctx)


class _Pairs(click.ParamType):  # type: ignore[type-arg]
    """``title=headline,date=published_at`` as a dict."""

    name = "pairs"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, str]:
        if isinstance(value, dict):
            return value
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        for target, sign, source in pairs:
            if not sign or not target.strip() or not source.strip():
                self.fail(f"{target}: write FIELD=NAME, such as title=headline", param, ctx)
        return {target.strip(): source.strip() for target, _, source in pairs}


def setting_option(name: str, *, hidden: bool = False) -> Callable[[Any], Any]:
    """The option for a setting. A boolean setting has a pair of flags."""
    setting = SETTINGS[name]
    flag = _SINGULAR.get(name, setting.key)
    least, most = setting.bounds
    given: dict[str, Any] = {"metavar": setting.metavar, "default": setting.default}
    if setting.kind is bool:
        flag, given["metavar"] = f"{flag}/--no-{flag}", None
    elif setting.kind is tuple:
        given |= {"type": _Line(), "default": None}
        given |= {"nargs": setting.length} if setting.length > 0 else {"multiple": True}
    elif setting.kind is dict:
        given |= {"type": _Pairs()}
    elif setting.path:
        given |= {"type": NamedPath(), "default": setting.default or None}
    elif setting.choices:
        given["type"] = click.Choice(setting.choices)
    elif setting.kind is int:
        given["type"] = click.IntRange(least, most)  # type: ignore[arg-type]
    elif setting.kind is float:
        given["type"] = click.FloatRange(least, most)
    is_shown = setting.kind is bool or setting.default not in (None, "", ())
    return click.option(
        f"--{flag}", name, cls=SettingOption, setting=setting, help=setting.help, hidden=hidden,
        show_default=is_shown, callback=_not_empty if setting.kind is str else None, **given,
    )  # fmt: skip


def _not_empty(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse an empty value on the command line, usually from a shell variable that is not set."""
    source = context.get_parameter_source(option.name or "")
    if value == "" and source is click.core.ParameterSource.COMMANDLINE:
        raise click.BadParameter("it is empty; give a value, or leave it out")
    return value
