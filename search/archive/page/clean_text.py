"""Text from outside, made safe to hold, index and print: no controls, no lone surrogates."""

import re

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROLS_BUT_NEWLINE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]+")
_SURROGATES = re.compile("[\ud800-\udfff]")


def line(text: str) -> str:
    """One line: runs of control characters and line ends become a blank, the ends are stripped.

    Embeddings and overrides of direction go (they would turn around what stands beside them);
    a lone surrogate, which no file can hold, becomes U+FFFD. Other characters stay as they are.
    """
    text = text.strip()
    if text.isprintable():
        return text
    return _mend(_CONTROLS.sub(" ", text)).strip()


def lines(text: str) -> str:
    """The same for text of several lines: its line feeds stay."""
    text = text.strip()
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _mend(_CONTROLS_BUT_NEWLINE.sub(" ", text)).strip()


def is_identifier(text: str) -> bool:
    """Whether nothing in the text would be altered by `line`: ids are taken as they are or not."""
    if text.isprintable():
        return bool(text) and text[0] != " " != text[-1]
    return line(text) == text


def visible(text: str) -> str:
    """The text for a message on one line: what cannot be printed is written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _mend(text: str) -> str:
    return _SURROGATES.sub("\ufffd", _DIRECTIONS.sub("", text))
