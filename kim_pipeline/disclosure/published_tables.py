"""Write the published tables of a month from the ledger, and nothing but the ledger."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.indicators.catalogue import Catalogue
from kim_pipeline.indicators.cells import CellKey
from kim_pipeline.steering import Steering, Target
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema.published import (
    indicator,
    indicator_value,
    measure,
    measure_indicator,
    staff,
)

_FROM_LEDGER = [c.name for c in indicator_value.columns if c.name not in ("unit", "provisional")]


def write_values(
    connection: sa.Connection,
    catalogue: Catalogue,
    month: date,
    shown: Mapping[CellKey, Entry],
    provisional: bool,
) -> Counter[str]:
    """Replace the month's rows of `published.indicator_value`; count them by status.

    Tables that have left the catalogue are no longer shown.
    """
    declared = {(i.id, b.name): i.unit for i in catalogue.indicators for b in i.breakdowns}
    rows = [
        {name: getattr(entry, name) for name in _FROM_LEDGER}
        | {"unit": declared[key.indicator_id, key.breakdown], "provisional": provisional}
        for key, entry in sorted(shown.items())
        if (key.indicator_id, key.breakdown) in declared
    ]
    replace_rows(connection, indicator_value, indicator_value.c.month == month, rows)
    return Counter(row["status"] for row in rows)


def write_catalogue(connection: sa.Connection, catalogue: Catalogue) -> None:
    """Replace `published.indicator` and what the Kreis decided for steering by the catalogue."""
    rows = [
        {
            "indicator_id": i.id,
            "name_de": i.name_de,
            "name_en": i.name_en,
            "definition_de": i.definition_de,
            "definition_en": i.definition_en,
            "kind": i.kind,
            "unit": i.unit,
            "baustein": ", ".join(i.baustein),
            "sources": ", ".join(i.sources),
            "linked": i.linked,
            "position": position,
            "protection": i.protection,
            **_target(catalogue.steering.target(i.id)),
            "since_last_month": i.since_last_month,
        }
        for position, i in enumerate(catalogue.indicators, start=1)
    ]
    replace_rows(connection, indicator, sa.true(), rows)
    write_steering(connection, catalogue.steering)


def _target(target: Target | None) -> dict[str, Any]:
    return {
        "target_direction": target and target.direction,
        "target_value": target and target.value,
        "target_by": target and target.by,
        "target_set_by": target and target.set_by,
    }


def write_steering(connection: sa.Connection, steering: Steering) -> None:
    """Replace the posts, and the measures with the indicators they serve."""
    posts = [asdict(s) | {"position": at} for at, s in enumerate(steering.staff, start=1)]
    measures = [
        asdict(m) | {"measure_id": m.id, "position": at}
        for at, m in enumerate(steering.measures, start=1)
    ]
    served = [
        {"measure_id": m.id, "indicator_id": name}
        for m in steering.measures
        for name in dict.fromkeys(m.indicator_ids)
    ]
    replace_rows(connection, staff, sa.true(), posts)
    replace_rows(connection, measure, sa.true(), measures)
    replace_rows(connection, measure_indicator, sa.true(), served)


def replace_rows(
    connection: sa.Connection,
    table: sa.Table,
    old: sa.ColumnElement[bool],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Delete the rows that `old` selects and write new ones, in the same transaction."""
    connection.execute(sa.delete(table).where(old))
    if rows:
        copy_table(connection, table, arrow_rows(table, rows))


def arrow_rows(table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Turn rows into an Arrow table with all columns of a warehouse table."""
    listed = list(rows)
    return pa.table({c.name: [row[c.name] for row in listed] for c in table.columns})
