"""Options that several commands share, and what they are read as."""

import datetime
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

import click

from search.cli.console import say
from search.model.errors import UsageError

if TYPE_CHECKING:
    from search.model.options import RelatedOptions

_INDEX_VARIABLE: Final = "EVENT_SEARCH_INDEX"
DEFAULT_INDEX: Final = Path("index_data/index")
Command = TypeVar("Command", bound=Callable[..., Any])


def example(*lines: str) -> str:
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def several(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator; help shows them in this order."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _day(
    *, last: bool
) -> Callable[[click.Context, click.Parameter, str | None], datetime.date | None]:
    """Reads a day, month or year; ``last`` says which end of a month or year is meant."""

    def read(
        context: click.Context, option: click.Parameter, text: str | None
    ) -> datetime.date | None:
        from search.fulltext.query.dates import day_of  # noqa: PLC0415

        try:
            return None if text is None else day_of(text, last=last)
        except ValueError as error:
            raise click.BadParameter(f"{error}; write YYYY-MM-DD, YYYY-MM or YYYY") from error

    return read


def _index_directory(context: click.Context, option: click.Parameter, name: str) -> Path:
    """The index directory; an empty name, as of a variable that is not set, is refused."""
    by_default = context.get_parameter_source("directory") == click.core.ParameterSource.DEFAULT
    if not name or (by_default and os.environ.get(_INDEX_VARIABLE) == ""):
        where = "--index" if name == "" else _INDEX_VARIABLE
        raise click.BadParameter(f"{where} is empty: name a directory, or leave it out")
    return Path(name)


index_option = click.option(
    "--index",
    "directory",
    metavar="PATH",
    callback=_index_directory,
    envvar=_INDEX_VARIABLE,
    default=str(DEFAULT_INDEX),
    show_default=True,
    help="The index directory (or set EVENT_SEARCH_INDEX).",
)
json_options = several(
    click.option("--json", "form", flag_value="json", help="One JSON document."),
    click.option("--jsonl", "form", flag_value="jsonl", help="One JSON answer a line."),
)
limit_option = click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Items a list."
)
fold_option = click.option("--no-fold", is_flag=True, help="List reports of one event singly.")
day_options = several(
    click.option(
        "--from",
        "since",
        metavar="DATE",
        callback=_day(last=False),
        help="Not before this day, month or year.",
    ),
    click.option(
        "--to",
        "until",
        metavar="DATE",
        callback=_day(last=True),
        help="Not after this day, month or year.",
    ),
)
time_option = click.option(
    "--no-time", is_flag=True, help="Leave closeness in time out of the score."
)
filter_options = several(
    day_options,
    click.option("--older", is_flag=True, help="Nothing newer than the event: its day or before."),
    click.option("--newer", is_flag=True, help="Nothing older than the event: its day or after."),
    click.option("--match", metavar="QUERY", help="Only events that this search finds."),
)
list_options = several(
    limit_option,
    click.option(
        "--order",
        type=click.Choice(["relevance", "context"]),
        default="relevance",
        show_default=True,
        help="By relevance, or by the number of shared names and then newest first.",
    ),
    click.option(
        "--min-score",
        type=click.FloatRange(0, 1),
        help="Leave out what scores less; 0 keeps everything. Default: learned at indexing.",
    ),
    time_option,
    fold_option,
    filter_options,
)


def options_of(given: dict[str, Any]) -> "RelatedOptions":
    """The values of ``list_options``, or of some of them, as the library takes them."""
    from search.model.options import RelatedOptions  # noqa: PLC0415

    plain = {name: value for name, value in given.items() if not name.startswith("no_")}
    return RelatedOptions(
        **plain, time=not given.get("no_time", False), fold=not given.get("no_fold", False)
    )


def with_one_thread() -> None:
    """For questions: no product of theirs is so large that a second thread would pay for its start.

    To be called before numpy is imported.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def lines_of(file: IO[str] | None, form: str | None, option: str) -> Iterator[str]:
    """The lines of a file of questions; they are answered as JSON Lines."""
    line_form(form, option)
    try:
        for line in file or ():
            if line.strip():
                yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{option}: not UTF-8 text ({error.reason}); convert the file") from error


def line_form(form: str | None, option: str) -> str:
    if form != "jsonl":
        raise UsageError(f"{option} answers one line a question: add --jsonl")
    return form


def report_skip(skipped: object) -> None:
    say(f"skipped {skipped}")


def progress() -> Any:
    from search.cli.progress import progress_on  # noqa: PLC0415

    return progress_on(sys.stderr)
