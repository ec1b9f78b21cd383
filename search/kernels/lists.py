"""The inner loops over posting columns, compiled.

Raises:
    ImportError: numba is missing.
"""

from search.kernels.exact_related import exact_links
from search.kernels.layout import TILE, Columns, Cut, Rows, Sketches, Tiles, lay_out
from search.kernels.pairs import in_order, much_alike, shared, spread
from search.kernels.products import by_dense, made_dense
from search.kernels.related import links

__all__ = [
    "TILE",
    "Columns",
    "Cut",
    "Rows",
    "Sketches",
    "Tiles",
    "by_dense",
    "exact_links",
    "in_order",
    "lay_out",
    "links",
    "made_dense",
    "much_alike",
    "shared",
    "spread",
]
