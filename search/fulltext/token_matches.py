"""Where the tokens of a text match a leaf of a query, as ``matching`` finds by the index."""

from collections.abc import Iterator, Sequence

from search.fulltext.query.tree import Fuzzy, Leaf, Phrase, Prefix
from search.index.fields import spelling
from search.text.edit_distance import edits_allowed, within_edits
from search.text.terms import Kind, Token

Span = tuple[int, int]


def special_spans(leaf: Leaf, wanted: Sequence[Token], token: Token) -> Iterator[Span]:
    """Where a token matches a prefix, a phrase or a fuzzy word; ``wanted`` are its tokens."""
    match leaf:
        case Phrase():
            if len(wanted) == 1 and (token.term, token.exact) == (wanted[0].term, wanted[0].exact):
                yield token.start, token.end
                return
        case Prefix():
            last = wanted[-1]
            if last.kind is not Kind.UNSPACED:
                start = spelling(last)
                forms = token.term, spelling(token)
                if any(token.term == one.term for one in wanted[:-1]) or any(
                    form.startswith(start) for form in forms
                ):
                    yield token.start, token.end
                return
        case Fuzzy(edits=edits):
            if any(_is_near(one, token, edits) for one in wanted):
                yield token.start, token.end
            return
    # One character of a script whose tokens are pairs of characters.
    if token.kind is Kind.UNSPACED and len(wanted) == 1 and len(wanted[0].term) == 1:
        for place, character in enumerate(token.term, token.start):
            if character == wanted[0].term:
                yield place, place + 1


def _is_near(wanted: Token, token: Token, edits: int | None) -> bool:
    if token.term == wanted.term:
        return True
    word = spelling(wanted)
    limit = edits_allowed(word, edits) if wanted.kind in (Kind.WORD, Kind.NAME) else 0
    forms = {token.term, spelling(token)} if limit else set()
    return any(form[:1] == word[:1] and within_edits(word, form, limit) for form in forms)


def runs(
    wanted: Sequence[Token], tokens: Sequence[Token], slop: int, *, exact: bool
) -> Iterator[list[int]]:
    """The places of the wanted tokens in this order, with up to ``slop`` others in between."""

    def is_it(token: Token, other: Token) -> bool:
        if exact:
            return (token.term, token.exact) == (other.term, other.exact)
        return token.term == other.term or token.term in other.also

    for start, token in enumerate(tokens):
        if not is_it(wanted[0], token):
            continue
        places = [start]
        for one in wanted[1:]:
            room = range(places[-1] + 1, min(len(tokens), start + len(wanted) + slop))
            if not slop:
                room = room[:1]
            place = next((at for at in room if is_it(one, tokens[at])), None)
            if place is None:
                break
            places.append(place)
        if len(places) == len(wanted):
            yield places
