"""The inner loops over posting columns, compiled.

Raises:
    ImportError: numba is missing.
"""

from search.kernels.layout import TILE, Columns, Cut, Rows, Sketches, Tiles, lay_out
from search.kernels.links import links
from search.kernels.order import in_order
from search.kernels.pairs import much_alike, shared, spread

__all__ = [
    "TILE",
    "Columns",
    "Cut",
    "Rows",
    "Sketches",
    "Tiles",
    "in_order",
    "lay_out",
    "links",
    "much_alike",
    "shared",
    "spread",
]
