"""What a published table must be before it leaves: protected, and as the ledger has it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from kim_pipeline.errors import DisclosureError
from kim_pipeline.warehouse.schema.audit import cell_ledger
from kim_pipeline.warehouse.schema.published import indicator_value

# Columns that count persons: a 1 or a 2 in them was never protected.
COUNTS = ("numerator", "denominator", "persons")
_FORBIDDEN = pa.array([1, 2], pa.int64())
_LABELS = [c.name for c in indicator_value.primary_key]
_SERVED = ("numerator", "denominator", "value", "status", "release")


def check_counts(tables: Mapping[str, pa.Table]) -> None:
    """Refuse tables in which a count of persons is 1 or 2, or a withheld row holds a number.

    Raises DisclosureError naming table and column.
    """
    for name, table in tables.items():
        counts = [column for column in COUNTS if column in table.column_names]
        for column in counts:
            found = pc.is_in(table[column].cast(pa.int64()), _FORBIDDEN)
            _refuse_any(found, f"published.{name}: column {column} holds a 1 or a 2")
            if "status" in table.column_names:
                withheld = pc.equal(table["status"], pa.scalar("withheld"))
                told = pc.and_(withheld, pc.is_valid(table[column]))
                _refuse_any(told, f"published.{name}: column {column} is told where withheld")


def check_ledger(connection: sa.Connection, first: date, last: date) -> None:
    """Refuse months in which a value is not the one the cell ledger released.

    `connection` is the owner's: nobody else reads the ledger. Raises DisclosureError.
    """
    ledger, value = cell_ledger.alias("l"), indicator_value.alias("v")
    same = [ledger.c[name] == value.c[name] for name in (*_LABELS, "revision")]
    same += [ledger.c[name].is_not_distinct_from(value.c[name]) for name in _SERVED]
    strange = (
        sa.select(sa.func.count())
        .select_from(value)
        .where(value.c.month.between(first, last), ~sa.exists().where(*same))
    )
    rows = connection.scalar(strange) or 0
    if rows:
        raise DisclosureError(
            f"published.indicator_value: {rows} rows are not in the ledger as they stand; "
            "run the months again: kim run --again"
        )


def _refuse_any(found: Any, what: str) -> None:
    rows = pc.sum(found).as_py() or 0
    if rows:
        raise DisclosureError(f"{what} in {rows} rows; nothing was exported.")
