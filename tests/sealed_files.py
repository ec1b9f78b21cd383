"""The files of a directory as if an index had published them."""

from pathlib import Path

from search.index.checked_file import sums_of
from search.index.files import Files


def sealed(directory: Path) -> Files:
    """All files below a directory, with checksums of their present bytes."""
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    return Files(
        directory, {path.relative_to(directory).as_posix(): sums_of(path) for path in paths}
    )
