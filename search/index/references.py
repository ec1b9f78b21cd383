"""References to an event: its id, link, slug or title, or an identifier among its terms.

Letter case, scheme, trailing slash and blanks do not matter.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from search.model.event import Event
from search.text.addresses import unquoted

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]{1,15}://(?:www\.)?")
_BEHIND_PATH: Final = re.compile(r"[?#].*", re.DOTALL)
_EXTENSION: Final = re.compile(r"\.[a-z0-9]{1,5}\Z")
# A slug has several words or a digit; one word, such as "index", identifies no event.
_SLUG: Final = re.compile(r"(?=.*[^\W\d_])(?=.*[-_0-9]).{4,}", re.DOTALL)
_IDENTIFIER: Final = re.compile(r"(?=.*[^\W\d_])(?=.*\d)\S{4,}")
_AROUND_TITLE: Final = " .!?,;:\"'“”‘’«»"
_LONGEST: Final = 2_000  # characters of a reference


def keys(event: Event) -> set[str]:
    """The references of an event, folded."""
    found = {_folded(event.id), _title(_folded(event.title))}
    for path in (event.id, event.url):
        if path:
            link = _link(_folded(path))
            slug = _EXTENSION.sub("", link.rpartition("/")[2])
            found |= {link, *((slug,) if _SLUG.fullmatch(slug) else ())}
    found |= {_folded(term) for term in event.terms if _IDENTIFIER.fullmatch(term)}
    return {key for key in found if key}


def keys_of(reference: str) -> Iterator[str]:
    """The keys that a reference may match, each once: as it is, as a link, as a title."""
    folded = _folded(reference[:_LONGEST])
    yield from dict.fromkeys((folded, _link(folded), _title(folded)))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _title(folded: str) -> str:
    return folded.strip(_AROUND_TITLE)


def _link(folded: str) -> str:
    """A link or path without its scheme, its query, its fragment and a slash at its end."""
    if "/" not in folded:
        return folded
    return unquoted(_BEHIND_PATH.sub("", _SCHEME.sub("", folded))).rstrip("/")
