"""Options that several commands share; most are made from `model.settings`."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

import click

from search.cli.console import say
from search.model.arguments import checked_path
from search.model.errors import UsageError
from search.model.options import RelatedOptions, exchanged
from search.model.read_options import ReadOptions
from search.model.settings import LIST_SETTINGS, PAGE_SETTINGS, SETTINGS, Setting
from search.model.settings import read_options as read_options_from

if TYPE_CHECKING:
    from search.archive import Skipped

PROCESSES: Final = os.cpu_count() or 1  # of work on whole archives
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])
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


def path_option(
    name: str, says: str, *, metavar: str | None = None, **kind: bool
) -> Callable[[Any], Any]:
    """An option that names a path; ``kind`` says which paths `click.Path` accepts."""
    return click.option(name, type=NamedPath(path_type=Path, **kind), metavar=metavar, help=says)


def filled(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse an empty value on the command line, usually from a shell variable that is not set."""
    source = context.get_parameter_source(option.name or "")
    if value == "" and source is click.core.ParameterSource.COMMANDLINE:
        raise click.BadParameter("it is empty; give a value, or leave it out")
    return value


def archives_given(
    context: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """The archives on the command line, or else those of the settings."""
    return value or tuple((context.default_map or {}).get("archive", ()))


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
        show_default=is_shown, callback=filled if setting.kind is str else None, **given,
    )  # fmt: skip


def several(*options: Callable[[_Decorated], _Decorated]) -> Callable[[_Decorated], _Decorated]:
    """Several options as one decorator; help shows them in this order."""

    def add(command: _Decorated) -> _Decorated:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _days(function: Callable[..., Any]) -> Callable[..., Any]:
    """Reads --from and --to: the first day of the one, the last day of the other."""

    @wraps(function)
    def with_days(*arguments: Any, since: str | None, until: str | None, **given: Any) -> Any:
        from search.fulltext.query.dates import days_of  # noqa: PLC0415

        try:
            first, last = days_of(since, until)
        except ValueError as error:
            raise click.UsageError(f"{error}; write YYYY-MM-DD, YYYY-MM or YYYY") from error
        return function(*arguments, since=first, until=last, **given)

    return with_days


def _index_directory(context: click.Context, option: click.Parameter, name: str | None) -> Path:
    """The named index directory, or the default one."""
    if name is not None:
        return Path(name)
    from search.cli.settings_file import default_index  # noqa: PLC0415

    return default_index(context.obj)


index_option = click.option(
    "--index",
    "directory",
    cls=SettingOption,
    setting=SETTINGS["index"],
    type=NamedPath(),
    metavar="PATH",
    callback=_index_directory,
    help="The index directory (or set EVENT_SEARCH_INDEX).  [default: .event-search/index]",
)
json_options = several(
    click.option("--json", "form", flag_value="json", help="Answer with one JSON document."),
    click.option("--jsonl", "form", flag_value="jsonl", help="Answer with one line of JSON."),
)
preview_options = several(
    click.option(
        "--check",
        is_flag=True,
        help="Write nothing; list what is stale, and exit with 1 if any is.",
    ),
    click.option("--diff", is_flag=True, help="Write nothing; show what would change as a diff."),
    click.option("--dry-run", is_flag=True, help="Write nothing; list pages that would change."),
)
limit_option = click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="How many hits a page has.",
)
day_options = several(
    click.option(
        "--from", "since", metavar="DATE", help="Only events on or after this day, month or year."
    ),
    click.option(
        "--to", "until", metavar="DATE", help="Only events on or before this day, month or year."
    ),
    _days,
)
fold_option = setting_option("fold")
list_options = several(*map(setting_option, LIST_SETTINGS), day_options)
page_options = several(*map(setting_option, ("link", *PAGE_SETTINGS)))
# Commands that read pages but write no lists must still know which parts of pages are lists.
# --language is left out: there it is the language of texts.
read_options = several(
    *(setting_option(name, hidden=True) for name in ("link", *PAGE_SETTINGS) if name != "language")
)
map_option = several(*map(setting_option, ("map", "timezone", "undated")))
archives_argument = click.argument("archive", nargs=-1, type=NamedPath(), callback=archives_given)


def options_of(given: dict[str, Any]) -> RelatedOptions:
    """The values of ``list_options``, or some of them, as ``RelatedOptions``."""
    if note := exchanged(given.get("since"), given.get("until")):
        say(note)
    return RelatedOptions(**given)


def read_options_of(given: dict[str, Any]) -> ReadOptions:
    """Remove the values of ``page_options`` or ``read_options`` from ``given``; return them."""
    names = ("link", "map", "timezone", "undated", *PAGE_SETTINGS)
    return read_options_from({name: given.pop(name) for name in names if name in given})


def with_one_thread() -> None:
    """Limit numpy to one thread, which is enough for a single query. Call it before numpy is
    imported.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def lines_of(file: IO[str] | None, form: str | None, option: str) -> Iterator[str]:
    """The lines of a file of queries, without blank lines.

    Raises:
        UsageError: one JSON document is asked for, or the file cannot be read as UTF-8.
    """
    if form == "json":
        raise UsageError(f"{option} answers with one line for each: use --jsonl, not --json")
    try:
        for line in file or ():
            if line.strip():
                yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{option}: not UTF-8 text ({error.reason}); convert the file") from error
    except OSError as error:
        raise UsageError(f"{option}: {error.strerror}; name another file") from error


explain_skips = click.option(
    "--explain-skips",
    is_flag=True,
    help="Name every file, line and row that was skipped, with the reason.",
)


language_option = click.option(
    "--language",
    metavar="NAME",
    help="The language of texts whose language cannot be detected, such as german or de; auto is "
    "the language of most texts. The choice is remembered for the next run.",
)


@contextmanager
def reported_skips(*, each: bool) -> Iterator[Callable[["Skipped"], None]]:
    """Report what was skipped and why: each item, or at the end a line for each kind of reason."""
    from search.archive.skips import SkipTally  # noqa: PLC0415

    def say_each(skipped: "Skipped") -> None:
        say(f"skipped {skipped}")

    tally = SkipTally()
    try:
        yield say_each if each else tally.add
    finally:
        for line in tally.lines():
            say(f"skipped {line}")
