"""The fields of a keyword index, and the forms by which a token is found in them."""

from collections.abc import Iterator
from typing import Final

from search.text.folding import folded_word
from search.text.terms import Kind, Token

TEXT_FIELDS: Final = ("title", "summary")
ANYTHING: Final = "*"  # the spelling that stands in every field that is not empty
GAP: Final = 1_000  # positions between two sources or topics; no phrase reaches over it
LAST_POSITION: Final = (1 << 24) - 2 * GAP  # a position takes 24 bits of a place


def spelling(text: str, token: Token) -> str:
    """How a token is spelled in the text, folded but not stemmed."""
    if token.kind in (Kind.UNSPACED, Kind.NUMBER):
        return token.term
    folded = folded_word(text[token.start : token.end])
    return folded.replace(".", "").replace("-", "") or token.term


def forms(text: str, token: Token) -> Iterator[str]:
    """What besides its term a token is found by: its spelling, or its characters one by one."""
    if token.kind is not Kind.UNSPACED:
        if (form := spelling(text, token)) != token.term:
            yield form
    elif len(token.term) > 1:
        yield from token.term
