"""A model from outside that turns texts into vectors."""

from collections.abc import Sequence
from typing import Any, Protocol


class Encoder(Protocol):
    """What ``build(encoder=...)`` takes: the models of sentence-transformers are of this kind."""

    def encode(self, texts: Sequence[str], /) -> Any:
        """One row of floating-point numbers for each text, in order: [texts, dimensions]."""
