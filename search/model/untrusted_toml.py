"""Reads untrusted TOML, in time and memory that grow in proportion to its length."""

from __future__ import annotations

import re
from typing import Any, Final

from search.model import limits

_MOST_PARTS: Final = 32  # of a dotted key: tomllib takes memory by the square of their number
_MOST_BITS: Final = 1_024  # of a whole number; Python prints no more than 4,300 digits
_PART: Final = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY: Final = re.compile(
    rf"(?<![\w.-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_MOST_PARTS}}}", re.ASCII
)


def load_toml(text: str) -> dict[str, Any]:
    """The table of a TOML text; a byte order mark before it is passed over.

    Raises:
        ValueError: it is not TOML, or has a key, a number or a nesting beyond all use; the message
            is one line.
    """
    import tomllib  # noqa: PLC0415 - most commands read none

    if len(text) > limits.TOML_LENGTH:
        raise ValueError(f"larger than {limits.TOML_LENGTH >> 20} MiB of TOML; split it")
    if found := _LONG_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ValueError(f"a key of more than {_MOST_PARTS} parts (at line {line})")
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    left: list[Any] = [table]
    while left:
        value = left.pop()
        if isinstance(value, dict | list):
            left += value.values() if isinstance(value, dict) else value
        elif is_too_long(value):
            raise ValueError("a number of more than 300 digits")
    return table


def is_too_long(value: object) -> bool:
    """Whether a value is a whole number with more digits than any field needs."""
    return isinstance(value, int) and value.bit_length() > _MOST_BITS
