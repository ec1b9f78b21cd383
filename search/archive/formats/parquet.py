"""Parquet files: each row is a record. Needs the extra ``parquet`` (pyarrow)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Final

from search.archive.formats import NumberedFields
from search.model import limits
from search.model.arguments import missing_extra

_BATCH: Final = 1_000  # rows in memory


def parquet_records(file: IO[bytes]) -> Iterator[NumberedFields]:
    """The rows of a Parquet file, numbered from 1.

    Raises:
        ValueError: not Parquet, too many rows, or pyarrow is not installed.
    """
    try:
        import pyarrow  # noqa: PLC0415 – an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise ValueError(missing_extra("Parquet", error, "parquet")) from error
    try:
        table = parquet.ParquetFile(file)
        if table.metadata.num_rows > limits.ROWS:
            raise ValueError(f"more than {limits.ROWS:,} rows; split the file")
        number = 0
        for batch in table.iter_batches(batch_size=_BATCH):
            for row in batch.to_pylist():
                number += 1
                yield number, row
    except (pyarrow.ArrowException, OSError) as error:
        raise ValueError(f"not a Parquet file that can be read: {error}") from error
