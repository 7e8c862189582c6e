"""Core: persons, spells and person months, from the records and the register."""

import dagster as dg

from assets import groups
from assets.code_references import written_in
from assets.column_schema import table_metadata, tables_metadata
from assets.core_origins import core_origins
from assets.months import month_of
from assets.refusals import refusals
from assets.resources import Hub
from assets.stopwatch import stopwatch
from kim_pipeline.core.build import (
    COMPARED,
    DERIVED,
    count_month,
    knowledge_of,
)
from kim_pipeline.core.definitions import read_definitions
from kim_pipeline.core.renewal import renew_month, renew_spells
from kim_pipeline.warehouse.schema import core
from sources.accepting.staging import feeds
from sources.contracts.contract import Contract


def core_assets(
    contracts: tuple[Contract, ...], months: dg.MonthlyPartitionsDefinition
) -> list[dg.AssetsDefinition]:
    """Make the assets of schema `core`."""
    origins = core_origins(contracts)
    tables = {name: core.HISTORIES[name] for name in (*DERIVED, *COMPARED)}

    @dg.asset(
        group_name=groups.CORE,
        partitions_def=months,
        deps=["person_links"],
        kinds={"postgres", "sql"},
        owners=["team:data"],
        tags={"pii": "pseudonymised"},
        metadata={
            **tables_metadata(tables, origins.of_spells()),
            **written_in(asset=__file__, queries="kim_pipeline/core/spells"),
        },
        description=(
            "Persons, and what was so of them over time, from the records and the register.\n\n"
            + "\n".join(f"- `core.{name}`: {table.comment}" for name, table in tables.items())
        ),
    )
    def person_spells(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        took, month = stopwatch(), month_of(context)
        with refusals(), hub.transaction("Building spells") as connection:
            known = knowledge_of(connection, month)
            changes = renew_spells(connection, feeds(hub.contracts), known, read_definitions())
        counts = {f"{name}_opened": change.opened for name, change in changes.items()}
        return dg.MaterializeResult(metadata={**counts, "seconds": took()})

    @dg.asset(
        group_name=groups.CORE,
        partitions_def=months,
        deps=["person_spells"],
        kinds={"postgres", "sql"},
        owners=["team:data"],
        tags={"pii": "pseudonymised"},
        metadata={
            **table_metadata(core.HISTORIES["person_month"], origins.of_months()),
            **written_in(asset=__file__, queries="kim_pipeline/core/month"),
        },
        description=(
            "One row per person and month: the dimensions and flags that indicators count, as "
            "known when the month was built. `core.person_month_as_of(day)` reads a past state."
        ),
    )
    def person_month(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        took, month = stopwatch(), month_of(context)
        with refusals(), hub.transaction("Building person months") as connection:
            known = knowledge_of(connection, month)
            change = renew_month(connection, feeds(hub.contracts), known, read_definitions())
            rows = count_month(connection, month)
        return dg.MaterializeResult(
            metadata={
                "dagster/partition_row_count": rows,
                "rows_opened": change.opened,
                "rows_closed": change.closed,
                "seconds": took(),
            }
        )

    return [person_spells, person_month]
