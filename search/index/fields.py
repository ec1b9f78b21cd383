"""The fields of the inverted index, and the forms by which a token is found in them."""

import zlib
from collections.abc import Iterator
from typing import Final

from search.text.folding import fold
from search.text.terms import Kind, Token

TEXT_FIELDS: Final = ("title", "summary")
# "field": names with their values; "link": the addresses that a text links to, and that it has.
FIELDS: Final = (*TEXT_FIELDS, "source", "term", "field", "link")
ANYTHING: Final = "*"  # a spelling that every field has unless it is empty
GAP: Final = 1_000  # positions between two sources or topics; no phrase reaches over it
POSITION_BITS: Final = 24  # of a stored position; the bits above hold the code of the spelling
LAST_POSITION: Final = (1 << POSITION_BITS) - 2 * GAP
SAME_AS_TERM: Final = 0
ALSO: Final = 255  # the code of a term that is added to the token, such as a compound


def spelling(token: Token) -> str:
    """How a token is spelled in the text, folded but not stemmed."""
    return fold(token.exact)


def spelling_code(token: Token) -> int:
    """A code, 0 to 254, for the exact spelling of a token, with accents and ending.

    Two spellings of a term share a code by a chance of 1 in 254, and never if one of them is the
    term itself. Whether an event has a spelling at all is known exactly (see ``forms``).
    """
    if token.exact == token.term:
        return SAME_AS_TERM
    return 1 + zlib.crc32(token.exact.encode("utf-8", "surrogatepass")) % (ALSO - 1)


def forms(token: Token) -> Iterator[str]:
    """What a token is found by besides its term: its spelling, or each of its characters."""
    if token.kind is not Kind.UNSPACED:
        if (form := spelling(token)) != token.term:
            yield form
    elif len(token.term) > 1:
        yield from token.term
