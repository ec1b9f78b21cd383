"""Word lists: plain text files, each with its source on its first lines, and the one loader."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent


def lines(name: str) -> Iterator[str]:
    """The lines of the table ``name`` without comments (``#``) and empty lines.

    Raises:
        FileNotFoundError: there is no such table.
    """
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
