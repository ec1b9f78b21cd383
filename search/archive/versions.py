"""Older versions of pages: named by the history of the newer page, and not events of their own.

    ### Changes:

    1. [Old title. ](/news/2018/02/6/old.md) _2018-02-06 13:49:30 (First version)_
    1. [Title. ](/news/2018/02/6/this-page.md) _(Current version)_

Only a page whose history ends with itself replaces others, so an old page with its own old history
replaces nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import unquote

OLDER = "an older version of "  # a reason for skipping; the page that replaces it follows
MOST_VERSIONS = 200  # that a page may name


def older_versions(history: Sequence[str], own_id: str) -> tuple[str, ...]:
    """The ids of the pages that a page replaces, given where its history points, in that order."""
    paths = [unquote(link.partition("#")[0].partition("?")[0]) for link in history]
    if not paths or not paths[-1].endswith(own_id):
        return ()
    prefix = paths[-1].removesuffix(own_id)
    ids = [path.removeprefix(prefix) for path in paths[:-1] if path.startswith(f"{prefix}/")]
    return tuple(dict.fromkeys(one for one in ids if one != own_id))[:MOST_VERSIONS]


def replaced(pairs: Iterable[tuple[int, int]]) -> set[int]:
    """What is replaced, of pairs of a page and one that it replaces, as hashes of their ids.

    A page is replaced if one that nothing replaces does so, or one that is replaced itself. Pages
    that replace each other in a circle all stay: no mistake in a history costs an event for good.
    """
    older: dict[int, list[int]] = {}
    for page, old in pairs:
        older.setdefault(page, []).append(old)
    named = {old for ones in older.values() for old in ones}
    found: set[int] = set()
    waiting = [page for page in older if page not in named]
    while waiting:
        for old in older.get(waiting.pop(), ()):
            if old not in found:
                found.add(old)
                waiting.append(old)
    return found
