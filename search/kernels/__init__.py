"""The inner loops over posting columns, compiled.

Raises:
    ImportError: numba is missing.
"""

from search.kernels.layout import Columns, lay_out
from search.kernels.links import TILE, Cut, Rows, Tiles, links
from search.kernels.order import in_order
from search.kernels.pairs import much_alike, shared, spread

__all__ = [
    "TILE",
    "Columns",
    "Cut",
    "Rows",
    "Tiles",
    "in_order",
    "lay_out",
    "links",
    "much_alike",
    "shared",
    "spread",
]
