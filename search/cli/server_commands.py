"""Commands that serve an index to others: ``serve`` to browsers, ``mcp`` to language models."""

from pathlib import Path

import click

from search.cli.command import command
from search.cli.console import say
from search.cli.options import index_option
from search.model.arguments import missing_extra
from search.model.errors import UsageError


@command(
    "event-search serve                          # then open http://127.0.0.1:8000/",
    "event-search serve --host 0.0.0.0 --allow-host search.example.org",
    "curl 'http://127.0.0.1:8000/search?q=earthquake&years=1'",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8_000, show_default=True, help="The port."
)
@click.option(
    "--allow-host", multiple=True, help="A host name that requests may use; repeat it for more."
)
@click.option(
    "--edit",
    is_flag=True,
    help="Open the editor's desk: pin, ban and more, written to related.toml beside the archive.",
)
@index_option
def serve(host: str, port: int, allow_host: tuple[str, ...], edit: bool, directory: Path) -> None:
    """Show the index in a browser, and answer requests for JSON.

    JSON is at /search, /related/ID, /why and /info; /openapi.json describes it. Each new generation
    of the index is served at once. Without --host, only this machine can connect. Needs the extra
    "web".
    """
    import secrets  # noqa: PLC0415 - no other command needs these
    import socket  # noqa: PLC0415

    try:
        import uvicorn  # noqa: PLC0415 - an extra

        from search.publish.web.app import LOOPBACK, create_app  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(missing_extra("serve", error, "web")) from error
    if edit and (allow_host or host not in LOOPBACK):
        raise UsageError("--edit is for this machine alone: leave out --host and --allow-host")
    token = secrets.token_urlsafe(24) if edit else None
    app = create_app(directory, hosts=(*LOOPBACK, *allow_host), token=token)
    shown = f"[{host}]" if ":" in host else host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=200)
    except OSError as error:
        raise UsageError(
            f"{shown}:{port}: {error.strerror or error}; give another --host or --port"
        ) from error
    say(f"http://{shown}:{port}/ shows {directory}; stop it with Ctrl-C")
    if token is not None:
        say(f"the editor's desk: http://{shown}:{port}/desk?token={token}")
    settings = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=200,
        timeout_keep_alive=5,
    )
    uvicorn.Server(settings).run(sockets=[listening])


@command(
    "event-search mcp --index /srv/news/index",
    """echo '{"mcpServers": {"news": {"command": "event-search", "args": ["mcp"]}}}'""",
)
@index_option
def mcp(directory: Path) -> None:
    """Serve search, related, why and info to programs by MCP.

    A program that speaks the Model Context Protocol starts this command, and talks with it over
    standard input and output. The tools only read. Needs the extra "mcp".
    """
    try:
        from search.publish.mcp_server import create_server  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError(missing_extra("mcp", error, "mcp")) from error
    create_server(directory).run()
