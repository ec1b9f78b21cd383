"""Formats other than Markdown pages, JSON Lines and CSV: a file becomes records, each a mapping.

Each module reads one kind of format. ``registry`` finds the module by the name of a file.
"""

from collections.abc import Mapping
from typing import Any

# The fields of a record, with its line or number in the file; None: the file is one record.
NumberedFields = tuple[int | None, Mapping[str, Any]]
