"""What contracts and code lists put into the warehouse: staging tables, feeds, reference codes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from kim_pipeline.core.feeds import Feed
from kim_pipeline.indicators.labels import read_labels
from kim_pipeline.warehouse.provision import Code
from kim_pipeline.warehouse.source_names import SourceName
from kim_pipeline.warehouse.staging import StagedColumn, staging_table
from sources.contracts.code_lists import (
    ListedCode,
    code_list,
    list_names,
    listed_codes,
    nationality_groups,
)
from sources.contracts.contract import Contract
from sources.contracts.tables import Feed as DeclaredFeed

OPEN_START = date(1900, 1, 1)
STATES, TITLES = "nationalities", "residence_titles"


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
    """List all codes with their names and times: states, titles, groups, every list in the box."""
    groups = nationality_groups()
    for entry in listed_codes(STATES).values():
        yield _code("nationality", entry, groups[entry.code])
    yield from map(_title, code_list(TITLES).to_pylist())
    for name in list_names():
        if name not in (STATES, TITLES):
            yield from (_code(name, entry) for entry in listed_codes(name).values())
    labels = read_labels().values
    for name in ("status_group", "nationality_group"):
        for value, label in labels[name].items():
            yield Code(name, value, label.de, label_en=label.en)


def _code(name: str, entry: ListedCode, group: str | None = None) -> Code:
    start = max(entry.valid_from, OPEN_START)
    end = entry.valid_to + timedelta(days=1) if entry.valid_to < date.max else None
    return Code(name, entry.code, entry.name, group, start, end, entry.name_en)


def _title(row: Mapping[str, str | None]) -> Code:
    """Give a title's code, valid while it could be reported and had not been dropped."""
    first, last = _day(row["reportable_from"]), _day(row["reportable_to"])
    dropped = _day(row["dropped_from"])
    ends = [day for day in (last and last + timedelta(days=1), dropped) if day]
    return Code(
        code_list=str(row["list"]),
        code=str(row["code"]),
        label_de=f"{row['meaning']}, {row['event']}",
        code_group=row["status_group"],
        valid_from=first or OPEN_START,
        valid_to=min(ends, default=None),
        label_en=str(row["name_en"]),
        norm=row["norm"],
        dropped_from=dropped,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
