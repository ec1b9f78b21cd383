"""Middleware for every request: limits, headers, and an ETag for cached answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from search.model import limits
from search.publish.web.current_index import CurrentIndex

# Nothing from elsewhere, nothing inline, nothing framed: what a title says cannot run.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# What these say depends on more than the generation and the address.
_UNTAGGED: Final = ("/health", "/archive", "/why", "/explain", "/desk")

Next = Callable[[Request], Awaitable[Response]]


class Guards:
    """Middleware; ``version`` is of the program, so that an update is not hidden by a cache."""

    def __init__(self, current: CurrentIndex, version: str) -> None:
        self._current = current
        self._version = version

    async def __call__(self, request: Request, answer: Next) -> Response:
        response = await self._answered(request, answer)
        response.headers.update(HEADERS)
        return response

    async def _answered(self, request: Request, answer: Next) -> Response:
        address = f"{request.scope.get('raw_path', b'')!r}?{request.scope['query_string']!r}"
        if len(address) > limits.URL_BYTES:
            return PlainTextResponse("The address is too long.\n", 414)
        if request.method not in ("GET", "HEAD") or request.url.path.startswith(_UNTAGGED):
            return await answer(request)
        index = self._current.get()
        request.state.index = index
        identity = f"{self._version}\0{index.directory}\0{index.generation}\0{address}"
        tag = f'"{blake2b(identity.encode(), digest_size=12).hexdigest()}"'
        known = request.headers.get("if-none-match", "")
        if tag in (one.strip().removeprefix("W/") for one in known.split(",")[:20]):
            return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
        response = await answer(request)
        if response.status_code == 200:
            response.headers["ETag"] = tag
            response.headers["Cache-Control"] = "no-cache"  # ask again, and take a 304
        return response
