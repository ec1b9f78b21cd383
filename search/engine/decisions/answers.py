"""Related lists after the decisions of editors, for the commands and the server.

The modules that read decisions are loaded only if there may be some.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.engine.indexed_archives import may_be_edited
from search.model.hit import Hit
from search.model.options import RelatedOptions

if TYPE_CHECKING:
    from search.engine.index import Index


def related(index: Index, event_id: str, options: RelatedOptions) -> tuple[Hit, ...]:
    """``Index.related`` for the id of an event, after the decisions of editors about its list.

    Raises:
        UnknownEvent: no event has that id.
        UsageError: a ``related.toml`` has a mistake.
    """
    hits = index.related(event_id, options)
    if not may_be_edited(index.directory, event_id):
        return hits
    from search.engine.decisions.reading import decided_about  # noqa: PLC0415
    from search.engine.decisions.ruled_lists import AnsweredLists  # noqa: PLC0415

    decided = decided_about(index.directory, event_id)
    return AnsweredLists(index, decided, options).of(event_id, hits)


def related_text(index: Index, text: str, options: RelatedOptions) -> tuple[Hit, ...]:
    """``Index.related_text``, without the events and terms that ``related.toml`` excludes.

    Raises:
        UsageError: see ``Index.related_text``; or a ``related.toml`` has a mistake.
    """
    hits = index.related_text(text, options)
    if not may_be_edited(index.directory):
        return hits
    from search.engine.decisions.reading import Decided, decisions_of  # noqa: PLC0415
    from search.engine.decisions.ruled_lists import AnsweredLists  # noqa: PLC0415

    decided = Decided(decisions_of(index.directory))
    return AnsweredLists(index, decided, options).of_text(text, hits)
