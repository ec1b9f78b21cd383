"""Word segmentation: finds the words of a text. All other steps build on it.

Words end at the default word boundaries of Unicode (UAX #29), with the tailoring in ``_TAILORED``.
A text is first split at blanks, since no word contains one. Each part, a *chunk*, recurs often in
an archive, so its pieces are found once and cached.
"""

import re
from functools import cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

from search.text.addresses import without_addresses
from search.text.apostrophes import apostrophe_forms
from search.text.bounded_cache import PIECE_BYTES, BoundedCache
from search.text.english import ABBREVIATIONS
from search.text.folding import LONGEST_WORD, fold, fold_unspaced
from search.text.normalisation import normalised
from search.text.numbers import NUMBER, number_forms

# Han, kana, hangul, Thai, Lao, Burmese, Khmer and their extensions.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
# Latin letters, digits, and signs that are part of no word: dashes, quotation marks, the euro. In a
# text of these, and of ASCII, what is alphanumeric is a letter or a digit.
_IN_LATIN: Final = re.compile(
    "[\x00-\x7f\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u2010-\u2027\u20ac]*"
)
# Letters are what has the property Alphabetic, marks belong to the letter before them (WB4).
_LETTER: Final = rf"[[\p{{L}}\p{{Nl}}]--[{_UNSPACED}]]"
_INSIDE: Final = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]"

# What differs from UAX #29, in the order in which it is tried. {L} is a letter, {I} what a word
# holds behind its first letter.
_TAILORED: Final = (
    # Scripts without blanks are found by pairs of characters, whatever a dictionary would say;
    # Korean too, since its particles are glued to the word.
    ("unspaced", r"[{U}]+"),
    # Dots belong to an acronym (U.S., U.N.); UAX #29 would leave the last one out.
    ("acronym", r"(?<!{I})(?:{L}\.){{2,}}(?:{L}(?!{I}))?|(?<!{I})(?:{L}\.{L})(?!{I})"),
    # Signs that tell one name from another: C++, C#, .NET, AT&T, Disney+.
    ("sign", r"(?<!{I}){L}{I}{{0,9}}\+\+(?!{L})|(?<!{I}){L}#(?!{I})|(?<![\w.])\.(?i:net)(?!{I})"
             r"|(?<!{I}){L}{{1,4}}(?:&{L}{{1,4}}){{1,3}}(?!{I})|(?<!{I}){L}{I}{{0,19}}\+(?![\w+])"),
    # Separators of thousands and a unit belong to the number: 1,500m, 3.5bn, 1 000, 1.000; and so
    # do the sign of a version and the end of a decade: v1.2.3, 1990's.
    ("number", r"(?<!{I})(?:[vV](?=\d+\.\d))?{N}(?:'s(?!{I})|{L}{{1,4}}(?!{I})|(?!{I}))"),
    # Hyphens, full stops, colons and underscores end a word, so that parts are found; the word
    # as a whole is a phrase, and is found written together as well (see ``joined``). Apostrophes,
    # the middle dot of Catalan and the marks of Hebrew acronyms do not.
    ("word", r"{I}+(?:(?:['`\u00b7\u05f3\u05f4]|(?<=[\u05d0-\u05ea])\"(?=[\u05d0-\u05ea])){I}+)*"),
)  # fmt: skip
_BLANKS: Final = re.compile(r"[ \t\n\r\f\v]+")
_MAY_BE_GROUPED: Final = re.compile(r"\d \d{3}")
_GROUPED: Final = re.compile(r"(?<![\w.,'])\d{1,3}(?: \d{3})+(?![\w'])(?![.,]\d{3})")
_BEFORE_A_WORD: Final = "\"'(["
_BEHIND_A_WORD: Final = "\"')].,;:!?"
_HYPHEN: Final = "-"
_MOST_JOINED: Final = 4  # words of a compound that is found written together
_PLURAL: Final = re.compile(r"(?:[^\W\d_]+\d+|\d{1,3})s")  # F16s, and 16s of F-16s
# A word and a number before a script without blanks: NATO19加盟国, the 19 members of NATO.
_COUNTING: Final = re.compile(r"([^\W\d_]{2,})\d+")
# "And", "the", "in", "to", "from", "as" and "that" before a Hebrew word, written with it.
_HEBREW_PREFIX: Final = re.compile(
    "(?:\u05d5[\u05d1\u05d4\u05dc\u05de]?|[\u05d1\u05d4\u05db\u05dc\u05de\u05e9])(?=[\u05d0-\u05ea]{3})"
)
_SENTENCE_ENDS: Final = re.compile(r"[!?:;\u2014\u2022\u2026。！？|\n]|\.(?!\w)")
# Longer chunks are not cached: a line of Chinese hardly recurs.
LONGEST_CHUNK: Final = 40
_REMEMBERED_BYTES: Final = 48 << 20


class Piece(NamedTuple):
    """A word, a number, an acronym, or a run of a script without blanks: its place in its chunk.

    ``group`` is the kind: "word", "number", "acronym" (U.N.), "sign" (C++), "unspaced", or
    "address" for a word of a URL; ``surface`` is normalised, ``folded`` the folded word. ``also``
    are other folded words that it is found by: the number without its unit, the compound that it
    begins written together.
    """

    start: int
    end: int
    group: str
    surface: str
    folded: str
    also: tuple[str, ...] = ()
    exact: str = ""  # as ``folded``, but with its accents; "" if that is the same

    @property
    def capitalised(self) -> bool:
        return self.surface[:1].isalpha() and not self.surface.islower()

    @property
    def upper(self) -> bool:
        """Whether it begins with two capitals, as an acronym does."""
        return self.surface[:2].isupper() and len(self.surface) > 1

    @property
    def possessive(self) -> bool:
        return self.surface.endswith(("'s", "'S"))


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{_UNSPACED}]")


def has_unspaced(text: str) -> bool:
    """Whether a text has a character of a script without spaces between words."""
    return not text.isascii() and _unspaced().search(text) is not None


def chunks(text: str) -> list[str]:
    """The chunks of a text, split at blanks but those that group the thousands of a number, among
    which are no-break spaces."""
    if text.isascii() and not _MAY_BE_GROUPED.search(text):
        return text.split()  # most are
    return split_at_spaces(_BLANKS.sub(" ", text))


def split_at_spaces(text: str) -> list[str]:
    """The parts of a text between single spaces, as long as they are there: a space that groups the
    thousands of a number does not split it, and becomes a no-break space."""
    if _MAY_BE_GROUPED.search(text):
        text = _GROUPED.sub(lambda number: number[0].replace(" ", "\u00a0"), text)
    return text.split(" ")


def is_one_word(chunk: str) -> bool:
    """Whether a text without blanks is certainly one word, perhaps with signs around it."""
    return chunk.isascii() and chunk.lstrip(_BEFORE_A_WORD).rstrip(_BEHIND_A_WORD).isalpha()


def pieces(chunk: str) -> tuple[Piece, ...]:
    """The pieces of a text without blanks, in its order."""
    if chunk.isascii():
        # Most chunks are one word, perhaps with signs around it that belong to no word. To find
        # that out takes no longer than to look it up.
        rest = chunk.lstrip(_BEFORE_A_WORD)
        word = rest.rstrip(_BEHIND_A_WORD)
        if word.isalpha():
            start = len(chunk) - len(rest)
            folded = word.lower()[:LONGEST_WORD]
            return (Piece(start, start + len(word), "word", word, folded),)
    known = _remembered.get(chunk)
    if known is None:
        known = _pieces(chunk)
        if len(chunk) <= LONGEST_CHUNK:
            _remembered.put(chunk, known, PIECE_BYTES * max(1, len(known)))
    return known


_remembered: Final[BoundedCache[tuple[Piece, ...]]] = BoundedCache(_REMEMBERED_BYTES)


def _pieces(chunk: str) -> tuple[Piece, ...]:
    form = normalised(chunk)
    found: list[Piece] = []
    for start, end, is_address in without_addresses(form.text):
        words = _words(form.text, start, end)
        if is_address or form.starts is not None:
            for at, piece in enumerate(words):
                first, last = form.span(piece.start, piece.end)
                group = "address" if is_address and piece.group != "unspaced" else piece.group
                words[at] = piece._replace(start=first, end=last, group=group)
        found += words
    return tuple(found)


def _words(text: str, start: int, end: int) -> list[Piece]:
    """The pieces of a part of a normalised text."""
    is_latin = text.isascii() or _IN_LATIN.fullmatch(text)
    pattern = _latin() if is_latin else _any_script()
    found: list[Piece] = []
    compound: list[int] = []  # the places of pieces that are joined to the piece before them
    for match in pattern.finditer(text, start, end):
        piece = _piece(match.lastgroup or "", match.start(), match.end(), match.group())
        if piece is None:
            continue
        gap = text[found[-1].end : piece.start] if found else ""
        if piece.group == "unspaced" and found and not gap:
            found[-1] = _without_number(found[-1])
        is_version = gap == "." and piece.group == "number" and found[-1].group == "word"  # BA.5
        if not (gap == _HYPHEN or is_version):
            _join(found, compound)
            compound = []
        elif piece.folded[:-1].isdigit() and _PLURAL.fullmatch(piece.folded):
            piece = piece._replace(folded=piece.folded[:-1], exact=piece.folded)
        compound.append(len(found))
        found.append(piece)
    _join(found, compound)
    return found


def _without_number(piece: Piece) -> Piece:
    """The piece, if it is a word and a number, findable by the word."""
    whole = _COUNTING.fullmatch(piece.folded)
    return piece._replace(also=(*piece.also, whole[1])) if whole else piece


def _piece(group: str, start: int, end: int, surface: str) -> Piece | None:
    surface = surface if group == "unspaced" else surface[: 4 * LONGEST_WORD]
    also: tuple[str, ...] = ()
    exact = ""
    if group == "unspaced":
        folded = fold_unspaced(surface)
    elif group == "word":
        folded, also = apostrophe_forms(surface)
        if not surface.isascii():
            exact, _ = apostrophe_forms(surface, str.casefold)
        if _PLURAL.fullmatch(folded):
            exact, folded = exact or folded, folded[:-1]
        if prefix := _HEBREW_PREFIX.match(folded):
            also = (*also, folded[prefix.end() :])
    elif group == "number":
        folded, also = number_forms(fold(surface))
        exact = fold(surface) if surface[0] in "vV" else ""
        group = "number" if folded[-1:].isdigit() else "word"
    elif group == "sign":
        folded = fold(surface)
        if "&" in folded:
            also = (folded.replace("&", ""),)
        elif folded[-2:-1].isalnum() and folded[-1] == "+" and len(folded) > 3:
            also = (folded[:-1],)
    else:
        folded = fold(surface.replace(".", ""))
    folded = folded if group == "unspaced" else folded[:LONGEST_WORD]
    return Piece(start, end, group, surface, folded, also, exact) if folded else None


def _join(found: list[Piece], compound: list[int]) -> None:
    """Make the first word of a compound findable by the compound written as one word.

    Of a longer one, a letter or a number makes a word with its neighbour: the "covid19" of
    Covid-19-related, the "email" of E-Mail-Adressen.
    """
    if not 2 <= len(compound) <= _MOST_JOINED:
        return
    words = [found[at].folded for at in compound]
    if "unspaced" in (found[at].group for at in compound) or "".join(words).isdigit():
        return
    if len(words) > 2:
        for at, (word, following) in zip(compound, pairwise(words), strict=False):
            if len(word) == 1 or following.isdigit():
                found[at] = found[at]._replace(also=(*found[at].also, word + following))
    first = found[compound[0]]
    found[compound[0]] = first._replace(also=(*first.also, "".join(words)[:LONGEST_WORD]))


@cache
def _latin() -> re.Pattern[str]:
    """The pattern for texts in Latin letters; most questions meet no text that needs another."""
    letter, inside = r"[^\W\d_]", r"[^\W_]"
    parts = (
        f"(?P<{name}>{pattern.format(L=letter, I=inside, U='', N=NUMBER)})"
        for name, pattern in _TAILORED[1:]
    )
    return re.compile("|".join(parts))


@cache
def _any_script() -> Any:
    """The pattern for texts in other scripts; loaded only for them."""
    import regex  # noqa: PLC0415

    parts = (
        f"(?P<{name}>{pattern.format(L=_LETTER, I=_INSIDE, U=_UNSPACED, N=NUMBER)})"
        for name, pattern in _TAILORED
    )
    return regex.compile("|".join(parts), regex.VERSION1)


def ends_sentence(before: str, gap: str) -> bool:
    """Whether a sentence ends in ``gap``, after the word ``before``: the next capital is free."""
    if gap in (" ", "-") or not _SENTENCE_ENDS.search(gap):
        return False
    return not (gap == ". " and (len(before) == 1 or before in ABBREVIATIONS))
