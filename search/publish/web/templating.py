"""The HTML templates, with their filters for addresses and excerpts. All values are escaped."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from search.model.hit import Hit
from search.model.printing import CUT

_MARK: Final = "**"  # around each match in an excerpt


def event_path(event_id: str, page: str = "event") -> str:
    """The address of an event's page."""
    query = "" if event_id.startswith("/") else "?id=1"
    return f"/{page}/{quote(event_id.lstrip('/'), safe='/')}{query}"


def web_only(link: str) -> str:
    """The link if it is a web address, else ""."""
    return link if link.startswith(("https://", "http://")) else ""


def excerpt(hit: Hit) -> list[tuple[str, bool]]:
    """The pieces of a hit's excerpt, and whether each is a match, without what the title has."""
    title = hit.event.title
    pieces = list(enumerate(hit.snippet.split(_MARK)))
    text = "".join(piece for _, piece in pieces)
    said = len(title) if text.startswith(title) else 0
    if text.strip(CUT) in title:
        return []
    shown = []
    for number, piece in pieces:
        rest, said = piece[said:], max(said - len(piece), 0)
        if rest.strip():
            shown.append((rest, number % 2 == 1))
    return shown


TEMPLATES: Final = Environment(
    loader=PackageLoader("search.publish.web"),
    autoescape=True,
    auto_reload=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= {"event_path": event_path, "excerpt": excerpt, "web_only": web_only}
