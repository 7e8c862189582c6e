"""What the Dagster UI shows of a table: its name and columns, from schema and contracts."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import sqlalchemy as sa

from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract


def table_metadata(table: sa.Table) -> Mapping[str, Any]:
    """Describe one table: its full name and its columns with type and meaning."""
    return {
        "dagster/table_name": table.fullname,
        "dagster/column_schema": dg.TableSchema(
            columns=[
                dg.TableColumn(c.name, str(c.type).lower(), description=c.comment)
                for c in table.columns
            ]
        ),
    }


def contract_metadata(contract: Contract) -> Mapping[str, Any]:
    """Describe the staging tables of a source: their columns, prefixed by the table."""
    columns = [
        dg.TableColumn(f"{name}.{c.name}", str(c.type).lower(), description=c.comment)
        for name, table in staging_tables(contract).items()
        for c in table.columns
    ]
    return {"dagster/column_schema": dg.TableSchema(columns=columns)}
