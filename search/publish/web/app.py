"""The web application: its routes, its middleware, and the state that requests share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import metadata, resources
from pathlib import Path
from typing import Final

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from search.model.errors import UsageError
from search.publish.web import api, pages
from search.publish.web.current_index import CurrentIndex
from search.publish.web.guards import Guards
from search.publish.web.overview import Overviews

# Threads that answer requests. Only one at a time runs Python code, and each has memory of its own:
# with more of them answers were slower, and the server was larger.
THREADS: Final = 2
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]", "::1")


def create_app(
    directory: Path, *, hosts: Sequence[str] = LOOPBACK, token: str | None = None
) -> Starlette:
    """The application over the index in ``directory``, for uvicorn or any other ASGI server.

    Args:
        directory: of the index.
        hosts: the host names that requests may use. Other requests are refused, so that no foreign
            page can read answers by pointing its own name at this server (DNS rebinding).
        token: opens the editor's desk, which only the loopback addresses have; None: no desk.

    Raises:
        IndexUnusable: there is no index yet.
        UsageError: no host is named, any host would be allowed, or a desk would be open to others.
    """
    if not hosts or "*" in hosts:
        raise UsageError(
            "name the hosts that requests may use; '*' would let any page read answers"
        )
    if token is not None and (not token or not set(hosts) <= set(LOOPBACK)):
        raise UsageError("the editor's desk is for this machine alone; leave out other hosts")
    current = CurrentIndex(directory)
    routes = [*api.routes(), *pages.routes()]
    desk = None
    if token is not None:
        from search.publish.web.desk import Desk, decide, open_desk  # noqa: PLC0415

        desk = Desk(directory, token)
        routes += [Route("/desk", open_desk), Route("/decide", decide, methods=["POST"])]
    static = resources.files("search.publish.web") / "static"
    app = Starlette(
        lifespan=_few_threads,
        routes=[*routes, Mount("/static", StaticFiles(directory=str(static)))],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(Guards, current=current, version=metadata.version("event-search")),
        ],
        exception_handlers={404: pages.not_found, 500: pages.failed},
    )
    app.state.current = current
    app.state.desk = desk
    app.state.overviews = Overviews()
    app.state.directions = pages.Directions()
    return app


@asynccontextmanager
async def _few_threads(app: Starlette) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    yield
