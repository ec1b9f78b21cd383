"""The command line: arguments become calls of the library, errors become exit codes."""

import signal
import sys
from types import FrameType
from typing import Final

import click

from search.cli.command import Group, example
from search.cli.console import claim_streams, say
from search.cli.exit_codes import DONE, FAILED, INTERRUPTED
from search.engine.garbage_collection import little_collection
from search.model.errors import EventSearchError

_INTERRUPTIONS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Run the command line, print every error as one line, and exit."""
    claim_streams()
    code = FAILED
    try:
        for stop in _INTERRUPTIONS:
            if signal.getsignal(stop) is not signal.SIG_IGN:
                signal.signal(stop, _interrupt)
        with little_collection():
            code = commands.main(standalone_mode=False, prog_name="event-search") or DONE
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "event-search"
        message = " ".join(error.format_message().split()).rstrip(".")
        say(f"event-search: {message}; see {path} --help")
    except EventSearchError as error:
        say(f"event-search: {error}")
    except MemoryError:
        say("event-search: out of memory; everything on disk is whole: free some, run it again")
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        say(f"event-search: {what}{error.strerror or error}; remove the cause, then run it again")
    except (KeyboardInterrupt, click.Abort):
        code = INTERRUPTED
        say("event-search: interrupted; everything on disk is whole")
    sys.exit(code)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Handle the first interruption. A second ^C ends the process at once; others change nothing,
    so that none interrupts the message or the exit."""
    for stop in _INTERRUPTIONS:
        if signal.getsignal(stop) is not signal.SIG_IGN:
            signal.signal(stop, signal.SIG_DFL if stop == signal.SIGINT else signal.SIG_IGN)
    raise KeyboardInterrupt


# The module of each command; it is loaded when the command is used.
_HOMES: Final = {
    "config": "settings_commands",
    "evaluate": "evaluate_command",
    "export": "publish_commands",
    "feeds": "publish_commands",
    "init": "settings_commands",
    "index": "archive_commands",
    "info": "archive_commands",
    "marks": "archive_commands",
    "mcp": "server_commands",
    "merge": "related_commands",
    "regenerate": "regenerate_command",
    "related": "related_commands",
    "search": "search_command",
    "serve": "server_commands",
    "site": "site_command",
    "verify": "archive_commands",
    "why": "related_commands",
}


@click.group(
    cls=Group,
    homes=_HOMES,
    context_settings={"max_content_width": 100},
    epilog=example("event-search index news/", "event-search search '\"deep space\" +probe'"),
)
def commands() -> None:
    """Full-text search and explained related lists for archives of dated texts.

    An archive is a folder of Markdown pages, or files of events: JSON Lines, CSV and more.
    """
