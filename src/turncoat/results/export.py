"""The table in the formats that other tools read."""

from io import BytesIO
from typing import BinaryIO, Literal

import pandas as pd

Format = Literal["csv", "parquet", "json"]


def write(table: pd.DataFrame, target: BinaryIO, *, form: Format = "csv") -> None:
    """Write a table of observations.

    Args:
        table: what to write; a missing value is empty in CSV and null in JSON and Parquet.
        target: open for bytes, such as a file or `sys.stdout.buffer`.
        form: CSV with a header; Parquet; or JSON, one array of objects.
    """
    target.write(_WRITERS[form](table))


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _json(table: pd.DataFrame) -> bytes:
    return table.to_json(orient="records", indent=1, force_ascii=False).encode() + b"\n"


_WRITERS = {"csv": _csv, "parquet": _parquet, "json": _json}
