"""The editor's desk: decisions about a pair of events, written to ``related.toml``.

It is there only if the server was started with it, on a loopback address, and only for a browser
that opened the address with the token. The token is kept in a cookie that browsers do not send with
requests from other sites, and a request to write must come from a page of this server.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import tomlkit
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from tomlkit.items import Comment, Table

from search.archive.decisions import decisions_beside, read_decisions
from search.engine.decisions.rules import Rules
from search.engine.indexed_archives import archives_of
from search.model import limits
from search.model.errors import EventSearchError, UsageError
from search.model.read_options import DECISIONS
from search.publish.files import write_if_changed
from search.publish.web.api import index_of, status_of

IdOf = Callable[[str], str | None]
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

    def decide(self, decided: Decided, id_of: IdOf) -> None:
        """Write a decision, in place of earlier ones about the same pair.

        Everything else in the file stays as it is, comments too. ``id_of`` gives the id of the
        event that the file names by an id, a link, a path, or one that its page had before.

        Raises:
            UsageError: the file has a mistake, or cannot be written.
        """
        with self._lock:
            path = self._file()
            text = read_decisions(path).text if path.exists() else ""
            write_if_changed(path, edited(text, decided, id_of).encode(), lambda path: True)

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


def edited(text: str, decided: Decided, id_of: IdOf) -> str:
    """The text of a ``related.toml`` with a decision in place of others about the same pair."""
    known = tomlkit.parse(f"{text}\n" if text and not text.endswith("\n") else text)
    _forget(known, decided, id_of)
    _add(known, decided, id_of)
    return tomlkit.dumps(known)


def _forget(known: Any, decided: Decided, id_of: IdOf) -> None:
    """Take back the decisions about a pair; what a group says about other events stays."""
    one, other = decided.one, decided.other
    for lists in (known.get(key, {}) for key in ("pin", "ban")):
        for page in [page for page in lists if id_of(page) == one]:
            for item in [item for item in lists[page] if id_of(item) == other]:
                lists[page].remove(item)
    for key in ("ban_both", "same_story"):
        groups = known.get(key, [])
        for at in range(len(groups) - 1, -1, -1):
            ids = list(map(id_of, groups[at]))
            if {one, other} <= set(ids):
                group = groups.pop(at)
                # Of a story one event leaves; of pairs that exclude each other this pair does.
                for left_out in (one, other) if key == "ban_both" else (other,):
                    rest = [name for name, id in zip(group, ids, strict=True) if id != left_out]
                    if len(rest) > 1:
                        groups.insert(at, rest)


def _add(known: Any, decided: Decided, id_of: IdOf) -> None:
    if decided.verb in ("pin", "ban"):
        if decided.verb not in known:
            known[decided.verb] = tomlkit.table()
        lists = known[decided.verb]
        page = next((page for page in lists if id_of(page) == decided.one), None)
        if page is not None:
            lists[page].append(decided.other)
        else:
            _insert(lists.value.body, decided.one, [decided.other])
    elif decided.verb in known:
        known[decided.verb].append([decided.one, decided.other])
    elif decided.verb != "forget":
        _insert(known.body, decided.verb, [[decided.one, decided.other]])


def _insert(body: list[Any], key: str, value: list[Any]) -> None:
    """Add a key below the others of a table or file: a comment that follows is about what is below
    it."""
    is_table = [isinstance(item, Table) for _, item in body]
    first = is_table.index(True) if True in is_table else len(body)
    keyed = [at for at in range(first) if body[at][0] is not None]
    at = keyed[-1] + 1 if keyed else first
    while not keyed and at and isinstance(body[at - 1][1], Comment) and first < len(body):
        at -= 1
    body.insert(at, (tomlkit.key(key), tomlkit.item(value)))


def desk_of(request: Request) -> Desk | None:
    """The desk, if there is one and the request may use it."""
    desk: Desk | None = request.app.state.desk
    is_open = desk is not None and desk.is_token(request.cookies.get(COOKIE, ""))
    return desk if is_open else None


def open_desk(request: Request) -> Response:
    """Answer the address with the token: set the cookie that lets the browser decide."""
    desk: Desk = request.app.state.desk
    token = request.query_params.get("token", "")
    if not desk.is_token(token):
        return PlainTextResponse("This token does not open the desk; see where serve runs.\n", 403)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict")
    return answer


async def decide(request: Request) -> Response:
    """Write the decision that a form sends, and show the pair again."""
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
        desk.decide(Decided(verb, one, other), Rules(index, ()).id_of)
    except EventSearchError as error:
        return PlainTextResponse(f"{error}\n", status_of(error))
    return RedirectResponse(f"/explain?{urlencode({'a': one, 'b': other})}", 303)
