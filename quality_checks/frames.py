"""Frames as Great Expectations can take them: no Decimal, no date object, an index from 0."""

from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.warehouse.load import read_table
from quality_checks.hub import Hub

_DAY = pa.timestamp("s")


def plain_frame(table: pa.Table) -> pd.DataFrame:
    """Turn an Arrow table into a frame of numbers, booleans, texts and `datetime64`.

    Decimals become floats, because Great Expectations spends a millisecond on each Decimal; dates
    become timestamps, so that bounds are compared in one sweep.
    """
    fields = [field.with_type(_plain_type(field.type)) for field in table.schema]
    return table.cast(pa.schema(fields)).to_pandas()


def read_frame(hub: Hub, query: sa.Select[Any]) -> pd.DataFrame:
    """Read the rows of a query into a plain frame."""
    with hub.engine.connect() as connection:
        return plain_frame(read_table(connection, query))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_decimal(kind):
        return pa.float64()
    return _DAY if pa.types.is_date(kind) else kind
