"""Finds the generation that an update starts from, or why the index must be rebuilt."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from search.index import generations
from search.model import errors
from search.model.hit import RANKING_VERSION


class Current(NamedTuple):
    """The generation to update, or the reason why it cannot be used; neither if there is no
    index."""

    generation: generations.Generation | None
    reason: str = ""


def usable_generation(directory: Path) -> Current:
    """The generation to update.

    Raises:
        IndexNewer: a newer version wrote it.
        IndexUnusable: it cannot be read now, although it may be undamaged.
    """
    try:
        current = generations.current(directory)
    except errors.IndexMissing:
        return Current(None)
    except errors.IndexNewer:
        raise
    except (errors.IndexDamaged, errors.IndexFormatMismatch) as error:
        return Current(None, without_remedy(error))
    ranking = current.facts.get("ranking")
    if type(ranking) is int and ranking > RANKING_VERSION:
        raise errors.IndexNewer(
            f"{directory}: built for ranking {ranking}, this version ranks by {RANKING_VERSION}; "
            "install a newer event-search, or remove the index to rebuild it"
        )
    if ranking != RANKING_VERSION:
        return Current(None, f"it was built for ranking {ranking!r:.20}")
    return Current(current)


def without_remedy(error: errors.IndexUnusable) -> str:
    """The message of an error, without its advice."""
    return str(error).rpartition("; ")[0]
