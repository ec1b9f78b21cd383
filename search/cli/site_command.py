"""The command ``site``: the lists of a site of pages."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from search.cli.command import command
from search.cli.console import say, write_change
from search.cli.exit_codes import FAILED, NEGATIVE, end
from search.cli.options import (
    NamedPath,
    index_option,
    preview_options,
    read_options,
    read_options_of,
    reported_skips,
)
from search.cli.settings_file import make_index_home


@command(
    "event-search site .                        # day lists, and a front page that is there",
    "event-search site . --months --years --topics",
    "event-search site . --check                # for CI: exit 1 if a list is stale",
)
@click.argument("archive", type=NamedPath(exists=True, file_okay=False, path_type=Path))
@click.option("--front-page", is_flag=True, help="Make a front page (index.md) if there is none.")
@click.option(
    "--months", is_flag=True, help="Also a page for each month, with its days and events."
)
@click.option("--years", is_flag=True, help="Also a page for each year, with its months and days.")
@click.option("--topics", is_flag=True, help="Also a page for each topic, in topics/.")
@preview_options
@read_options
@index_option
def site(
    archive: Path,
    front_page: bool,
    months: bool,
    years: bool,
    topics: bool,
    check: bool,
    diff: bool,
    dry_run: bool,
    directory: Path,
    **options: Any,
) -> None:
    """Bring a site's lists up to date: days, front page and more.

    The list of a day is index.md or README.md in its folder. Entries are added for pages that are
    not listed and removed for pages that are gone; text that an editor wrote stays. The index is
    brought up to date first.
    """
    from search.publish.lists.site import Parts, write_lists  # noqa: PLC0415

    make_index_home(directory)
    with reported_skips(each=False) as on_skip:
        run = write_lists(
            archive,
            directory,
            Parts(front_page, months, years, topics),
            read_options_of(options),
            write=not (check or diff or dry_run),
            on_skip=on_skip,
            on_note=say,
            on_change=partial(write_change, diff=diff, name=check or dry_run),
            on_refusal=lambda error: say(str(error)),
        )
    say(run.sentence())
    if run.refused:
        end(FAILED)
    if check and run.changed:
        end(NEGATIVE)
