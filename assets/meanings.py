"""What one row is, in the words of a contract, for descriptions of assets."""

from sources.contracts.contract import Contract
from sources.contracts.tables import Table


def rows_of(contract: Contract) -> str:
    """Say of each table what it holds and what one row of it is."""
    return "\n".join(f"- `{table.name}`: {_row(table)}" for table in contract.tables)


def _row(table: Table) -> str:
    key = ", ".join(f"`{field.name}`" for field in table.key_fields)
    return f"one row per {key}. {table.comment}" if key else table.comment
