"""Commands on archives and indexes: ``index``, ``verify``, ``marks`` and ``info``."""

from pathlib import Path
from typing import Any

import click

from search.cli.command import command
from search.cli.console import say, write_json, write_lines
from search.cli.exit_codes import NEGATIVE, end
from search.cli.options import (
    PROCESSES,
    NamedPath,
    archives_argument,
    explain_skips,
    index_option,
    json_options,
    language_option,
    map_option,
    path_option,
    read_options,
    read_options_of,
    reported_skips,
)
from search.cli.progress import progress
from search.cli.settings_file import make_index_home
from search.model.errors import IndexDamaged, UsageError
from search.model.printing import line


@command(
    "event-search index news/", "event-search index events.jsonl.gz", "event-search index --relearn"
)
@archives_argument
@click.option(
    "--repair",
    is_flag=True,
    help="Rebuild the index from its archives if one of its files is damaged. Give no ARCHIVE.",
)
@click.option(
    "--relearn",
    is_flag=True,
    help="Show how lists would change if the ranking were learned again from the present events; "
    "nothing is written without --yes. Give no ARCHIVE.",
)
@click.option("--yes", is_flag=True, help="With --relearn: write it, and show what changed.")
@path_option(
    "--vectors",
    "Event vectors from your own model: one row for each event, in the order of reading.",
    exists=True,
    dir_okay=False,
    metavar="FILE.npy",
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
    """Build the index of archives, or bring it up to date.

    ARCHIVE is a directory of pages or of other files, or a file: Markdown, JSON, JSON Lines, CSV,
    YAML, TOML, a feed, a changelog, a mailbox, a calendar, SQLite, Parquet; "-" is JSON Lines on
    standard input.
    """
    from search.engine import build as building  # noqa: PLC0415

    named = click.get_current_context().get_parameter_source("archive")
    is_named = bool(archive) and named is click.core.ParameterSource.COMMANDLINE
    if is_named + repair + relearn > 1:
        raise UsageError(
            "give only one of ARCHIVE, --repair and --relearn; see event-search index --help"
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
                processes=PROCESSES,
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
        say("nothing was written; to write it: event-search index --relearn --yes")


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
    """Read every file of the index, and name the damaged ones.

    The exit code is 2 if one is damaged. Then event-search index --repair rebuilds the index.
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
    say(f"{directory}: {len(current.files.sums)} files, {current.size():,} bytes, all undamaged")


@command("event-search marks news/", "event-search marks news/ --index /srv/news/index")
@click.argument("archive", type=NamedPath(exists=True, path_type=Path))
@index_option
def marks(archive: Path, directory: Path) -> None:
    """List what editors decided, in marks of pages and in related.toml.

    A mark is a comment on a line of its own in a page of ARCHIVE, such as

    \b
      <!-- event-search: pin /news/2016/08/18/page.md -->

    The mark pin keeps an event in the list, keep also keeps the words of its item, ban keeps an
    event out, and no-list leaves the page without a list. A link that is deleted, added or reworded
    by hand becomes a mark in the next run of regenerate. The file related.toml, in the folder of
    the archive or above it, decides for the whole archive: exclude, not_a_term, same_story,
    ban_both, pin and ban.

    Marks follow pages that were renamed. The exit code is 1 if a mark has no effect.
    """
    from search.engine.decisions.review import marks_in  # noqa: PLC0415
    from search.engine.index import Index  # noqa: PLC0415

    stale = False
    with Index.open(directory) as opened:
        for mark in marks_in(archive, opened):
            notes = "; ".join(filter(None, (mark.note, mark.moved)))
            shown = f"{mark.path}:{mark.line}: {mark.text}"
            write_lines([line(f"{shown}  ({notes})" if notes else shown)])
            stale = stale or bool(mark.note)
    if stale:
        end(NEGATIVE)


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
