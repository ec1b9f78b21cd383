"""Word lists: plain text files, each with its source on its first lines, and their loaders."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent


def lines(name: str) -> list[str]:
    """The lines of the table ``name`` without comments (``#``) and empty lines.

    Raises:
        FileNotFoundError: there is no such table.
    """
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and line[0] != "#"]


def texts(name: str) -> dict[str, str]:
    """The texts of a table with a text on each line, as "heading: text".

    Raises:
        FileNotFoundError: there is no such table.
    """
    parts = (line.partition(": ") for line in lines(name))
    return {heading: text for heading, _, text in parts}


@cache
def word_lists(name: str) -> Mapping[str, frozenset[str]]:
    """The lists of a table with a list on each line, as "heading: word word".

    Raises:
        FileNotFoundError: there is no such table.
    """
    return {heading: frozenset(text.split()) for heading, text in texts(name).items()}
