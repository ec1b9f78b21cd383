"""The application: routes, guards and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata, resources
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from search.model.errors import UsageError
from search.publish.web import api, pages
from search.publish.web.current_index import CurrentIndex
from search.publish.web.guards import Guards
from search.publish.web.overview import Overviews

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]", "::1")


def create_app(directory: Path, *, hosts: Sequence[str] = LOOPBACK) -> Starlette:
    """The application over the index in ``directory``, for uvicorn or any other ASGI server.

    ``hosts`` are the names that requests may call the server by; others are refused, so that no
    page of elsewhere reads this one through a name of its own (DNS rebinding).

    Raises:
        IndexUnusable: there is no index to begin with.
    """
    if not hosts or "*" in hosts:
        raise UsageError("name the hosts that requests may call; '*' would allow any page to ask")
    current = CurrentIndex(directory)
    static = resources.files("search.publish.web") / "static"
    app = Starlette(
        routes=[
            *api.routes(),
            *pages.routes(),
            Mount("/static", StaticFiles(directory=str(static))),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(
                BaseHTTPMiddleware, dispatch=Guards(current, metadata.version("event-search"))
            ),
        ],
        exception_handlers={404: pages.not_found, 500: pages.failed},
    )
    app.state.current = current
    app.state.overviews = Overviews()
    app.state.directions = pages.Directions()
    return app
