"""Words on a terminal to calls of the library, errors to exit codes. The only room with click.

Exit codes: 0 done; 1 nothing found, or --check found stale pages; 2 could not, with one line on
stderr that says why and what to do; 130 interrupted.
"""

import datetime
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

import click

from search.console import paint, say, write_json, write_lines
from search.errors import EventSearchError, UsageError

if TYPE_CHECKING:
    from search.asking import Options
    from search.index import Index
    from search.ranking import Hit

DEFAULT_INDEX: Final = Path("index_data/index")
Command = TypeVar("Command", bound=Callable[..., Any])


def main() -> None:
    """The entry point: ``commands``, with errors as one line."""
    try:
        sys.exit(commands.main(standalone_mode=False, prog_name="event-search"))
    except click.ClickException as error:
        if len(sys.argv) == 1:
            error.show()
        else:
            context = getattr(error, "ctx", None)
            path = context.command_path if context else "event-search"
            say(f"event-search: {error.format_message().rstrip('.')}; see {path} --help")
        sys.exit(2)
    except EventSearchError as error:
        say(f"event-search: {error}")
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        say("event-search: interrupted; everything on disk is whole")
        sys.exit(130)


def _example(*lines: str) -> str:
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def _with(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator; help shows them in this order."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_index_option = click.option(
    "--index",
    "directory",
    type=click.Path(path_type=Path),
    envvar="EVENT_SEARCH_INDEX",
    default=DEFAULT_INDEX,
    show_default=True,
    help="The index directory (or set EVENT_SEARCH_INDEX).",
)
_json_options = _with(
    click.option("--json", "form", flag_value="json", help="One JSON document."),
    click.option("--jsonl", "form", flag_value="jsonl", help="One JSON answer a line."),
)
_limit_option = click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Items a list."
)
_list_options = _with(
    _limit_option,
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
    click.option("--no-time", is_flag=True, help="Leave closeness in time out of the score."),
    click.option("--no-fold", is_flag=True, help="List reports of one event singly."),
)


def _day(
    *, last: bool
) -> Callable[[click.Context, click.Parameter, str | None], datetime.date | None]:
    """Reads a day, month or year; ``last`` says which end of a month or year is meant."""

    def read(
        context: click.Context, option: click.Parameter, text: str | None
    ) -> datetime.date | None:
        from search.periods import day_of  # noqa: PLC0415

        try:
            return None if text is None else day_of(text, last=last)
        except ValueError as error:
            raise click.BadParameter(f"{error}; write YYYY-MM-DD, YYYY-MM or YYYY") from error

    return read


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_example("event-search index news/", "event-search search '\"deep space\" +probe'"),
)
@click.version_option(package_name="event-search", message="%(prog)s %(version)s")
def commands() -> None:
    """Full-text search and explained related lists for archives of dated event summaries.

    An archive is a tree of Markdown pages, or JSON Lines or CSV files of events.
    """


@commands.command(epilog=_example("event-search index news/", "event-search index events.jsonl.gz"))
@click.argument("archive", nargs=-1, required=True)
@_index_option
def index(archive: tuple[str, ...], directory: Path) -> None:
    """Build the index of ARCHIVE..., or do nothing if it is up to date.

    ARCHIVE is a directory of Markdown pages, a .md, .jsonl, .jsonl.gz or .csv file, or "-" for
    JSON Lines on standard input.
    """
    from search.building import build  # noqa: PLC0415

    with _progress() as progress:
        summary = build(archive, directory, on_skip=_report_skip, on_progress=progress)
    say(summary.sentence())


@commands.command(
    epilog=_example(
        "event-search search 'title:ebola +vaccine -animal' --from 2014 --to 2016-06",
        "event-search search --queries questions.txt --jsonl",
    )
)
@click.argument("query", required=False)
@click.option(
    "--queries", type=click.File(encoding="utf-8-sig"), help='One query a line; "-": stdin.'
)
@click.option(
    "--from",
    "since",
    metavar="DATE",
    callback=_day(last=False),
    help="Not before this day, month or year.",
)
@click.option(
    "--to",
    "until",
    metavar="DATE",
    callback=_day(last=True),
    help="Not after this day, month or year.",
)
@_limit_option
@_json_options
@_index_option
def search(
    query: str | None,
    queries: IO[str] | None,
    since: datetime.date | None,
    until: datetime.date | None,
    limit: int,
    form: str | None,
    directory: Path,
) -> None:
    """Events that match QUERY, best first.

    Words, "phrases", +required, -excluded, AND OR NOT with brackets, title: summary: source:
    term: date:, beginnings word* and slips word~.
    """
    from search import answers  # noqa: PLC0415
    from search.asking import SearchOptions  # noqa: PLC0415
    from search.index import Index  # noqa: PLC0415

    if (query is None) == (queries is None):
        raise UsageError("give either a QUERY or --queries FILE; see event-search search --help")
    found = False
    with Index.open(directory) as opened:
        for text in [query] if query is not None else _lines(queries, form, "--queries"):
            answer = opened.search(text, SearchOptions(since, until, limit))
            found = found or bool(answer.hits)
            if form is None:
                for note in answer.notes:
                    say(note)
                write_lines(answers.hit_lines(answer.hits, paint))
            else:
                write_json(answers.searched(answer), form)
    if not found:
        say("nothing found")
        click.get_current_context().exit(1)


@commands.command(
    epilog=_example(
        "event-search related /news/2016/02/6/some-page.md --limit 5",
        "event-search related --text 'a strong earthquake off the coast of Japan'",
        "event-search related --all --jsonl > related.jsonl",
    )
)
@click.argument("event", required=False, metavar="ID|PATH")
@click.option("--text", help="Events related to this text.")
@click.option("--ids", type=click.File(encoding="utf-8-sig"), help='One id a line; "-": stdin.')
@click.option("--all", "every", is_flag=True, help="Every event, in the order of the index.")
@_list_options
@_json_options
@_index_option
def related(
    event: str | None,
    text: str | None,
    ids: IO[str] | None,
    every: bool,
    form: str | None,
    directory: Path,
    **options: Any,
) -> None:
    """Events related to an event or a text, each with its score and the terms that both share."""
    from search.index import Index  # noqa: PLC0415

    if sum((event is not None, text is not None, ids is not None, every)) != 1:
        raise UsageError(
            "give one of ID|PATH, --text, --ids or --all; see event-search related --help"
        )
    with Index.open(directory) as opened:
        wanted = _options(options)
        if ids is not None or every:
            asked = opened.ids() if every else _lines(ids, form, "--ids")
            _related_batch(opened, asked, wanted, _required(form, "--all" if every else "--ids"))
        elif text is not None:
            _write_related(text, opened.related_text(text, wanted), form, key="text")
        else:
            found = opened.resolve(str(event))
            _write_related(found, opened.related(found, wanted), form, key="id")


def _options(options: dict[str, Any]) -> "Options":
    from search.asking import Options  # noqa: PLC0415

    return Options(
        limit=options["limit"],
        order=options["order"],
        min_score=options["min_score"],
        time=not options["no_time"],
        fold=not options["no_fold"],
    )


def _write_related(asked: str, hits: "tuple[Hit, ...]", form: str | None, *, key: str) -> None:
    from search import answers  # noqa: PLC0415

    if form is None:
        write_lines(answers.hit_lines(hits, paint))
    else:
        write_json(answers.related(asked, hits, key=key), form)
    if not hits:
        say("nothing related")
        click.get_current_context().exit(1)


def _related_batch(opened: "Index", asked: Iterator[str], wanted: "Options", form: str) -> None:
    from search import answers  # noqa: PLC0415
    from search.lists import related_lists  # noqa: PLC0415

    unknown = found = False
    for event_id, hits in related_lists(opened, asked, wanted, os.cpu_count() or 1):
        if hits is None:
            unknown = True
            error = f"{event_id}: no event of this id is in the index; leave it out"
            say(error)
            write_json({**answers.related(event_id, ()), "error": error}, form)
            continue
        found = found or bool(hits)
        write_json(answers.related(event_id, hits), form)
    if unknown or not found:
        click.get_current_context().exit(2 if unknown else 1)


@commands.command(
    epilog=_example(
        "event-search regenerate news/", "event-search regenerate news/ --check --limit 5"
    )
)
@click.argument("archive", type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; list stale pages, exit 1 if any.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--dry-run", is_flag=True, help="Write nothing; list what would change.")
@_list_options
@_index_option
def regenerate(
    archive: Path, check: bool, diff: bool, dry_run: bool, directory: Path, **options: Any
) -> None:
    """Make the Related section of every page of ARCHIVE anew; only changed pages are written.

    The index is brought up to date first. Nothing outside the Related sections changes.
    """
    from search.batch import regenerate_archive  # noqa: PLC0415
    from search.regenerate import unified_diff  # noqa: PLC0415

    with _progress() as progress:
        run = regenerate_archive(
            archive,
            directory,
            _options(options),
            write=not (check or diff or dry_run),
            processes=os.cpu_count() or 1,
            on_skip=_report_skip,
            on_progress=progress,
            on_refusal=lambda error: say(str(error)),
            on_change=lambda change: (
                write_lines([unified_diff(change).removesuffix("\n")])
                if diff
                else write_lines([str(change.path)])
                if check or dry_run
                else None
            ),
        )
    say(run.sentence())
    if run.refused:
        click.get_current_context().exit(2)
    if check and run.changed:
        click.get_current_context().exit(1)


@commands.command(
    epilog=_example("event-search why /news/2016/02/6/one.md /news/2016/08/18/other.md")
)
@click.argument("a")
@click.argument("b")
@click.option("--no-time", is_flag=True, help="Leave closeness in time out of the score.")
@_json_options
@_index_option
def why(a: str, b: str, no_time: bool, form: str | None, directory: Path) -> None:
    """The receipt of one pair: what event B scores for event A, term by term, and its rank."""
    from search import answers  # noqa: PLC0415
    from search.asking import Options  # noqa: PLC0415
    from search.index import Index  # noqa: PLC0415

    with Index.open(directory) as opened:
        answer = opened.why(opened.resolve(a), opened.resolve(b), Options(time=not no_time))
        if form is None:
            write_lines(answers.why_lines(answer, paint))
        else:
            write_json(answers.explained(answer), form)


@commands.command(epilog=_example("event-search info", "event-search info --json"))
@_json_options
@_index_option
def info(form: str | None, directory: Path) -> None:
    """What the index holds."""
    from search.index import Index  # noqa: PLC0415

    with Index.open(directory) as opened:
        facts = opened.info()
        if form is None:
            write_lines(f"{name}: {value}" for name, value in facts.items())
        else:
            write_json(facts, form)


def _lines(file: IO[str] | None, form: str | None, option: str) -> Iterator[str]:
    _required(form, option)
    try:
        for line in file or ():
            if line.strip():
                yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{option}: not UTF-8 text ({error.reason}); convert the file") from error


def _required(form: str | None, option: str) -> str:
    if form != "jsonl":
        raise UsageError(f"{option} answers one line a question: add --jsonl")
    return form


def _report_skip(skipped: object) -> None:
    say(f"skipped {skipped}")


def _progress() -> Any:
    from search.progress import progress_on  # noqa: PLC0415

    return progress_on(sys.stderr)


if __name__ == "__main__":
    main()
