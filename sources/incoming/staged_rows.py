"""From a draft to the rows that may stay: pseudonyms, coarsened and open fields, findings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sources.contracts.tables import KEY, Table, precision_of
from sources.incoming.drafts import Draft
from sources.incoming.findings import find

ARROW_TYPES: dict[str, pa.DataType] = {
    "uuid": pa.string(),
    "text": pa.string(),
    "integer": pa.int32(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "numeric(10,2)": pa.decimal128(10, 2),
}


def stage(draft: Draft, drafts: Mapping[str, Draft], reference_date: date) -> pa.Table:
    """Return exactly the staging columns of a table, one row per accepted row.

    Rows are sorted by `row_key`, so that their order says nothing of the delivery's.
    """
    columns: dict[str, pa.Array[Any]] = dict(draft.pseudonyms)
    for field in draft.table.fields:
        for rule in field.rules:
            if rule.name == "coarsen":
                columns[rule.column or field.name] = _year(draft.fields[field.name])
            elif rule.name == "open":
                columns |= _opened(rule.column or field.name, draft.fields[field.name])
    for finding in draft.table.findings:
        columns[finding.column] = pa.array(find(finding, draft, drafts, reference_date))
    schema = staged_schema(draft.table)
    arrays = [
        columns[name].cast(kind) for name, kind in zip(schema.names, schema.types, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema).sort_by(KEY[0])


def _opened(name: str, column: pa.Array[Any]) -> dict[str, pa.Array[Any]]:
    """Give the column as it is, or a partly known date as its first day and its precision."""
    if not pa.types.is_struct(column.type):
        return {name: column}
    known = column.to_pylist()
    days = [
        date(part["year"], part["month"] or 1, part["day"] or 1) if part and part["year"] else None
        for part in known
    ]
    precisions = [part["precision"] if part and part["year"] else None for part in known]
    return {
        name: pa.array(days, pa.date32()),
        precision_of(name): pa.array(precisions, pa.string()),
    }


def staged_schema(table: Table) -> pa.Schema:
    """Describe the staging columns of a table as Arrow types."""
    return pa.schema([(column.name, ARROW_TYPES[column.sql_type]) for column in table.columns])


def _year(column: Any) -> pa.Array[Any]:
    """Coarsen whole or partly known dates to their year."""
    whole = pa.types.is_date(column.type)
    year: pa.Array[Any] = pc.year(column) if whole else pc.struct_field(column, "year")
    return year
