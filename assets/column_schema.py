"""What the Dagster UI shows of columns: type, meaning and origin, from schema and contracts.

The UI draws no lineage of columns itself, so each description ends with where the column is from.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.intake_origins import field_column, incoming_origins, records_origins, token_column
from assets.origins import Origin, Origins
from kim_pipeline.core.temporary import KNOWN
from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract
from sources.contracts.fields import Field
from sources.contracts.tables import Table

MOST_NAMED = 4
TOKENS = "keyed tokens"
# Contracts describe what is kept of a field, which is what its reader needs to know.
_KEPT_AS = "Kept as: "


def table_metadata(table: sa.Table, origins: Origins | None = None) -> Mapping[str, Any]:
    """Describe one table: its full name and its columns with type, meaning and origin."""
    columns = [_column(c.name, c) for c in table.columns]
    return {"dagster/table_name": table.fullname, **_metadata(columns, origins or {})}


def tables_metadata(tables: Mapping[str, sa.Table], origins: Origins) -> Mapping[str, Any]:
    """Describe several tables of one asset: columns prefixed by the table, without known time."""
    columns = [
        _column(f"{name}.{c.name}", c)
        for name, table in tables.items()
        for c in table.columns
        if c.name not in KNOWN
    ]
    return _metadata(columns, origins)


def delivery_metadata(contract: Contract) -> Mapping[str, Any]:
    """Describe a delivery: every contract field with its name there and what happens to it."""
    columns = [
        dg.TableColumn(
            field_column(table, field.name),
            field.kind,
            description=f"{_KEPT_AS if field.used else ''}{field.comment} ({field.label})",
            constraints=dg.TableColumnConstraints(nullable=not field.required, unique=field.unique),
            tags={"delivered_as": field.delivered, "privacy": _fate(field)},
        )
        for table in contract.tables
        for field in table.fields
    ]
    return _metadata(columns, {})


def incoming_metadata(contract: Contract) -> Mapping[str, Any]:
    """Describe what pseudonymisation leaves: columns of the staging tables, and token sets."""
    tables = [(table, column) for table in contract.tables for column in table.columns]
    columns = [
        dg.TableColumn(
            f"{table.name}.{c.name}",
            c.sql_type,
            description=c.comment,
            constraints=dg.TableColumnConstraints(nullable=c.nullable),
        )
        for table, c in tables
    ]
    tokens = [token for table in contract.tables for token in _tokens(table)]
    return _metadata([*columns, *tokens], incoming_origins(contract))


def records_metadata(contract: Contract) -> Mapping[str, Any]:
    """Describe the staging tables of a source: their columns, prefixed by the table."""
    columns = [
        _column(f"{name}.{c.name}", c)
        for name, table in staging_tables(contract).items()
        for c in table.columns
    ]
    return _metadata(columns, records_origins(contract))


def _fate(field: Field) -> str:
    return "+".join(dict.fromkeys(rule.name for rule in field.rules)) or "nothing"


def _tokens(table: Table) -> Iterator[dg.TableColumn]:
    roles = {rule.role for field in table.fields for rule in field.rules_named("link")}
    for role in sorted(filter(None, roles)):
        meaning = f"Keyed tokens for linking, role {role}; deleted after the link run."
        yield dg.TableColumn(token_column(table, role), TOKENS, description=meaning)


def _column(name: str, column: sa.Column[Any]) -> dg.TableColumn:
    kept = dg.TableColumnConstraints(nullable=bool(column.nullable))
    kind = str(column.type).lower()
    return dg.TableColumn(name, kind, description=column.comment, constraints=kept)


def _metadata(columns: list[dg.TableColumn], origins: Origins) -> Mapping[str, Any]:
    schema = dg.TableSchema(columns=[_told(column, origins) for column in columns])
    deps = {
        name: [dg.TableColumnDep(asset, column) for asset, column in sorted(found)]
        for name, found in origins.items()
    }
    lineage = {"dagster/column_lineage": dg.TableColumnLineage(deps)} if deps else {}
    return {"dagster/column_schema": schema, **lineage}


def _told(column: dg.TableColumn, origins: Origins) -> dg.TableColumn:
    found = origins.get(column.name)
    if not found:
        return column
    told = f"{column.description} From {'; '.join(_named(found))}."
    return dg.TableColumn(column.name, column.type, told, column.constraints, column.tags)


def _named(origins: Collection[Origin]) -> Iterator[str]:
    """Name the columns of each asset, the first few of many."""
    for asset in sorted({asset for asset, _ in origins}):
        names = sorted(name for other, name in origins if other == asset)
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        yield f"{asset}: {', '.join(names[:MOST_NAMED])}{more}"
