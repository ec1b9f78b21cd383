"""The editor's desk: decisions about a pair of events, written to ``related.toml``.

It exists only where the server was started for it, on this machine's own address, and only for a
browser that opened the address with the token. A cookie that no other site's request carries holds
the token, and a request to write has to come from a page of this server.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import tomlkit
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from search.archive.decisions import decisions_beside, read_decisions
from search.engine.indexed_archives import archives_of
from search.model import limits
from search.model.errors import EventSearchError, UsageError
from search.model.read_options import DECISIONS
from search.publish.files import write_if_changed
from search.publish.web.api import index_of, status_of

COOKIE: Final = "event-search-desk"
VERBS: Final[Mapping[str, str]] = {
    "pin": "Always list it",
    "ban": "Never list it here",
    "ban_both": "Neither lists the other",
    "same_story": "It is the same story",
    "forget": "Undo what was decided here",
}


class Decided(NamedTuple):
    """What an editor decides: a verb, the event whose list it is about, and the item."""

    verb: str
    one: str
    other: str


class Desk:
    """Writes decisions for the archives of the index in ``directory``. ``token`` opens the desk."""

    def __init__(self, directory: Path, token: str) -> None:
        self._directory = directory
        self._token = token
        self._lock = threading.Lock()

    def is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())

    def decide(self, decided: Decided) -> None:
        """Write a decision, and take back what was decided about the same pair before.

        Everything else in the file stays as it is, comments too.

        Raises:
            UsageError: the file says something that has no meaning, or cannot be written.
        """
        with self._lock:
            path = self._file()
            text = read_decisions(path).text if path.exists() else ""
            known = tomlkit.parse(text)
            _forget(known, decided)
            _add(known, decided)
            write_if_changed(path, tomlkit.dumps(known).encode(), lambda path: True)

    def _file(self) -> Path:
        archives = list(archives_of(self._directory))
        if not archives:
            raise UsageError(
                f"{self._directory}: its archives are gone; build the index again to decide on them"
            )
        known = (decisions_beside(archive).path for archive in archives)
        first = archives[0]
        folder = first if first.is_dir() else first.parent
        return next((path for path in known if path is not None), folder / DECISIONS)


def _forget(known: Any, decided: Decided) -> None:
    pair = [decided.one, decided.other]
    for key in ("pin", "ban"):
        items = known.get(key, {}).get(decided.one, [])
        while decided.other in items:
            items.remove(decided.other)
    for key in ("ban_both", "same_story"):
        groups = known.get(key, [])
        for at in range(len(groups) - 1, -1, -1):
            if sorted(groups[at]) == sorted(pair):
                del groups[at]


def _add(known: Any, decided: Decided) -> None:
    if decided.verb in ("pin", "ban"):
        lists = known.setdefault(decided.verb, tomlkit.table())
        lists.setdefault(decided.one, tomlkit.array()).append(decided.other)
    elif decided.verb in ("ban_both", "same_story"):
        known.setdefault(decided.verb, tomlkit.array()).append([decided.one, decided.other])


def desk_of(request: Request) -> Desk | None:
    """The desk, if there is one and the request may use it."""
    desk: Desk | None = request.app.state.desk
    is_open = desk is not None and desk.is_token(request.cookies.get(COOKIE, ""))
    return desk if is_open else None


def open_desk(request: Request) -> Response:
    """Answer the address with the token: from then on the browser may decide."""
    desk: Desk = request.app.state.desk
    token = request.query_params.get("token", "")
    if not desk.is_token(token):
        return PlainTextResponse("This token does not open the desk; see where serve runs.\n", 403)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict")
    return answer


async def decide(request: Request) -> Response:
    """Write one decision that a form of ours asks for, and show the pair again."""
    desk = desk_of(request)
    origin = urlsplit(request.headers.get("origin", ""))
    if desk is None or origin.netloc != request.headers.get("host"):
        return PlainTextResponse("Only a page of the open desk may decide.\n", 403)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > limits.EDIT_BYTES:
            return PlainTextResponse("The request is too long.\n", 413)
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    verb, a, b = (fields.get(name, [""])[0] for name in ("verb", "a", "b"))
    if verb not in VERBS:
        return PlainTextResponse("There is no such decision.\n", 400)
    index = index_of(request)
    try:
        one, other = index.resolve(a), index.resolve(b)
        desk.decide(Decided(verb, one, other))
    except EventSearchError as error:
        return PlainTextResponse(f"{error}\n", status_of(error))
    return RedirectResponse(f"/explain?{urlencode({'a': one, 'b': other})}", 303)
