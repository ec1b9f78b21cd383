"""Commands and their group: help on standard output, lazy loading, defaults from the settings."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from search.cli.console import say, write_lines
from search.cli.exit_codes import FAILED
from search.cli.options import SettingOption
from search.model.arguments import meant


def example(*lines: str) -> str:
    """The example at the end of a command's help, line by line."""
    return f"\b\nExample{'s' * (len(lines) > 1)}:\n" + "\n".join(f"  {line}" for line in lines)


def _flag(*names: str, says: str, shown: Callable[[click.Context], str]) -> click.Option:
    """A flag that prints a text in place of running the command, like an answer: one line of error
    if it cannot be printed."""

    def show(context: click.Context, option: click.Parameter, wanted: bool) -> None:
        if wanted and not context.resilient_parsing:
            write_lines([shown(context)])
            context.exit()

    return click.Option(
        names, help=says, callback=show, is_flag=True, is_eager=True, expose_value=False
    )


def _version(context: click.Context) -> str:
    from importlib import metadata  # noqa: PLC0415 - slow to load

    return f"event-search {metadata.version('event-search')}"


class Command(click.Command):
    """A command with defaults from the settings file."""

    def __init__(self, name: str | None, **settings: Any) -> None:
        super().__init__(name, **{**settings, "add_help_option": False})
        says = "Show this message and exit."
        self.params.append(_flag("-h", "--help", says=says, shown=click.Context.get_help))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with defaults from the settings file: ``ctx.obj`` is that file, if any."""
        settings = [each for each in self.params if isinstance(each, SettingOption)]
        if settings and not ctx.resilient_parsing and not {"-h", "--help"}.intersection(args):
            from search.cli.settings_file import found_from  # noqa: PLC0415

            ctx.obj = found = found_from(self._archive(ctx, args))
            values = found.values if found else {}
            names = {each.setting.name: each.name for each in settings} | {"archives": "archive"}
            ctx.default_map = {
                str(names[name]): value for name, value in values.items() if name in names
            }
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # some errors of click do not name the command
            raise

    def _archive(self, ctx: click.Context, args: list[str]) -> Path:
        """The folder of the first archive on the command line; else the current folder."""
        try:
            given = self.make_parser(ctx).parse_args(list(args))[0].get("archive")
        except click.UsageError:  # reported when the arguments are parsed again
            given = None
        first = next(iter(given), None) if isinstance(given, tuple) else given
        path = Path(first) if isinstance(first, str) and first != "-" else Path()
        return path if path.is_dir() else path.parent


class Group(Command, click.Group):
    """The command with subcommands. Without arguments it prints its help, as an error.

    ``homes`` maps the name of each command to the module of ``search.cli`` that defines it, as a
    function of that name. A module is loaded when one of its commands is used.
    """

    def __init__(self, name: str | None, homes: Mapping[str, str], **settings: Any) -> None:
        super().__init__(name, **settings)
        self._homes = homes
        says = "Show the version and exit."
        self.params.insert(0, _flag("--version", says=says, shown=_version))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._homes and cmd_name not in self.commands:
            home = import_module(f"search.cli.{self._homes[cmd_name]}")
            self.add_command(getattr(home, cmd_name))
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        is_name = bool(args) and not args[0].startswith("-")
        if is_name and args[0] not in self._homes and not ctx.resilient_parsing:
            ctx.fail(
                f"there is no command {args[0]!r:.40}; {meant(args[0], self.list_commands(ctx))}"
            )
        return super().resolve_command(ctx, args)

    def load_all(self) -> Mapping[str, click.Command]:
        """All commands by their names."""
        context = click.Context(self)
        for name in self._homes:
            self.get_command(context, name)
        return self.commands

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            for line in ctx.get_help().splitlines():
                say(line)
            ctx.exit(FAILED)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            # click would first write an empty line to standard error, which may be closed.
            raise click.Abort from error


def command(*examples: str) -> Callable[[Callable[..., Any]], Command]:
    """A decorator: the function as a command, with examples at the end of its help."""
    return click.command(cls=Command, epilog=example(*examples))
