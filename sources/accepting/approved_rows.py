"""The last gate before the history: staged columns that no approval covers carry no value.

Open deliveries have lost them before; what an authority sealed is made without knowing the approval
of this Kreis.
"""

from collections.abc import Iterable

import pyarrow as pa

from sources.contracts.fields import Field
from sources.contracts.tables import Table


def approved_rows(table: Table, rows: pa.Table) -> pa.Table:
    """Return staged rows of a table, without what its contract marks as not approved."""
    if not table.approved:
        return rows.slice(0, 0)
    for name in _hidden(table) & set(rows.column_names):
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, name, pa.nulls(rows.num_rows, rows.schema.field(name).type))
    return rows


def _hidden(table: Table) -> set[str]:
    """Name the staged columns that come from fields without approval alone, and their findings."""
    shown = _columns(field for field in table.fields if field.approved)
    hidden = _columns(field for field in table.fields if not field.approved)
    fields = {field.name for field in table.fields if not field.approved}
    found = {f.column for f in table.findings if fields & set(f.references)}
    return (hidden - shown) | found


def _columns(fields: Iterable[Field]) -> set[str]:
    return {rule.column or field.name for field in fields for rule in field.rules}
