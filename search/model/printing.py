"""Makes text from outside safe to store and to print. Nothing else in the package does.

Titles, ids, paths and queries may contain control characters, which act on a terminal, and
bidirectional overrides, which reverse the text printed after them.
"""

import json
import re
from typing import Any, Final

CUT: Final = "…"  # where a printed text was cut

_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROLS_BUT_NEWLINE: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROLS_OF_A_TERMINAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n|$)")
_DIRECTIONS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]+")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
# What the json module leaves as it is, though it acts on a terminal or ends a line elsewhere.
_ACTIVE_IN_JSON: Final = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def line(text: str) -> str:
    """The text on one line, without blanks at its ends.

    A run of control characters and line ends becomes one blank. Bidirectional embeddings and
    overrides are removed. A lone surrogate, which no file can hold, becomes U+FFFD. All else stays,
    including joiners and other invisible characters inside words.
    """
    text = text.strip()
    if text.isprintable():
        return text
    return _cleaned(_CONTROLS.sub(" ", text)).strip()


def lines(text: str) -> str:
    """Like ``line``, for a text of several lines: line feeds stay."""
    text = text.strip()
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _cleaned(_CONTROLS_BUT_NEWLINE.sub(" ", text)).strip()


def is_identifier(text: str) -> bool:
    """Whether ``line`` leaves the text as it is. Ids that it would change are refused."""
    if text.isprintable():
        return bool(text) and text[0] != " " != text[-1]
    return line(text) == text


def visible(text: str) -> str:
    """The text on one line for a message; what cannot be printed is written as an escape.

    Unlike ``line`` it loses nothing, so it suits names of files.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def inert(text: str) -> str:
    """The text, in which control characters other than line feeds and tabs, and overrides of
    direction, are written as escapes, so that a terminal shows them and does not act on them."""
    if text.isprintable():
        return text
    text = _CONTROLS_OF_A_TERMINAL.sub(_escape, text)
    return _SURROGATES.sub(_escape, _DIRECTIONS.sub(_escape, text))


def json_text(value: Any, *, indent: int | None = None) -> str:
    """A value as JSON in UTF-8, with escapes for characters that a terminal would act on."""
    return _ACTIVE_IN_JSON.sub(_json_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def _cleaned(text: str) -> str:
    return _SURROGATES.sub("\ufffd", _DIRECTIONS.sub("", text))


def _escape(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]


def _json_escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
