"""What contracts and code lists put into the warehouse: staging tables, feeds, reference codes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from kim_pipeline.core.feeds import Feed
from kim_pipeline.warehouse.provision import Code
from kim_pipeline.warehouse.source_names import SourceName
from kim_pipeline.warehouse.staging import StagedColumn, staging_table
from sources.contracts.code_lists import code_list
from sources.contracts.contract import Contract
from sources.contracts.tables import Feed as DeclaredFeed

OPEN_START = date(1900, 1, 1)


def staging_tables(contract: Contract) -> dict[str, sa.Table]:
    """Describe the staging table of every table of a contract, by the table's name."""
    return {
        table.name: staging_table(
            contract.staging_name(table),
            table.comment,
            [StagedColumn(c.name, c.sql_type, c.comment) for c in table.columns],
        )
        for table in contract.tables
    }


def feeds(contracts: Sequence[Contract]) -> tuple[Feed, ...]:
    """List what the tables of all contracts yield in core, in the order of the contracts.

    Raises ConfigError when a contract feeds a target or column that core does not have.
    """
    return tuple(feed for contract in contracts for feed in _feeds(contract))


def _feeds(contract: Contract) -> Iterator[Feed]:
    staged = staging_tables(contract)
    for table in contract.tables:
        for declared in table.feeds:
            yield Feed(
                source=contract.source,
                table=staged[table.name],
                target=declared.target,
                columns=declared.columns,
                constants=declared.constants,
                through=_through(declared, staged),
                precedence=declared.precedence,
            )


def _through(declared: DeclaredFeed, staged: Mapping[str, sa.Table]) -> tuple[sa.Table, str] | None:
    if declared.through is None:
        return None
    table, column = declared.through
    return staged[table], column


def source_names(contracts: Sequence[Contract]) -> tuple[SourceName, ...]:
    """Name the sources as their contracts do, for readers of figures."""
    return tuple(SourceName(c.source, c.name, c.name_en) for c in contracts)


def reference_codes() -> Iterator[Code]:
    """List the codes core needs: nationalities with their groups, titles with status groups."""
    for row in code_list("nationalities").to_pylist():
        yield Code("nationality", row["code"], row["name"], row["nationality_group"])
    for row in code_list("residence_titles").to_pylist():
        start, end = row["reportable_from"], row["reportable_to"]
        yield Code(
            row["list"],
            row["code"],
            row["meaning"],
            row["status_group"],
            date.fromisoformat(start) if start else OPEN_START,
            date.fromisoformat(end) + timedelta(days=1) if end else None,
        )
