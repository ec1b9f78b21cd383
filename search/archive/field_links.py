"""Addresses in the fields of a record or of front matter, such as its references."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from search.model import limits

_SCHEMES: Final = ("http://", "https://")


def listed_links(fields: Mapping[str, Any]) -> Iterator[str]:
    """The web addresses in lists of strings, or of objects such as ``{"type": …, "url": …}``.

    A field that is no list has the address of the record itself, or of a picture. The field
    ``links`` is our own: its targets may also be paths of a site.
    """
    for name, value in fields.items():
        if isinstance(value, list):
            for item in value[: limits.LINKS]:
                parts = item.values() if isinstance(item, dict) else (item,)
                for part in parts:
                    if isinstance(part, str) and (name == "links" or part.startswith(_SCHEMES)):
                        yield part
