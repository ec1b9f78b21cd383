"""Commands on whole archives and indexes: ``index``, ``verify``, ``regenerate`` and ``info``."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from search.cli.command import command
from search.cli.console import say, write_diff, write_json, write_lines
from search.cli.options import (
    archives_argument,
    explain_skips,
    index_option,
    json_options,
    language_option,
    list_options,
    map_option,
    options_of,
    page_options,
    progress,
    read_options,
    read_options_of,
    reported_skips,
)
from search.cli.setting_options import setting_option
from search.cli.settings_file import make_index_home
from search.model.errors import IndexDamaged, UsageError
from search.model.printing import line

if TYPE_CHECKING:
    from search.archive.page.related_section import Change
    from search.model.options import RelatedOptions
    from search.publish.list_files import ListFiles


@command(
    "event-search index news/",
    "event-search index events.jsonl.gz",
    "event-search index --relearn",
)
@archives_argument
@click.option(
    "--repair",
    is_flag=True,
    help="Instead of ARCHIVE: if a file of the index is damaged, rebuild it from its archives.",
)
@click.option(
    "--relearn",
    is_flag=True,
    help="Instead of ARCHIVE: show how lists change if what is related is learned anew from the "
    "present events; nothing is written without --yes.",
)
@click.option("--yes", is_flag=True, help="With --relearn: learn anew, and show what changed.")
@click.option(
    "--vectors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.npy",
    help="Event vectors from your own model: one row for each event, in the order of reading.",
)
@map_option
@language_option
@explain_skips
@read_options
@index_option
def index(
    archive: tuple[str, ...],
    repair: bool,
    relearn: bool,
    yes: bool,
    vectors: Path | None,
    language: str | None,
    explain_skips: bool,
    directory: Path,
    **options: Any,
) -> None:
    """Build the index of ARCHIVE..., or do nothing if it is up to date.

    ARCHIVE is a directory of pages or of other files, or a file: Markdown, JSON, JSON Lines, CSV,
    YAML, TOML, a feed, a changelog, a mailbox, a calendar, SQLite, Parquet; "-" is JSON Lines on
    standard input.
    """
    from search.engine import build as building  # noqa: PLC0415

    named = click.get_current_context().get_parameter_source("archive")
    is_named = bool(archive) and named is click.core.ParameterSource.COMMANDLINE
    if is_named + repair + relearn > 1:
        raise UsageError(
            "give one of ARCHIVE, --repair and --relearn, not both; see event-search index --help"
        )
    if yes and not relearn:
        raise UsageError("--yes confirms --relearn; leave it out")
    if relearn:
        _relearn(directory, yes, vectors, explain_skips)
        return
    if not repair:
        must_be_given(archive)
        make_index_home(directory)
    with reported_skips(each=explain_skips) as on_skip, progress() as shown:
        summary = (
            building.repair(directory, vectors=vectors, on_skip=on_skip, on_progress=shown)
            if repair
            else building.build(
                archive,
                directory,
                read_options_of(options),
                language=language,
                vectors=vectors,
                on_skip=on_skip,
                on_progress=shown,
            )
        )
    say(summary.sentence())


def _relearn(directory: Path, yes: bool, vectors: Path | None, explain_skips: bool) -> None:
    from search.engine import relearning  # noqa: PLC0415

    with reported_skips(each=explain_skips) as on_skip, progress() as shown:
        found = relearning.relearn(
            directory, write=yes, vectors=vectors, on_skip=on_skip, on_progress=shown
        )
    write_lines(line(text) for text in found.lines())
    if not yes:
        say("nothing was written; to learn anew: event-search index --relearn --yes")


def must_be_given(archives: tuple[str, ...]) -> None:
    """Refuse a command without an archive.

    Raises:
        UsageError: none was named, and the settings name none.
    """
    if not archives:
        raise UsageError(
            "name an ARCHIVE, or have event-search init write a settings file that names it"
        )


@command("event-search verify", "event-search verify --index /srv/news/index")
@index_option
def verify(directory: Path) -> None:
    """Read every file of the index, and name each that is damaged.

    The exit code is 2 if one is. Then event-search index --repair builds the index anew.
    """
    from search.index import generations  # noqa: PLC0415

    current = generations.current(directory)
    faults = [*current.verify(), *generations.whole_generations_after(current)]
    write_lines(faults)
    if faults:
        raise IndexDamaged(
            f"{directory}: {len(faults)} of {len(current.files.sums)} files are damaged; "
            "rebuild it with: event-search index --repair"
        )
    say(f"{directory}: {len(current.files.sums)} files, {current.size():,} bytes, all as published")


@command(
    "event-search regenerate news/",
    "event-search regenerate news/ --diff --reasons",
    "event-search regenerate news/ --max-churn 5",
    "event-search regenerate news/ --dry-run --report report.html",
    "event-search regenerate news/ --check --limit 5",
    "event-search regenerate _posts/ --heading '## See also' --item '- [{title}]({link})'",
)
@archives_argument
@click.option("--check", is_flag=True, help="Write nothing; list stale pages, exit 1 if any.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change as a diff.")
@click.option("--dry-run", is_flag=True, help="Write nothing; list pages that would change.")
@click.option("--reasons", is_flag=True, help="For each changed page, say what changes and why.")
@click.option(
    "--fresh",
    is_flag=True,
    help="Make lists from the ranking alone. By default what a page lists stays while it is good.",
)
@click.option(
    "--max-churn",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Write nothing if more than this percentage of the pages would change.",
)
@click.option(
    "--lists",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Take the lists from the parts that related --all --part I/N --out DIR wrote.",
)
@click.option(
    "--only-missing",
    is_flag=True,
    help="Only give lists to pages without one; leave other lists, whoever made them.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a page (HTML) of all changes, before and after side by side, worst first.",
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
    fresh: bool,
    max_churn: float | None,
    lists: Path | None,
    out: str | None,
    only_missing: bool,
    report: Path | None,
    as_json: bool,
    explain_skips: bool,
    directory: Path,
    **options: Any,
) -> None:
    """Bring the Related section of every page of ARCHIVE up to date; write only what changed.

    The index is brought up to date first. Nothing outside the lists changes. How lists look, and
    where they stand, is better said once in event-search.toml: see event-search init.
    """
    from search.archive.page.diff import unified_diff  # noqa: PLC0415
    from search.engine.build import build  # noqa: PLC0415
    from search.engine.regenerate import regenerate_archive, sum_of  # noqa: PLC0415
    from search.publish.run_report import RunReport  # noqa: PLC0415

    if as_json and (diff or reasons):
        raise UsageError("give --json or --diff or --reasons; JSON has the reasons")
    read = read_options_of(options)
    told = RunReport(read.style, keeps_pages=as_json or report is not None)

    def show(change: "Change") -> None:
        told.add(change)
        if as_json:
            return
        if diff:
            write_diff(unified_diff(change).removesuffix("\n"))
        elif check or dry_run or reasons:
            write_lines([str(change.path)])
        if reasons:
            # As comments, which programs that apply a diff skip.
            write_lines(line(f"# {reason}") for reason in change.reasons)

    must_be_given(archive)
    for each in archive:
        if not Path(each).exists():
            raise UsageError(f"{each}: there is no such file or directory; name a different one")
    make_index_home(directory)
    is_written = not (check or diff or dry_run)
    whole = _whole(archive)
    with reported_skips(each=explain_skips) as on_skip, progress() as shown:
        if out or len(whole) > 1:
            build(whole, directory, read, on_skip=on_skip, on_progress=shown)
        if out:
            written = _write_data(directory, Path(out), options_of(options), is_written, fresh)
            say(written.sentence())
            click.get_current_context().exit(int(check and written.changed > 0))
        runs = (
            regenerate_archive(
                each,
                directory,
                options_of(options),
                read,
                write=is_written,
                fresh=fresh,
                max_churn=max_churn,
                lists=lists,
                only_missing=only_missing,
                processes=os.cpu_count() or 1,
                on_skip=on_skip,
                on_progress=shown,
                on_refusal=lambda error: say(str(error)),
                on_change=show,
            )
            for each in archive
        )
        run = sum_of(runs)
    if as_json:
        write_json(told.plain(run), "json")
    if report is not None:
        told.write(report, run)
    say(f"{run.sentence()}; {told.sentence()}" if told.changed else run.sentence())
    if run.refused:
        click.get_current_context().exit(2)
    if check and run.changed:
        click.get_current_context().exit(1)


def _whole(archive: tuple[str, ...]) -> tuple[str, ...]:
    """The archives to index: those of the settings, if they contain the ones that were named."""
    known = (click.get_current_context().default_map or {}).get("archive", ())
    above = [Path(each).resolve() for each in known]
    if all(any(Path(each).resolve().is_relative_to(top) for top in above) for each in archive):
        return tuple(known)
    return archive


def _write_data(
    directory: Path, out: Path, options: "RelatedOptions", write: bool, fresh: bool
) -> "ListFiles":
    from search.engine.index import Index  # noqa: PLC0415
    from search.publish.list_files import write_list_files  # noqa: PLC0415

    with Index.open(directory) as opened:
        return write_list_files(
            opened, out, options, write=write, fresh=fresh, processes=os.cpu_count() or 1
        )


@command("event-search marks news/", "event-search marks news/ --index /srv/news/index")
@click.argument("archive", type=click.Path(exists=True, path_type=Path))
@index_option
def marks(archive: Path, directory: Path) -> None:
    """List what editors decided: the marks in the pages of ARCHIVE, and its related.toml.

    A mark is a comment on a line of its own in a page, such as
    <!-- event-search: pin /news/2016/08/18/page.md -->; ban keeps an event out, and no-list leaves
    the page without a list. A link that is deleted or added by hand becomes such a mark in the
    next run of regenerate. The file related.toml, in the folder of the archive or above it, has
    decisions for the whole archive: exclude, not_a_term, same_story, ban_both, pin and ban.

    The exit code is 1 if a mark has no effect.
    """
    from search.engine.editors import marks_in  # noqa: PLC0415
    from search.engine.index import Index  # noqa: PLC0415

    stale = False
    with Index.open(directory) as opened:
        for mark in marks_in(archive, opened):
            note = f"  ({mark.note})" if mark.note else ""
            write_lines([line(f"{mark.path}:{mark.line}: {mark.text}") + note])
            stale = stale or bool(mark.note)
    if stale:
        click.get_current_context().exit(1)


@command("event-search info", "event-search info --json")
@json_options
@index_option
def info(form: str | None, directory: Path) -> None:
    """Show what the index holds."""
    from search.engine.index import Index  # noqa: PLC0415

    with Index.open(directory) as opened:
        facts = opened.info()
        if form is None:
            write_lines(f"{name}: {value}" for name, value in facts.items())
        else:
            write_json(facts, form)
