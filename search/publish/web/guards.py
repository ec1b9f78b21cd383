"""Middleware for every request: limits, headers, and answers that are remembered by their ETag."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.model import limits
from search.publish.web.current_index import CurrentIndex
from search.text.bounded_cache import PIECE_BYTES, BoundedCache

# Only files of this server, nothing inline, no frames: no text of an archive can run as code.
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
_REMEMBERED: Final = 8 << 20  # bytes of answers
# These answers depend on more than the generation and the address: lists follow the decisions of
# editors, which no index holds.
_UNTAGGED: Final = (
    "/health", "/archive", "/why", "/explain", "/desk", "/event", "/related", "/story",
)  # fmt: skip


class Guards:
    """ASGI middleware around ``app``. ``version`` is that of event-search: it is part of each ETag,
    so that a browser's cache does not hide an update.

    An answer with an ETag is made once: who asks the same of the same generation gets it again,
    while it is among the most recent ``_REMEMBERED`` bytes.
    """

    def __init__(self, app: ASGIApp, current: CurrentIndex, version: str) -> None:
        self._app = app
        self._current = current
        self._version = version
        self._answers = BoundedCache[list[Message]](_REMEMBERED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = f"{scope.get('raw_path', b'')!r}?{scope['query_string']!r}"
        answer, tag = self._app, ""
        if len(address) > limits.URL_BYTES:
            answer = PlainTextResponse("The address is too long.\n", 414)
        elif scope["method"] in ("GET", "HEAD") and not scope["path"].startswith(_UNTAGGED):
            request = Request(scope)
            index = request.state.index = self._current.get()
            identity = f"{self._version}\0{index.directory}\0{index.generation}\0{address}"
            tag = f'"{blake2b(identity.encode(), digest_size=12).hexdigest()}"'
            known = request.headers.get("if-none-match", "")
            if tag in (one.strip().removeprefix("W/") for one in known.split(",")[:20]):
                answer = Response(status_code=304)
            elif (remembered := self._answers.get(scope["method"] + tag)) is not None:
                for message in remembered:
                    await send(message)
                return
        sent: list[Message] = []

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if tag and message["status"] in (200, 304):
                    # A browser asks again each time, and takes a 304.
                    headers.update({"ETag": tag, "Cache-Control": "no-cache"})
            if tag:
                sent.append(message)
            await send(message)

        await answer(scope, receive, guarded)
        if sent and sent[0]["status"] == 200:
            size = sum(len(message.get("body", b"")) for message in sent)
            self._answers.put(scope["method"] + tag, sent, size + PIECE_BYTES)
