"""The fields of a keyword index, and the forms by which a token is found in them."""

import zlib
from collections.abc import Iterator
from typing import Final

from search.text.folding import fold
from search.text.terms import Kind, Token

TEXT_FIELDS: Final = ("title", "summary")
FIELDS: Final = (*TEXT_FIELDS, "source", "term", "field")  # "field": names with their values
ANYTHING: Final = "*"  # the spelling that stands in every field that is not empty
GAP: Final = 1_000  # positions between two sources or topics; no phrase reaches over it
POSITION_BITS: Final = 24  # of a stored place; above them is the code of how the token is written
LAST_POSITION: Final = (1 << POSITION_BITS) - 2 * GAP
SAME_AS_TERM: Final = 0
ALSO: Final = 255  # the code of a term that only stands for the token, such as a compound


def spelling(token: Token) -> str:
    """How a token is spelled in the text, folded but not stemmed."""
    return fold(token.exact)


def writing(token: Token) -> int:
    """The code, 0 to 254, of how a token is written in the text, accents and ending included.

    Two writings of one term have the same code once in 254 times, and never if one of them is the
    term itself; that an event has the spelling at all is known for sure (see ``forms``).
    """
    if token.exact == token.term:
        return SAME_AS_TERM
    return 1 + zlib.crc32(token.exact.encode("utf-8", "surrogatepass")) % (ALSO - 1)


def forms(token: Token) -> Iterator[str]:
    """What besides its term a token is found by: its spelling, or its characters one by one."""
    if token.kind is not Kind.UNSPACED:
        if (form := spelling(token)) != token.term:
            yield form
    elif len(token.term) > 1:
        yield from token.term
