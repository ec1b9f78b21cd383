"""The exit codes of all commands, for scripts."""

from typing import Final, NoReturn

import click

DONE: Final = 0
NEGATIVE: Final = 1  # nothing was found, a score is too low, or --check found stale pages
FAILED: Final = 2  # one line on standard error says why and what to do
INTERRUPTED: Final = 130  # everything on disk is whole


def end(code: int) -> NoReturn:
    """End the command that runs."""
    click.get_current_context().exit(code)
