"""Words on a terminal to calls of the library, errors to exit codes. The only room with click.

Exit codes: 0 done; 1 nothing found, or --check found stale pages; 2 could not, with one line on
stderr that says why and what to do; 130 interrupted.
"""

import sys

import click

from search.cli import (
    archive_commands as archives,
)
from search.cli import (
    publish_commands as publishing,
)
from search.cli import (
    related_commands as lists,
)
from search.cli import (
    search_command as searches,
)
from search.cli import (
    site_command as sites,
)
from search.cli.console import say
from search.cli.options import example
from search.engine.garbage import little_collection
from search.model.errors import EventSearchError


def main() -> None:
    """The entry point: ``commands``, with errors as one line."""
    try:
        with little_collection():
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
    except MemoryError:
        say("event-search: out of memory; everything on disk is whole: free some, run it again")
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        say("event-search: interrupted; everything on disk is whole")
        sys.exit(130)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=example("event-search index news/", "event-search search '\"deep space\" +probe'"),
)
@click.version_option(package_name="event-search", message="%(prog)s %(version)s")
def commands() -> None:
    """Full-text search and explained related lists for archives of dated event summaries.

    An archive is a tree of Markdown pages, or JSON Lines or CSV files of events.
    """


for _command in (
    archives.index,
    searches.search,
    lists.related,
    archives.regenerate,
    lists.why,
    sites.site,
    publishing.feeds,
    archives.info,
    archives.verify,
):
    commands.add_command(_command)
