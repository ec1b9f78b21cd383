"""The inner loops over posting columns, compiled.

Raises:
    ImportError: numba is missing.
"""

from search.index.kernels.fillers import FillCut, fillers
from search.index.kernels.layout import (
    NAME,
    TILE,
    WORD,
    Columns,
    Cut,
    Rows,
    Sketches,
    Tiles,
)
from search.index.kernels.pairs import in_order, much_alike, shared, shared_names, spread
from search.index.kernels.products import product
from search.index.kernels.related import links

__all__ = [
    "NAME",
    "TILE",
    "WORD",
    "Columns",
    "Cut",
    "FillCut",
    "Rows",
    "Sketches",
    "Tiles",
    "fillers",
    "in_order",
    "links",
    "much_alike",
    "product",
    "shared",
    "shared_names",
    "spread",
]
