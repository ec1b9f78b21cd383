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
            whole, link = _links(_folded(path))
            slug = _EXTENSION.sub("", link.rpartition("/")[2])
            found |= {whole, link, *((slug,) if _SLUG.fullmatch(slug) else ())}
    found |= {_folded(term) for term in event.terms if _IDENTIFIER.fullmatch(term)}
    return {key for key in found if key}


def keys_of(reference: str) -> Iterator[str]:
    """The keys that a reference may match, each once, the most exact first: as it is, as a link
    with its query and without, as a title."""
    folded = _folded(reference[:_LONGEST])
    yield from dict.fromkeys((folded, *_links(folded), _title(folded)))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _title(folded: str) -> str:
    return folded.strip(_AROUND_TITLE)


def _links(folded: str) -> tuple[str, str]:
    """A link or path without its scheme, its fragment and a slash at its end: with its query, which
    may say which page it is (``show_bug.cgi?id=5``), and without."""
    if "/" not in folded:
        return folded, folded
    whole = _SCHEME.sub("", folded).partition("#")[0]
    return unquoted(whole).rstrip("/"), unquoted(whole.partition("?")[0]).rstrip("/")
