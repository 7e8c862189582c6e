"""Loading rows into the warehouse: COPY from Arrow against inserts, on the embedded server."""

import tempfile

import pyarrow as pa
import sqlalchemy as sa

from benchmarks.comparison import Comparison, compare
from kim_pipeline.settings import read_settings
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.server import stop_server

ROWS = 20_000


def run() -> Comparison:
    """Compare on rows of ten columns."""
    with tempfile.TemporaryDirectory() as home:
        settings = read_settings({"KIM_HOME": home})
        try:
            return _compare(owner_engine(settings))
        finally:
            stop_server(settings)


def _compare(engine: sa.Engine) -> Comparison:
    names = [f"column_{n}" for n in range(10)]
    rows = pa.table({n: pa.array([f"{n} {i}" for i in range(ROWS)]) for n in names})
    table = sa.Table("rows", sa.MetaData(), *(sa.Column(n, sa.Text) for n in names))
    records, frame = rows.to_pylist(), rows.to_pandas()
    with engine.connect() as connection:
        connection.execute(sa.schema.CreateSchema("bench", if_not_exists=True))
        table.schema = "bench"
        table.create(connection)
        return compare(
            "Loading",
            ROWS,
            {
                "COPY from Arrow": lambda: copy_table(connection, table, rows),
                "SQLAlchemy insert": lambda: connection.execute(table.insert(), records),
                "pandas to_sql": lambda: frame.to_sql(
                    "rows", connection, schema="bench", if_exists="append", index=False
                ),
            },
        )
