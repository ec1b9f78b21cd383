"""The command ``mcp``: the index as tools for language models."""

from pathlib import Path

import click

from search.cli.command import command
from search.cli.options import index_option
from search.model.errors import UsageError


@command(
    "event-search mcp --index /srv/news/index",
    """echo '{"mcpServers": {"news": {"command": "event-search", "args": ["mcp"]}}}'""",
)
@index_option
def mcp(directory: Path) -> None:
    """Serve the tools search, related, why and info by the Model Context Protocol.

    A program that speaks the protocol starts this command and talks with it over standard input
    and output. The tools only read. Needs the extra "mcp".
    """
    try:
        from search.publish.mcp_server import create_server  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError(
            f"mcp needs {error.name}: install it with: pip install 'event-search[mcp]'"
        ) from error
    create_server(directory).run()
    click.get_current_context().exit(0)
