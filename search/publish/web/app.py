"""The application: routes, guards and what they share."""

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

# Threads that make answers. Only one at a time runs Python code, and each keeps memory of its own:
# more of them made answers slower, and the server larger.
THREADS: Final = 2
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]", "::1")


def create_app(
    directory: Path, *, hosts: Sequence[str] = LOOPBACK, token: str | None = None
) -> Starlette:
    """The application over the index in ``directory``, for uvicorn or any other ASGI server.

    ``hosts`` are the names that requests may call the server by; others are refused, so that no
    page of elsewhere reads this one through a name of its own (DNS rebinding). With a ``token``
    there is an editor's desk, which this machine's own address opens with it.

    Raises:
        IndexUnusable: there is no index to begin with.
    """
    if not hosts or "*" in hosts:
        raise UsageError("name the hosts that requests may call; '*' would allow any page to ask")
    if token is not None and (not token or not set(hosts) <= set(LOOPBACK)):
        raise UsageError("the editor's desk is for this machine alone; leave out other hosts")
    current = CurrentIndex(directory)
    routes = [*api.routes(), *pages.routes()]
    if token is not None:
        from search.publish.web.desk import Desk, decide, open_desk  # noqa: PLC0415

        desk = Desk(directory, token)
        routes += [Route("/desk", open_desk), Route("/decide", decide, methods=["POST"])]
    static = resources.files("search.publish.web") / "static"
    app = Starlette(
        lifespan=_few_threads,
        routes=[
            *routes,
            Mount("/static", StaticFiles(directory=str(static))),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(Guards, current=current, version=metadata.version("event-search")),
        ],
        exception_handlers={404: pages.not_found, 500: pages.failed},
    )
    app.state.current = current
    app.state.desk = None if token is None else desk
    app.state.overviews = Overviews()
    app.state.directions = pages.Directions()
    return app


@asynccontextmanager
async def _few_threads(app: Starlette) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    yield
