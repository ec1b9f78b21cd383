"""The command ``regenerate``."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from search.cli.archive_commands import must_be_given
from search.cli.command import command
from search.cli.console import say, write_change, write_json, write_lines
from search.cli.exit_codes import DONE, FAILED, NEGATIVE, end
from search.cli.options import (
    PROCESSES,
    archives_argument,
    explain_skips,
    index_option,
    list_options,
    map_option,
    options_of,
    page_options,
    path_option,
    preview_options,
    read_options_of,
    reported_skips,
    setting_option,
)
from search.cli.progress import progress
from search.cli.settings_file import make_index_home
from search.model.errors import TooMuchChurn, UsageError
from search.model.printing import line

if TYPE_CHECKING:
    from search.archive.page.related_section import Change
    from search.publish.run_report import RunReport


@command(
    "event-search regenerate news/",
    "event-search regenerate news/ --diff --reasons",
    "event-search regenerate news/ --max-churn 5",
    "event-search regenerate news/ --dry-run --report report.html",
    "event-search regenerate news/ --check --limit 5",
    "event-search regenerate _posts/ --heading '## See also' --item '- [{title}]({link})'",
)
@archives_argument
@preview_options
@click.option("--reasons", is_flag=True, help="For each changed page, say what changes and why.")
@click.option(
    "--fresh",
    is_flag=True,
    help="Ignore what pages list now. By default an item stays while it is good enough.",
)
@click.option(
    "--max-churn",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Write nothing if more than this percentage of the pages would change.",
)
@path_option(
    "--lists",
    "Take the lists from parts written by related --all --part I/N --out DIR.",
    exists=True,
    file_okay=False,
    metavar="DIR",
)
@click.option(
    "--only-missing",
    is_flag=True,
    help="Only add lists to pages that have none; leave every other page.",
)
@path_option(
    "--report",
    "Write a page (HTML) of all changes, before and after side by side, worst first.",
    dir_okay=False,
    metavar="FILE",
)
@click.option("--json", "as_json", is_flag=True, help="Print the run and its changes as JSON.")
@map_option
@explain_skips
@list_options
@page_options
@setting_option("out")
@index_option
def regenerate(
    archive: tuple[str, ...],
    check: bool,
    diff: bool,
    dry_run: bool,
    reasons: bool,
    out: str | None,
    report: Path | None,
    as_json: bool,
    explain_skips: bool,
    directory: Path,
    **options: Any,
) -> None:
    """Bring the Related section of every page up to date.

    The index of ARCHIVE is brought up to date first. Only pages that change are written, and
    nothing outside their lists changes. Set how lists look, and where they go, once in
    event-search.toml: see event-search init.
    """
    from search.engine.build import build  # noqa: PLC0415
    from search.engine.regenerate import regenerate_archive, sum_of  # noqa: PLC0415
    from search.publish.run_report import RunReport  # noqa: PLC0415

    if as_json and (diff or reasons):
        raise UsageError("give --json or --diff or --reasons; JSON has the reasons")
    _check_paths(archive, report)
    make_index_home(directory)
    how = {name: options.pop(name) for name in ("fresh", "max_churn", "lists", "only_missing")}
    how |= {"write": not (check or diff or dry_run), "processes": PROCESSES}
    read, wanted = read_options_of(options), options_of(options)
    changes = RunReport(read.style, keeps_pages=as_json or report is not None)
    show = _printer(changes, diff, (check or dry_run) and not as_json, reasons)
    whole = _whole(archive)
    with reported_skips(each=explain_skips) as on_skip, progress() as shown:
        if out or len(whole) > 1:
            build(whole, directory, read, on_skip=on_skip, on_progress=shown)
        if out:
            from search.engine.index import Index  # noqa: PLC0415
            from search.publish.lists_as_data import write_list_files  # noqa: PLC0415

            with Index.open(directory) as opened:
                how = {name: how[name] for name in ("write", "fresh", "processes")}
                written = write_list_files(opened, Path(out), wanted, **how)
            say(written.sentence())
            end(NEGATIVE if check and written.changed else DONE)
        how |= {"on_skip": on_skip, "on_progress": shown, "on_change": show}
        how["on_refusal"] = lambda error: say(str(error))
        try:
            run = sum_of(
                regenerate_archive(each, directory, wanted, read, **how) for each in archive
            )
        except TooMuchChurn as error:
            if report is not None:
                changes.write(report, str(error))
            raise
    if as_json:
        write_json(changes.plain(run), "json")
    if report is not None:
        changes.write(report, run.sentence())
    say(f"{run.sentence()}; {changes.sentence()}" if changes.changed else run.sentence())
    if run.refused:
        end(FAILED)
    end(NEGATIVE if check and run.changed else DONE)


def _check_paths(archives: tuple[str, ...], report: Path | None) -> None:
    """Refuse archives that do not exist, and a report in place of another file."""
    from search.index.outputs import check_output  # noqa: PLC0415
    from search.publish.files import is_our_page  # noqa: PLC0415

    must_be_given(archives)
    if report is not None:
        check_output(report, is_our_page)
    for each in archives:
        if not Path(each).exists():
            raise UsageError(f"{each}: there is no such file or directory; name a different one")


def _printer(
    report: "RunReport", diff: bool, name: bool, reasons: bool
) -> Callable[["Change"], None]:
    """A function that adds each change to the report, and prints its diff, name or reasons."""

    def show(change: "Change") -> None:
        report.add(change)
        write_change(change, diff=diff, name=name or reasons)
        if reasons:
            # As comments, which programs that apply a diff skip.
            write_lines(line(f"# {reason}") for reason in change.reasons)

    return show


def _whole(archive: tuple[str, ...]) -> tuple[str, ...]:
    """The archives to index: those of the settings, if they contain the ones that were named."""
    known = (click.get_current_context().default_map or {}).get("archive", ())
    above = [Path(each).resolve() for each in known]
    if all(any(Path(each).resolve().is_relative_to(top) for top in above) for each in archive):
        return tuple(known)
    return archive
